//! Jobs: once each, again after a failure, and in the end for people to look at.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait as _, Statement};
use server::App;
use server::ground::change;
use server::ground::jobs::{self, Job};
use shared::accounts::{Account, CreateAccount};
use shared::change::New;
use shared::id::BatchId;
use shared::time::{DAY, HOUR, MINUTE, SECOND};
use tests::TestApp;
use uuid::Uuid;

async fn run(app: &App, sql: &str) {
    let write = app.db.begin().await.unwrap();
    write.tx.execute_unprepared(sql).await.unwrap();
    write.commit().await.unwrap();
}

/// State, tries and last error of the only job of a kind.
async fn job(app: &App, kind: &str) -> (String, i64, Option<String>) {
    let sql = format!("SELECT state, attempts, last_error FROM jobs WHERE kind = '{kind}'");
    let rows = app.db.read.query_all_raw(Statement::from_string(app.db.backend(), sql)).await.unwrap();
    assert_eq!(rows.len(), 1, "jobs of kind {kind}");
    let row = &rows[0];
    (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap())
}

async fn wait_until(app: &App, kind: &str, wanted: impl Fn(&str, i64) -> bool) -> (String, i64, Option<String>) {
    let begun = Instant::now();
    loop {
        let job = job(app, kind).await;
        if wanted(&job.0, job.1) {
            return job;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{kind} is {job:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn insert(kind: &str, state: &str, run_at: i64, leased_until: &str) -> String {
    // Both databases read this as the same sixteen bytes.
    let id = Uuid::now_v7().simple().to_string();
    let id = |is_sqlite: bool| {
        if is_sqlite { format!("X'{id}'") } else { format!("'{id}'") }
    };
    let is_sqlite = std::env::var("KITH_TEST_DATABASE_URL").is_err();
    format!(
        "INSERT INTO jobs (id, kind, payload, state, run_at, attempts, leased_until) \
         VALUES ({}, '{kind}', 'null', '{state}', {run_at}, 0, {leased_until})",
        id(is_sqlite)
    )
}

#[tokio::test]
async fn a_job_that_fails_is_tried_five_times_and_then_kept() {
    let app = TestApp::start().await;
    let now = app.app.clock.now().0;

    run(&app.app, &insert("no_such_kind", "waiting", now, "NULL")).await;
    for attempt in 1..5 {
        let (state, ..) =
            wait_until(&app.app, "no_such_kind", |state, tries| state == "waiting" && tries == attempt).await;
        assert_eq!(state, "waiting");
        app.app.clock.advance(HOUR);
        app.app.jobs.wake();
    }
    let (_, tries, why) = wait_until(&app.app, "no_such_kind", |state, _| state == "dead").await;

    assert_eq!(tries, 5);
    assert!(why.unwrap().starts_with("unknown job"), "it says why");
    let dead = jobs::dead(&app.app.db.read).await.unwrap();
    assert_eq!((dead.len(), dead[0].kind.as_str()), (1, "no_such_kind"));
}

#[tokio::test]
async fn a_failed_job_waits_before_it_is_tried_again() {
    let app = TestApp::start().await;
    run(&app.app, &insert("no_such_kind", "waiting", app.app.clock.now().0, "NULL")).await;
    wait_until(&app.app, "no_such_kind", |state, tries| state == "waiting" && tries == 1).await;

    app.app.clock.advance(2 * SECOND);
    app.app.jobs.wake();
    tokio::time::sleep(Duration::from_millis(300)).await;

    assert_eq!(job(&app.app, "no_such_kind").await.1, 1);
}

#[tokio::test]
async fn what_a_dead_server_held_another_takes() {
    let app = TestApp::start().await;
    let now = app.app.clock.now().0;

    run(&app.app, &insert("no_such_kind", "running", now - MINUTE, &(now + 8 * SECOND).to_string())).await;
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    let held = job(&app.app, "no_such_kind").await;
    app.app.clock.advance(8 * SECOND);
    wait_until(&app.app, "no_such_kind", |_, tries| tries == 1).await;

    assert_eq!((held.0.as_str(), held.1), ("running", 0));
}

#[tokio::test]
async fn a_job_with_a_key_is_there_once() {
    let app = TestApp::start().await;
    let later = app.app.clock.now().plus(HOUR);

    let write = app.app.db.begin().await.unwrap();
    for _ in 0..3 {
        jobs::enqueue(&write.tx, &Job::Purge, later, Some("mine")).await.unwrap();
    }
    write.commit().await.unwrap();

    let sql = "SELECT COUNT(*) FROM jobs WHERE unique_key = 'mine'";
    let row = app.app.db.read.query_one_raw(Statement::from_string(app.app.db.backend(), sql)).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 1);
}

#[tokio::test]
async fn a_daily_job_comes_back() {
    let app = TestApp::start().await;
    let runs_at = async || {
        let sql = "SELECT run_at, ended_at FROM jobs WHERE kind = 'purge'";
        let row =
            app.app.db.read.query_one_raw(Statement::from_string(app.app.db.backend(), sql)).await.unwrap().unwrap();
        (row.try_get_by_index::<i64>(0).unwrap(), row.try_get_by_index::<Option<i64>>(1).unwrap())
    };
    let (first, _) = runs_at().await;

    app.app.clock.advance(MINUTE);
    app.app.jobs.wake();
    let begun = Instant::now();
    while runs_at().await.0 == first && begun.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let (next, ended) = runs_at().await;
    assert!((23 * HOUR..25 * HOUR).contains(&(next - first)), "{next} after {first}");
    assert_eq!(ended, None);
}

#[tokio::test]
async fn all_workers_together_run_each_job_once() {
    let app = TestApp::start().await;
    app.admin().await;
    let mut servers = vec![app.app.clone()];
    // SQLite has one server, with several workers all the same.
    if !app.app.db.is_sqlite() {
        servers.push(App::start(app.app.settings.clone()).await.unwrap());
    }
    let network = |n: usize| format!("198.51.100.{n}");

    let write = app.app.db.begin().await.unwrap();
    for n in 0..30 {
        let asked = serde_json::json!({ "kind": "password_reset", "payload": { "email": "ada.admin@test.example", "locale": "en" } });
        let job: Job = serde_json::from_value(asked).unwrap();
        jobs::enqueue(&write.tx, &job, app.app.clock.now(), Some(&network(n))).await.unwrap();
    }
    write.commit().await.unwrap();
    for server in &servers {
        server.jobs.wake();
    }

    assert_eq!(crate::auth::mails(&app, 30).await.len(), 30);
    tokio::time::sleep(Duration::from_millis(200)).await;
    for server in &servers {
        server.closing.begin();
    }
    let sql = "SELECT COUNT(*) FROM jobs WHERE kind = 'password_reset' AND (state <> 'done' OR attempts <> 1)";
    let row = app.app.db.read.query_one_raw(Statement::from_string(app.app.db.backend(), sql)).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
}

#[tokio::test]
async fn a_repeated_command_is_answered_for_a_week_and_never_done_twice() {
    let app = TestApp::start().await;
    let ada = app.admin().await.with_key(BatchId(Uuid::now_v7()));
    let account = Account { name: "Acme".into(), ..Account::default() };
    let new = New::of(Uuid::now_v7(), &account);
    let first = ada.call::<CreateAccount>((), new.clone()).await.unwrap();

    let forget = async || {
        let write = app.app.db.begin().await.unwrap();
        change::forget_answers(&write.tx, app.app.clock.now().plus(-7 * DAY)).await.unwrap();
        write.commit().await.unwrap();
    };
    forget().await;
    let again = ada.call::<CreateAccount>((), new.clone()).await.unwrap();
    app.app.clock.advance(8 * DAY);
    forget().await;
    let ada = app.sign_in(ada.id, "ada.admin@test.example").await.with_key(first.batch);
    let late = ada.call::<CreateAccount>((), new).await.unwrap_err();

    assert_eq!(again, first);
    assert_eq!((late.status, late.code.as_str()), (409, "answer_forgotten"));
}
