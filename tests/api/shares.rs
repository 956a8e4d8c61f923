//! Shares: who may open a record to whom, and who finds out about it.

use serde_json::json;
use shared::access::{Action, Grant, Object, Scope, ShareLevel};
use shared::accounts::*;
use shared::change::*;
use shared::id::{AccountId, RoleId, ShareId, UserId};
use shared::users::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;

/// Opens an account to a user for writing, until a moment if one is named.
async fn open(by: &Caller<'_>, record: AccountId, to: UserId, minutes: Option<i64>) -> Done<Share> {
    let now = by.test.app.clock.now();
    let share = Share {
        object: "account".into(),
        record_id: record.0,
        user_id: Some(to),
        level: ShareLevel::Write,
        expires_at: minutes.map(|minutes| now.plus(minutes * 60_000)),
        ..Share::default()
    };
    by.call::<CreateShare>((), New::of(Uuid::now_v7(), &share)).await.unwrap()
}

fn put_away(id: ShareId, archived: bool) -> Archive {
    Archive { ids: vec![id.0], archived }
}

#[tokio::test]
async fn whoever_was_let_out_does_not_let_themselves_in_again() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let hers = account(&ann, "Acme").await;
    let share = open(&ann, hers, bob.id, None).await.record.id;
    ann.call::<ArchiveShares>((), put_away(share, true)).await.unwrap();

    let revived = bob.call::<ArchiveShares>((), put_away(share, false)).await.unwrap_err();
    let changed = bob.call::<UpdateShare>(share, Patch::set("level", "read")).await.unwrap_err();

    assert_eq!((revived.status, changed.status), (404, 404));
    assert_eq!(bob.call::<GetAccount>(hers, AsOf::default()).await.unwrap_err().status, 404);
}

#[tokio::test]
async fn who_was_let_in_for_a_while_does_not_stay_longer() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let hers = account(&ann, "Acme").await;
    let share = open(&ann, hers, bob.id, Some(1)).await.record;
    bob.call::<UpdateAccount>(hers, Patch::set("region", "Berlin")).await.unwrap();

    let longer = bob.call::<UpdateShare>(share.id, Patch::set("expires_at", json!(null))).await.unwrap_err();
    let endless = Share { expires_at: None, ..share.clone() };
    let another = bob.call::<CreateShare>((), New::of(Uuid::now_v7(), &endless)).await.unwrap_err();
    let gone = bob.call::<ArchiveShares>((), put_away(share.id, true)).await.unwrap_err();

    assert_eq!((longer.status, another.status, gone.status), (403, 422, 403));
    assert_eq!(another.fields["record_id"].code, "no_such_record");
}

#[tokio::test]
async fn nobody_learns_of_a_share_on_what_they_do_not_see() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let hers = account(&ann, "Acme").await;
    let share = open(&ann, hers, ann.id, None).await.record.id;

    let asked = |id: ShareId| ChangeQuery { object: Object::Share, id: id.0, after: None, limit: None };
    let history = bob.call::<ListChanges>((), asked(share)).await.unwrap_err();
    let listed = bob.call::<ListShares>((), ShareQuery { object: Object::Account, id: hers.0 }).await.unwrap_err();
    let away = bob.call::<ArchiveShares>((), put_away(share, true)).await.unwrap_err();

    assert_eq!((history.status, listed.status, away.status), (404, 404, 404));
    assert_eq!(ann.call::<ListChanges>((), asked(share)).await.unwrap().items.len(), 1);
    let exported = bob.get_json("/api/export/share?archived=only").await;
    assert_eq!(exported.status, 404);
    for kind in ["role", "team", "view", "import", "pipeline", "stage"] {
        assert_eq!(bob.get_json(&format!("/api/export/{kind}")).await.status, 404, "{kind}");
    }
}

#[tokio::test]
async fn a_share_is_not_taken_back_by_who_lost_the_record() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let admin = app.admin().await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let hers = account(&ann, "Acme").await;
    let share = open(&ann, hers, ann.id, None).await;
    let away = ann.call::<ArchiveShares>((), put_away(share.record.id, true)).await.unwrap();
    admin.call::<UpdateAccount>(hers, Patch::set("owner_id", bob.id.to_string())).await.unwrap();

    let back = ann.call::<UndoBatch>(away.batch, ()).await.unwrap_err();

    assert_eq!(back.status, 403);
    assert_eq!(ann.call::<GetAccount>(hers, AsOf::default()).await.unwrap_err().status, 404);
}

/// A role that reads its own accounts and does everything else with all of them.
async fn short_sighted(app: &TestApp) -> RoleId {
    let grants = Object::ALL.iter().flat_map(|object| {
        Action::ALL.iter().map(|action| {
            let sees_own = *object == Object::Account && *action == Action::Read;
            Grant { object: *object, action: *action, scope: if sees_own { Scope::Own } else { Scope::All } }
        })
    });
    app.role_with(grants.collect()).await
}

#[tokio::test]
async fn what_one_does_not_read_one_does_not_write_or_export() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let role = short_sighted(&app).await;
    let bob = app.staff("Bob", role, None).await;
    let hidden = account(&admin, "Secret Works").await;
    account(&bob, "His").await;

    let stale = Patch::set("name", "Mine").base("name", "Else");
    let written = bob.call::<UpdateAccount>(hidden, stale).await.unwrap_err();
    let away = Archive { ids: vec![hidden.0], archived: true };
    let archived = bob.call::<ArchiveAccounts>((), away).await.unwrap_err();
    let exported = bob.get_json("/api/export/account?columns=name").await.text();

    assert_eq!((written.status, written.conflicts.len(), archived.status), (404, 0, 404));
    assert_eq!(exported.trim_start_matches('\u{feff}'), "name\r\nHis\r\n");
}
