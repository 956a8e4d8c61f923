//! Sessions: begun by a password, ended at once.

use std::collections::HashMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use shared::auth::Session;
use shared::id::UserId;
use shared::time::{DAY, HOUR, Instant, SECOND};
use uuid::Uuid;

use super::client::Visit;
use super::secret::Secret;
use super::{Auth, rotation, token};
use crate::App;
use crate::error::Result;
use crate::ground::db::name;

/// How long a session lasts without a sign of life.
pub const IDLE: i64 = 12 * HOUR;
/// How long it lasts at all.
const ABSOLUTE: i64 = 7 * DAY;
/// How long another server's word that a session lives is believed.
const TRUST: i64 = SECOND;
/// How long a network is known after the last session from it.
const MEMORY: i64 = 30 * DAY;

/// What a browser carries.
pub struct Pair {
    pub user: UserId,
    pub access: String,
    pub refresh: String,
}

/// Begins a session in the caller's transaction.
pub async fn begin(auth: &Auth, db: &impl ConnectionTrait, user: UserId, visit: &Visit) -> Result<Pair> {
    let (id, now) = (Uuid::now_v7(), visit.now);
    let insert = Query::insert()
        .into_table(name("sessions"))
        .columns(["id", "user_id", "agent", "network", "created_at", "seen_at", "expires_at"].map(name))
        .values_panic([
            id.into(),
            user.0.into(),
            visit.agent.as_str().into(),
            visit.network.as_str().into(),
            now.0.into(),
            now.0.into(),
            now.plus(ABSOLUTE).0.into(),
        ])
        .take();
    db.execute(&insert).await?;
    let refresh = Secret::random();
    rotation::keep(db, &refresh, id, now.plus(IDLE)).await?;
    Ok(Pair { user, access: token::sign(&auth.keys, user, id, now)?, refresh: refresh.0 })
}

/// Which sessions to end.
#[derive(Clone, Copy)]
pub enum Which {
    One(Uuid),
    /// One of this user's, and of nobody else.
    OneOf(UserId, Uuid),
    All(UserId),
    AllBut(UserId, Uuid),
}

/// Ends sessions, and says how many. Once it is committed, `Sessions::forget` must follow.
pub async fn end(db: &impl ConnectionTrait, which: Which, by: &str, now: Instant) -> Result<u64> {
    let mut update = Query::update();
    update
        .table(name("sessions"))
        .value(name("ended_at"), now.0)
        .value(name("ended_by"), by)
        .and_where(Expr::col(name("ended_at")).is_null());
    let (user, id) = (|| Expr::col(name("user_id")), || Expr::col(name("id")));
    match which {
        Which::One(session) => update.and_where(id().eq(session)),
        Which::OneOf(owner, session) => update.and_where(user().eq(owner.0)).and_where(id().eq(session)),
        Which::All(owner) => update.and_where(user().eq(owner.0)),
        Which::AllBut(owner, session) => update.and_where(user().eq(owner.0)).and_where(id().ne(session)),
    };
    Ok(db.execute(&update).await?.rows_affected())
}

/// Somebody's sessions that still live, the latest first.
pub async fn list(app: &App, user: UserId, current: Uuid, now: Instant) -> Result<Vec<Session>> {
    let select = Query::select()
        .columns(["id", "agent", "created_at", "seen_at"].map(name))
        .from(name("sessions"))
        .and_where(Expr::col(name("user_id")).eq(user.0))
        .and_where(Expr::col(name("ended_at")).is_null())
        .and_where(Expr::col(name("expires_at")).gt(now.0))
        .and_where(Expr::col(name("seen_at")).gt(now.plus(-IDLE).0))
        .order_by(name("seen_at"), Order::Desc)
        .limit(100)
        .take();
    let mut sessions = Vec::new();
    for row in app.db.read.query_all(&select).await? {
        let id = row.try_get_by_index(0)?;
        sessions.push(Session {
            id,
            agent: row.try_get_by_index(1)?,
            created_at: Instant(row.try_get_by_index(2)?),
            seen_at: Instant(row.try_get_by_index(3)?),
            is_current: id == current,
        });
    }
    Ok(sessions)
}

/// Whether this network has seen the user sign in of late.
pub async fn is_known_network(db: &impl ConnectionTrait, user: UserId, network: &str) -> Result<bool> {
    let select = Query::select()
        .column(name("id"))
        .from(name("sessions"))
        .and_where(Expr::col(name("user_id")).eq(user.0))
        .and_where(Expr::col(name("network")).eq(network))
        .limit(1)
        .take();
    Ok(db.query_one(&select).await?.is_some())
}

/// Sessions that were found alive a moment ago.
#[derive(Default)]
pub struct Sessions {
    alive: RwLock<HashMap<(Uuid, UserId), Instant>>,
    /// Grows with each ending: what was read before it is not kept.
    endings: AtomicU64,
}

impl Sessions {
    /// Whether this session of this user goes on.
    pub async fn is_alive(&self, app: &App, session: Uuid, user: UserId, now: Instant) -> Result<bool> {
        let found = self.alive.read().ok().and_then(|alive| alive.get(&(session, user)).copied());
        if found.is_some_and(|at| at <= now && now < at.plus(TRUST)) {
            return Ok(true);
        }
        let endings = self.endings.load(Ordering::Acquire);
        let select = Query::select()
            .column(name("id"))
            .from(name("sessions"))
            .and_where(Expr::col(name("id")).eq(session))
            .and_where(Expr::col(name("user_id")).eq(user.0))
            .and_where(Expr::col(name("ended_at")).is_null())
            .and_where(Expr::col(name("expires_at")).gt(now.0))
            .take();
        let is_alive = app.db.read.query_one(&select).await?.is_some();
        if let Ok(mut alive) = self.alive.write()
            && is_alive
            && self.endings.load(Ordering::Acquire) == endings
        {
            if alive.len() >= 10_000 {
                alive.clear();
            }
            alive.insert((session, user), now);
        }
        Ok(is_alive)
    }

    /// After sessions ended: the next request asks the database.
    pub fn forget(&self) {
        self.endings.fetch_add(1, Ordering::AcqRel);
        if let Ok(mut alive) = self.alive.write() {
            alive.clear();
        }
    }
}

/// Removes tokens that are past use, and sessions once their network is no longer remembered.
pub async fn purge(db: &impl ConnectionTrait, now: Instant) -> Result<()> {
    for (table, before) in [("refresh_tokens", now), ("sessions", now.plus(-MEMORY))] {
        let delete =
            Query::delete().from_table(name(table)).and_where(Expr::col(name("expires_at")).lt(before.0)).take();
        db.execute(&delete).await?;
    }
    Ok(())
}
