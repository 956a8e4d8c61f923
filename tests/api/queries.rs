//! The same question gives the number and its rows: random questions asked of
//! the database, counted, summed, paged, and checked in memory.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use server::ground::access;
use server::ground::rows::id as id_of;
use shared::access::{Action, Actor, Scope, rule};
use shared::accounts::*;
use shared::auth::WhoAmI;
use shared::change::New;
use shared::fields::{Row, Schema, row_of};
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
    /// Sees what is the own team's, in a company of two teams.
    member: Caller<'a>,
    accounts: Vec<Row>,
    deals: Vec<Row>,
}

impl<'a> World<'a> {
    async fn build(app: &'a TestApp, random: &mut StdRng) -> Self {
        let caller = app.admin().await;
        let stages = stages(&caller).await;
        let teams = [app.team("North", None).await, app.team("South", None).await];
        let member = app.staff("Mia", app.role_of(Scope::Team).await, Some(teams[0])).await;
        let owners = [caller.id, member.id];
        let mut world = Self { caller, member, accounts: vec![], deals: vec![] };
        for n in 0..40 {
            let account = Account {
                name: format!("{} {}", NAMES.choose(random).unwrap(), n % 7),
                industry: maybe(random, &["retail", "medical"]),
                region: maybe(random, &["华东", "West"]),
                level: maybe(random, &["A", "B"]),
                employees: random.random_bool(0.7).then(|| random.random_range(0..50)),
                founded_on: random.random_bool(0.6).then(|| date(random)),
                tags: ["vip", "新", "x y"].choose_multiple(random, n % 3).map(|tag| (*tag).to_owned()).collect(),
                owner_id: owners.choose(random).copied(),
                team_id: teams.choose(random).copied(),
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
                account_id: account.map(|row| AccountId(id_of(row))),
                pipeline_id: stage.pipeline_id,
                stage_id: stage.id,
                amount: random.random_bool(0.8).then(|| random.random_range(-5..40) * 25),
                currency: ["CNY", "USD"].choose(random).unwrap().to_string(),
                close_date: random.random_bool(0.8).then(|| date(random)),
                source: maybe(random, &["referral", "website"]),
                next_step: maybe(random, &["Call", "电话"]),
                tags: ["hot", "旧"].choose_multiple(random, n % 3).map(|tag| (*tag).to_owned()).collect(),
                probability: random.random_range(0..11) * 10,
                is_probability_manual: random.random_bool(0.5),
                owner_id: random.random_bool(0.7).then(|| *owners.choose(random).unwrap()),
                team_id: random.random_bool(0.7).then(|| *teams.choose(random).unwrap()),
                ..Opportunity::default()
            };
            let done = world.caller.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &deal)).await.unwrap();
            world.deals.push(row_of(&done.record));
        }
        world
    }

    /// The rows that the filter means for an asker, by the other implementation.
    async fn expected(&self, app: &TestApp, asker: &Actor, filter: &Filter) -> BTreeSet<Uuid> {
        let clock = &app.app.clock;
        let now = clock.now();
        let resolver = Clock { now, today: clock.day_of(now), midnight: &|day| clock.midnight(day) };
        let resolved = resolve::resolve(filter, &Opportunity::SCHEMA, asker, &resolver).unwrap();
        let accounts = seen(app, asker, &Account::SCHEMA, &self.accounts).await;
        let deals = seen(app, asker, &Opportunity::SCHEMA, &self.deals).await;
        let lookup = |_, id| accounts.iter().find(|row| id_of(row) == id).cloned();
        let wanted = deals.iter().filter(|row| eval::matches(&resolved, row, &lookup));
        wanted.map(id_of).collect()
    }
}

/// Those of the rows that the rule admits.
async fn seen(app: &TestApp, asker: &Actor, schema: &Schema, rows: &[Row]) -> Vec<Row> {
    let facts = access::facts(&app.app.db.read, schema, &rows.iter().collect::<Vec<_>>()).await.unwrap();
    let rule = rule(asker, schema.object, schema.guard, Action::Read, app.app.clock.now());
    rows.iter().zip(&facts).filter(|(_, facts)| rule.admits(facts)).map(|(row, _)| row.clone()).collect()
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
    let (via, key, op, args) = match random.random_range(0..22) {
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
        13 => (None, "source", Op::Is, literal(["referral", "website"].choose(random).unwrap())),
        14 => (None, "next_step", Op::Empty, vec![]),
        15 => (None, "next_step", Op::Has, literal("电")),
        16 => (None, "tags", Op::Is, literal(["hot", "旧"].choose(random).unwrap())),
        17 => (None, "tags", Op::Empty, vec![]),
        18 => (None, "probability", compare(random), literal(&random.random_range(0..100).to_string())),
        19 => (None, "is_probability_manual", Op::Is, literal("true")),
        20 => (Some("account_id"), "founded_on", compare(random), day(random)),
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
    let groups = ["stage_id", "currency", "owner_id", "close_date:month", "close_date:year,source", "team_id"];
    for n in 0..1_000 {
        let asker = if n % 2 == 0 { &world.caller } else { &world.member };
        let me = asker.call::<WhoAmI>((), ()).await.unwrap().actor;
        let filter = any_filter(&mut random, 3);
        let asked = text::print(&filter);
        let expected = world.expected(&app, &me, &filter).await;
        let totals = TotalsQuery {
            filter: Some(asked.clone()),
            sum: Some("amount".into()),
            group: groups.choose(&mut random).map(|group| (*group).into()),
            ..TotalsQuery::default()
        };
        let totals = asker.call::<CountOpportunities>((), totals).await.unwrap();
        assert_eq!(totals.count() as usize, expected.len(), "count of {asked}");
        let amount = |row: &&Row| expected.contains(&id_of(row));
        let sum: i64 = world.deals.iter().filter(amount).filter_map(|row| row["amount"].as_i64()).sum();
        assert_eq!(totals.lines.iter().map(|line| line.sum).sum::<i64>(), sum, "sum of {asked}");
        assert_eq!(paged(asker, &asked, &mut random).await, expected, "rows of {asked}");
    }
}

/// Reads all pages; no row may come twice or be left out.
async fn paged(asker: &Caller<'_>, filter: &str, random: &mut StdRng) -> BTreeSet<Uuid> {
    let sorts = [
        "-amount",
        "close_date,name",
        "name",
        "stage_id,-close_date",
        "-created_at",
        "owner_id",
        "-source,next_step",
        "team_id,-probability",
        "is_probability_manual,-name",
        "currency,amount",
        "-rank",
    ];
    let sort = sorts.choose(random).unwrap();
    let mut query =
        ListQuery { filter: Some(filter.into()), sort: Some((*sort).into()), limit: Some(17), ..ListQuery::default() };
    let mut rows = BTreeSet::new();
    loop {
        let page = asker.call::<ListOpportunities>((), query.clone()).await.unwrap();
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
