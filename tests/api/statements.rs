//! What a request costs: statements are few, and do not grow with the rows.

use shared::access::Object;
use shared::accounts::{GetAccount, ListAccounts};
use shared::change::{AsOf, New, Patch};
use shared::contacts::ListContacts;
use shared::id::{AccountId, OpportunityId};
use shared::opportunities::*;
use shared::pipelines::Stage;
use shared::products::ListProducts;
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

async fn costs(
    app: &TestApp,
    caller: &Caller<'_>,
    account: AccountId,
    deal: OpportunityId,
) -> Vec<(&'static str, u64)> {
    let all = ListQuery { limit: Some(200), ..ListQuery::default() };
    let found = ListQuery { search: Some("deal".into()), sort: Some("-close_date".into()), ..all.clone() };
    let own = ListQuery { filter: Some(format!("account_id.is.{}", account.0)), ..all.clone() };
    let search = SearchQuery { q: "a".into(), ..SearchQuery::default() };
    let lanes = BoardQuery { lanes: Some(Lanes::Owner), cards: Some(100), ..BoardQuery::default() };
    let stage = stages(caller).await[0].id;
    let window = CardQuery {
        stage,
        lane: None,
        lanes: None,
        filter: None,
        search: None,
        sort: None,
        skip: 0,
        limit: 200,
        as_of: None,
    };
    vec![
        ("list accounts", cost(app, || caller.call::<ListAccounts>((), all.clone())).await),
        ("list contacts", cost(app, || caller.call::<ListContacts>((), all.clone())).await),
        ("list products", cost(app, || caller.call::<ListProducts>((), all.clone())).await),
        ("list deals", cost(app, || caller.call::<ListOpportunities>((), all.clone())).await),
        ("list deals by words", cost(app, || caller.call::<ListOpportunities>((), found.clone())).await),
        ("list an account's deals", cost(app, || caller.call::<ListOpportunities>((), own.clone())).await),
        ("count deals", cost(app, || caller.call::<CountOpportunities>((), TotalsQuery::default())).await),
        ("open an account", cost(app, || caller.call::<GetAccount>(account, AsOf::default())).await),
        ("open a deal", cost(app, || caller.call::<GetOpportunity>(deal, AsOf::default())).await),
        ("board", cost(app, || caller.call::<GetBoard>((), BoardQuery::default())).await),
        ("board in lanes", cost(app, || caller.call::<GetBoard>((), lanes.clone())).await),
        ("window of a column", cost(app, || caller.call::<GetBoardCards>((), window.clone())).await),
        ("search", cost(app, || caller.call::<Search>((), search.clone())).await),
    ]
}

#[tokio::test]
async fn a_read_costs_few_statements_however_many_rows() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let acme = account(&admin, "Acme").await;
    let first = deal_of(&admin, &stages[0], acme, "A deal").await;
    costs(&app, &admin, acme, first).await;
    let few = costs(&app, &admin, acme, first).await;
    for n in 0..60 {
        let account = account(&admin, &format!("Account {n}")).await;
        deal_of(&admin, &stages[n % 4], account, &format!("A deal {n}")).await;
    }
    // The live follower has read what was written.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let many = costs(&app, &admin, acme, first).await;
    assert_eq!(few, many);
    assert!(many.iter().all(|(_, statements)| (1..=READ).contains(statements)), "{many:?}");
}

/// A deal whose account has to be named wherever it is shown.
async fn deal_of(caller: &Caller<'_>, stage: &Stage, account: AccountId, name: &str) -> OpportunityId {
    let id = deal(caller, stage, name, 100).await;
    caller.call::<UpdateOpportunity>(id, Patch::set("account_id", account.0.to_string())).await.unwrap();
    id
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
