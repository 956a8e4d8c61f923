//! Refresh tokens: each is traded once, and betrays whoever copied it.

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ConnectionTrait, QueryResult};
use shared::id::UserId;
use shared::time::{Instant, SECOND};
use uuid::Uuid;

use super::secret::{self, Secret};
use super::sessions::{self, IDLE, Pair, Which};
use super::{Auth, token};
use crate::App;
use crate::error::Result;
use crate::ground::db::name;

/// Tabs that ask within this time are given the same next token.
const TOGETHER: i64 = 10 * SECOND;

/// Remembers a token that was handed out.
pub async fn keep(db: &impl ConnectionTrait, refresh: &Secret, session: Uuid, expires_at: Instant) -> Result<()> {
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
    let Some(kept) = find(&write.tx, &hash).await? else {
        return Ok(None);
    };
    // The first of several requests goes first, the others see what it did.
    hold(&write.tx, kept.session).await?;
    let Some(kept) = find(&write.tx, &hash).await? else {
        return Ok(None);
    };
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
            sessions::end(&write.tx, Which::One(kept.session), "replay", now).await?;
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
    let (Some(used_at), Some(next)) = (kept.used_at, &kept.next) else {
        return Ok(Step::Next);
    };
    let Some(next) = find(db, next).await? else {
        return Ok(Step::Replay);
    };
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
        .columns(
            ["hash", "session_id", "expires_at", "used_at", "next", "is_superseded"]
                .map(|column| (name("refresh_tokens"), name(column))),
        )
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
