//! Rate limits: token buckets that outlive a restart and hold for all servers.
//!
//! A bucket is one number, the moment at which it will be full again. Taking a
//! token moves that moment ahead by the time a token takes to grow.

use sea_orm::{ConnectionTrait, Statement};
use shared::time::{Instant, MINUTE, SECOND};

use crate::error::{Error, Result};

/// How much may come at once, and how long one token takes to grow.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub burst: i64,
    pub every: i64,
}

/// Attempts to sign in from one network; an office shares one.
pub const SIGN_IN_NETWORK: Limit = Limit { burst: 30, every: 4 * SECOND };
/// Attempts on one account, from wherever.
pub const SIGN_IN_ACCOUNT: Limit = Limit { burst: 10, every: MINUTE };
/// Reset links to one address.
pub const RESET_ADDRESS: Limit = Limit { burst: 3, every: 20 * MINUTE };
/// Reset links asked for by one network.
pub const RESET_NETWORK: Limit = Limit { burst: 20, every: 3 * MINUTE };
/// Surveys read and answered by one network without signing in.
pub const SURVEY_NETWORK: Limit = Limit { burst: 60, every: 2 * SECOND };

const TAKE: &str = "INSERT INTO rate_limits (bucket, full_at) VALUES ($1, $2) \
    ON CONFLICT (bucket) DO UPDATE SET \
    full_at = CASE WHEN rate_limits.full_at > $3 THEN rate_limits.full_at ELSE $3 END + $4 \
    WHERE rate_limits.full_at <= $5 RETURNING full_at";

/// Takes a token, or says how long to wait for one.
pub async fn take(db: &impl ConnectionTrait, bucket: &str, limit: Limit, now: Instant) -> Result<()> {
    let Limit { burst, every } = limit;
    let last = now.plus((burst - 1) * every);
    let values = [bucket.into(), now.plus(every).0.into(), now.0.into(), every.into(), last.0.into()];
    let backend = db.get_database_backend();
    if db.query_one_raw(Statement::from_sql_and_values(backend, TAKE, values)).await?.is_some() {
        return Ok(());
    }
    let ask =
        Statement::from_sql_and_values(backend, "SELECT full_at FROM rate_limits WHERE bucket = $1", [bucket.into()]);
    let full_at: i64 = match db.query_one_raw(ask).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => last.0,
    };
    let wait = (full_at - last.0).max(SECOND) + SECOND - 1;
    Err(Error::TooMany(u64::try_from(wait / SECOND).unwrap_or(1)))
}

/// Puts a token back: what succeeded was no abuse.
pub async fn give_back(db: &impl ConnectionTrait, bucket: &str, limit: Limit) -> Result<()> {
    let sql = "UPDATE rate_limits SET full_at = full_at - $1 WHERE bucket = $2";
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, [limit.every.into(), bucket.into()]))
        .await?;
    Ok(())
}

/// Forgets buckets that are full.
pub async fn purge(db: &impl ConnectionTrait, now: Instant) -> Result<()> {
    let sql = "DELETE FROM rate_limits WHERE full_at <= $1";
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, [now.0.into()])).await?;
    Ok(())
}
