//! What an import costs: statements for a command, not for a row.

use sea_orm::ConnectionTrait as _;
use serde_json::json;
use server::imports::Work;
use shared::access::Object;
use shared::imports::ImportState;
use tests::TestApp;

use super::check::account;
use super::wizard::Wizard;

/// The steps of one command, with what the live follower and the workers may ask beside it.
const COMMIT: u64 = 60;

#[tokio::test]
async fn four_hundred_rows_are_written_in_a_few_statements() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    account(&ada, json!({ "name": "Acme" })).await;
    let lines = (0..400).map(|n| format!("Deal {n},Acme,需求确认,{n}\n"));
    let file: String = std::iter::once("deal,account,stage,opportunity_id\n".to_owned()).chain(lines).collect();
    let mut wizard = Wizard::read(&ada, Object::Opportunity, &file);
    wizard.send().await.unwrap();
    wizard.check().await;
    let write = app.app.db.begin().await.unwrap();
    write.tx.execute_unprepared("UPDATE imports SET state = 'committing'").await.unwrap();
    write.commit().await.unwrap();
    let before = app.app.db.statements();

    server::imports::run(&app.app, Work { import: wizard.id, by: ada.id, state: ImportState::Committing })
        .await
        .unwrap();

    let statements = app.app.db.statements() - before;
    let import = wizard.settled().await;
    assert_eq!((import.state, import.created), (ImportState::Committed, 400));
    assert!(statements <= COMMIT, "{statements} statements");
}
