//! Live events: one task follows the log and every stream tells its reader
//! what the reader may see of it.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::Query as UrlQuery;
use futures::Stream;
use http::{HeaderMap, Method};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::Value;
use shared::access::{Access, Action, Actor, Facts, Object, ShareFact, rule};
use shared::change::Change;
use shared::events::{self, Event, Since};
use shared::fields::{Row, row_of};
use shared::time::Instant;
use shared::users::Share;
use sqlx::postgres::{PgListener, PgNotification};
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

use super::db::name;
use super::{access, history, rows};
use crate::App;
use crate::auth;
use crate::error::{Error, Result};
use crate::http::{Ctx, Routes, Told, ctx_for};

/// Where PostgreSQL tells of commits, and what it says when they change who
/// may do what.
pub const CHANNEL: &str = "kith_log";
pub const GUARDS: &str = "guards";
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
    out: broadcast::Sender<Arc<Vec<Seen>>>,
}

/// A change with what decides who hears of it.
struct Seen {
    change: Change,
    /// The row now; absent when deleted.
    row: Option<Row>,
    now: Facts,
    before: Facts,
}

impl Live {
    pub fn at(seq: i64) -> Self {
        Self { woken: Notify::new(), told: AtomicI64::new(seq), out: broadcast::channel(256).0 }
    }

    /// After a commit.
    pub fn wake(&self) {
        self.woken.notify_one();
    }
}

pub async fn last_seq(db: &impl ConnectionTrait) -> Result<i64> {
    let head = Query::select().column(name("seq")).from(name("log_head")).take();
    let head = db.query_one(&head).await?.ok_or_else(|| Error::internal("the change log has no head"))?;
    Ok(head.try_get_by_index(0)?)
}

/// Starts the follower; on PostgreSQL other servers' commits wake it too.
pub async fn start(app: &App) -> Result<()> {
    tokio::spawn(follow(app.clone()));
    if app.db.backend() == DbBackend::Postgres {
        tokio::spawn(listen(app.clone()));
    }
    Ok(())
}

/// Hears of other servers' commits for as long as there is a database; while
/// there is none, nothing is believed for longer than a moment.
async fn listen(app: App) {
    loop {
        if let Err(error) = hear_commits(&app).await {
            tracing::warn!(%error, "the listener lost the database");
        }
        app.actors.forget();
        app.auth.forget();
        tokio::time::sleep(AGAIN).await;
    }
}

async fn hear_commits(app: &App) -> std::result::Result<(), sqlx::Error> {
    let pool = app.db.read.get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    // What came before it listened, or while it reconnected, it did not hear.
    let mut heard = None;
    loop {
        if heard.is_none_or(|note: PgNotification| note.payload() == GUARDS) {
            app.actors.forget();
        }
        app.live.wake();
        heard = listener.try_recv().await?;
    }
}

async fn follow(app: App) {
    loop {
        // A poll as well: a wake-up lost with a connection is made good.
        let _ = tokio::time::timeout(Duration::from_secs(5), app.live.woken.notified()).await;
        if let Err(error) = tell(&app).await {
            tracing::warn!(?error, "the live follower could not read the log");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

async fn tell(app: &App) -> Result<()> {
    loop {
        let from = app.live.told.load(Ordering::Acquire);
        let seen = read(app, from).await?;
        let Some(last) = seen.last().map(|seen| seen.change.seq) else { return Ok(()) };
        // Nobody listening is no failure.
        let _ = app.live.out.send(Arc::new(seen));
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
    let schema = object.schema();
    let now_facts = access::facts(&app.db.read, schema, &now.iter().flatten().collect::<Vec<_>>()).await?;
    let before_facts = access::facts(&app.db.read, schema, &before.iter().collect::<Vec<_>>()).await?;
    let seen = run.iter().zip(now).map(|(change, row)| Seen {
        now: now_facts.get(&change.id).cloned().unwrap_or_default(),
        before: before_facts.get(&change.id).cloned().unwrap_or_default(),
        change: change.clone(),
        row,
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
            one.before.shares.push(ShareFact {
                user_id: share.user_id,
                team_id: share.team_id,
                level: share.level,
                expires_at: share.expires_at,
            });
            seen.push(one);
        }
    }
    Ok(seen)
}

pub fn routes() -> Routes {
    Routes::default().raw(Method::GET, events::STREAM, stream)
}

async fn stream(State(app): State<App>, UrlQuery(input): UrlQuery<Since>, headers: HeaderMap) -> Response {
    let told = Told::of(&headers);
    match open(app, input, headers).await {
        Ok(frames) => Sse::new(frames).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response(),
        Err(error) => told.response(error),
    }
}

async fn open(
    app: App,
    input: Since,
    headers: HeaderMap,
) -> Result<impl Stream<Item = std::result::Result<Frame, Infallible>>> {
    // A reconnecting browser says by itself where it was.
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let ctx = ctx_for(app, Access::SignedIn, headers).await?;
    let mut inbox = ctx.app.live.out.subscribe();
    let head = last_seq(&ctx.app.db.read).await?;
    let mut at = resumed.or(input.since).unwrap_or(head);
    Ok(async_stream::stream! {
        yield Ok(Frame::default().comment("here"));
        if head - at > TOO_MANY || at > head {
            at = head;
            yield Ok(Frame::default().event(events::RESET).id(head.to_string()).data(""));
        }
        while at < head {
            let Ok(seen) = read(&ctx.app, at).await else { break };
            let Some(last) = seen.last() else { break };
            at = last.change.seq;
            let Some(reader) = reader(&ctx).await else { return };
            for frame in frames(&reader, &seen, ctx.app.clock.now()) {
                yield Ok(frame);
            }
        }
        let mut check = tokio::time::interval(CHECK_EVERY);
        loop {
            tokio::select! {
                told = inbox.recv() => match told {
                    Ok(seen) => {
                        let Some(reader) = reader(&ctx).await else { return };
                        let new: Vec<&Seen> = seen.iter().filter(|seen| seen.change.seq > at).collect();
                        at = new.last().map_or(at, |seen| seen.change.seq);
                        for frame in frames(&reader, new, ctx.app.clock.now()) {
                            yield Ok(frame);
                        }
                    }
                    // The browser comes back with its last number.
                    Err(_) => return,
                },
                _ = check.tick() => if reader(&ctx).await.is_none() { return },
            }
        }
    })
}

/// The reader as they are now; nobody once the session ended.
async fn reader(ctx: &Ctx) -> Option<Arc<Actor>> {
    let caller = ctx.caller.as_ref()?;
    auth::is_alive(&ctx.app, caller, ctx.app.clock.now()).await.ok().filter(|alive| *alive)?;
    ctx.app.actors.get(&ctx.app, caller.actor.id).await.ok()?
}

fn frames<'a>(reader: &Actor, seen: impl IntoIterator<Item = &'a Seen>, now: Instant) -> Vec<Frame> {
    let mut heard: Vec<(Event, Object)> = Vec::new();
    for one in seen {
        if let Some(event) = hear(reader, one, now) {
            heard.push((event, one.change.object));
        }
    }
    let mut frames = Vec::new();
    for run in heard.chunk_by(|a, b| a.1 == b.1) {
        let last = run.last().map_or(0, |(event, _)| event.seq).to_string();
        if run.len() > MANY {
            frames.push(Frame::default().event(events::REFRESH).id(last).data(run[0].1.word()));
            continue;
        }
        frames.extend(run.iter().map(|(event, _)| {
            let data = Value::Object(row_of(event)).to_string();
            Frame::default().event(events::CHANGE).id(event.seq.to_string()).data(data)
        }));
    }
    frames
}

/// What the reader hears of a change: the row, that it is gone, or nothing.
fn hear(reader: &Actor, seen: &Seen, now: Instant) -> Option<Event> {
    let object = seen.change.object;
    let rule = rule(reader, object, object.schema().guard, Action::Read, now);
    let row = seen.row.clone().filter(|_| rule.admits(&seen.now));
    if row.is_none() && !rule.admits(&seen.before) {
        return None;
    }
    Some(Event {
        seq: seen.change.seq,
        batch: seen.change.batch,
        object,
        id: seen.change.id,
        row,
        by: seen.change.actor,
    })
}
