//! What runs later or again: jobs are rows, leased by a worker, tried five times.

use std::collections::BTreeSet;
use std::time::Duration;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Order, Query};
use serde::{Deserialize, Serialize};
use shared::time::{DAY, Instant, MINUTE};
use tokio::sync::Notify;
use uuid::Uuid;

use super::db::name;
use super::{change, outbox, search, tally};
use crate::App;
use crate::auth;
use crate::error::Result;
use crate::imports;
use crate::{files, knowledge, portal, surveys, tickets};

mod lease;

use lease::{Held, bury, claim, finish, prolong, put_back};

/// Each kind of job, with what it needs to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Job {
    PasswordReset(auth::reset::Asked),
    /// Checks or writes the rows of an import.
    Import(imports::Work),
    /// Publishes a version of an article whose time has come.
    PublishArticle(knowledge::Due),
    /// Works out anew when tickets are due.
    RedueTickets(tickets::Redue),
    /// Measures tickets that were there before they were measured.
    MeasureTickets(tickets::Measure),
    /// Wakes and closes tickets whose time has come.
    TurnTickets,
    /// Does what policies say at a share of a promise's time.
    TakeSteps,
    /// Writes to the customer what they were answered.
    TellCustomer(portal::Answered),
    /// Asks customers what they think of a solution.
    Survey(surveys::Step),
    /// Indexes what was there before its texts were searched.
    IndexTexts,
    /// Gives a team's waiting tickets to people who are free.
    RouteTickets(tickets::routing::OfTeam),
    /// Forgets what nobody needs any more.
    Purge,
}

impl Job {
    async fn run(self, app: &App) -> Result<()> {
        match self {
            Self::PasswordReset(asked) => auth::reset::write_mail(app, asked).await,
            Self::Import(work) => imports::run(app, work).await,
            Self::PublishArticle(due) => knowledge::publish_due(app, due).await,
            Self::RedueTickets(redue) => tickets::run_redue(app, redue).await,
            Self::MeasureTickets(measure) => tickets::run_measure(app, measure).await,
            Self::TurnTickets => tickets::turn(app).await,
            Self::TakeSteps => tickets::take_steps(app).await,
            Self::TellCustomer(answered) => portal::tell(app, answered).await,
            Self::Survey(step) => surveys::run(app, step).await,
            Self::IndexTexts => search::texts::run_backlog(app).await,
            Self::RouteTickets(of) => tickets::routing::run(app, of).await,
            Self::Purge => purge(app).await,
        }
    }

    /// How long after an end it begins anew, if at all.
    fn every(&self) -> Option<i64> {
        match self {
            Self::Purge => Some(DAY),
            Self::TurnTickets => Some(MINUTE),
            Self::PasswordReset(_)
            | Self::Import(_)
            | Self::PublishArticle(_)
            | Self::RedueTickets(_)
            | Self::TakeSteps
            | Self::TellCustomer(_)
            | Self::Survey(_)
            | Self::MeasureTickets(_)
            | Self::IndexTexts
            | Self::RouteTickets(_) => None,
        }
    }
}

/// After so many tries a job is left for people to look at.
const TRIES: i64 = 5;
/// Jobs of other servers, and jobs whose time has come, are noticed so often.
const POLL: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(2);
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

/// Adds jobs that look at what the caller's transaction leaves behind. An equal
/// one that waits stands for a new one, and is held so that it does not begin
/// before the transaction is through; one that runs already may have looked too early.
pub async fn enqueue_after(db: &impl ConnectionTrait, jobs: Vec<Job>, now: Instant) -> Result<()> {
    let mut wanted = BTreeSet::new();
    for job in jobs {
        wanted.insert(serde_json::to_string(&job)?);
    }
    // In one order: of two commands none waits for a job that the other holds.
    for job in &wanted {
        enqueue_unless_waiting(db, &serde_json::from_str(job)?, now).await?;
    }
    Ok(())
}

/// Adds a job unless an equal one waits that comes no later.
pub async fn enqueue_unless_waiting(db: &impl ConnectionTrait, job: &Job, run_at: Instant) -> Result<()> {
    let told = serde_json::to_value(job)?;
    let hold = Query::update()
        .table(name("jobs"))
        .value(name("state"), "waiting")
        .and_where(Expr::col(name("kind")).eq(told["kind"].as_str().unwrap_or_default()))
        .and_where(Expr::col(name("payload")).eq(told["payload"].to_string()))
        .and_where(Expr::col(name("ended_at")).is_null())
        .and_where(Expr::col(name("leased_until")).is_null())
        .and_where(Expr::col(name("run_at")).lte(run_at.0))
        .take();
    if db.execute(&hold).await?.rows_affected() > 0 {
        return Ok(());
    }
    enqueue(db, job, run_at, None).await
}

/// The workers, and who looks for what they have to do; they end when the server begins to stop.
pub async fn workers(app: App) {
    tokio::join!(work(app.clone()), work(app.clone()), tickets::watch_steps(app));
}

/// Before the workers start.
pub async fn prepare(app: &App) -> Result<()> {
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
    enqueue(&write.tx, &Job::TurnTickets, now, Some("minutely")).await?;
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

/// Runs one job that is due; whether there was one.
async fn run_next(app: &App) -> Result<bool> {
    let Some(held) = claim(app).await? else {
        return Ok(false);
    };
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

/// Forgets what is past use: sessions, links, limits, mails, empty numbers, jobs that ended and files that nobody sent.
async fn purge(app: &App) -> Result<()> {
    auth::purge(app).await?;
    let now = app.clock.now();
    let write = app.db.begin().await?;
    outbox::purge(&write.tx, now).await?;
    portal::purge(&write.tx, now).await?;
    // A phone that was away for a weekend still gets its answers.
    change::forget_answers(&write.tx, now.plus(-7 * DAY)).await?;
    for (state, kept) in [("done", 7 * DAY), ("dead", 90 * DAY)] {
        let delete = Query::delete()
            .from_table(name("jobs"))
            .and_where(Expr::col(name("state")).eq(state))
            .and_where(Expr::col(name("ended_at")).lt(now.plus(-kept).0))
            .take();
        write.tx.execute(&delete).await?;
    }
    tally::forget_zeros(&write.tx).await?;
    write.commit().await?;
    files::purge(app).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_is_told_by_its_kind() {
        let kind = |job: &Job| serde_json::to_value(job).unwrap()["kind"].clone();
        assert_eq!(kind(&Job::Purge), "purge");
        assert!(matches!(serde_json::from_value(json!({ "kind": "purge" })), Ok(Job::Purge)));
        // As a step of the database enqueues it.
        let measure = json!({ "kind": "measure_tickets", "payload": { "after": null } });
        assert!(matches!(serde_json::from_value(measure), Ok(Job::MeasureTickets(_))));
    }
}
