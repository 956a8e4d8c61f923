//! What runs later or again: jobs are rows, leased by a worker, tried five times.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, LockBehavior, LockType, OnConflict, Order, Query};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::time::{DAY, Instant, MINUTE, SECOND};
use tokio::sync::Notify;
use uuid::Uuid;

use super::db::name;
use super::outbox;
use crate::App;
use crate::auth;
use crate::error::{Error, Result};

/// Each kind of job, with what it needs to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Job {
    PasswordReset(auth::reset::Asked),
    /// Forgets what nobody needs any more.
    Purge,
}

impl Job {
    async fn run(self, app: &App) -> Result<()> {
        match self {
            Self::PasswordReset(asked) => auth::reset::write_mail(app, asked).await,
            Self::Purge => purge(app).await,
        }
    }

    /// How long after an end it begins anew, if at all.
    fn every(&self) -> Option<i64> {
        match self {
            Self::Purge => Some(DAY),
            Self::PasswordReset(_) => None,
        }
    }
}

/// After so many tries a job is left for people to look at.
const TRIES: i64 = 5;
/// How many run at once.
const LANES: usize = 2;
/// Jobs of other servers, and jobs whose time has come, are noticed so often.
const POLL: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(2);
/// A server that is silent for so long has died, and another takes its jobs.
const LEASE: i64 = 8 * SECOND;
/// SQLite has one server, which releases its leases when it starts. A long
/// write of a job must not take the job from it.
const LEASE_ALONE: i64 = 60 * MINUTE;

/// Wakes the workers of this server.
#[derive(Default)]
pub struct Jobs(Notify);

impl Jobs {
    /// After a commit that enqueued.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Adds a job in the caller's transaction. With a `key`, a job of the same
/// kind and key that has not ended stands for this one too.
pub async fn enqueue(db: &impl ConnectionTrait, job: &Job, run_at: Instant, key: Option<&str>) -> Result<()> {
    let job = serde_json::to_value(job)?;
    let kind = job["kind"].as_str().unwrap_or_default();
    let insert = Query::insert()
        .into_table(name("jobs"))
        .columns(["id", "kind", "payload", "unique_key", "state", "run_at", "attempts"].map(name))
        .values_panic([
            Uuid::now_v7().into(),
            kind.into(),
            job["payload"].to_string().into(),
            key.map(str::to_owned).into(),
            "waiting".into(),
            run_at.0.into(),
            0_i64.into(),
        ])
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .take();
    db.execute(&insert).await?;
    Ok(())
}

/// Starts the workers; they end when the server begins to stop.
pub async fn start(app: &App) -> Result<()> {
    prepare(app).await?;
    for _ in 0..LANES {
        tokio::spawn(work(app.clone()));
    }
    Ok(())
}

async fn prepare(app: &App) -> Result<()> {
    let now = app.clock.now();
    let write = app.db.begin().await?;
    if app.db.is_sqlite() {
        let release = Query::update()
            .table(name("jobs"))
            .value(name("leased_until"), Option::<i64>::None)
            .and_where(Expr::col(name("ended_at")).is_null())
            .take();
        write.tx.execute(&release).await?;
    }
    enqueue(&write.tx, &Job::Purge, now.plus(MINUTE), Some("daily")).await?;
    write.commit().await
}

async fn work(app: App) {
    let closing = app.closing.begun();
    tokio::pin!(closing);
    while !app.closing.has_begun() {
        let pause = match run_next(&app).await {
            Ok(true) => continue,
            Ok(false) => POLL,
            Err(error) => {
                tracing::warn!(?error, "the jobs could not be read");
                POLL * 5
            }
        };
        tokio::select! {
            () = &mut closing => return,
            () = app.jobs.0.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// A job that this worker holds.
struct Held {
    id: Uuid,
    /// The how-manieth try this is. Who lost the lease finds another number.
    attempt: i64,
    job: Value,
}

/// Runs one job that is due; whether there was one.
async fn run_next(app: &App) -> Result<bool> {
    let Some(held) = claim(app).await? else { return Ok(false) };
    if held.attempt > TRIES {
        let why = "the worker ended with the job, several times";
        bury(app, &held, why).await?;
        return Ok(true);
    }
    let kind = held.job["kind"].as_str().unwrap_or_default().to_owned();
    let outcome = match serde_json::from_value::<Job>(held.job.clone()) {
        Ok(job) => {
            let every = job.every();
            attempt(app, &held, job).await.map(|()| every)
        }
        Err(error) => Err(format!("unknown job: {error}")),
    };
    let told = if outcome.is_ok() { "done" } else { "failed" };
    metrics::counter!("kith_jobs_total", "kind" => kind.clone(), "outcome" => told).increment(1);
    match outcome {
        Ok(every) => finish(app, &held, every).await?,
        Err(why) => {
            tracing::warn!(job = %held.id, kind, attempt = held.attempt, why, "a job failed");
            if held.attempt >= TRIES { bury(app, &held, &why).await? } else { put_back(app, &held, &why).await? }
        }
    }
    Ok(true)
}

/// Runs the job in a task of its own, so that its panic is only its own, and
/// keeps the lease meanwhile.
async fn attempt(app: &App, held: &Held, job: Job) -> std::result::Result<(), String> {
    let its_app = app.clone();
    let mut running = tokio::spawn(async move { job.run(&its_app).await });
    let mut beat = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            ended = &mut running => return match ended {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(format!("{error:?}")),
                Err(panic) => Err(panic.to_string()),
            },
            _ = beat.tick() => if !app.db.is_sqlite() && let Err(error) = prolong(app, held).await {
                tracing::warn!(?error, job = %held.id, "a job's lease could not be prolonged");
            },
        }
    }
}

async fn claim(app: &App) -> Result<Option<Held>> {
    let now = app.clock.now();
    let select = Query::select()
        .columns(["id", "kind", "payload", "attempts"].map(name))
        .from(name("jobs"))
        .and_where(Expr::col(name("ended_at")).is_null())
        .and_where(Expr::col(name("run_at")).lte(now.0))
        .cond_where(
            Condition::any()
                .add(Expr::col(name("leased_until")).is_null())
                .add(Expr::col(name("leased_until")).lte(now.0)),
        )
        .order_by(name("run_at"), Order::Asc)
        .limit(1)
        .take();
    // Looking costs no turn to write.
    if app.db.read.query_one(&select).await?.is_none() {
        return Ok(None);
    }
    let write = app.db.begin().await?;
    let locking = select.clone().lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).take();
    let Some(row) = write.tx.query_one(&locking).await? else { return Ok(None) };
    let (id, attempt): (Uuid, i64) = (row.try_get_by_index(0)?, row.try_get_by_index::<i64>(3)? + 1);
    let mut job = json!({ "kind": row.try_get_by_index::<String>(1)? });
    let payload: Value = serde_json::from_str(&row.try_get_by_index::<String>(2)?)?;
    if !Value::is_null(&payload) {
        job["payload"] = payload;
    }
    let lease = if app.db.is_sqlite() { LEASE_ALONE } else { LEASE };
    let take = Query::update()
        .table(name("jobs"))
        .value(name("state"), "running")
        .value(name("attempts"), attempt)
        .value(name("leased_until"), now.plus(lease).0)
        .and_where(Expr::col(name("id")).eq(id))
        .take();
    write.tx.execute(&take).await?;
    write.commit().await?;
    Ok(Some(Held { id, attempt, job }))
}

async fn prolong(app: &App, held: &Held) -> Result<()> {
    let until = app.clock.now().plus(LEASE).0;
    set(app, held, &[("leased_until", until.into())]).await
}

async fn finish(app: &App, held: &Held, every: Option<i64>) -> Result<()> {
    let now = app.clock.now();
    let Some(every) = every else {
        return set(app, held, &[("state", "done".into()), ("ended_at", now.0.into()), ("leased_until", none())]).await;
    };
    let again = [
        ("state", "waiting".into()),
        ("run_at", now.plus(every).0.into()),
        ("attempts", 0_i64.into()),
        ("leased_until", none()),
    ];
    set(app, held, &again).await
}

async fn put_back(app: &App, held: &Held, why: &str) -> Result<()> {
    let run_at = app.clock.now().plus(pause(held.attempt, rand::random()));
    let waits = [
        ("state", "waiting".into()),
        ("run_at", run_at.0.into()),
        ("leased_until", none()),
        ("last_error", why.into()),
    ];
    set(app, held, &waits).await
}

/// No more tries: it stays for people to look at.
async fn bury(app: &App, held: &Held, why: &str) -> Result<()> {
    tracing::error!(job = %held.id, why, "a job is given up");
    let now = app.clock.now();
    let dead =
        [("state", "dead".into()), ("ended_at", now.0.into()), ("leased_until", none()), ("last_error", why.into())];
    set(app, held, &dead).await
}

fn none() -> sea_orm::Value {
    Option::<i64>::None.into()
}

/// Writes to a job that this try still holds.
async fn set(app: &App, held: &Held, values: &[(&'static str, sea_orm::Value)]) -> Result<()> {
    let mut update = Query::update();
    update
        .table(name("jobs"))
        .and_where(Expr::col(name("id")).eq(held.id))
        .and_where(Expr::col(name("attempts")).eq(held.attempt));
    for (column, value) in values {
        update.value(name(column), value.clone());
    }
    let write = app.db.begin().await?;
    write.tx.execute(&update).await?;
    write.commit().await
}

/// 5 s, 20 s, 80 s, 320 s, each by half more or less: what failed together
/// does not come back together.
fn pause(attempt: i64, chance: u16) -> i64 {
    let exponent = Ord::min(u32::try_from(attempt - 1).unwrap_or(0), 5);
    let base = 5 * SECOND * 4_i64.pow(exponent);
    base / 2 + base * i64::from(chance) / i64::from(u16::MAX)
}

/// A job that was given up.
pub struct Dead {
    pub kind: String,
    pub why: String,
    pub at: Instant,
}

/// The jobs that were given up, the latest first.
pub async fn dead(db: &impl ConnectionTrait) -> Result<Vec<Dead>> {
    let select = Query::select()
        .columns(["kind", "last_error", "ended_at"].map(name))
        .from(name("jobs"))
        .and_where(Expr::col(name("state")).eq("dead"))
        .order_by(name("ended_at"), Order::Desc)
        .limit(100)
        .take();
    let mut dead = Vec::new();
    for row in db.query_all(&select).await? {
        dead.push(Dead {
            kind: row.try_get_by_index(0)?,
            why: row.try_get_by_index::<Option<String>>(1)?.unwrap_or_default(),
            at: Instant(row.try_get_by_index::<Option<i64>>(2)?.unwrap_or(0)),
        });
    }
    Ok(dead)
}

/// Forgets what is past use: sessions, links, limits, mails and jobs that ended.
async fn purge(app: &App) -> Result<()> {
    auth::purge(app).await?;
    let now = app.clock.now();
    let write = app.db.begin().await?;
    outbox::purge(&write.tx, now).await?;
    for (state, kept) in [("done", 7 * DAY), ("dead", 90 * DAY)] {
        let delete = Query::delete()
            .from_table(name("jobs"))
            .and_where(Expr::col(name("state")).eq(state))
            .and_where(Expr::col(name("ended_at")).lt(now.plus(-kept).0))
            .take();
        write.tx.execute(&delete).await?;
    }
    write.commit().await.map_err(Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_differ() {
        assert_eq!([1, 2, 3, 4].map(|attempt| pause(attempt, 0)), [2_500, 10_000, 40_000, 160_000]);
        assert_eq!([1, 2, 3, 4].map(|attempt| pause(attempt, u16::MAX)), [7_500, 30_000, 120_000, 480_000]);
    }

    #[test]
    fn a_job_is_told_by_its_kind() {
        let kind = |job: &Job| serde_json::to_value(job).unwrap()["kind"].clone();
        assert_eq!(kind(&Job::Purge), "purge");
        assert!(matches!(serde_json::from_value(json!({ "kind": "purge" })), Ok(Job::Purge)));
    }
}
