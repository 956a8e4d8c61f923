//! What a request costs: statements are few, and do not grow with the rows.

use shared::access::Object;
use shared::accounts::ListAccounts;
use shared::change::AsOf;
use shared::opportunities::*;
use shared::query::{ListQuery, TotalsQuery};
use shared::search::{Search, SearchQuery};
use tests::{Caller, TestApp};

use crate::access::account;
use crate::board::{deal, stages};

/// At most so many statements a request that reads.
const READ: u64 = 6;

/// The fewest of several tries: the live follower and the sessions' check ask
/// beside the request now and then.
async fn cost<T, F: Future<Output = T>>(app: &TestApp, request: impl Fn() -> F) -> u64 {
    let mut fewest = u64::MAX;
    for _ in 0..4 {
        let before = app.app.db.statements();
        request().await;
        fewest = fewest.min(app.app.db.statements() - before);
    }
    fewest
}

async fn costs(app: &TestApp, caller: &Caller<'_>, id: shared::id::OpportunityId) -> Vec<(&'static str, u64)> {
    let all = ListQuery { limit: Some(200), ..ListQuery::default() };
    let search = SearchQuery { q: "deal".into(), ..SearchQuery::default() };
    vec![
        ("list accounts", cost(app, || caller.call::<ListAccounts>((), all.clone())).await),
        ("list deals", cost(app, || caller.call::<ListOpportunities>((), all.clone())).await),
        ("count deals", cost(app, || caller.call::<CountOpportunities>((), TotalsQuery::default())).await),
        ("open a deal", cost(app, || caller.call::<GetOpportunity>(id, AsOf::default())).await),
        ("board", cost(app, || caller.call::<GetBoard>((), BoardQuery::default())).await),
        ("search", cost(app, || caller.call::<Search>((), search.clone())).await),
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
