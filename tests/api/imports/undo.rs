//! All of an import is taken back, or nothing; a break loses nothing.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use server::imports::Work;
use shared::access::Object;
use shared::accounts::*;
use shared::change::{Cause, ChangeQuery, ListChanges, Patch, UndoBatch};
use shared::fields::STAMPS;
use shared::id::{BatchId, UserId};
use shared::imports::*;
use shared::query::TotalsQuery;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::check::{account, accounts};
use super::maven;
use super::wizard::Wizard;

/// Every record, list index and search token, as text.
async fn snapshot(app: &TestApp) -> Vec<String> {
    let db = &app.app.db.read;
    let mut lines = Vec::new();
    for object in Object::ALL.iter().filter(|object| **object != Object::Import) {
        let schema = object.schema();
        for mut row in server::ground::rows::all(db, schema, &server::ground::rows::select(schema)).await.unwrap() {
            row.retain(|key, _| !STAMPS.contains(&key.as_str()));
            lines.push(format!("{object} {}", serde_json::Value::Object(row)));
        }
    }
    for (table, columns) in [("links", "object, field, key"), ("tokens", "object, token, token")] {
        let sql = format!("SELECT {columns}, record_id FROM {table}");
        for row in db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap() {
            let text = |at: usize| row.try_get_by_index::<String>(at).unwrap();
            let id: Uuid = row.try_get_by_index(3).unwrap();
            lines.push(format!("{table} {} {} {} {id}", text(0), text(1), text(2)));
        }
    }
    lines.sort();
    lines
}

#[tokio::test]
async fn the_real_files_leave_nothing_behind_when_taken_back() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    account(&ada, json!({ "name": "Isdom", "employees": 1 })).await;
    let start = snapshot(&app).await;
    let mut wizards = vec![maven::accounts(&ada), maven::products(&ada), maven::people(&ada).await, maven::deals(&ada)];
    for wizard in &mut wizards {
        wizard.bring_in().await;
    }
    assert!(snapshot(&app).await.len() > start.len() + 8_800);

    for wizard in wizards.iter().rev() {
        wizard.undo().await;
    }

    assert_eq!(snapshot(&app).await, start);
    assert_eq!(server::ground::chain::verify(&app.app.db.read).await.unwrap(), None);
}

#[tokio::test]
async fn one_later_change_keeps_the_whole_import() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name,employees\nAcme,1\nBetatech,2\n");
    wizard.bring_in().await;
    let acme = accounts(&ada).await.into_iter().find(|account| account.name == "Acme").unwrap();
    ada.call::<UpdateAccount>(acme.id, Patch::set("employees", 5)).await.unwrap();

    let refused = ada.call::<UndoImport>(wizard.id, ()).await.unwrap_err();

    assert_eq!((refused.status, refused.conflicts.len()), (409, 1));
    assert_eq!(
        (refused.conflicts[0].field.as_str(), refused.conflicts[0].by_name.as_str()),
        ("employees", "Ada Admin")
    );
    assert_eq!(accounts(&ada).await.len(), 2);
    assert_eq!(wizard.settled().await.state, ImportState::Committed);
}

#[tokio::test]
async fn an_undo_is_undone_and_undone_again_and_the_file_brought_in_anew() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, &companies(1_200));
    let start = snapshot(&app).await;
    wizard.bring_in().await;
    let written = snapshot(&app).await;

    for _ in 0..2 {
        wizard.undo().await;
        assert_eq!(snapshot(&app).await, start);
        let redone = wizard.redo().await;
        assert_eq!((redone.created, redone.done), (1_200, 1_200));
        assert_eq!(snapshot(&app).await, written);
    }
    wizard.undo().await;
    wizard.check().await;
    assert_eq!(ada.call::<RedoImport>(wizard.id, ()).await.unwrap_err().code, "import_not_undone");
    assert_eq!(wizard.commit().await.created, 1_200);
    wizard.undo().await;
    assert_eq!(snapshot(&app).await, start);
    assert_eq!(server::ground::chain::verify(&app.app.db.read).await.unwrap(), None);
}

#[tokio::test]
async fn an_undo_is_one_entry_in_the_imports_history() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, &companies(1_200));
    wizard.bring_in().await;
    let changes = async || {
        let query = ChangeQuery { object: Object::Import, id: wizard.id.0, after: None, limit: None };
        ada.call::<ListChanges>((), query).await.unwrap().items
    };
    let before = changes().await.len();

    wizard.undo().await;
    let undone = changes().await;
    wizard.redo().await;
    let redone = changes().await;

    assert_eq!((undone.len(), redone.len()), (before + 1, before + 2));
    for (change, from, to) in [(&undone[0], "committed", "undone"), (&redone[0], "undone", "committed")] {
        assert_eq!((change.cause, change.actor), (Cause::Undo, Some(ada.id)));
        assert_eq!((&change.before["state"], &change.after["state"]), (&json!(from), &json!(to)));
        let elsewhere = ada.call::<UndoBatch>(change.batch, ()).await.unwrap_err();
        assert_eq!(elsewhere.status, 409, "{elsewhere:?}");
    }
    assert_eq!(count(&ada).await, 1_200);
}

#[tokio::test]
async fn the_same_request_to_undo_is_answered_alike() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name\nAcme\n");
    wizard.bring_in().await;
    let asking = ada.with_key(BatchId(Uuid::now_v7()));

    let first = asking.call::<UndoImport>(wizard.id, ()).await.unwrap();
    wizard.settled().await;
    let again = asking.call::<UndoImport>(wizard.id, ()).await.unwrap();

    assert_eq!((first.state, again.state), (ImportState::Undoing, ImportState::Undoing));
    assert_eq!(wizard.settled().await.state, ImportState::Undone);
}

#[tokio::test]
async fn an_undo_that_breaks_off_goes_on_where_it_was() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, &companies(4_000));
    let start = snapshot(&app).await;
    wizard.bring_in().await;
    let written = snapshot(&app).await;

    let breaks = broken_off(&app, &wizard, ada.id, ImportState::Undoing).await;
    assert_eq!(wizard.settled().await.state, ImportState::Undone);
    assert_eq!(snapshot(&app).await, start);
    let again = broken_off(&app, &wizard, ada.id, ImportState::Redoing).await;
    assert_eq!(wizard.settled().await.state, ImportState::Committed);
    assert_eq!(snapshot(&app).await, written);

    assert!(breaks > 1 && again > 1, "it was never broken off");
    assert_eq!(server::ground::chain::verify(&app.app.db.read).await.unwrap(), None);
}

#[tokio::test]
async fn what_changes_meanwhile_stops_an_undo_which_can_be_ended_either_way() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, &companies(1_200));
    wizard.bring_in().await;
    let written = snapshot(&app).await;
    let first = accounts(&ada).await.into_iter().find(|account| account.name == "Company 0").unwrap();
    // Between the check and the command that comes to it.
    ada.call::<UpdateAccount>(first.id, Patch::set("employees", 5)).await.unwrap();
    set_state(&app, ImportState::Undoing).await;
    let work = Work { import: wizard.id, by: ada.id, state: ImportState::Undoing };
    server::imports::run(&app.app, work).await.unwrap();
    let halted = wizard.settled().await;
    assert_eq!((halted.state, halted.problem.as_deref()), (ImportState::Halted, Some("conflict")));
    assert_eq!(count(&ada).await, 500);

    let refused = ada.call::<UndoImport>(wizard.id, ()).await.unwrap_err();
    assert_eq!((refused.status, refused.conflicts.len()), (409, 1));
    for refused in
        [ada.call::<Commit>(wizard.id, ()).await.unwrap_err(), ada.call::<DryRun>(wizard.id, ()).await.unwrap_err()]
    {
        assert_eq!(refused.code, "import_closed");
    }
    ada.call::<UpdateAccount>(first.id, Patch::set("employees", 0)).await.unwrap();
    wizard.redo().await;
    assert_eq!(snapshot(&app).await, written);
    wizard.undo().await;
    assert_eq!(accounts(&ada).await.len(), 0);
}

#[tokio::test]
async fn others_write_between_the_commands_of_an_undo() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, &companies(4_000));
    wizard.bring_in().await;
    let mine = account(&ada, json!({ "name": "Mine" })).await;

    ada.call::<UndoImport>(wizard.id, ()).await.unwrap();
    let mut between = 0;
    for n in 0.. {
        ada.call::<UpdateAccount>(mine.id, Patch::set("employees", n)).await.unwrap();
        let import = ada.call::<GetImport>(wizard.id, ()).await.unwrap();
        if !import.state.is_busy() {
            break;
        }
        between += i64::from((1..4_000).contains(&import.done));
    }

    assert!(between >= 3, "others wrote {between} times while it was under way");
    assert_eq!(accounts(&ada).await.len(), 1);
}

#[tokio::test]
async fn a_plan_changed_after_an_undo_is_checked_and_written_anew() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name,employees\nAcme,1\nBetatech,2\n");
    wizard.bring_in().await;
    wizard.undo().await;

    wizard.set(Patch::set("mode", "create")).await.unwrap();
    wizard.check().await;

    assert_eq!(wizard.commit().await.created, 2);
    wizard.undo().await;
    assert_eq!(accounts(&ada).await.len(), 0);
}

async fn count(who: &Caller<'_>) -> i64 {
    who.call::<CountAccounts>((), TotalsQuery::default()).await.unwrap().count()
}

fn companies(count: usize) -> String {
    let lines = (0..count).map(|n| format!("Company {n},{n}\n"));
    std::iter::once("name,employees\n".to_owned()).chain(lines).collect()
}

/// Puts the import to work with nobody to do it.
pub async fn set_state(app: &TestApp, state: ImportState) {
    let write = app.app.db.begin().await.unwrap();
    write.tx.execute_unprepared(&format!("UPDATE imports SET state = '{state}'")).await.unwrap();
    write.commit().await.unwrap();
}

/// Does the work on an import, killed again and again in the middle of
/// whatever it does; how often.
async fn broken_off(app: &TestApp, wizard: &Wizard<'_>, by: UserId, state: ImportState) -> u32 {
    set_state(app, state).await;
    let work = Work { import: wizard.id, by, state };
    let mut breaks = 0;
    for n in 0..200 {
        let (app, work) = (app.app.clone(), work.clone());
        let run = tokio::spawn(async move { server::imports::run(&app, work).await });
        tokio::time::sleep(Duration::from_millis(40 + 17 * n)).await;
        if run.is_finished() {
            break;
        }
        run.abort();
        breaks += 1;
    }
    breaks
}

#[tokio::test]
async fn the_log_tells_what_an_import_wrote() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name\nAcme\n");
    wizard.bring_in().await;
    let acme = accounts(&ada).await.remove(0);

    let query = ChangeQuery { object: Object::Account, id: acme.id.0, after: None, limit: None };
    let changes = ada.call::<ListChanges>((), query).await.unwrap().items;

    assert_eq!((changes.len(), changes[0].cause, changes[0].actor), (1, Cause::Import, Some(ada.id)));
}

#[tokio::test]
async fn a_commit_that_breaks_off_goes_on_where_it_was() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, &companies(4_000));
    wizard.send().await.unwrap();
    wizard.check().await;

    let breaks = broken_off(&app, &wizard, ada.id, ImportState::Committing).await;

    let import = wizard.settled().await;
    assert!(breaks > 1, "it was never broken off");
    assert_eq!((import.state, import.created, import.done), (ImportState::Committed, 4_000, 4_000));
    let query = TotalsQuery { sum: Some("employees".into()), ..TotalsQuery::default() };
    let totals = ada.call::<CountAccounts>((), query).await.unwrap();
    assert_eq!((totals.count(), totals.lines[0].sum), (4_000, (0..4_000).sum()));
    assert_eq!(server::ground::chain::verify(&app.app.db.read).await.unwrap(), None);
    wizard.undo().await;
    assert_eq!(accounts(&ada).await.len(), 0);
}
