//! The kept numbers: whatever is written, they are what counting the rows gives.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use sea_orm::ConnectionTrait as _;
use server::ground::clock::Clock;
use server::ground::tally;
use server::settings::Settings;
use shared::access::Scope;
use shared::accounts::*;
use shared::change::{Archive, Bulk, New, Patch, UndoBatch};
use shared::id::{AccountId, BatchId, OpportunityId, TeamId, UserId};
use shared::opportunities::*;
use shared::pipelines::*;
use shared::query::TotalsQuery;
use shared::time::HOUR;
use shared::users::{CreateShare, Share};
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::board::{deal, stages};

/// Leaves nothing out, but is a filter: the rows are counted.
const EVERYTHING: &str = "not(name.is.Nothing)";

#[tokio::test]
async fn kept_numbers_are_what_counting_gives_to_every_reader() {
    let seed = rand::rng().random::<u64>();
    // Stands in the output of a failing run.
    eprintln!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let app = TestApp::start().await;
    let mut company = Company::build(&app).await;
    for _ in 0..12 {
        for _ in 0..25 {
            company.command(&app, &mut random).await;
        }
        company.time_passes(&app, &mut random).await;
        company.check().await;
    }
    assert_eq!(tally::differing(&app.app.db, &app.app.clock).await.unwrap(), 0);
    assert!(company.done > 200, "only {} commands were carried out", company.done);
}

#[tokio::test]
async fn a_number_that_is_not_true_is_noticed_and_put_right() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = stages(&admin).await.remove(0);
    deal(&admin, &stage, "a", 100).await;
    let write = app.app.db.begin().await.unwrap();
    write.tx.execute_unprepared("UPDATE tallies SET amount = amount + 1 WHERE what = 'all'").await.unwrap();
    write.commit().await.unwrap();

    let wrong = board(&admin, Lanes::None, None).await;
    let differing = tally::differing(&app.app.db, &app.app.clock).await.unwrap();
    tally::recount(&app.app.db, &app.app.clock).await.unwrap();

    assert_eq!((wrong.columns[0].sums[0].amount, differing), (101, 1));
    assert_eq!(board(&admin, Lanes::None, None).await.columns[0].sums[0].amount, 100);
    assert_eq!(tally::differing(&app.app.db, &app.app.clock).await.unwrap(), 0);
}

#[tokio::test]
async fn days_of_another_zone_are_counted_anew() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = stages(&admin).await.remove(0);
    // Half past midnight in Shanghai: in Berlin it is still the day before.
    let clock = &app.app.clock;
    let tomorrow = clock.day_of(clock.now()).succ_opt().unwrap();
    clock.advance(clock.midnight(tomorrow).0 - clock.now().0 + HOUR / 2);
    let next = Opportunity {
        name: "a".into(),
        pipeline_id: stage.pipeline_id,
        stage_id: stage.id,
        next_step_on: tomorrow.checked_add_days(chrono::Days::new(300)),
        ..Opportunity::default()
    };
    let admin = app.sign_in(admin.id, "ada.admin@test.example").await;
    admin.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &next)).await.unwrap();
    let berlin = Settings { time_zone: "Europe/Berlin".into(), ..Settings::default() }.zone().unwrap();
    let there = Clock::new(berlin);

    let before = tally::differing(&app.app.db, &there).await.unwrap();
    tally::keep_up(&app.app.db, &there).await.unwrap();

    assert_eq!((before, tally::differing(&app.app.db, &there).await.unwrap()), (2, 0));
}

async fn board(caller: &Caller<'_>, lanes: Lanes, filter: Option<&str>) -> Board {
    let query =
        BoardQuery { lanes: Some(lanes), filter: filter.map(Into::into), cards: Some(100), ..BoardQuery::default() };
    caller.call::<GetBoard>((), query).await.unwrap()
}

/// How many cards a cell's window says there are.
async fn window(caller: &Caller<'_>, lanes: Lanes, column: &Column) -> i64 {
    let asked = CardQuery {
        stage: column.stage,
        lane: column.lane.clone(),
        lanes: Some(lanes),
        filter: None,
        search: None,
        sort: None,
        skip: 0,
        limit: 1,
        as_of: None,
    };
    caller.call::<GetBoardCards>((), asked).await.unwrap().count
}

/// Readers of every scope, and deals that change hands among them.
struct Company<'a> {
    admin: Caller<'a>,
    readers: Vec<(Caller<'a>, String)>,
    teams: Vec<TeamId>,
    users: Vec<UserId>,
    stages: Vec<Stage>,
    accounts: Vec<AccountId>,
    deals: Vec<OpportunityId>,
    batches: Vec<BatchId>,
    done: usize,
}

impl<'a> Company<'a> {
    async fn build(app: &'a TestApp) -> Self {
        let admin = app.admin().await;
        let top = app.team("Top", None).await;
        let teams = vec![top, app.team("Below", Some(top)).await, app.team("Beside", None).await];
        let mut readers = vec![(admin.clone(), "ada.admin".to_owned())];
        for (n, scope) in [Scope::Own, Scope::Team, Scope::Subtree, Scope::Own].into_iter().enumerate() {
            let role = app.role_of(scope).await;
            let caller = app.staff(&format!("Reader {n}"), role, teams.get(n % 4).copied()).await;
            readers.push((caller, format!("reader.{n}")));
        }
        let users = readers.iter().map(|(caller, _)| caller.id).collect();
        let mut accounts = Vec::new();
        for n in 0..6 {
            accounts.push(account(&admin, &format!("Account {n}")).await);
        }
        let stages = stages(&admin).await;
        let (deals, batches) = (Vec::new(), Vec::new());
        Self { admin, readers, teams, users, stages, accounts, deals, batches, done: 0 }
    }

    /// Any command at all; one that is refused changes nothing.
    async fn command(&mut self, app: &TestApp, random: &mut StdRng) {
        let batch = BatchId(Uuid::now_v7());
        let admin = self.admin.with_key(batch);
        let some = |random: &mut StdRng, most| -> Vec<OpportunityId> {
            let many = random.random_range(1..=most);
            self.deals.choose_multiple(random, many).copied().collect()
        };
        let ids = |deals: Vec<OpportunityId>| deals.into_iter().map(|id| id.0).collect::<Vec<_>>();
        let outcome = match random.random_range(0..12) {
            0..4 => {
                let deal = self.any_deal(app, random);
                self.deals.push(deal.id);
                admin.call::<CreateOpportunity>((), New::of(deal.id.0, &deal)).await.map(drop)
            }
            4 | 5 => {
                let stage = self.stages.choose(random).unwrap().id;
                let lost_reason = Some("price".to_owned());
                let moved = Move { ids: some(random, 3), stage, lost_reason, ..Move::default() };
                admin.call::<MoveOpportunities>((), moved).await.map(drop)
            }
            6 => {
                let Some(id) = self.deals.choose(random) else { return };
                admin.call::<UpdateOpportunity>(*id, self.any_patch(app, random)).await.map(drop)
            }
            7 => {
                let set = self.any_patch(app, random).set;
                let bulk = Bulk { ids: ids(some(random, 6)), set, ..Bulk::default() };
                admin.call::<UpdateOpportunities>((), bulk).await.map(drop)
            }
            8 => {
                let archive = Archive { ids: ids(some(random, 3)), archived: random.random_bool(0.6) };
                admin.call::<ArchiveOpportunities>((), archive).await.map(drop)
            }
            9 => {
                let Some(batch) = self.batches.choose(random) else { return };
                admin.call::<UndoBatch>(*batch, ()).await.map(drop)
            }
            10 => self.open_to_others(app, &admin, random).await,
            _ => {
                let stage = self.stages.choose(random).unwrap().id;
                let days = random.random_bool(0.8).then(|| random.random_range(1..4));
                let patch = match random.random_range(0..5) {
                    3 => Patch::set("probability", random.random_range(0..100)),
                    4 => Patch::set("wip_limit", random.random_bool(0.7).then_some(3)),
                    0 => Patch::set("kind", *["open", "on_hold"].choose(random).unwrap()),
                    _ => Patch::set("rot_days", days),
                };
                admin.call::<UpdateStage>(stage, patch).await.map(drop)
            }
        };
        match outcome {
            Ok(()) => {
                self.done += 1;
                self.batches.push(batch);
            }
            Err(refused) => assert!((400..500).contains(&refused.status), "{refused:?}"),
        }
    }

    fn any_deal(&self, app: &TestApp, random: &mut StdRng) -> Opportunity {
        let stage = self.stages.choose(random).unwrap();
        Opportunity {
            id: OpportunityId(Uuid::now_v7()),
            name: "Deal".into(),
            pipeline_id: stage.pipeline_id,
            stage_id: stage.id,
            amount: random.random_bool(0.9).then(|| random.random_range(-500..90_000)),
            currency: (*["CNY", "USD"].choose(random).unwrap()).into(),
            lost_reason: Some("price".into()),
            next_step_on: any_day(app, random),
            account_id: self.accounts.choose(random).copied().filter(|_| random.random_bool(0.7)),
            owner_id: self.users.choose(random).copied(),
            team_id: self.teams.choose(random).copied(),
            ..Opportunity::default()
        }
    }

    fn any_patch(&self, app: &TestApp, random: &mut StdRng) -> Patch {
        let word = |id: Option<String>| serde_json::Value::from(id);
        match random.random_range(0..7) {
            0 => Patch::set("amount", random.random_bool(0.8).then(|| random.random_range(0..90_000))),
            1 => Patch::set(
                "owner_id",
                word(random.random_bool(0.8).then(|| self.users.choose(random).unwrap().to_string())),
            ),
            2 => Patch::set(
                "team_id",
                word(random.random_bool(0.8).then(|| self.teams.choose(random).unwrap().to_string())),
            ),
            3 => Patch::set("next_step_on", word(any_day(app, random).map(|day| day.to_string()))),
            4 => Patch::set("account_id", self.accounts.choose(random).unwrap().to_string()),
            5 => Patch::set("probability", random.random_range(0..101)).and("is_probability_manual", true),
            _ => Patch::set("currency", *["CNY", "EUR"].choose(random).unwrap()),
        }
    }

    /// A share of a deal, or an account that changes hands.
    async fn open_to_others(
        &self,
        app: &TestApp,
        admin: &Caller<'_>,
        random: &mut StdRng,
    ) -> Result<(), shared::api::ApiError> {
        let Some(deal) = self.deals.choose(random).filter(|_| random.random_bool(0.6)) else {
            let owner = self.users.choose(random).unwrap().to_string();
            let account = self.accounts.choose(random).unwrap();
            return admin.call::<UpdateAccount>(*account, Patch::set("owner_id", owner)).await.map(drop);
        };
        let to_user = random.random_bool(0.5);
        let share = Share {
            object: "opportunity".into(),
            record_id: deal.0,
            user_id: self.users.choose(random).copied().filter(|_| to_user),
            team_id: self.teams.choose(random).copied().filter(|_| !to_user),
            expires_at: random.random_bool(0.5).then(|| app.app.clock.now().plus(9 * HOUR)),
            ..Share::default()
        };
        admin.call::<CreateShare>((), New::of(Uuid::now_v7(), &share)).await.map(drop)
    }

    /// Part of a day, at whose end the sessions have run out.
    async fn time_passes(&mut self, app: &'a TestApp, random: &mut StdRng) {
        app.app.clock.advance(random.random_range(1..19) * HOUR);
        for (reader, name) in &mut self.readers {
            *reader = app.sign_in(reader.id, &format!("{name}@test.example")).await;
        }
        self.admin = self.readers[0].0.clone();
    }

    async fn check(&self) {
        for (reader, name) in &self.readers {
            for lanes in [Lanes::None, Lanes::Owner, Lanes::Team] {
                let kept = board(reader, lanes, None).await;
                let counted = board(reader, lanes, Some(EVERYTHING)).await;
                assert_eq!((kept.is_narrowed, counted.is_narrowed), (false, true));
                assert_eq!(Board { is_narrowed: true, ..kept.clone() }, counted, "{lanes:?} for {name}");
                // Every fifth cell, which is one of each stage.
                for column in kept.columns.iter().step_by(5) {
                    assert_eq!(window(reader, lanes, column).await, column.count, "{lanes:?} for {name}");
                }
                for held in &kept.held {
                    let own = kept.columns.iter().filter(|column| column.stage == held.stage);
                    assert_eq!(held.count, own.map(|column| column.count).sum::<i64>(), "for {name}");
                }
            }
            let at = Some(reader.test.app.clock.now());
            let query = BoardQuery { as_of: at, cards: Some(100), ..BoardQuery::default() };
            let signals = reader.call::<GetBoard>((), query).await.unwrap();
            let kept = board(reader, Lanes::None, None).await;
            let numbers = |board: &Board| -> Vec<(i64, i64, i64, Vec<Sum>)> {
                let column = |column: &Column| (column.count, column.late, column.stale, column.sums.clone());
                board.columns.iter().map(column).collect()
            };
            assert_eq!(numbers(&kept), numbers(&signals), "by their signals, for {name}");
            let all = TotalsQuery::default();
            let narrowed = TotalsQuery { filter: Some(EVERYTHING.into()), ..TotalsQuery::default() };
            let kept = reader.call::<CountOpportunities>((), all.clone()).await.unwrap();
            assert_eq!(kept, reader.call::<CountOpportunities>((), narrowed.clone()).await.unwrap());
            let kept = reader.call::<CountAccounts>((), all).await.unwrap();
            assert_eq!(kept, reader.call::<CountAccounts>((), narrowed).await.unwrap());
        }
    }
}

fn any_day(app: &TestApp, random: &mut StdRng) -> Option<shared::time::Date> {
    let today = app.app.clock.day_of(app.app.clock.now());
    let away = chrono::Duration::days(random.random_range(-3..6));
    random.random_bool(0.7).then(|| today + away)
}
