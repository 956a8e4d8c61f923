//! Pipelines and stages: one default, an order, and deals that never fall out of sight.

use serde_json::json;
use shared::access::Object;
use shared::change::*;
use shared::id::StageId;
use shared::opportunities::*;
use shared::pipelines::*;
use shared::query::{Archived, ListQuery};
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::board::{deal, stages};

async fn pipelines(who: &Caller<'_>) -> Vec<Pipeline> {
    who.call::<ListPipelines>((), ListQuery::default()).await.unwrap().items
}

async fn pipeline(who: &Caller<'_>, pipeline: Pipeline) -> Done<Pipeline> {
    let new = New::of(Uuid::now_v7(), &Pipeline { currency: "CNY".into(), ..pipeline });
    who.call::<CreatePipeline>((), new).await.unwrap()
}

async fn put_away(who: &Caller<'_>, stage: StageId, to: Option<StageId>) -> Result<BulkDone, shared::api::ApiError> {
    who.call::<ArchiveStages>((), StageArchive { ids: vec![stage.0], archived: true, to }).await
}

async fn defaults(who: &Caller<'_>) -> Vec<String> {
    pipelines(who).await.into_iter().filter(|pipeline| pipeline.is_default).map(|pipeline| pipeline.name).collect()
}

async fn board(who: &Caller<'_>) -> Vec<(StageId, i64)> {
    let board = who.call::<GetBoard>((), BoardQuery::default()).await.unwrap();
    board.columns.iter().map(|column| (column.stage, column.count)).collect()
}

#[tokio::test]
async fn a_new_default_takes_over_and_one_undo_gives_it_back() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let first = defaults(&ada).await;
    assert_eq!(first.len(), 1);

    let created = pipeline(&ada, Pipeline { name: "Renewals".into(), is_default: true, ..Pipeline::default() }).await;
    assert_eq!(defaults(&ada).await, ["Renewals"]);
    ada.call::<UndoBatch>(created.batch, ()).await.unwrap();
    assert_eq!(defaults(&ada).await, first);

    let other = pipeline(&ada, Pipeline { name: "Partners".into(), ..Pipeline::default() }).await.record;
    let done = ada.call::<UpdatePipeline>(other.id, Patch::set("is_default", true)).await.unwrap();
    assert_eq!(defaults(&ada).await, ["Partners"]);
    ada.call::<UndoBatch>(done.batch, ()).await.unwrap();
    assert_eq!(defaults(&ada).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_become_the_default_at_once_one_is() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let made = (0..12).map(|n| {
        let one = Pipeline { name: format!("Pipeline {n}"), is_default: true, ..Pipeline::default() };
        pipeline(&ada, one)
    });

    futures::future::join_all(made).await;

    assert_eq!(defaults(&ada).await.len(), 1);
}

#[tokio::test]
async fn a_board_that_names_no_pipeline_is_the_teams_own() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let role = app.role("sales_rep").await;
    let (ann, bob) = (app.staff("Ann", role, Some(north)).await, app.staff("Bob", role, Some(south)).await);
    let own = pipeline(&ada, Pipeline { name: "North".into(), teams: vec![north], position: 9, ..Pipeline::default() });
    let own = own.await.record.id;

    let of = async |who: &Caller<'_>| who.call::<GetBoard>((), BoardQuery::default()).await.unwrap().pipeline;
    assert_eq!(of(&ann).await, own);
    assert_eq!(of(&bob).await, stages(&ada).await[0].pipeline_id);
}

#[tokio::test]
async fn stages_stand_in_the_order_they_were_put_in() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let before = stages(&ada).await;
    let mut order: Vec<StageId> = before.iter().map(|stage| stage.id).collect();
    order.swap(0, 2);

    let asked = StageOrder { pipeline_id: before[0].pipeline_id, stages: order.clone() };
    let done = ada.call::<OrderStages>((), asked).await.unwrap();
    assert_eq!(board(&ada).await.iter().map(|column| column.0).collect::<Vec<_>>(), order);

    ada.call::<UndoBatch>(done.batch, ()).await.unwrap();
    assert_eq!(stages(&ada).await[0].id, before[0].id);
}

#[tokio::test]
async fn a_stage_is_put_away_only_without_its_deals_or_with_a_stage_for_them() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let all = stages(&ada).await;
    let (old, new) = (all[0].id, all[1].id);
    for name in ["c", "b", "a"] {
        deal(&ada, &all[0], name, 100).await;
    }
    let before = board(&ada).await;

    let refused = put_away(&ada, old, None).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (409, "stage_in_use"));
    assert_eq!(put_away(&ada, old, Some(old)).await.unwrap_err().fields["to"].code, "itself");
    // A lost deal has a reason of its own.
    assert_eq!(put_away(&ada, old, Some(all[4].id)).await.unwrap_err().fields["lost_reason"].code, "required");
    let done = put_away(&ada, old, Some(new)).await.unwrap();

    assert_eq!((done.changed, board(&ada).await[0]), (4, (new, 3)));
    let cards = ada.call::<GetBoard>((), BoardQuery::default()).await.unwrap().columns.remove(0).cards;
    assert_eq!(cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    ada.call::<UndoBatch>(done.batch, ()).await.unwrap();
    assert_eq!(board(&ada).await, before);
}

#[tokio::test]
async fn no_deal_comes_back_into_a_stage_that_is_away() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let all = stages(&ada).await;
    let (moved, archived) = (deal(&ada, &all[0], "moved", 1).await, deal(&ada, &all[0], "archived", 1).await);
    let step = Move { ids: vec![moved], stage: all[1].id, ..Move::default() };
    let step = ada.call::<MoveOpportunities>((), step).await.unwrap();
    let archive = Archive { ids: vec![archived.0], archived: true };
    let away = ada.call::<ArchiveOpportunities>((), archive.clone()).await.unwrap();
    put_away(&ada, all[0].id, None).await.unwrap();

    let back = Archive { archived: false, ..archive };
    let refusals = [
        ada.call::<UndoBatch>(step.batch, ()).await.unwrap_err(),
        ada.call::<UndoBatch>(away.batch, ()).await.unwrap_err(),
        ada.call::<ArchiveOpportunities>((), back.clone()).await.unwrap_err(),
    ];
    for refused in refusals {
        assert_eq!(refused.code, "stage_gone");
        assert_eq!(refused.message, "The stage that this would return to is archived. Restore the stage first.");
    }

    let restore = StageArchive { ids: vec![all[0].id.0], archived: false, to: None };
    ada.call::<ArchiveStages>((), restore).await.unwrap();
    ada.call::<ArchiveOpportunities>((), back).await.unwrap();
    ada.call::<UndoBatch>(step.batch, ()).await.unwrap();
    assert_eq!(board(&ada).await[0], (all[0].id, 2));
}

#[tokio::test]
async fn what_a_stage_means_does_not_change_below_its_deals() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let stage = stages(&ada).await.remove(0);
    let card = deal(&ada, &stage, "a", 100).await;

    for kind in ["lost", "won"] {
        let refused = ada.call::<UpdateStage>(stage.id, Patch::set("kind", kind)).await.unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (409, "stage_in_use"));
    }
    ada.call::<UpdateStage>(stage.id, Patch::set("rot_days", 5)).await.unwrap();
    let archive = Archive { ids: vec![card.0], archived: true };
    ada.call::<ArchiveOpportunities>((), archive).await.unwrap();
    let held = ada.call::<UpdateStage>(stage.id, Patch::set("kind", "on_hold")).await.unwrap();

    // Nor does an undo change it, once somebody stands there again.
    ada.call::<UndoBatch>(held.batch, ()).await.unwrap();
    let held = ada.call::<UpdateStage>(stage.id, Patch::set("kind", "on_hold")).await.unwrap();
    deal(&ada, &stage, "b", 100).await;
    assert_eq!(ada.call::<UndoBatch>(held.batch, ()).await.unwrap_err().code, "stage_in_use");
}

#[tokio::test]
async fn a_stage_with_deals_is_not_undone_and_neither_is_its_return() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let pipeline_id = stages(&ada).await[0].pipeline_id;
    let stage = Stage { pipeline_id, name: "Pilot".into(), position: 9, probability: 30, color: 3, ..Stage::default() };
    let created = ada.call::<CreateStage>((), New::of(Uuid::now_v7(), &stage)).await.unwrap();
    let stage = created.record;
    put_away(&ada, stage.id, None).await.unwrap();
    let restore = StageArchive { ids: vec![stage.id.0], archived: false, to: None };
    let restored = ada.call::<ArchiveStages>((), restore).await.unwrap();
    deal(&ada, &stage, "a", 100).await;

    for (batch, code) in [(restored.batch, "stage_in_use"), (created.batch, "in_use")] {
        assert_eq!(ada.call::<UndoBatch>(batch, ()).await.unwrap_err().code, code);
    }
}

#[tokio::test]
async fn a_pipeline_with_deals_stays_and_returns_with_its_stages_only_by_itself() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let stage = stages(&ada).await.remove(0);
    deal(&ada, &stage, "a", 100).await;

    let archive = Archive { ids: vec![stage.pipeline_id.0], archived: true };
    assert_eq!(ada.call::<ArchivePipelines>((), archive).await.unwrap_err().code, "stage_in_use");
    let with = ListQuery { archived: Some(Archived::Only), ..ListQuery::default() };
    assert_eq!(ada.call::<ListPipelines>((), with).await.unwrap().items, []);
}

#[tokio::test]
async fn a_deal_changes_its_pipeline_together_with_its_stage() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let here = stages(&ada).await.remove(0);
    let other = pipeline(&ada, Pipeline { name: "Renewals".into(), ..Pipeline::default() }).await.record.id;
    let there = Stage { pipeline_id: other, name: "Asked".into(), probability: 10, color: 2, ..Stage::default() };
    let there = ada.call::<CreateStage>((), New::of(Uuid::now_v7(), &there)).await.unwrap().record;
    let card = deal(&ada, &here, "a", 100).await;

    let alone = Patch::set("pipeline_id", other.to_string());
    let refused = ada.call::<UpdateOpportunity>(card, alone.clone()).await.unwrap_err();
    assert_eq!(refused.fields["stage_id"].code, "stage_of_another_pipeline");
    let both = alone.and("stage_id", there.id.to_string());
    let bulk = Bulk { ids: vec![card.0], set: both.set, ..Bulk::default() };
    ada.call::<UpdateOpportunities>((), bulk).await.unwrap();

    let deal = ada.call::<GetOpportunity>(card, AsOf::default()).await.unwrap();
    assert_eq!((deal.pipeline_id, deal.stage_id, deal.probability), (other, there.id, 10));
}

#[tokio::test]
async fn all_that_a_question_means_is_named_by_its_ids_within_reach() {
    let app = TestApp::start().await;
    let own = app.role_of(shared::access::Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    account(&bob, "His").await;
    let mut hers = Vec::new();
    for n in 0..60 {
        hers.push(account(&ann, &format!("Company {n}")).await.0);
    }
    hers.sort_unstable();

    let asked = |filter: Option<&str>| IdsQuery {
        object: Object::Account,
        filter: filter.map(str::to_owned),
        search: None,
        archived: None,
    };
    assert_eq!(ann.call::<FindIds>((), asked(None)).await.unwrap(), hers);
    let one = ann.call::<FindIds>((), asked(Some("name.is.Company 7"))).await.unwrap();
    assert_eq!(json!(one).as_array().map(Vec::len), Some(1));
}
