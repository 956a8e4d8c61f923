//! What happened to a ticket, and to those that were merged into it, as far as
//! its clocks care.

use std::collections::{BTreeMap, HashMap};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order};
use serde_json::Value;
use shared::access::Object;
use shared::change::Cause;
use shared::fields::Row;
use shared::id::SlaPolicyId;
use shared::sla::{Clock, Event, Fault, What};
use shared::tickets::*;
use shared::time::Instant;
use uuid::Uuid;

use super::{clocks, merge};
use crate::error::Result;
use crate::ground::db::name;
use crate::ground::history;
use crate::ground::rows::{self, column};

/// Everything that happened to a ticket, out of its log and its messages: a
/// message that was taken back is not there, the steps that it took are. A
/// merge that was taken back never happened.
#[derive(Default)]
pub struct Past {
    /// By the ticket's version that each came with.
    events: Vec<(i64, Event)>,
    left: Option<Left>,
    /// What was merged into it, by the version of this ticket that it came with.
    joined: Vec<(i64, Self)>,
}

/// How a ticket ended in another one.
#[derive(Clone, Copy)]
struct Left {
    into: Uuid,
    seq: i64,
    at: Instant,
}

/// What clocks are folded by, up to a moment.
type Replay<'a> = &'a dyn Fn(&[Event], Instant) -> std::result::Result<Vec<Clock>, Fault>;
/// The changes of a ticket in their order, with why each was made.
pub type Lines = Vec<(Instant, Cause, Row)>;

impl Past {
    /// `written` is what the present command did already: it comes after what
    /// the log has.
    pub async fn load(db: &impl ConnectionTrait, ticket: &Ticket, written: Lines) -> Result<Self> {
        let mut ids = merge::merged_into(db, ticket.id).await?;
        ids.push(ticket.id.0);
        let mut lines: HashMap<Uuid, Lines> = HashMap::new();
        let of_tickets = Condition::all()
            .add(Expr::col(name("record_id")).is_in(ids.iter().copied()))
            .add(Expr::col(name("object")).eq(Object::Ticket.word()));
        for change in history::log(db, of_tickets, Order::Asc, None).await? {
            lines.entry(change.id).or_default().push((change.applied_at, change.cause, change.after));
        }
        lines.entry(ticket.id.0).or_default().extend(written);
        let mut said = said(db, &ids).await?;
        let mut each: HashMap<Uuid, Self> = HashMap::new();
        for (id, lines) in lines {
            each.insert(id, Self::of_lines(lines, said.remove(&id).unwrap_or_default()));
        }
        Ok(joined(&mut each, ticket.id.0))
    }

    fn of_lines(lines: Lines, mut said: BTreeMap<i64, What>) -> Self {
        let (mut past, mut row, mut now) = (Self::default(), Row::new(), Row::new());
        for (version, (at, cause, after)) in (1_i64..).zip(lines) {
            now.extend(after);
            if let Some(into) = rows::reference(&now, "merged_into_id") {
                let seq = now.get("merged_seq").and_then(Value::as_i64).unwrap_or_default();
                past.left = past.left.or(Some(Left { into, seq, at }));
                continue;
            }
            past.left = None;
            let whats = clocks::news(&row, &now, said.remove(&version), cause);
            past.events.extend(whats.into_iter().map(|what| (version, Event { at, what })));
            row.clone_from(&now);
        }
        past
    }

    /// What happens now. Whatever does, the ticket is not merged away.
    pub fn add(&mut self, at: Instant, whats: Vec<What>) {
        self.left = None;
        self.events.extend(whats.into_iter().map(|what| (i64::MAX, Event { at, what })));
    }

    /// What happened to the ticket itself, without what came to it from others.
    pub fn own(&self) -> Vec<Event> {
        self.events.iter().map(|(_, event)| event.clone()).collect()
    }

    /// The policies that something of it was promised by.
    pub fn policies(&self) -> Vec<SlaPolicyId> {
        let own = self.events.iter().flat_map(|(_, event)| match &event.what {
            What::Created { policy, .. } | What::Matched { policy, .. } => {
                Vec::from_iter(policy.map(|policy| policy.id))
            }
            What::Absorbed { clocks } => {
                clocks.iter().filter_map(|clock| Some(clock.terms.as_ref()?.policy.id)).collect()
            }
            _ => Vec::new(),
        });
        own.chain(self.joined.iter().flat_map(|(_, past)| past.policies())).collect()
    }

    pub fn fold(&self, replay: Replay<'_>, now: Instant) -> std::result::Result<Vec<Clock>, Fault> {
        let mut events = self.events(replay)?;
        if let Some(left) = self.left {
            events.push(Event { at: left.at, what: What::MergedAway });
        }
        replay(&events, now)
    }

    /// Its own events, and the clocks of what came to it where it came.
    fn events(&self, replay: Replay<'_>) -> std::result::Result<Vec<Event>, Fault> {
        let mut events = Vec::new();
        let mut joined = self.joined.iter().peekable();
        for (version, event) in &self.events {
            while let Some((_, past)) = joined.next_if(|(seq, _)| seq <= version) {
                events.push(past.absorbed(replay)?);
            }
            events.push(event.clone());
        }
        for (_, past) in joined {
            events.push(past.absorbed(replay)?);
        }
        Ok(events)
    }

    fn absorbed(&self, replay: Replay<'_>) -> std::result::Result<Event, Fault> {
        let events = self.events(replay)?;
        let last = events.last().map_or(Instant(0), |event| event.at);
        let at = self.left.map_or(last, |left| left.at);
        Ok(Event { at, what: What::Absorbed { clocks: replay(&events, at)? } })
    }
}

/// The past of a ticket, with what was merged into it.
fn joined(each: &mut HashMap<Uuid, Past>, id: Uuid) -> Past {
    let mut past = each.remove(&id).unwrap_or_default();
    let mut children: Vec<(i64, Uuid)> = each
        .iter()
        .filter_map(|(child, past)| past.left.filter(|left| left.into == id).map(|left| (left.seq, *child)))
        .collect();
    children.sort_unstable();
    past.joined = children.into_iter().map(|(seq, child)| (seq, joined(each, child))).collect();
    past
}

/// What was said, by the ticket and the event of it that brought it. What a
/// ticket began with when it was split off was said with its beginning.
async fn said(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, BTreeMap<i64, What>>> {
    let schema = &Message::SCHEMA;
    let here = |key| column(schema, key).is_in(ids.iter().copied());
    let of_tickets = Condition::any().add(here("ticket_id")).add(here("split_to_id"));
    let select = rows::select(schema).cond_where(of_tickets).take();
    let mut said: HashMap<Uuid, BTreeMap<i64, What>> = HashMap::new();
    for row in rows::all(db, schema, &select).await? {
        let message: Message = rows::typed(&row)?;
        let what = message.what();
        if let Some(began) = message.split_to_id
            && what == What::CustomerMessage
        {
            said.entry(began.0).or_default().insert(1, what.clone());
        }
        said.entry(message.ticket_id.0).or_default().insert(message.seq, what);
    }
    Ok(said)
}
