//! What a request costs: statements are few, and do not grow with the rows.

use shared::access::Object;
use shared::accounts::ListAccounts;
use shared::change::{AsOf, New};
use shared::opportunities::*;
use shared::query::{ListQuery, TotalsQuery};
use shared::search::{Search, SearchQuery};
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::board::{deal, stages};

/// At most so many statements a request that reads.
const READ: u64 = 6;

/// And at most so many that writes: the row, its tokens, its log, its numbers and its answer are each one.
const CREATE: u64 = 14;
const MOVE: u64 = 15;

/// The fewest of several tries, with time for the live follower in between: it
/// and the sessions' check ask beside the request now and then.
async fn cost<T, F: Future<Output = T>>(app: &TestApp, request: impl Fn() -> F) -> u64 {
    let mut fewest = u64::MAX;
    for _ in 0..4 {
        tokio::time::sleep(std::time::Duration::from_millis(40)).await;
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

/// The commit and the begin are not among them.
#[tokio::test]
async fn a_write_costs_few_statements_however_many_rows() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let wanted = || Opportunity {
        name: "Deal".into(),
        pipeline_id: stages[0].pipeline_id,
        stage_id: stages[0].id,
        ..Opportunity::default()
    };
    let create = || admin.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &wanted()));
    let id = create().await.unwrap().record.id;
    let move_on = |stage| admin.call::<MoveOpportunities>((), Move { ids: vec![id], stage, ..Move::default() });
    let turn = std::cell::Cell::new(0);
    let moved = || {
        turn.set(turn.get() + 1);
        move_on(stages[turn.get() % 3].id)
    };

    let few = (cost(&app, create).await, cost(&app, moved).await);
    for n in 0..40 {
        deal(&admin, &stages[n % 3], &format!("Deal {n}"), 100).await;
    }
    let many = (cost(&app, create).await, cost(&app, moved).await);

    assert_eq!(few, many);
    // PostgreSQL is told to wake the followers by one more.
    let more = u64::from(!app.app.db.is_sqlite());
    assert!(many.0 <= CREATE + more && many.1 <= MOVE + more, "{many:?}");
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
