//! What becomes of tickets when nobody acts: one on hold comes back, a solved
//! one is closed, and other working hours move what is due.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query};
use serde::{Deserialize, Serialize};
use shared::access::Action;
use shared::change::Cause;
use shared::fields::{Row, row_of};
use shared::id::{CalendarId, TicketId};
use shared::sla::{Category, SlaPolicy};
use shared::tickets::*;
use shared::time::Instant;
use uuid::Uuid;

use super::{clocks, rules, settings};
use crate::App;
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::jobs::{self, Job};
use crate::ground::rows::{self, column};

/// As many as one command takes, so that no other waits long for it.
const BATCH: u64 = 100;
const SCHEMA: &shared::fields::Schema = &Ticket::SCHEMA;

/// Another calendar: the tickets that are counted by it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Redue {
    calendar: CalendarId,
    /// Where the last command ended.
    after: Option<TicketId>,
}

/// Looks for what has come about by time alone.
pub async fn turn(app: &App) -> Result<()> {
    let held = |now: Instant| state(Category::OnHold).add(column(SCHEMA, "wake_at").lte(now.0));
    let old = |now: Instant| state(Category::Solved).add(column(SCHEMA, "solved_at").lte(now.0 - CLOSE_AFTER));
    while put_all(app, &held, Category::Open).await? {}
    while put_all(app, &old, Category::Closed).await? {}
    Ok(())
}

fn state(category: Category) -> Condition {
    Condition::all().add(column(SCHEMA, "state").eq(category.word())).add(column(SCHEMA, "archived_at").is_null())
}

/// Takes some of those that fit into a state; whether there were any.
async fn put_all(app: &App, which: &(dyn Fn(Instant) -> Condition + Sync), into: Category) -> Result<bool> {
    if ids(&app.db.read, which(app.clock.now())).await?.is_empty() {
        return Ok(false);
    }
    let mut write = app.write(Cause::Rule).await?;
    let ids = ids(write.db(), which(write.now)).await?;
    let status_id = settings::first_status(&write, into).await?.id;
    for id in &ids {
        let row = write.find(SCHEMA, *id, Action::Write).await?;
        let before: Ticket = rows::typed(&row)?;
        let mut after = Ticket { status_id, ..before.clone() };
        rules::become_of(&write, Some(&before), &mut after, None).await?;
        write.update(SCHEMA, &row, &row_of(&after)).await?;
    }
    write.commit(|_| ()).await?;
    Ok(!ids.is_empty())
}

pub async fn ids(db: &impl ConnectionTrait, which: Condition) -> Result<Vec<Uuid>> {
    let select = Query::select()
        .column((name(SCHEMA.table), name("id")))
        .from(name(SCHEMA.table))
        .cond_where(which)
        .order_by_expr(column(SCHEMA, "id"), Order::Asc)
        .limit(BATCH)
        .take();
    db.query_all(&select).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Once this command stands, what is due by the calendar is worked out anew.
pub async fn redue(write: &Write<'_>, calendar: CalendarId) -> Result<()> {
    // Without a key: one that is just ending may have passed some of them already.
    let job = Job::RedueTickets(Redue { calendar, after: None });
    jobs::enqueue(write.db(), &job, write.now, None).await
}

/// The clocks have told it since the calendar changed; now the lists do.
pub async fn run_redue(app: &App, redue: Redue) -> Result<()> {
    let mut next = redue.after;
    while let Some(last) = redue_some(app, redue.calendar, next).await? {
        next = Some(last);
    }
    Ok(())
}

/// The next of them, in one command; the last of these.
async fn redue_some(app: &App, calendar: CalendarId, after: Option<TicketId>) -> Result<Option<TicketId>> {
    let policies = Query::select()
        .column(name("id"))
        .from(name(SlaPolicy::SCHEMA.table))
        .and_where(Expr::col(name("calendar_id")).eq(calendar.0))
        .take();
    let mut which = Condition::all()
        .add(column(SCHEMA, "policy_id").in_subquery(policies))
        .add(column(SCHEMA, "state").is_not_in([Category::Solved.word(), Category::Closed.word()]));
    if let Some(after) = after {
        which = which.add(column(SCHEMA, "id").gt(after.0));
    }
    let mut write = app.write(Cause::Rule).await?;
    let ids = ids(write.db(), which).await?;
    for id in &ids {
        let row = write.find(SCHEMA, *id, Action::Write).await?;
        let before: Ticket = rows::typed(&row)?;
        let mut after = before.clone();
        clocks::settle(&write, Some(&before), &mut after, None).await?;
        let due = |ticket: &Ticket| (ticket.due_at, ticket.due_metric, ticket.near_at);
        if due(&after) != due(&before) {
            let due = Row::from_iter(["due_at", "due_metric", "near_at"].map(|key| {
                let value = row_of(&after).get(key).cloned().unwrap_or_default();
                (key.to_owned(), value)
            }));
            write.update(SCHEMA, &row, &due).await?;
        }
    }
    write.commit(|_| ()).await?;
    Ok(ids.last().map(|id| TicketId(*id)))
}
