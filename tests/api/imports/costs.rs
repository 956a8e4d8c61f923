//! What an import costs: statements for a command, not for a row.

use serde_json::json;
use server::App;
use server::imports::Work;
use shared::access::Object;
use shared::imports::ImportState;
use tests::TestApp;

use super::check::account;
use super::undo::set_state;
use super::wizard::Wizard;

/// The steps of one command.
const COMMIT: u64 = 40;

#[tokio::test]
async fn four_hundred_rows_are_written_in_as_many_statements_as_five() {
    let five = statements(5).await;
    let many = statements(400).await;

    assert_eq!(five, many);
    assert!(many <= COMMIT, "{many} statements");
}

/// What writing so many deals takes. A server that serves nobody writes them:
/// its statements are those of the command alone, without the live follower's.
async fn statements(rows: i64) -> u64 {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    account(&ada, json!({ "name": "Acme" })).await;
    let lines = (0..rows).map(|n| format!("Deal {n},Acme,需求确认,{n}\n"));
    let file: String = std::iter::once("deal,account,stage,opportunity_id\n".to_owned()).chain(lines).collect();
    let mut wizard = Wizard::read(&ada, Object::Opportunity, &file);
    wizard.send().await.unwrap();
    wizard.check().await;
    set_state(&app, ImportState::Committing).await;
    let alone = App::open(app.app.settings.clone()).await.unwrap();
    let work = Work { import: wizard.id, by: ada.id, state: ImportState::Committing };
    // The importer's rights are known from here on.
    alone.actors.get(&alone, ada.id).await.unwrap();
    let before = alone.db.statements();

    server::imports::run(&alone, work).await.unwrap();

    let statements = alone.db.statements() - before;
    let import = wizard.settled().await;
    assert_eq!((import.state, import.created), (ImportState::Committed, rows));
    statements
}
