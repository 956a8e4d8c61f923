//! A stream: what one reader hears of the log, number by number.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use http::Method;
use http::request::Parts;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use serde_json::Value;
use shared::access::{Access, Action, Actor, Guard, Object, rule};
use shared::change::{Change, Operation};
use shared::events::{self, Attended, Event, Since};
use shared::fields::{Row, row_of};
use shared::time::Instant;

use super::{CHECK_EVERY, Came, Expired, MANY, News, Seen, TOO_MANY, expired, last_seq, read};
use crate::App;
use crate::auth;
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::rows;
use crate::http::{Ctx, Routes, Told, ctx_for, read_query};

pub fn routes() -> Routes {
    Routes::default().raw(Method::GET, events::STREAM, stream)
}

async fn stream(State(app): State<App>, parts: Parts) -> Response {
    let told = Told::of(&parts.headers);
    match open(app, parts).await {
        Ok(frames) => Sse::new(frames).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response(),
        Err(error) => told.response(error),
    }
}

type Frames = Vec<Frame>;

async fn open(app: App, mut parts: Parts) -> Result<impl Stream<Item = std::result::Result<Frame, Infallible>>> {
    let ctx = ctx_for(app, Access::SignedIn, parts.headers.clone()).await?;
    let input: Since = read_query(&mut parts).await?;
    // A reconnecting browser says by itself where it was.
    let resumed = parts.headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let mut inbox = ctx.app.live.out.subscribe();
    let head = last_seq(&ctx.app.db.read).await?;
    let since = resumed.or(input.since);
    let mut reader =
        Reader { actor: ctx.caller.as_ref().ok_or(Error::SignedOut)?.actor.clone(), at: since.unwrap_or(head) };
    Ok(async_stream::stream! {
        yield Ok(here(Ord::min(reader.at, head)).comment("here"));
        let Ok(missed) = reader.catch_up(&ctx, head).await else { return };
        for frame in missed {
            yield Ok(frame);
        }
        let mut check = tokio::time::interval(CHECK_EVERY);
        loop {
            let news = tokio::select! {
                news = inbox.recv() => match news {
                    Ok(news) => Some(news),
                    // The browser comes back with its last number.
                    Err(_) => return,
                },
                _ = check.tick() => None,
            };
            let Some(actor) = actor(&ctx).await else { return };
            for frame in reader.hear(actor, news, ctx.app.clock.now()) {
                yield Ok(frame);
            }
        }
    })
}

/// Who reads a stream, and how far they have come.
struct Reader {
    actor: Arc<Actor>,
    at: i64,
}

impl Reader {
    /// What was missed up to the head of the log.
    async fn catch_up(&mut self, ctx: &Ctx, head: i64) -> Result<Frames> {
        let mut told = Vec::new();
        let start = self.at;
        if head.saturating_sub(start) > TOO_MANY || start > head {
            self.at = head;
            told.push(reset(head));
        }
        while self.at < head {
            let seen = read(&ctx.app, self.at).await?;
            let Some(last) = seen.last() else { break };
            // Whoever became somebody else meanwhile holds what they may no longer see.
            if seen.iter().any(|seen| self.is_about_reader(&seen.change)) {
                self.at = head;
                told.push(reset(head));
                break;
            }
            self.at = last.change.seq;
            told.extend(frames(&self.actor, &seen, self.at, ctx.app.clock.now()));
        }
        if start < head {
            let since = moment_of(&ctx.app.db.read, start).await?;
            let to_reader = Condition::any()
                .add(Expr::col(name("user_id")).eq(self.actor.id.0))
                .add(Expr::col(name("team_id")).eq(self.actor.team_id.map(|team| team.0)));
            let expired = expired(&ctx.app.db.read, since, ctx.app.clock.now(), to_reader).await?;
            told.extend(self.ran_out(&expired));
        }
        Ok(told)
    }

    fn is_about_reader(&self, change: &Change) -> bool {
        match change.object {
            Object::Role => self.actor.roles.iter().any(|role| role.0 == change.id),
            Object::User => {
                change.id == self.actor.id.0 && ["team_id", "roles"].iter().any(|key| change.after.contains_key(*key))
            }
            Object::Team => change.after.contains_key("parent_id"),
            _ => false,
        }
    }

    /// What the reader, who is now `actor`, hears of the news.
    fn hear(&mut self, actor: Arc<Actor>, news: Option<News>, now: Instant) -> Frames {
        let mut told = Vec::new();
        if actor != self.actor {
            self.actor = actor;
            told.push(reset(self.at));
        }
        match news {
            None => {}
            Some(News::Expired(expired)) => told.extend(self.ran_out(&expired)),
            Some(News::Attended(came)) => told.extend(self.attended(&came, now)),
            Some(News::Changes(seen)) => {
                let new: Vec<&Seen> = seen.iter().filter(|seen| seen.change.seq > self.at).collect();
                if let Some(last) = new.last() {
                    self.at = last.change.seq;
                    told.extend(frames(&self.actor, new, self.at, now));
                }
            }
        }
        told
    }

    /// Who is at records that the reader is at too; elsewhere only who writes is their business.
    fn attended(&self, came: &[Came], now: Instant) -> Frames {
        let is_there = |came: &Came| came.attended.present.iter().any(|one| one.user_id == self.actor.id);
        let may_read = |came: &Came| {
            let object = came.attended.object;
            rule(&self.actor, object, object.schema().guard, Action::Read, now).admits(&came.facts)
        };
        let heard = came.iter().filter(|came| (came.is_for_all || is_there(came)) && may_read(came));
        heard.map(|came| attended(&came.attended, self.at)).collect()
    }

    /// What a share opened is not the reader's to see any more.
    fn ran_out(&self, expired: &[Expired]) -> Frames {
        let is_mine = |share: &&Expired| {
            share.user == Some(self.actor.id) || (share.team.is_some() && share.team == self.actor.team_id)
        };
        let objects: BTreeSet<Object> = expired.iter().filter(is_mine).map(|share| share.object).collect();
        objects.into_iter().map(|object| refresh(object, self.at)).collect()
    }
}

/// When a change of the log was written.
async fn moment_of(db: &impl ConnectionTrait, seq: i64) -> Result<Instant> {
    let select = Query::select()
        .column(name("applied_at"))
        .from(name("changes"))
        .and_where(Expr::col(name("seq")).eq(seq))
        .take();
    let found = db.query_one(&select).await?.map(|line| line.try_get_by_index(0)).transpose()?;
    Ok(Instant(found.unwrap_or(0)))
}

fn here(at: i64) -> Frame {
    Frame::default().event(events::HERE).id(at.to_string()).data("")
}

fn reset(at: i64) -> Frame {
    Frame::default().event(events::RESET).id(at.to_string()).data("")
}

fn refresh(object: Object, at: i64) -> Frame {
    Frame::default().event(events::REFRESH).id(at.to_string()).data(object.word())
}

fn attended(attended: &Attended, at: i64) -> Frame {
    let data = Value::Object(row_of(attended)).to_string();
    Frame::default().event(events::PRESENCE).id(at.to_string()).data(data)
}

/// The reader as they are now; nobody once the session ended.
async fn actor(ctx: &Ctx) -> Option<Arc<Actor>> {
    let caller = ctx.caller.as_ref()?;
    auth::is_alive(&ctx.app, caller, ctx.app.clock.now()).await.ok().filter(|alive| *alive)?;
    ctx.app.actors.get(&ctx.app, caller.actor.id).await.ok()?
}

/// What the reader hears of changes up to the number `at`.
fn frames<'a>(reader: &Actor, seen: impl IntoIterator<Item = &'a Seen>, at: i64, now: Instant) -> Frames {
    let seen: Vec<&Seen> = seen.into_iter().collect();
    let heard: Vec<Heard<'_>> =
        seen.chunk_by(|a, b| a.change.object == b.change.object).flat_map(|run| heard_of(reader, run, now)).collect();
    let mut frames = Vec::new();
    for run in heard.chunk_by(|a, b| a.seen.change.object == b.seen.change.object) {
        let Some(last) = run.last() else { continue };
        if run.len() > MANY {
            frames.push(refresh(last.seen.change.object, last.seen.change.seq));
        } else {
            frames.extend(run.iter().map(Heard::frame));
        }
    }
    if seen.iter().any(|one| changes_owner(&one.change, reader)) {
        frames.extend(Object::ALL.iter().filter(|object| is_child(**object)).map(|object| refresh(*object, at)));
    }
    if heard.last().is_none_or(|heard| heard.seen.change.seq != at) {
        // The number grows also by what is not for the reader.
        frames.push(here(at));
    }
    frames
}

/// The owner of an account sees what belongs to it: with another owner all that
/// comes into one's sight and leaves the other's.
fn changes_owner(change: &Change, reader: &Actor) -> bool {
    let is_reader = |row: &Row| rows::reference(row, "owner_id") == Some(reader.id.0);
    change.object == Object::Account
        && change.op == Operation::Update
        && (is_reader(&change.before) || is_reader(&change.after))
}

fn is_child(object: Object) -> bool {
    object.schema().guard == Guard::ChildOfAccount
}

/// A change that the reader hears of: with the row, or that it is gone.
struct Heard<'a> {
    seen: &'a Seen,
    is_visible: bool,
}

/// What the reader hears of changes of one kind.
fn heard_of<'a>(reader: &Actor, run: &[&'a Seen], now: Instant) -> Vec<Heard<'a>> {
    let Some(first) = run.first() else { return Vec::new() };
    let object = first.change.object;
    let rule = rule(reader, object, object.schema().guard, Action::Read, now);
    let heard = run.iter().filter_map(|seen| {
        let is_visible = seen.row.is_some() && rule.admits(&seen.now);
        (is_visible || rule.admits(&seen.before)).then_some(Heard { seen, is_visible })
    });
    heard.collect()
}

impl Heard<'_> {
    fn frame(&self) -> Frame {
        let Change { seq, batch, object, id, actor, .. } = self.seen.change;
        let row = self.seen.row.clone().filter(|_| self.is_visible);
        let event = Event { seq, batch, object, id, row, by: actor };
        let data = Value::Object(row_of(&event)).to_string();
        Frame::default().event(events::CHANGE).id(seq.to_string()).data(data)
    }
}
