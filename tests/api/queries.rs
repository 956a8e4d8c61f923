//! The same question gives the number and its rows: random questions asked of
//! the database, counted, summed, paged, and checked in memory.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use shared::accounts::*;
use shared::change::New;
use shared::fields::{Row, row_of};
use shared::id::AccountId;
use shared::opportunities::*;
use shared::query::{Arg, Clock, Filter, ListQuery, Op, Period, Test, TotalsQuery, eval, resolve, text};
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::board::stages;

const NAMES: [&str; 8] =
    ["Acme", "acme_100%", "远见科技", "O'Neil, (Sons)", "Ünal", "zeta~9", "Beta\\tech", "ACME Ltd"];

struct World<'a> {
    caller: Caller<'a>,
    accounts: Vec<Row>,
    deals: Vec<Row>,
}

impl<'a> World<'a> {
    async fn build(app: &'a TestApp, random: &mut StdRng) -> Self {
        let caller = app.admin().await;
        let stages = stages(&caller).await;
        let mut world = Self { caller, accounts: vec![], deals: vec![] };
        for n in 0..40 {
            let account = Account {
                name: format!("{} {}", NAMES.choose(random).unwrap(), n % 7),
                industry: maybe(random, &["retail", "medical"]),
                region: maybe(random, &["华东", "West"]),
                level: maybe(random, &["A", "B"]),
                employees: random.random_bool(0.7).then(|| random.random_range(0..50)),
                founded_on: random.random_bool(0.6).then(|| date(random)),
                tags: ["vip", "新", "x y"].choose_multiple(random, n % 3).map(|tag| (*tag).to_owned()).collect(),
                ..Account::default()
            };
            let done = world.caller.call::<CreateAccount>((), New::of(Uuid::now_v7(), &account)).await.unwrap();
            world.accounts.push(row_of(&done.record));
        }
        for n in 0..80 {
            let stage = &stages[n % 4];
            let account = world.accounts.choose(random).filter(|_| n % 5 > 0);
            let deal = Opportunity {
                name: format!("{} {n}", NAMES.choose(random).unwrap()),
                account_id: account.map(|row| AccountId(server::ground::rows::id(row))),
                pipeline_id: stage.pipeline_id,
                stage_id: stage.id,
                amount: random.random_bool(0.8).then(|| random.random_range(-5..40) * 25),
                currency: ["CNY", "USD"].choose(random).unwrap().to_string(),
                close_date: random.random_bool(0.8).then(|| date(random)),
                owner_id: random.random_bool(0.7).then_some(world.caller.id),
                ..Opportunity::default()
            };
            let done = world.caller.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &deal)).await.unwrap();
            world.deals.push(row_of(&done.record));
        }
        world
    }

    /// The rows that the filter means, by the other implementation.
    fn expected(&self, app: &TestApp, filter: &Filter) -> BTreeSet<Uuid> {
        let clock = &app.app.clock;
        let now = clock.now();
        let resolver = Clock { now, today: clock.day_of(now), midnight: &|day| clock.midnight(day) };
        let me = shared::access::Actor {
            id: self.caller.id,
            name: String::new(),
            team_id: None,
            subtree: vec![],
            roles: vec![],
            grants: vec![],
            time_zone: String::new(),
        };
        let resolved = resolve::resolve(filter, &Opportunity::SCHEMA, &me, &resolver).unwrap();
        let lookup = |_, id| self.accounts.iter().find(|row| server::ground::rows::id(row) == id).cloned();
        let wanted = self.deals.iter().filter(|row| eval::matches(&resolved, row, &lookup));
        wanted.map(server::ground::rows::id).collect()
    }
}

fn maybe(random: &mut StdRng, words: &[&str]) -> Option<String> {
    random.random_bool(0.7).then(|| words.choose(random).map(|word| (*word).to_owned())).flatten()
}

fn date(random: &mut StdRng) -> shared::time::Date {
    let (year, month, day) = (random.random_range(2025..2028), random.random_range(1..13), random.random_range(1..29));
    format!("{year}-{month:02}-{day:02}").parse().unwrap()
}

fn any_filter(random: &mut StdRng, depth: u32) -> Filter {
    let parts = |random: &mut StdRng| (0..random.random_range(0..4)).map(|_| any_filter(random, depth - 1)).collect();
    match random.random_range(0..if depth == 0 { 1 } else { 5 }) {
        1 => Filter::All(parts(random)),
        2 => Filter::Any(parts(random)),
        3 => Filter::Not(Box::new(any_filter(random, depth - 1))),
        _ => Filter::Test(any_test(random)),
    }
}

fn any_test(random: &mut StdRng) -> Test {
    let literal = |text: &str| vec![Arg::Literal(text.to_owned())];
    let compare = |random: &mut StdRng| *[Op::Lt, Op::Le, Op::Gt, Op::Ge].choose(random).unwrap();
    let day = |random: &mut StdRng| match random.random_range(0..2) {
        0 => vec![Arg::Today(random.random_range(-400..400))],
        _ => vec![Arg::Literal(date(random).to_string())],
    };
    let (via, key, op, args) = match random.random_range(0..14) {
        0 => {
            (None, "name", Op::Has, literal(["acme", "远见", "_", "%", "\\", "'", "ü", ", ("].choose(random).unwrap()))
        }
        1 => (None, "name", Op::Starts, literal(["ACME", "远", "O'N"].choose(random).unwrap())),
        2 => (None, "amount", compare(random), literal(&random.random_range(-50..900).to_string())),
        3 => (
            None,
            "amount",
            Op::Is,
            ["0", "100", "250"].choose_multiple(random, 2).map(|n| Arg::Literal((*n).into())).collect(),
        ),
        4 => (None, "amount", Op::Empty, vec![]),
        5 => (None, "close_date", compare(random), day(random)),
        6 => (None, "close_date", Op::During, vec![Arg::Period(*Period::ALL.choose(random).unwrap())]),
        7 => (None, "owner_id", Op::Is, vec![Arg::Me]),
        8 => (None, "owner_id", Op::Empty, vec![]),
        9 => (None, "currency", Op::Is, literal("USD")),
        10 => (Some("account_id"), "industry", Op::Is, literal(["retail", "medical"].choose(random).unwrap())),
        11 => (Some("account_id"), "tags", Op::Is, literal(["vip", "新", "x y"].choose(random).unwrap())),
        12 => (Some("account_id"), "employees", compare(random), literal(&random.random_range(0..50).to_string())),
        _ => (None, "created_at", Op::During, vec![Arg::Period(Period::ThisYear)]),
    };
    Test { via: via.map(str::to_owned), key: key.into(), op, args }
}

#[tokio::test]
async fn a_question_gives_its_number_its_sum_and_its_rows() {
    let seed = rand::rng().random::<u64>();
    eprintln!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let app = TestApp::start().await;
    let world = World::build(&app, &mut random).await;
    for n in 0..1_000 {
        let filter = any_filter(&mut random, 3);
        let asked = text::print(&filter);
        let expected = world.expected(&app, &filter);
        let totals = TotalsQuery {
            filter: Some(asked.clone()),
            sum: Some("amount".into()),
            group: Some("stage_id".into()),
            ..TotalsQuery::default()
        };
        let totals = world.caller.call::<CountOpportunities>((), totals).await.unwrap();
        assert_eq!(totals.count() as usize, expected.len(), "count of {asked}");
        let amount = |row: &&Row| expected.contains(&server::ground::rows::id(row));
        let sum: i64 = world.deals.iter().filter(amount).filter_map(|row| row["amount"].as_i64()).sum();
        assert_eq!(totals.lines.iter().map(|line| line.sum).sum::<i64>(), sum, "sum of {asked}");
        if n % 4 == 0 {
            assert_eq!(paged(&world, &asked, &mut random).await, expected, "rows of {asked}");
        }
    }
}

/// Reads all pages; no row may come twice or be left out.
async fn paged(world: &World<'_>, filter: &str, random: &mut StdRng) -> BTreeSet<Uuid> {
    let sort = ["-amount", "close_date,name", "name", "stage_id,-close_date", "-created_at", "owner_id"]
        .choose(random)
        .unwrap();
    let mut query =
        ListQuery { filter: Some(filter.into()), sort: Some((*sort).into()), limit: Some(7), ..ListQuery::default() };
    let mut rows = BTreeSet::new();
    loop {
        let page = world.caller.call::<ListOpportunities>((), query.clone()).await.unwrap();
        for deal in page.items {
            assert!(rows.insert(deal.id.0), "{} came twice by {sort}", deal.id);
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn a_table_holds_the_rows_of_the_list() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = stages(&admin).await.remove(0);
    for name in ["a", "b", "c"] {
        crate::board::deal(&admin, &stage, name, 100).await;
    }

    let list = admin.get_json("/api/opportunities?limit=2&sort=name").await;
    let table = admin.get_json("/api/opportunities?limit=2&sort=name&shape=table").await;
    let unknown = admin.get_json("/api/opportunities?shape=round").await;

    let page = shared::api::page_of(table.json()).unwrap();
    assert_eq!(serde_json::to_value(page).unwrap(), list.json());
    assert_eq!(table.json()["same"]["stage_id"], serde_json::json!(stage.id));
    assert_eq!(unknown.status, 422);
}

#[tokio::test]
async fn a_list_is_in_the_order_asked_with_absent_values_last() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = stages(&admin).await.remove(0);
    for (name, amount) in [("b", Some(2)), ("a", None), ("C", Some(3)), ("d", Some(1))] {
        let deal = Opportunity {
            name: name.into(),
            amount,
            pipeline_id: stage.pipeline_id,
            stage_id: stage.id,
            ..Opportunity::default()
        };
        admin.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &deal)).await.unwrap();
    }
    let mut orders = Vec::new();
    for sort in ["name", "-name", "amount", "-amount"] {
        let query = ListQuery { sort: Some(sort.into()), ..ListQuery::default() };
        let page = admin.call::<ListOpportunities>((), query).await.unwrap();
        orders.push(page.items.into_iter().map(|deal| deal.name).collect::<String>());
    }
    assert_eq!(orders, ["abCd", "dCba", "dbCa", "Cbda"]);
}
