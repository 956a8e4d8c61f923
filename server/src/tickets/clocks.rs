//! A ticket's clocks, folded from what happened to it: never stored as the
//! truth. What is kept beside the ticket is when the first of them is over.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Condition;
use serde_json::Value;
use shared::access::{Action, Object};
use shared::change::Cause;
use shared::fields::{Row, row_of};
use shared::id::{CalendarId, SlaPolicyId};
use shared::sla::{self, Clock, Event, Facts, Origin, PolicyVersion, SlaPolicy, Timetable, Timetables, What};
use shared::tickets::*;
use shared::time::Instant;
use shared::worktime::WorkingTime;

use super::past::{Lines, Past};
use super::{measures, policy, steps};
use crate::calendars;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::rows;
use crate::ground::{history, records};
use crate::http::{Call, Ctx, Reply as Answer};

pub async fn get(ctx: Ctx, Call { path: id, .. }: Call<GetTicketClocks>) -> Answer<GetTicketClocks> {
    let db = &ctx.app.db.read;
    let ticket: Ticket = records::get(&ctx, id, None).await?;
    ctx.scope(Object::Message, Action::Read)?;
    let past = Past::load(db, &ticket, Vec::new()).await?;
    let known = Known::load(db, &past).await?;
    let tables = known.tables();
    let clocks = known.fold(&past, &tables, ctx.now)?;
    let done = steps::Done::of(db, ticket.id, &known.policies).await?;
    let told = clocks.into_iter().map(|clock| {
        let trace = sla::trace(&clock, &tables, ctx.now).map_err(|fault| Error::internal(format!("{fault:?}")))?;
        let steps = done.told(&clock, &known.policies);
        Ok(ClockTold { clock, trace, steps })
    });
    told.collect()
}

/// What was promised of a ticket, and when the first of it is over once this
/// has happened. As near as a second: the log's moment is that of the commit.
pub async fn settle(write: &Write<'_>, before: Option<&Ticket>, after: &mut Ticket, said: Option<What>) -> Result<()> {
    policy::choose(write, before, after).await?;
    (after.due_at, after.due_metric, after.near_at) = (None, None, None);
    let is_certain = measures::is_moment(before, after, said.as_ref());
    if before.is_some_and(|before| before.policy_id.is_some()) && after.policy_id.is_none() {
        steps::forget(write, after.id).await?;
    }
    if after.policy_id.is_none() && !is_certain {
        return Ok(());
    }
    let mut past = match before {
        None => Past::default(),
        Some(before) => Past::load(write.db(), before, written(write, before)).await?,
    };
    let fields = before.map(row_of).unwrap_or_default();
    past.add(write.now, news(&fields, &row_of(after), said, write.cause()));
    if is_certain {
        measures::take(write, before, after, &past.own()).await?;
    }
    if after.policy_id.is_some() {
        let known = Known::load(write.db(), &past).await?;
        let clocks = known.fold(&past, &known.tables(), write.now)?;
        set_due(after, &clocks);
        measures::judge(&clocks, after);
        steps::schedule(write, after.id, &clocks, &known.policies).await?;
    }
    Ok(())
}

/// When the first of its clocks is over, and when it comes near.
pub fn set_due(ticket: &mut Ticket, clocks: &[Clock]) {
    let due = clocks.iter().filter(|clock| clock.is_unfinished());
    let first = due.filter_map(|clock| Some((clock.due_at?, clock))).min_by_key(|(at, clock)| (*at, clock.metric));
    (ticket.due_at, ticket.due_metric) = first.map(|(at, clock)| (at, clock.metric)).unzip();
    ticket.near_at = first.and_then(|(_, clock)| clock.near_at);
}

/// The clocks as they stand at this command.
pub async fn folded(write: &Write<'_>, past: &Past) -> Result<Vec<Clock>> {
    let known = Known::load(write.db(), past).await?;
    known.fold(past, &known.tables(), write.now)
}

/// A ticket's clocks as they stand: what another takes over that it is merged into.
pub async fn standing(write: &Write<'_>, ticket: &Ticket) -> Result<Vec<Clock>> {
    folded(write, &Past::load(write.db(), ticket, written(write, ticket)).await?).await
}

/// What the present command did to a ticket, which its log does not have yet.
pub fn written(write: &Write<'_>, ticket: &Ticket) -> Lines {
    write.written(Object::Ticket, ticket.id.0).map(|after| (write.now, write.cause(), after.clone())).collect()
}

/// What a change of the ticket's fields means for its clocks, together with what
/// was said by it. Another priority by a rule is no other promise: what was
/// promised, and whether it was kept, does not hang on when a job ran.
pub fn news(before: &Row, after: &Row, said: Option<What>, cause: Cause) -> Vec<What> {
    let text = |row: &Row, key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    let priority = |row: &Row| text(row, "priority").and_then(|word| word.parse().ok()).unwrap_or_default();
    let policy = |row: &Row| {
        let id = rows::reference(row, "policy_id").map(SlaPolicyId)?;
        Some(PolicyVersion { id, version: row.get("policy_version")?.as_i64()? })
    };
    let state = |row: &Row| text(row, "state").and_then(|word| word.parse().ok()).unwrap_or_default();
    let mut news = Vec::new();
    if before.is_empty() {
        let channel = text(after, "channel").and_then(|word| word.parse().ok()).unwrap_or_default();
        news.push(What::Created { origin: origin(channel), priority: priority(after), policy: policy(after) });
    }
    news.extend(said);
    let is_chosen_anew = cause != Cause::Rule && priority(before) != priority(after);
    let is_matched_anew = is_chosen_anew || policy(before) != policy(after);
    if !before.is_empty() && is_matched_anew {
        news.push(What::Matched { priority: priority(after), policy: policy(after) });
    }
    if state(before) != state(after) {
        news.push(What::Status { category: state(after) });
    }
    news
}

/// Whoever writes a ticket down for a customer has not been asked by it yet.
fn origin(channel: Channel) -> Origin {
    match channel {
        Channel::Phone | Channel::WalkIn => Origin::OnBehalf,
        Channel::Mail | Channel::Portal | Channel::Web | Channel::Api => Origin::Customer,
    }
}

/// Every version of what a past is counted by.
pub struct Known {
    pub policies: Vec<SlaPolicy>,
    working: Vec<(CalendarId, i64, Instant, WorkingTime)>,
}

impl Known {
    pub async fn load(db: &impl ConnectionTrait, past: &Past) -> Result<Self> {
        let mut policies: HashMap<SlaPolicyId, Vec<SlaPolicy>> = HashMap::new();
        for id in past.policies() {
            if let Entry::Vacant(free) = policies.entry(id) {
                free.insert(versions(db, id).await?);
            }
        }
        let policies: Vec<SlaPolicy> = policies.into_values().flatten().collect();
        let mut working = Vec::new();
        let mut wanted: Vec<CalendarId> = policies.iter().map(|policy| policy.calendar_id).collect();
        wanted.sort_unstable();
        wanted.dedup();
        for id in wanted {
            for (version, from, time) in calendars::working_times(db, id).await? {
                working.push((id, version, from, time));
            }
        }
        Ok(Self { policies, working })
    }

    pub fn tables(&self) -> Timetables<'_> {
        let each = self.working.iter().map(|(calendar, version, from, working)| Timetable {
            calendar: *calendar,
            version: *version,
            from: *from,
            working,
        });
        Timetables::new(each.collect())
    }

    pub fn fold(&self, past: &Past, timetables: &Timetables<'_>, now: Instant) -> Result<Vec<Clock>> {
        let facts = Facts { policies: &self.policies, timetables };
        let replay = |events: &[Event], until| sla::replay(events, &facts, until);
        past.fold(&replay, now).map_err(|fault| Error::internal(format!("{fault:?}")))
    }
}

/// Every version of a policy, whoever may read it now: it was promised.
async fn versions(db: &impl ConnectionTrait, id: SlaPolicyId) -> Result<Vec<SlaPolicy>> {
    let Some(row) = rows::find(db, &SlaPolicy::SCHEMA, id.0, Condition::all()).await? else { return Ok(Vec::new()) };
    let versions = history::versions(db, &SlaPolicy::SCHEMA, row).await?;
    versions.iter().map(|one| rows::typed(&one.row)).collect()
}
