//! What reports ask of a ticket, kept beside it once it is certain: with the
//! reply that answers first, and whenever it is solved.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use serde::{Deserialize, Serialize};
use shared::access::Action;
use shared::calendars::Calendar;
use shared::change::Cause;
use shared::fields::{Row, row_of};
use shared::id::{CalendarId, TicketId};
use shared::sla::{Author, Clock, Event, Metric, SlaPolicy, State, Timetable, Timetables, What};
use shared::tickets::*;
use shared::time::Instant;
use shared::worktime::WorkingTime;
use uuid::Uuid;

use super::past::Past;
use super::{clocks, later};
use crate::App;
use crate::calendars;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::rows::{self, column};

const SCHEMA: &shared::fields::Schema = &Ticket::SCHEMA;

/// Tickets that were there before they were measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measure {
    /// Where the last command ended.
    after: Option<TicketId>,
}

/// Whether something becomes certain.
pub fn is_moment(before: Option<&Ticket>, after: &Ticket, said: Option<&What>) -> bool {
    matches!(said, Some(What::PublicReply { by: Author::Human })) || is_solving(before, after)
}

fn is_solving(before: Option<&Ticket>, after: &Ticket) -> bool {
    after.state.is_solved() && !before.is_some_and(|before| before.state.is_solved())
}

/// Writes down what is certain. What was written before stays: another
/// calendar counts from now on.
pub async fn take(write: &Write<'_>, before: Option<&Ticket>, after: &mut Ticket, events: &[Event]) -> Result<()> {
    let lived = Lived::of(events);
    let hours = Hours::of(write.db(), after).await?;
    after.replies = lived.replies;
    if after.response_secs.is_none() {
        (after.response_secs, after.response_work) = hours.measure(lived.response)?;
    }
    if is_solving(before, after) {
        if after.first_solved_at.is_none() {
            after.first_solved_at = after.solved_at;
            let whole = events.first().map(|first| (first.at, write.now));
            (after.first_resolution_secs, after.first_resolution_work) = hours.measure(whole)?;
        }
        (after.resolution_secs, after.resolution_work) = hours.measure(lived.until_solved)?;
    }
    Ok(())
}

/// Whether each promise was kept, as far as its clocks have stopped.
pub fn judge(clocks: &[Clock], ticket: &mut Ticket) {
    let verdict = |metric: Metric| {
        let of_metric = || clocks.iter().filter(|clock| clock.metric == metric);
        let has = |state: State| of_metric().any(|clock| clock.state == state);
        if of_metric().any(Clock::is_unfinished) {
            return None;
        }
        match (has(State::BreachedMet), has(State::Met)) {
            (true, _) => Some(Verdict::Missed),
            (false, true) => Some(Verdict::Met),
            (false, false) => None,
        }
    };
    ticket.response_sla = verdict(Metric::FirstResponse);
    ticket.next_response_sla = verdict(Metric::NextResponse);
    ticket.first_resolution_sla = verdict(Metric::FirstResolution);
    ticket.resolution_sla = verdict(Metric::TotalResolution);
}

/// The hours that a ticket is worked in: those of its promise, else the company's.
pub struct Hours(Option<(CalendarId, Vec<Version>)>);

/// A calendar's number, since when it held, and what it counts.
type Version = (i64, Instant, WorkingTime);

impl Hours {
    pub async fn of(db: &impl ConnectionTrait, ticket: &Ticket) -> Result<Self> {
        let Some(id) = calendar(db, ticket).await? else { return Ok(Self(None)) };
        Ok(Self(Some((id, calendars::working_times(db, id).await?))))
    }

    /// Seconds in all, and those worked; absent where nothing is to be measured.
    fn measure(&self, parts: impl IntoIterator<Item = (Instant, Instant)>) -> Result<(Option<i64>, Option<i64>)> {
        let parts: Vec<_> = parts.into_iter().collect();
        if parts.is_empty() {
            return Ok((None, None));
        }
        let all = parts.iter().map(|part| seconds(*part)).sum();
        let Self(Some((calendar, versions))) = self else { return Ok((Some(all), None)) };
        let tables = Timetables::new(versions.iter().map(|one| timetable(*calendar, one)).collect());
        let mut worked = 0;
        for (from, until) in parts {
            let counted = tables.worked(*calendar, from, until);
            let counted = counted.map_err(|fault| Error::internal(format!("{fault:?}")))?;
            worked += counted.iter().map(|part| part.seconds).sum::<i64>();
        }
        Ok((Some(all), Some(worked)))
    }
}

fn timetable(calendar: CalendarId, (version, from, working): &Version) -> Timetable<'_> {
    Timetable { calendar, version: *version, from: *from, working }
}

async fn calendar(db: &impl ConnectionTrait, ticket: &Ticket) -> Result<Option<CalendarId>> {
    let of_policy = |policy: Uuid| {
        let table = SlaPolicy::SCHEMA.table;
        Query::select().column(name("calendar_id")).from(name(table)).and_where(Expr::col(name("id")).eq(policy)).take()
    };
    let schema = &Calendar::SCHEMA;
    let default = || {
        Query::select()
            .column(name("id"))
            .from(name(schema.table))
            .and_where(column(schema, "is_default").eq(true))
            .and_where(column(schema, "archived_at").is_null())
            .limit(1)
            .take()
    };
    let select = ticket.policy_id.map_or_else(default, |policy| of_policy(policy.0));
    let found = db.query_one(&select).await?;
    found.map(|row| Ok(CalendarId(row.try_get_by_index(0)?))).transpose()
}

/// Measures what was there before, from its log.
pub async fn run_measure(app: &App, measure: Measure) -> Result<()> {
    let mut next = measure.after;
    while let Some(last) = measure_some(app, next).await? {
        next = Some(last);
    }
    Ok(())
}

/// The next of them, in one command; the last of these.
async fn measure_some(app: &App, after: Option<TicketId>) -> Result<Option<TicketId>> {
    let mut which = Condition::all();
    if let Some(after) = after {
        which = which.add(column(SCHEMA, "id").gt(after.0));
    }
    let mut write = app.write(Cause::Rule).await?;
    let ids = later::ids(write.db(), which).await?;
    for id in &ids {
        let row = write.find(SCHEMA, *id, Action::Write).await?;
        let before: Ticket = rows::typed(&row)?;
        let after = row_of(&measured(&write, before.clone()).await?);
        let before = row_of(&before);
        let news = after.into_iter().filter(|(key, value)| before.get(key) != Some(value));
        let news: Row = news.collect();
        if !news.is_empty() {
            write.update(SCHEMA, &row, &news).await?;
        }
    }
    write.commit(|_| ()).await?;
    Ok(ids.last().map(|id| TicketId(*id)))
}

async fn measured(write: &Write<'_>, mut ticket: Ticket) -> Result<Ticket> {
    let past = Past::load(write.db(), &ticket, Vec::new()).await?;
    let hours = Hours::of(write.db(), &ticket).await?;
    fill(&mut ticket, &past.own(), &hours)?;
    if ticket.policy_id.is_some() {
        judge(&clocks::folded(write, &past).await?, &mut ticket);
    }
    Ok(ticket)
}

/// Everything that is certain of a ticket that lived through this.
pub fn fill(ticket: &mut Ticket, events: &[Event], hours: &Hours) -> Result<()> {
    let lived = Lived::of(events);
    ticket.replies = lived.replies;
    ticket.first_solved_at = lived.first_solved_at();
    (ticket.response_secs, ticket.response_work) = hours.measure(lived.response)?;
    let whole = events.first().zip(ticket.first_solved_at).map(|(first, solved)| (first.at, solved));
    (ticket.first_resolution_secs, ticket.first_resolution_work) = hours.measure(whole)?;
    (ticket.resolution_secs, ticket.resolution_work) = hours.measure(lived.until_solved)?;
    Ok(())
}
