//! What a request costs: statements are few, and do not grow with the rows.

use shared::access::Object;
use shared::accounts::ListAccounts;
use shared::change::{AsOf, New, Patch};
use shared::opportunities::*;
use shared::query::{ListQuery, TotalsQuery};
use shared::search::{Search, SearchQuery};
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::board::{deal, stages};

/// At most so many statements a request that reads.
const READ: u64 = 6;

async fn cost<T>(app: &TestApp, request: impl Future<Output = T>) -> u64 {
    let before = app.app.db.statements();
    request.await;
    app.app.db.statements() - before
}

async fn costs(app: &TestApp, caller: &Caller<'_>, id: shared::id::OpportunityId) -> Vec<(&'static str, u64)> {
    let all = ListQuery { limit: Some(200), ..ListQuery::default() };
    let search = SearchQuery { q: "deal".into(), ..SearchQuery::default() };
    vec![
        ("list accounts", cost(app, caller.call::<ListAccounts>((), all.clone())).await),
        ("list deals", cost(app, caller.call::<ListOpportunities>((), all)).await),
        ("count deals", cost(app, caller.call::<CountOpportunities>((), TotalsQuery::default())).await),
        ("open a deal", cost(app, caller.call::<GetOpportunity>(id, AsOf::default())).await),
        ("board", cost(app, caller.call::<GetBoard>((), BoardQuery::default())).await),
        ("search", cost(app, caller.call::<Search>((), search)).await),
    ]
}

#[tokio::test]
async fn a_read_costs_few_statements_however_many_rows() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    account(&admin, "Acme").await;
    let id = deal(&admin, &stages[0], "Deal", 100).await;
    costs(&app, &admin, id).await;
    let few = costs(&app, &admin, id).await;
    for n in 0..60 {
        account(&admin, &format!("Account {n}")).await;
        deal(&admin, &stages[n % 4], &format!("Deal {n}"), 100).await;
    }
    // The live follower has read what was written.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let many = costs(&app, &admin, id).await;
    assert_eq!(few, many);
    assert!(many.iter().all(|(_, statements)| (1..=READ).contains(statements)), "{many:?}");
}

#[tokio::test]
async fn every_field_of_every_record_has_its_column() {
    let app = TestApp::start().await;
    for object in Object::ALL {
        let schema = object.schema();
        let select = server::ground::rows::select(schema);
        let rows = server::ground::rows::all(&app.app.db.read, schema, &select).await;
        assert!(rows.is_ok(), "{object}: {rows:?}");
    }
}

#[tokio::test]
async fn a_move_costs_the_same_on_a_full_column() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let mut costs = Vec::new();
    for n in 0..3 {
        for m in 0..20 {
            deal(&admin, &stages[1], &format!("Deal {n} {m}"), 100).await;
        }
        let new = Opportunity {
            name: "Card".into(),
            pipeline_id: stages[0].pipeline_id,
            stage_id: stages[0].id,
            ..Opportunity::default()
        };
        let card = admin.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &new)).await.unwrap().record.id;
        admin.call::<UpdateOpportunity>(card, Patch::set("name", "Card 2")).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let moved = Move { ids: vec![card], stage: stages[1].id, ..Move::default() };
        costs.push(cost(&app, admin.call::<MoveOpportunities>((), moved)).await);
    }
    assert!(costs.iter().all(|cost| *cost <= 30) && costs[0].abs_diff(costs[2]) <= 6, "{costs:?}");
}
