//! Service reports: each number is the count of the list that it opens.

mod lived;

use http::StatusCode;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;
use server::ground::rows;
use shared::access::{Action, Grant, Object, Scope};
use shared::change::New;
use shared::fields::row_of;
use shared::id::{AccountId, QueueId, TeamId, TicketCategoryId, TicketId, TicketStatusId, UserId};
use shared::query::{Archived, Filter, ListQuery, Period, TotalsQuery, text};
use shared::reports::*;
use shared::sla::{Category, Priority};
use shared::tickets::*;
use shared::time::{DAY, Instant};
use shared::users::{CreateShare, Share};
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::tickets::{category, status, ticket};

/// What random tickets are made of.
pub struct Parts {
    statuses: [TicketStatusId; 2],
    categories: Vec<TicketCategoryId>,
    queues: Vec<QueueId>,
    accounts: Vec<AccountId>,
    teams: Vec<TeamId>,
    owners: Vec<UserId>,
}

impl Parts {
    async fn of(admin: &Caller<'_>, teams: Vec<TeamId>, owners: Vec<UserId>) -> Self {
        let queue = Queue { name: "Repairs".into(), ..Queue::default() };
        let queue = admin.call::<CreateQueue>((), New::of(Uuid::now_v7(), &queue)).await.unwrap().record.id;
        Self {
            statuses: [status(admin, Category::Open).await, status(admin, Category::Solved).await],
            categories: vec![category(admin, "Hardware").await, category(admin, "Software").await],
            queues: vec![queue],
            accounts: vec![account(admin, "=1+1").await, account(admin, "Acme").await],
            teams,
            owners,
        }
    }

    /// A ticket that has been through anything that may happen to one.
    fn ticket(&self, number: i64, now: Instant, random: &mut StdRng) -> Ticket {
        let maybe = |random: &mut StdRng| random.random_bool(0.7);
        let created = now.plus(-random.random_range(0..70 * DAY));
        let later = |random: &mut StdRng, from: Instant| from.plus(random.random_range(0..12 * DAY)).min(now);
        let first_solved = maybe(random).then(|| later(random, created));
        let reopened = first_solved.map_or(0, |_| i64::from(random.random_bool(0.3)));
        let solved = first_solved.filter(|_| reopened == 0 || random.random_bool(0.5));
        let solved = solved.map(|first| if reopened == 1 { later(random, first) } else { first });
        let verdict = |random: &mut StdRng| maybe(random).then(|| *Verdict::ALL.choose(random).unwrap());
        let secs = |from: Instant, to: Option<Instant>| to.map(|to| (to.0 - from.0) / 1_000);
        let answered = maybe(random).then(|| later(random, created));
        Ticket {
            id: TicketId(Uuid::now_v7()),
            version: 1,
            created_at: created,
            updated_at: now,
            archived_at: random.random_bool(0.1).then_some(now),
            number,
            name: format!("Ticket {number}"),
            kind: *TicketKind::ALL.choose(random).unwrap(),
            category_id: self.categories.choose(random).copied().filter(|_| random.random_bool(0.8)),
            priority: *Priority::ALL.choose(random).unwrap(),
            status_id: self.statuses[usize::from(solved.is_some())],
            state: if solved.is_some() { Category::Solved } else { Category::Open },
            queue_id: self.queues.choose(random).copied().filter(|_| random.random_bool(0.5)),
            owner_id: self.owners.choose(random).copied().filter(|_| random.random_bool(0.8)),
            team_id: self.teams.choose(random).copied().filter(|_| random.random_bool(0.8)),
            account_id: self.accounts.choose(random).copied().filter(|_| random.random_bool(0.8)),
            channel: *Channel::ALL.choose(random).unwrap(),
            resolution: solved.map(|_| *Resolution::ALL.choose(random).unwrap()),
            reopened,
            first_reply_at: answered,
            solved_at: solved,
            replies: random.random_range(0..4),
            first_solved_at: first_solved,
            response_secs: secs(created, answered),
            response_work: secs(created, answered).map(|secs| secs / 3).filter(|_| random.random_bool(0.9)),
            first_resolution_secs: secs(created, first_solved),
            first_resolution_work: secs(created, first_solved).map(|secs| secs / 3),
            resolution_secs: secs(created, solved),
            resolution_work: secs(created, solved).map(|secs| secs / 3),
            response_sla: verdict(random),
            next_response_sla: verdict(random),
            first_resolution_sla: first_solved.and_then(|_| verdict(random)),
            resolution_sla: solved.and_then(|_| verdict(random)),
            ..Ticket::default()
        }
    }

    /// Puts tickets there, as if they had come and gone.
    pub async fn fill(&self, app: &TestApp, random: &mut StdRng, count: i64) {
        let now = app.app.clock.now();
        let all: Vec<_> = (0..count).map(|n| row_of(&self.ticket(10_000 + n, now, random))).collect();
        rows::insert(app.app.db.for_migrations(), &Ticket::SCHEMA, &all).await.unwrap();
    }
}

async fn agent<'a>(app: &'a TestApp, name: &str, scope: Scope, team: TeamId) -> Caller<'a> {
    let grants = Object::ALL.iter().flat_map(|object| {
        Action::ALL.iter().map(move |action| {
            let scope = if *object == Object::Ticket { scope } else { Scope::All };
            Grant { object: *object, action: *action, scope }
        })
    });
    let role = app.role_with(grants.collect()).await;
    app.staff(name, role, Some(team)).await
}

fn seeded() -> StdRng {
    let seed = rand::rng().random::<u64>();
    eprintln!("seed {seed}");
    StdRng::seed_from_u64(seed)
}

async fn report(caller: &Caller<'_>, query: &ReportQuery) -> Report {
    caller.call::<ServiceReport>((), query.clone()).await.unwrap()
}

async fn count(caller: &Caller<'_>, filter: &Filter, archived: Archived) -> i64 {
    let query = TotalsQuery { filter: Some(text::print(filter)), archived: Some(archived), ..TotalsQuery::default() };
    caller.call::<TicketTotals>((), query).await.unwrap().count()
}

/// Every number of a report against its list; how many were compared.
async fn check(caller: &Caller<'_>, query: &ReportQuery) -> usize {
    let report = report(caller, query).await;
    let asked = text::parse(query.filter.as_deref().unwrap_or_default()).unwrap();
    let some = report.lines.iter().enumerate().filter(|(at, _)| at % 4 == 0 || *at + 1 == report.lines.len());
    let lines = std::iter::once(None).chain(some.map(|(_, line)| Some(line)).take(4));
    let mut compared = 0;
    for line in lines {
        for number in &line.unwrap_or(&report.total).numbers {
            let opened = |is_part: bool| report.rows(&asked, line, number.measure, is_part);
            let listed = count(caller, &opened(false).unwrap(), Archived::Without).await;
            let what = format!("{} of {:?} in {query:?} for {}", number.measure, line.map(|line| &line.key), caller.id);
            assert_eq!(number.n, listed, "{what}");
            if let Some(part) = opened(true) {
                assert_eq!(number.part, Some(count(caller, &part, Archived::Without).await), "part {what}");
            }
            compared += 1;
        }
    }
    for left_out in &report.excluded {
        let archived = if left_out.why == Why::Archived { Archived::Only } else { Archived::Without };
        let listed = count(caller, &report.left_out_rows(&asked, left_out.why), archived).await;
        assert_eq!(left_out.n, listed, "{} in {query:?} for {}", left_out.why, caller.id);
    }
    compared
}

#[tokio::test]
async fn each_number_is_the_count_of_the_list_that_it_opens() {
    let (app, mut random) = (TestApp::start().await, seeded());
    let admin = app.admin().await;
    let teams = vec![app.team("North", None).await, app.team("South", None).await];
    let ann = agent(&app, "Ann", Scope::Team, teams[0]).await;
    let bob = agent(&app, "Bob", Scope::Own, teams[1]).await;
    let parts = Parts::of(&admin, teams, vec![ann.id, bob.id]).await;
    parts.fill(&app, &mut random, 250).await;
    let shared = ticket(&admin, "Shared").await.id.0;
    let share = Share { record_id: shared, object: "ticket".into(), user_id: Some(bob.id), ..Share::default() };
    admin.call::<CreateShare>((), New::of(Uuid::now_v7(), &share)).await.unwrap();
    let today = app.app.clock.day_of(app.app.clock.now());
    let mut totals = Vec::new();
    let mut compared = 0;
    for caller in [&admin, &ann, &bob] {
        for _ in 0..5 {
            let days = random.random_bool(0.4);
            let query = ReportQuery {
                period: [Period::ThisMonth, Period::LastMonth, Period::ThisQuarter].choose(&mut random).copied(),
                from: days.then(|| today - chrono::Days::new(random.random_range(20..60))),
                to: days.then(|| today - chrono::Days::new(random.random_range(0..20))),
                group: GroupBy::ALL.choose(&mut random).copied(),
                filter: [None, Some("priority.is.urgent~high"), Some("any(owner_id.is.@me,team_id.empty)")]
                    .choose(&mut random)
                    .copied()
                    .flatten()
                    .map(str::to_owned),
            };
            compared += check(caller, &query).await;
        }
        let whole = ReportQuery { period: Some(Period::ThisQuarter), ..ReportQuery::default() };
        totals.push(report(caller, &whole).await.total.number(Measure::Backlog).n);
    }
    assert!(compared > 15 * 2 * Measure::ALL.len(), "{compared}");
    assert!(totals[0] > totals[1] && totals[1] > 0 && totals[2] > 0, "{totals:?}");
}

#[tokio::test]
async fn groups_add_up_and_times_are_those_of_the_rows() {
    let (app, mut random) = (TestApp::start().await, seeded());
    let admin = app.admin().await;
    let parts = Parts::of(&admin, vec![app.team("North", None).await], vec![admin.id]).await;
    parts.fill(&app, &mut random, 120).await;
    for group in GroupBy::ALL {
        let query = ReportQuery { period: Some(Period::LastMonth), group: Some(*group), ..ReportQuery::default() };
        let report = report(&admin, &query).await;
        assert_eq!(report.left_out, 0);
        for measure in Measure::ALL.iter().filter(|measure| measure.anchor() != Anchor::End) {
            let sum: i64 = report.lines.iter().map(|line| line.number(*measure).n).sum();
            assert_eq!(sum, report.total.number(*measure).n, "{measure} by {group}");
        }
    }
    let query = ReportQuery { period: Some(Period::LastMonth), ..ReportQuery::default() };
    let report = report(&admin, &query).await;
    let told = report.total.number(Measure::ResponseSecs);
    let rows = report.rows(&Filter::default(), None, Measure::ResponseSecs, false).unwrap();
    let list = ListQuery { filter: Some(text::print(&rows)), limit: Some(500), ..ListQuery::default() };
    let listed = admin.call::<ListTickets>((), list).await.unwrap().items;
    let mut times: Vec<i64> = listed.iter().map(|ticket| ticket.response_secs.unwrap()).collect();
    times.sort_unstable();
    assert_eq!((told.p50, told.p90), (percentile(&times, 50), percentile(&times, 90)));
    assert!(told.p50 <= told.p90);
}

#[tokio::test]
async fn a_report_costs_as_many_statements_however_many_groups() {
    let (app, mut random) = (TestApp::start().await, seeded());
    let admin = app.admin().await;
    let mut parts = Parts::of(&admin, vec![app.team("North", None).await], vec![admin.id]).await;
    let query =
        ReportQuery { group: Some(GroupBy::Account), period: Some(Period::ThisQuarter), ..ReportQuery::default() };
    let cost = async || {
        let mut fewest = u64::MAX;
        for _ in 0..4 {
            tokio::time::sleep(std::time::Duration::from_millis(40)).await;
            let before = app.app.db.statements();
            report(&admin, &query).await;
            fewest = fewest.min(app.app.db.statements() - before);
        }
        fewest
    };
    parts.fill(&app, &mut random, 20).await;
    let few = cost().await;
    for n in 0..30 {
        parts.accounts.push(account(&admin, &format!("Account {n}")).await);
    }
    let now = app.app.clock.now();
    let all: Vec<_> = (0..100).map(|n| row_of(&parts.ticket(50_000 + n, now, &mut random))).collect();
    rows::insert(app.app.db.for_migrations(), &Ticket::SCHEMA, &all).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let many = cost().await;
    assert_eq!(few, many);
    assert!(many <= 4, "{many}");
}

#[tokio::test]
async fn the_table_leaves_as_a_file_for_who_may_export_tickets() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let account = account(&admin, "=1+1").await;
    crate::tickets::with(&admin, json!({ "name": "Printer", "account_id": account })).await;
    let grants = [Grant { object: Object::Ticket, action: Action::Read, scope: Scope::All }];
    let reader = app.staff("Rea", app.role_with(grants.to_vec()).await, None).await;

    let file = admin.get_json(&format!("{CSV}?group=account_id")).await;
    let refused = reader.get_json(CSV).await;

    assert_eq!((file.status, refused.status), (StatusCode::OK, StatusCode::FORBIDDEN));
    let text = file.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[1].starts_with("'=1+1,1,0,1,"), "{text}");
    let columns: Vec<usize> = lines.iter().map(|line| line.split(',').count()).collect();
    assert!(columns[1] == columns[2] && columns[1] > 30, "{columns:?}");
}

#[tokio::test]
async fn a_period_that_is_none_is_refused_at_its_field() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let day = |text: &str| Some(text.parse().unwrap());
    for (from, to, field, code) in [
        (day("2026-11-02"), day("2026-11-01"), "to", "ends_before"),
        (day("2026-11-02"), None, "to", "required"),
        (None, day("2026-11-02"), "from", "required"),
        (day("2000-01-01"), day("2026-11-01"), "to", "period_too_long"),
        (day("1700-01-01"), day("1700-01-02"), "from", "date_out_of_range"),
    ] {
        let query = ReportQuery { from, to, ..ReportQuery::default() };
        let refused = admin.call::<ServiceReport>((), query).await.unwrap_err();
        assert_eq!(refused.fields[field].code, code);
    }
    let bad = ReportQuery { filter: Some("colour.is.red".into()), ..ReportQuery::default() };
    assert_eq!(admin.call::<ServiceReport>((), bad).await.unwrap_err().fields["filter"].code, "unknown");
    let nobody = app.staff("Nan", app.role_with(Vec::new()).await, None).await;
    let refused = nobody.call::<ServiceReport>((), ReportQuery::default()).await.unwrap_err();
    assert_eq!(refused.status, 403);
}
