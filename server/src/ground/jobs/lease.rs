//! A job in a worker's hands: taken, held, and let go one way or the other.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, LockBehavior, LockType, Order, Query};
use serde_json::{Value, json};
use shared::time::{MINUTE, SECOND};
use uuid::Uuid;

use super::super::db::name;
use crate::App;
use crate::error::Result;

/// A server that is silent for so long has died, and another takes its jobs.
const LEASE: i64 = 8 * SECOND;
/// SQLite has one server, which releases its leases when it starts. A long
/// write of a job must not take the job from it.
const LEASE_ALONE: i64 = 60 * MINUTE;

/// A job that this worker holds.
pub struct Held {
    pub id: Uuid,
    /// The how-manieth try this is. Who lost the lease finds another number.
    pub attempt: i64,
    pub job: Value,
}

/// Takes the job that is due longest, if there is one.
pub async fn claim(app: &App) -> Result<Option<Held>> {
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
    let Some(row) = write.tx.query_one(&locking).await? else {
        return Ok(None);
    };
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

/// Says that the worker still lives.
pub async fn prolong(app: &App, held: &Held) -> Result<()> {
    let until = app.clock.now().plus(LEASE).0;
    set(app, held, &[("leased_until", until.into())]).await
}

/// Done, or done until the next time.
pub async fn finish(app: &App, held: &Held, every: Option<i64>) -> Result<()> {
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

/// To be tried again after a pause.
pub async fn put_back(app: &App, held: &Held, why: &str) -> Result<()> {
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
pub async fn bury(app: &App, held: &Held, why: &str) -> Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_differ() {
        assert_eq!([1, 2, 3, 4].map(|attempt| pause(attempt, 0)), [2_500, 10_000, 40_000, 160_000]);
        assert_eq!([1, 2, 3, 4].map(|attempt| pause(attempt, u16::MAX)), [7_500, 30_000, 120_000, 480_000]);
    }
}
