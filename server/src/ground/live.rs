//! Live events: one task follows the log and every stream tells its reader
//! what the reader may see of it.

mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func, Order, Query};
use sea_orm::{ConnectionTrait, DbBackend};
use shared::access::{Facts, Object, ShareFact};
use shared::change::{Change, Operation};
use shared::events::Attended;
use shared::fields::Row;
use shared::id::{TeamId, UserId};
use shared::time::Instant;
use shared::users::Share;
use sqlx::postgres::PgListener;
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

use super::db::name;
use super::{access, history, presence, rows};
use crate::App;
use crate::error::{Error, Result};

pub use stream::routes;

/// More changes of a kind in one breath are told as one "ask anew".
const MANY: usize = 100;
/// A reader who missed more than this starts over.
const TOO_MANY: i64 = 5_000;
/// How soon the listener tries again.
const AGAIN: Duration = Duration::from_secs(1);
/// How soon a stream notices that its reader was signed out.
const CHECK_EVERY: Duration = Duration::from_secs(1);

/// The log as it grows.
pub struct Live {
    woken: Notify,
    told: AtomicI64,
    /// When the next share runs out; the log is silent about it.
    next_expiry: AtomicI64,
    out: broadcast::Sender<News>,
}

/// What the streams are told.
#[derive(Clone)]
enum News {
    Changes(Arc<Vec<Seen>>),
    Expired(Arc<Vec<Expired>>),
    Attended(Arc<Vec<Came>>),
}

/// Who is at a record now, for those who are there.
pub struct Came {
    pub attended: Attended,
    /// Of the record.
    pub facts: Facts,
    /// Others hear of it too: it is about who writes.
    pub is_for_all: bool,
}

/// A share that ran out, and to whom it was given.
struct Expired {
    object: Object,
    user: Option<UserId>,
    team: Option<TeamId>,
}

/// A change with what decides who hears of it.
struct Seen {
    change: Change,
    /// The row now; absent when deleted.
    row: Option<Row>,
    now: Facts,
    before: Facts,
    /// It was a share that came or went, not the record.
    is_by_share: bool,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            woken: Notify::new(),
            told: AtomicI64::new(0),
            next_expiry: AtomicI64::new(i64::MIN),
            out: broadcast::channel(256).0,
        }
    }
}

impl Live {
    /// The number up to which the streams were told. The log may have come further.
    pub fn told(&self) -> i64 {
        self.told.load(Ordering::Acquire)
    }

    /// Before anybody listens: what was written until then is no news.
    pub fn begin_at(&self, seq: i64) {
        self.told.store(seq, Ordering::Release);
    }

    /// After a commit.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    pub fn has_readers(&self) -> bool {
        self.out.receiver_count() > 0
    }

    /// Tells the streams of those who may read the records who is there.
    pub fn tell_attended(&self, came: Vec<Came>) {
        // Nobody listening is no failure.
        let _ = self.out.send(News::Attended(Arc::new(came)));
    }
}

pub async fn last_seq(db: &impl ConnectionTrait) -> Result<i64> {
    let head = Query::select().column(name("seq")).from(name("log_head")).take();
    let head = db.query_one(&head).await?.ok_or_else(|| Error::internal("the change log has no head"))?;
    Ok(head.try_get_by_index(0)?)
}

/// The follower; on PostgreSQL other servers' commits wake it too.
pub async fn follower(app: App) {
    if app.db.backend() == DbBackend::Postgres {
        tokio::spawn(listen(app.clone()));
    }
    follow(app).await;
}

/// Hears of other servers' commits, and who is at which record there, for as
/// long as there is a database.
async fn listen(app: App) {
    loop {
        if let Err(error) = hear_others(&app).await {
            tracing::warn!(%error, "the listener lost the database");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn hear_others(app: &App) -> std::result::Result<(), sqlx::Error> {
    let pool = app.db.read.get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all(["kith_log", presence::CHANNEL]).await?;
    app.live.wake();
    loop {
        match listener.try_recv().await? {
            Some(heard) if heard.channel() == presence::CHANNEL => presence::hear(app, heard.payload()).await,
            // Also when it reconnected: something may have been missed.
            _ => app.live.wake(),
        }
    }
}

async fn follow(app: App) {
    let mut checked_at = app.clock.now();
    loop {
        // A poll as well: a wake-up lost with a connection is made good.
        let _ = tokio::time::timeout(CHECK_EVERY, app.live.woken.notified()).await;
        let outcome = async {
            tell(&app).await?;
            checked_at = tell_expired(&app, checked_at).await?;
            presence::expire(&app).await?;
            Ok::<(), Error>(())
        };
        if let Err(error) = outcome.await {
            tracing::warn!(?error, "the live follower could not read the log");
            app.forget_guards();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Tells of shares that ran out since a moment; the moment up to which it did.
async fn tell_expired(app: &App, since: Instant) -> Result<Instant> {
    let now = app.clock.now();
    if now.0 < app.live.next_expiry.load(Ordering::Acquire) {
        return Ok(now);
    }
    let expired = expired(&app.db.read, since, now, Condition::all()).await?;
    if !expired.is_empty() {
        let _ = app.live.out.send(News::Expired(Arc::new(expired)));
    }
    let next = Query::select()
        .expr(Func::min(Expr::col(name("expires_at"))))
        .from(name("shares"))
        .and_where(Expr::col(name("expires_at")).gt(now.0))
        .and_where(Expr::col(name("archived_at")).is_null())
        .take();
    let next = app.db.read.query_one(&next).await?;
    let next: Option<i64> = next.map(|next| next.try_get_by_index(0)).transpose()?.flatten();
    app.live.next_expiry.store(next.unwrap_or(i64::MAX), Ordering::Release);
    Ok(now)
}

/// The shares that ran out after a moment and up to another.
async fn expired(db: &impl ConnectionTrait, after: Instant, until: Instant, to: Condition) -> Result<Vec<Expired>> {
    let select = Query::select()
        .columns(["object", "user_id", "team_id"].map(name))
        .from(name("shares"))
        .cond_where(to)
        .and_where(Expr::col(name("expires_at")).gt(after.0))
        .and_where(Expr::col(name("expires_at")).lte(until.0))
        .and_where(Expr::col(name("archived_at")).is_null())
        .take();
    let mut expired = Vec::new();
    for share in db.query_all(&select).await? {
        let Ok(object) = share.try_get_by_index::<String>(0)?.parse() else { continue };
        expired.push(Expired {
            object,
            user: share.try_get_by_index::<Option<Uuid>>(1)?.map(UserId),
            team: share.try_get_by_index::<Option<Uuid>>(2)?.map(TeamId),
        });
    }
    Ok(expired)
}

async fn tell(app: &App) -> Result<()> {
    loop {
        let from = app.live.told();
        let seen = read(app, from).await?;
        let Some(last) = seen.last().map(|seen| seen.change.seq) else { return Ok(()) };
        // Another server's word on who may do what, or our own that was lost.
        if seen.iter().any(|seen| matches!(seen.change.object, Object::User | Object::Team | Object::Role)) {
            app.forget_guards();
        }
        if seen.iter().any(|seen| seen.is_by_share) {
            app.live.next_expiry.store(i64::MIN, Ordering::Release);
        }
        // Nobody listening is no failure.
        let _ = app.live.out.send(News::Changes(Arc::new(seen)));
        app.live.told.store(last, Ordering::Release);
    }
}

/// The next changes of the log with their facts, in a fixed number of
/// statements per kind.
async fn read(app: &App, from: i64) -> Result<Vec<Seen>> {
    let db = &app.db.read;
    let after = Condition::all().add(Expr::col(name("seq")).gt(from));
    let changes = history::log(db, after, Order::Asc, Some(500)).await?;
    let mut seen = Vec::with_capacity(changes.len());
    for run in changes.chunk_by(|a, b| a.object == b.object) {
        let object = run[0].object;
        if object == Object::Share {
            seen.extend(shared_records(app, run).await?);
            continue;
        }
        let ids: Vec<Uuid> = run.iter().map(|change| change.id).collect();
        let found = rows::by_ids(db, object.schema(), &ids, &Condition::all()).await?;
        seen.extend(with_facts(app, object, run, |change| found.get(&change.id).cloned()).await?);
    }
    Ok(seen)
}

async fn with_facts(
    app: &App,
    object: Object,
    run: &[Change],
    row: impl Fn(&Change) -> Option<Row>,
) -> Result<Vec<Seen>> {
    let now: Vec<Option<Row>> = run.iter().map(&row).collect();
    let before: Vec<Row> = run.iter().zip(&now).map(|(change, row)| was(change, row.as_ref())).collect();
    let rows: Vec<&Row> = before.iter().chain(now.iter().flatten()).collect();
    let mut before_facts = access::facts(&app.db.read, object.schema(), &rows).await?;
    let mut now_facts = before_facts.split_off(before.len()).into_iter();
    let seen = run.iter().zip(now).zip(before_facts).map(|((change, row), before)| Seen {
        now: if row.is_some() { now_facts.next().unwrap_or_default() } else { Facts::default() },
        before,
        change: change.clone(),
        row,
        is_by_share: false,
    });
    Ok(seen.collect())
}

/// The row before the change, as far as the rule asks.
fn was(change: &Change, now: Option<&Row>) -> Row {
    let mut row = now.cloned().unwrap_or_default();
    row.extend(change.before.clone());
    row.entry("id").or_insert_with(|| change.id.to_string().into());
    row
}

/// A share that comes or goes shows or hides the record it is on.
async fn shared_records(app: &App, run: &[Change]) -> Result<Vec<Seen>> {
    let db = &app.db.read;
    let mut seen = Vec::new();
    for change in run {
        let found = rows::find(db, &Share::SCHEMA, change.id, Condition::all()).await?;
        let share: Share = rows::typed(&was(change, found.as_ref()))?;
        let Ok(object) = share.object.parse::<Object>() else { continue };
        let Some(row) = rows::find(db, object.schema(), share.record_id, Condition::all()).await? else { continue };
        let on_record = Change { object, id: share.record_id, before: Row::new(), after: Row::new(), ..change.clone() };
        for mut one in with_facts(app, object, std::slice::from_ref(&on_record), |_| Some(row.clone())).await? {
            one.is_by_share = true;
            // One that was put away opened nothing before either.
            if change.op != Operation::Create && share.archived_at.is_none() {
                one.before.shares.push(ShareFact {
                    user_id: share.user_id,
                    team_id: share.team_id,
                    level: share.level,
                    expires_at: share.expires_at,
                });
            }
            seen.push(one);
        }
    }
    Ok(seen)
}
