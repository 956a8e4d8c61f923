//! All of an import is taken back, or nothing; a break loses nothing.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use server::imports::Work;
use shared::access::Object;
use shared::accounts::*;
use shared::change::{Cause, ChangeQuery, ListChanges, Patch, UndoBatch};
use shared::fields::STAMPS;
use shared::imports::*;
use shared::query::TotalsQuery;
use tests::TestApp;
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
        let done = ada.call::<UndoImport>(wizard.id, ()).await.unwrap();
        assert!(done.changed > 0);
        assert_eq!(wizard.settled().await.state, ImportState::Undone);
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
    let mut wizard = Wizard::read(&ada, Object::Account, "name,employees\nAcme,1\nBetatech,2\n");
    wizard.bring_in().await;

    let undone = ada.call::<UndoImport>(wizard.id, ()).await.unwrap();
    assert_eq!((accounts(&ada).await.len(), wizard.settled().await.state), (0, ImportState::Undone));
    ada.call::<UndoBatch>(undone.batch, ()).await.unwrap();
    assert_eq!((accounts(&ada).await.len(), wizard.settled().await.state), (2, ImportState::Committed));
    ada.call::<UndoImport>(wizard.id, ()).await.unwrap();
    assert_eq!((accounts(&ada).await.len(), wizard.settled().await.state), (0, ImportState::Undone));
    wizard.check().await;
    assert_eq!(wizard.commit().await.created, 2);
    ada.call::<UndoImport>(wizard.id, ()).await.unwrap();
    assert_eq!(accounts(&ada).await.len(), 0);
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
    let file: String = std::iter::once("name,employees\n".to_owned())
        .chain((0..4_000).map(|n| format!("Company {n},{n}\n")))
        .collect();
    let mut wizard = Wizard::read(&ada, Object::Account, &file);
    wizard.send().await.unwrap();
    wizard.check().await;
    let write = app.app.db.begin().await.unwrap();
    write.tx.execute_unprepared("UPDATE imports SET state = 'committing'").await.unwrap();
    write.commit().await.unwrap();
    let work = Work { import: wizard.id, by: ada.id, is_commit: true };

    // Killed again and again, in the middle of whatever it does.
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

    let import = wizard.settled().await;
    assert!(breaks > 1, "it was never broken off");
    assert_eq!((import.state, import.created, import.done), (ImportState::Committed, 4_000, 4_000));
    let query = TotalsQuery { sum: Some("employees".into()), ..TotalsQuery::default() };
    let totals = ada.call::<CountAccounts>((), query).await.unwrap();
    assert_eq!((totals.count(), totals.lines[0].sum), (4_000, (0..4_000).sum()));
    assert_eq!(server::ground::chain::verify(&app.app.db.read).await.unwrap(), None);
    ada.call::<UndoImport>(wizard.id, ()).await.unwrap();
    assert_eq!(accounts(&ada).await.len(), 0);
}
