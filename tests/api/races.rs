//! Many at once: one key is one command, rows are taken in one order, and what
//! is checked still holds when it is written.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use shared::access::Object;
use shared::accounts::*;
use shared::change::*;
use shared::id::{BatchId, StageId};
use shared::imports::*;
use shared::opportunities::*;
use shared::pipelines::*;
use shared::query::TotalsQuery;
use tests::TestApp;
use uuid::Uuid;

use crate::access::account;
use crate::board::{deal, stages};
use crate::imports::wizard::Wizard;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_equal_requests_at_once_are_one_command() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let keyed = admin.with_key(BatchId(Uuid::now_v7()));
    let new = New::of(Uuid::now_v7(), &Account { name: "Acme".into(), ..Account::default() });

    let answers = join_all((0..20).map(|_| keyed.call::<CreateAccount>((), new.clone()))).await;
    let first = answers[0].clone().unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref() == Ok(&first)), "{answers:?}");

    let undoing = admin.with_key(BatchId(Uuid::now_v7()));
    let answers = join_all((0..20).map(|_| undoing.call::<UndoBatch>(first.batch, ()))).await;
    let undone = answers[0].clone().unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref() == Ok(&undone)), "{answers:?}");
    assert_eq!(admin.call::<CountAccounts>((), TotalsQuery::default()).await.unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_key_gives_no_answer_away() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = app.staff("Bob", app.role(server::demo::ADMIN).await, None).await;
    let key = BatchId(Uuid::now_v7());
    let new = New::of(Uuid::now_v7(), &Account { name: "Acme".into(), ..Account::default() });

    let (hers, his) = (admin.with_key(key), bob.with_key(key));
    let (hers, his) = tokio::join!(hers.call::<CreateAccount>((), new.clone()), his.call::<CreateAccount>((), new));

    let refused = hers.err().or(his.err()).unwrap();
    assert_eq!((refused.status, refused.code.as_str()), (409, "idempotency_mismatch"));
    assert_eq!(admin.call::<CountAccounts>((), TotalsQuery::default()).await.unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_bulks_in_opposite_order_both_end() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let mut ids = Vec::new();
    for n in 0..12 {
        ids.push(deal(&admin, &stages[0], &format!("Deal {n}"), 1).await);
    }
    let back: Vec<_> = ids.iter().rev().copied().collect();
    for round in 0..8 {
        let set = json!({ "source": null, "next_step": format!("Step {round}") }).as_object().unwrap().clone();
        let bulk = |ids: &[shared::id::OpportunityId]| Bulk {
            ids: ids.iter().map(|id| id.0).collect(),
            set: set.clone(),
            ..Bulk::default()
        };
        let go =
            |ids: &[shared::id::OpportunityId], stage: StageId| Move { ids: ids.to_vec(), stage, ..Move::default() };
        let (a, b, c, d) = tokio::join!(
            admin.call::<UpdateOpportunities>((), bulk(&ids)),
            admin.call::<UpdateOpportunities>((), bulk(&back)),
            admin.call::<MoveOpportunities>((), go(&ids, stages[1].id)),
            admin.call::<MoveOpportunities>((), go(&back, stages[2].id)),
        );
        assert!([&a, &b, &c, &d].iter().all(|answer| answer.is_ok()), "{a:?} {b:?} {c:?} {d:?}");
    }
    let archive =
        |ids: &[shared::id::OpportunityId], archived| Archive { ids: ids.iter().map(|id| id.0).collect(), archived };
    let (a, b) = tokio::join!(
        admin.call::<ArchiveOpportunities>((), archive(&ids, true)),
        admin.call::<ArchiveOpportunities>((), archive(&back, true)),
    );
    assert_eq!(a.unwrap().changed + b.unwrap().changed, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_between_read_and_write_of_an_undo_is_not_lost() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for round in 0..10 {
        let id = account(&admin, "Acme").await;
        let done = admin.call::<UpdateAccount>(id, Patch::set("region", "A")).await.unwrap();
        let edit = Patch::set("region", "B").base("region", "A");
        let (undone, edited) =
            tokio::join!(admin.call::<UndoBatch>(done.batch, ()), admin.call::<UpdateAccount>(id, edit));
        let now = admin.call::<GetAccount>(id, AsOf::default()).await.unwrap().region;
        let wanted = if edited.is_ok() { Some("B") } else { None };
        assert_eq!(now.as_deref(), wanted, "round {round}: {undone:?} {edited:?}");
        assert!(undone.is_ok() != edited.is_ok(), "round {round}: {undone:?} {edited:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_deal_ends_up_in_a_stage_that_is_put_away_meanwhile() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    for round in 0..8 {
        let id = deal(&admin, &stages[0], "Deal", 1).await;
        let go = Move { ids: vec![id], stage: stages[1].id, ..Move::default() };
        let archive = |archived| StageArchive { ids: vec![stages[1].id.0], archived, to: None };
        let (moved, away) =
            tokio::join!(admin.call::<MoveOpportunities>((), go), admin.call::<ArchiveStages>((), archive(true)),);
        assert!(moved.is_ok() != away.is_ok(), "round {round}: {moved:?} {away:?}");
        if away.is_ok() {
            admin.call::<ArchiveStages>((), archive(false)).await.unwrap();
        }
        admin.call::<ArchiveOpportunities>((), Archive { ids: vec![id.0], archived: true }).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_import_ends_up_in_a_stage_that_is_put_away_meanwhile() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    account(&admin, "Acme").await;
    let stages = stages(&admin).await;
    let stage = &stages[1];
    for round in 0..8 {
        let lines = (0..200).map(|n| format!("Deal {round}-{n},Acme,{}\n", stage.name));
        let file: String = std::iter::once("deal,account,stage\n".to_owned()).chain(lines).collect();
        let mut wizard = Wizard::read(&admin, Object::Opportunity, &file);
        wizard.send().await.unwrap();
        wizard.check().await;
        let archive = |archived| StageArchive { ids: vec![stage.id.0], archived, to: None };
        let later = async {
            tokio::time::sleep(Duration::from_millis(20 * round)).await;
            admin.call::<ArchiveStages>((), archive(true)).await
        };

        let (import, away) = tokio::join!(wizard.commit(), later);

        assert!((import.created == 200) != away.is_ok(), "round {round}: {} created, {away:?}", import.created);
        if away.is_ok() {
            admin.call::<ArchiveStages>((), archive(false)).await.unwrap();
        } else {
            wizard.undo().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_slice_does_not_empty_an_import_that_is_being_written() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let file: String = std::iter::once("name\n".to_owned()).chain((0..900).map(|n| format!("Company {n}\n"))).collect();
    let mut wizard = Wizard::read(&admin, Object::Account, &file);
    wizard.send().await.unwrap();
    wizard.check().await;

    let slice = RowSlice { rows: wizard.rows()[..1].to_vec(), restart: true };
    let (begun, late) =
        tokio::join!(admin.call::<Commit>(wizard.id, ()), admin.call::<PutRows>(wizard.id, slice.clone()));

    assert!(begun.is_ok() != late.is_ok(), "{begun:?} {late:?}");
    let last = if begun.is_ok() { admin.call::<PutRows>(wizard.id, slice).await.err() } else { begun.err() };
    assert_eq!(last.unwrap().status, 409);
}
