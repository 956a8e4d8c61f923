//! Sessions: begun by a password, carried on by refresh tokens, ended at once.

use std::collections::HashMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use sea_orm::{ConnectionTrait, QueryResult};
use shared::auth::Session;
use shared::id::UserId;
use shared::time::{DAY, HOUR, Instant, SECOND};
use uuid::Uuid;

use super::client::Visit;
use super::secret::{self, Secret};
use super::{Auth, token};
use crate::App;
use crate::error::Result;
use crate::ground::db::name;

/// How long a session lasts without a sign of life.
pub const IDLE: i64 = 12 * HOUR;
/// How long it lasts at all.
const ABSOLUTE: i64 = 7 * DAY;
/// Tabs that ask within this time are given the same next token.
const TOGETHER: i64 = 10 * SECOND;
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
    keep(db, &refresh, id, now.plus(IDLE)).await?;
    Ok(Pair { user, access: token::sign(&auth.keys, user, id, now)?, refresh: refresh.0 })
}

async fn keep(db: &impl ConnectionTrait, refresh: &Secret, session: Uuid, expires_at: Instant) -> Result<()> {
    let insert = Query::insert()
        .into_table(name("refresh_tokens"))
        .columns(["hash", "session_id", "expires_at", "is_superseded"].map(name))
        .values_panic([refresh.hash().into(), session.into(), expires_at.0.into(), false.into()])
        .take();
    db.execute(&insert).await?;
    Ok(())
}

/// A refresh token as it is kept, with its session.
struct Kept {
    hash: Vec<u8>,
    session: Uuid,
    user: UserId,
    expires_at: Instant,
    ends_at: Instant,
    used_at: Option<Instant>,
    next: Option<Vec<u8>>,
    is_superseded: bool,
}

/// Trades a refresh token for the next pair; nothing when it is no longer good.
pub async fn refresh(app: &App, token: &str, now: Instant) -> Result<Option<Pair>> {
    let write = app.db.begin().await?;
    let hash = secret::hash(token);
    let Some(kept) = find(&write.tx, &hash).await? else { return Ok(None) };
    // The first of several requests goes first, the others see what it did.
    hold(&write.tx, kept.session).await?;
    let Some(kept) = find(&write.tx, &hash).await? else { return Ok(None) };
    if kept.expires_at <= now || kept.ends_at <= now {
        return Ok(None);
    }
    let next = match follow(&write.tx, &kept, now).await? {
        Step::Next => {
            let next = derive(&app.auth, token, now);
            keep(&write.tx, &next, kept.session, now.plus(IDLE).min(kept.ends_at)).await?;
            mark_used(&write.tx, &kept.hash, &next.hash(), now).await?;
            mark_seen(&write.tx, kept.session, now).await?;
            next
        }
        Step::Again(used_at) => derive(&app.auth, token, used_at),
        Step::Replay => {
            end(&write.tx, Which::One(kept.session), "replay", now).await?;
            write.commit().await?;
            app.auth.sessions.forget();
            tracing::warn!(user = %kept.user, session = %kept.session, "a used refresh token came back: session ended");
            return Ok(None);
        }
    };
    write.commit().await?;
    let access = token::sign(&app.auth.keys, kept.user, kept.session, now)?;
    Ok(Some(Pair { user: kept.user, access, refresh: next.0 }))
}

enum Step {
    /// A fresh token follows.
    Next,
    /// The token that followed at this moment is told once more.
    Again(Instant),
    /// Somebody has copied the token.
    Replay,
}

/// A used token is accepted again only while nobody has used the one after
/// it: then its answer was lost on the way.
async fn follow(db: &impl ConnectionTrait, kept: &Kept, now: Instant) -> Result<Step> {
    if kept.is_superseded {
        return Ok(Step::Replay);
    }
    let (Some(used_at), Some(next)) = (kept.used_at, &kept.next) else { return Ok(Step::Next) };
    let Some(next) = find(db, next).await? else { return Ok(Step::Replay) };
    if next.used_at.is_some() {
        return Ok(Step::Replay);
    }
    if now < used_at.plus(TOGETHER) {
        return Ok(Step::Again(used_at));
    }
    // Should the answer have reached a thief instead, the token in it will
    // betray them.
    let supersede = Query::update()
        .table(name("refresh_tokens"))
        .value(name("is_superseded"), true)
        .and_where(Expr::col(name("hash")).eq(next.hash))
        .take();
    db.execute(&supersede).await?;
    Ok(Step::Next)
}

/// The same for the same token and moment, so that it need not be kept to be told twice.
fn derive(auth: &Auth, token: &str, at: Instant) -> Secret {
    Secret::of(&auth.keys.derive(&[b"refresh", token.as_bytes(), &at.0.to_be_bytes()]))
}

async fn find(db: &impl ConnectionTrait, hash: &[u8]) -> Result<Option<Kept>> {
    let select = Query::select()
        .columns(["hash", "session_id", "expires_at", "used_at", "next", "is_superseded"].map(|column| (name("refresh_tokens"), name(column))))
        .columns(["user_id", "expires_at", "ended_at"].map(|column| (name("sessions"), name(column))))
        .from(name("refresh_tokens"))
        .inner_join(
            name("sessions"),
            Expr::col((name("sessions"), name("id"))).equals((name("refresh_tokens"), name("session_id"))),
        )
        .and_where(Expr::col(name("hash")).eq(hash.to_vec()))
        .and_where(Expr::col((name("sessions"), name("ended_at"))).is_null())
        .take();
    let read = |row: QueryResult| -> std::result::Result<Kept, sea_orm::DbErr> {
        Ok(Kept {
            hash: row.try_get_by_index(0)?,
            session: row.try_get_by_index(1)?,
            expires_at: Instant(row.try_get_by_index(2)?),
            used_at: row.try_get_by_index::<Option<i64>>(3)?.map(Instant),
            next: row.try_get_by_index(4)?,
            is_superseded: row.try_get_by_index(5)?,
            user: UserId(row.try_get_by_index(6)?),
            ends_at: Instant(row.try_get_by_index(7)?),
        })
    };
    Ok(db.query_one(&select).await?.map(read).transpose()?)
}

/// Holds a session to the end of the transaction.
async fn hold(db: &impl ConnectionTrait, session: Uuid) -> Result<()> {
    let select = Query::select()
        .column(name("id"))
        .from(name("sessions"))
        .and_where(Expr::col(name("id")).eq(session))
        .lock_exclusive()
        .take();
    db.query_one(&select).await?;
    Ok(())
}

/// The session that a refresh token belongs to, used or not.
pub async fn of_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<Uuid>> {
    Ok(find(db, &secret::hash(token)).await?.map(|kept| kept.session))
}

async fn mark_used(db: &impl ConnectionTrait, hash: &[u8], next: &[u8], now: Instant) -> Result<()> {
    let update = Query::update()
        .table(name("refresh_tokens"))
        .value(name("used_at"), now.0)
        .value(name("next"), next.to_vec())
        .and_where(Expr::col(name("hash")).eq(hash.to_vec()))
        .take();
    db.execute(&update).await?;
    Ok(())
}

async fn mark_seen(db: &impl ConnectionTrait, session: Uuid, now: Instant) -> Result<()> {
    let update = Query::update()
        .table(name("sessions"))
        .value(name("seen_at"), now.0)
        .and_where(Expr::col(name("id")).eq(session))
        .take();
    db.execute(&update).await?;
    Ok(())
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
