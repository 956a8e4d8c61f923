//! Two tickets of one matter become one: what was said stays where it was said,
//! and the thread of the one that goes on shows it.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func, Query};
use shared::access::Action;
use shared::change::Done;
use shared::fields::{Row, row_of};
use shared::id::{ContactId, TicketId};
use shared::sla::{Category, What};
use shared::tickets::*;
use shared::time::Instant;
use uuid::Uuid;

use super::{clocks, rules, settings, steps};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Reply as Answer};

const SCHEMA: &shared::fields::Schema = &Ticket::SCHEMA;

pub async fn preview(ctx: Ctx, Call { path: id, input }: Call<PreviewMerge>) -> Answer<PreviewMerge> {
    // Worked out as it would be done, and dropped.
    let write = ctx.write(&(id, &input)).await?;
    let plan = Plan::make(&write, id, input.into_id).await?;
    let ids: Vec<Uuid> = plan.leaving.iter().map(|(_, ticket)| ticket.id.0).collect();
    let select = Query::select()
        .expr(Func::count(column(&Message::SCHEMA, "id")))
        .from(name(Message::SCHEMA.table))
        .and_where(column(&Message::SCHEMA, "ticket_id").is_in(ids))
        .take();
    let counted = write.db().query_one(&select).await?;
    let messages = counted.map_or(Ok(0), |found| found.try_get_by_index(0))?;
    Ok(MergePreview {
        messages,
        joining: plan.joining(),
        numbers: plan.leaving.iter().map(|(_, ticket)| ticket.number).collect(),
        is_others: plan.is_others,
        into: plan.after,
    })
}

pub async fn merge(ctx: Ctx, Call { path: id, input }: Call<MergeTicket>) -> Answer<MergeTicket> {
    let mut write = ctx.write(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let plan = Plan::make(&write, id, input.into_id).await?;
    if plan.is_others && !input.is_confirmed {
        return Err(Error::Refused("merge_unconfirmed"));
    }
    let record = plan.carry_out(&mut write).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// What a merge makes of each ticket.
struct Plan {
    /// The one that is merged first, then those that were merged into it before.
    leaving: Vec<(Row, Ticket)>,
    row: Row,
    before: Ticket,
    /// The one that goes on.
    after: Ticket,
    is_others: bool,
}

impl Plan {
    async fn make(write: &Write<'_>, id: TicketId, into_id: TicketId) -> Result<Self> {
        if id == into_id {
            return Err(Error::field("into_id", "itself"));
        }
        let others = merged_into(write.db(), id).await?;
        write.lock(SCHEMA, &[[id.0, into_id.0].as_slice(), &others].concat()).await?;
        // One that came to it before it was held must go on with it.
        if merged_into(write.db(), id).await?.len() != others.len() {
            return Err(Error::Unavailable);
        }
        let mut leaving = Vec::new();
        for id in [id.0].into_iter().chain(others) {
            // What the writer may not read looks like what never was.
            let row = write.find(SCHEMA, id, Action::Write).await?;
            let ticket = rows::typed(&row)?;
            leaving.push((row, ticket));
        }
        let row = write.find(SCHEMA, into_id.0, Action::Write).await?;
        let before: Ticket = rows::typed(&row)?;
        let (_, from) = &leaving[0];
        check_open(from)?;
        check_open(&before)?;
        let is_others = from.is_others(&before);
        let mut after = joined(write, from, &before).await?;
        let clocks = clocks::standing(write, from).await?;
        rules::become_of(write, Some(&before), &mut after, Some(What::Absorbed { clocks })).await?;
        Ok(Self { leaving, row, before, after, is_others })
    }

    fn joining(&self) -> Vec<ContactId> {
        let was_there = |one: &Participant| self.before.participants.iter().any(|was| was.contact_id == one.contact_id);
        self.after.participants.iter().filter(|one| !was_there(one)).map(|one| one.contact_id).collect()
    }

    async fn carry_out(self, write: &mut Write<'_>) -> Result<Ticket> {
        let row = write.update(SCHEMA, &self.row, &row_of(&self.after)).await?;
        let into: Ticket = rows::typed(&row)?;
        let status = settings::first_status(write, Category::Closed).await?;
        for (at, (row, ticket)) in self.leaving.into_iter().enumerate() {
            let moved = Ticket { merged_into_id: Some(into.id), merged_seq: Some(into.version), ..ticket };
            let after = if at == 0 { ended(moved, &status, write.now) } else { moved };
            write.update(SCHEMA, &row, &row_of(&after)).await?;
            steps::forget(write, after.id).await?;
        }
        Ok(into)
    }
}

/// The ticket that goes on for one that was merged, else itself.
pub async fn goes_on_as(db: &impl ConnectionTrait, id: TicketId) -> Result<TicketId> {
    let select = Query::select()
        .column(name("merged_into_id"))
        .from(name(SCHEMA.table))
        .and_where(Expr::col(name("id")).eq(id.0))
        .take();
    let found = db.query_one(&select).await?;
    let into: Option<Uuid> = found.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    Ok(into.map_or(id, TicketId))
}

/// Nothing is merged that has ended, nor into what has.
fn check_open(ticket: &Ticket) -> Result<()> {
    if ticket.merged_into_id.is_some() {
        return Err(Error::Refused("ticket_merged"));
    }
    if ticket.archived_at.is_some() {
        return Err(Error::Refused("ticket_archived"));
    }
    if ticket.state == Category::Closed {
        return Err(Error::Refused("ticket_closed"));
    }
    Ok(())
}

/// The ticket that goes on, with what the other one brings.
async fn joined(write: &Write<'_>, from: &Ticket, into: &Ticket) -> Result<Ticket> {
    let requester = from.contact_id.map(|contact_id| Participant { contact_id, since: write.now });
    let wanted: Vec<Participant> =
        into.participants.iter().chain(&from.participants).chain(&requester).copied().collect();
    let mut after = Ticket {
        participants: participants(&into.participants, &wanted, into.contact_id, write.now),
        is_confidential: into.is_confidential || from.is_confidential,
        waiting_since: [into.waiting_since, from.waiting_since].into_iter().flatten().min(),
        // What was said on the other one comes to this one now.
        last_message_at: into.last_message_at.map_or(Some(write.now), |last| Some(write.now.max(Instant(last.0 + 1)))),
        ..into.clone()
    };
    if from.last_message_at > into.last_message_at {
        after.preview.clone_from(&from.preview);
    }
    if from.waiting_since.is_some() {
        // Their customer waits here as if the message had come here.
        let state = after_customer(into.state, into.solved_at, write.now).ok_or(Error::Refused("ticket_closed"))?;
        if state != into.state {
            after.status_id = settings::first_status(write, state).await?.id;
        }
    }
    Ok(after)
}

/// The ticket that ends: closed as a duplicate, and out of lists and counts.
fn ended(ticket: Ticket, status: &TicketStatus, now: Instant) -> Ticket {
    Ticket {
        status_id: status.id,
        state: status.category,
        resolution: Some(Resolution::Duplicate),
        solved_at: ticket.solved_at.or(Some(now)),
        closed_at: Some(now),
        wake_at: None,
        waiting_since: None,
        due_at: None,
        due_metric: None,
        near_at: None,
        archived_at: Some(now),
        ..ticket
    }
}

/// The tickets that were merged into one. None of them has others in it: those
/// went on with it.
pub async fn merged_into(db: &impl ConnectionTrait, id: TicketId) -> Result<Vec<Uuid>> {
    let select = Query::select()
        .column(name("id"))
        .from(name(SCHEMA.table))
        .and_where(Expr::col(name("merged_into_id")).eq(id.0))
        .take();
    db.query_all(&select).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Where what is said on a ticket goes, held until the end: on it, or on the one
/// that goes on for it, also where the writer does not reach that.
pub async fn heir(write: &Write<'_>, row: Row, ticket: Ticket) -> Result<(Row, Ticket)> {
    let Some(into) = ticket.merged_into_id else { return Ok((row, ticket)) };
    let row = rows::find_locked(write.db(), SCHEMA, into.0, Condition::all()).await?.ok_or(Error::NotFound)?;
    let ticket = rows::typed(&row)?;
    Ok((row, ticket))
}
