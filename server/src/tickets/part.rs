//! A ticket goes its own way again, however the one it was merged into went on.

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order};
use shared::access::{Action, Object};
use shared::change::{Change, Done};
use shared::fields::{Row, row_of};
use shared::id::TicketId;
use shared::tickets::*;
use shared::time::Instant;
use uuid::Uuid;

use super::clocks;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::history;
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Reply as Answer};

const SCHEMA: &shared::fields::Schema = &Ticket::SCHEMA;

pub async fn part(ctx: Ctx, Call { path: id, .. }: Call<PartTicket>) -> Answer<PartTicket> {
    let mut write = ctx.write(&id).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let seen = rows::find(write.db(), SCHEMA, id.0, write.scope(SCHEMA.object, Action::Read)).await?;
    let seen: Ticket = rows::typed(&seen.ok_or(Error::NotFound)?)?;
    let into = seen.merged_into_id.ok_or(Error::Refused("not_merged"))?;
    let lines = merge_of(&write, id).await?;
    let went_along = |line: &&Change| rows::reference(&line.before, "merged_into_id") == Some(id.0);
    let others: Vec<&Change> = lines.iter().filter(went_along).collect();
    let ids: Vec<Uuid> = [id.0, into.0].into_iter().chain(others.iter().map(|line| line.id)).collect();
    write.lock(SCHEMA, &ids).await?;
    let row = write.find(SCHEMA, id.0, Action::Write).await?;
    let kept = write.find(SCHEMA, into.0, Action::Write).await?;
    let (ticket, kept_ticket): (Ticket, Ticket) = (rows::typed(&row)?, rows::typed(&kept)?);
    // Somebody was faster: the caller asks again and finds it as it is.
    if ticket.merged_into_id != Some(into) {
        return Err(Error::Unavailable);
    }
    let mut record = parted(&write, &row, &kept_ticket, of(&lines, id.0)).await?;
    clocks::settle(&write, Some(&ticket), &mut record, None).await?;
    let record: Ticket = rows::typed(&write.update(SCHEMA, &row, &row_of(&record)).await?)?;
    for line in others {
        let row = write.find(SCHEMA, line.id, Action::Write).await?;
        let back = line.before.iter().filter(|(key, _)| key.starts_with("merged_"));
        write.update(SCHEMA, &row, &back.map(|(key, value)| (key.clone(), value.clone())).collect()).await?;
    }
    let mut after = left(&write, &kept_ticket, of(&lines, into.0)).await?;
    clocks::settle(&write, Some(&kept_ticket), &mut after, None).await?;
    write.update(SCHEMA, &kept, &row_of(&after)).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// What the command that merged it did to tickets.
async fn merge_of(write: &Write<'_>, id: TicketId) -> Result<Vec<Change>> {
    let own = history::log(write.db(), history::of_record(Object::Ticket, id.0), Order::Desc, None).await?;
    let is_merge = |line: &&Change| {
        let was = rows::reference(&line.before, "merged_into_id");
        was.is_none() && rows::reference(&line.after, "merged_into_id").is_some()
    };
    let merge = own.iter().find(is_merge).ok_or_else(|| Error::internal("no log of a merge"))?;
    let of_batch = Condition::all()
        .add(Expr::col(name("batch")).eq(merge.batch.0))
        .add(Expr::col(name("object")).eq(Object::Ticket.word()));
    history::log(write.db(), of_batch, Order::Asc, None).await
}

fn of(lines: &[Change], id: Uuid) -> Option<&Change> {
    lines.iter().find(|line| line.id == id)
}

/// The ticket as it was before, but that its customer may have been answered since.
async fn parted(write: &Write<'_>, row: &Row, kept: &Ticket, line: Option<&Change>) -> Result<Ticket> {
    let mut was = row.clone();
    was.extend(line.map(|line| line.before.clone()).unwrap_or_default());
    let mut ticket: Ticket = rows::typed(&was)?;
    if ticket.waiting_since.is_some() && has_answered(write, kept, line).await? {
        ticket.waiting_since = None;
        ticket.first_reply_at = ticket.first_reply_at.or(kept.first_reply_at);
    }
    Ok(ticket)
}

/// Whether staff answered on the ticket that went on, since the merge.
async fn has_answered(write: &Write<'_>, kept: &Ticket, line: Option<&Change>) -> Result<bool> {
    let seq = line.and_then(|line| line.after.get("merged_seq")?.as_i64()).unwrap_or(i64::MAX);
    let said = said(write, kept).await?;
    Ok(said.iter().any(|message| message.seq > seq && message.direction == Direction::Out))
}

/// The ticket that went on, without who came with the other one and without their wait.
async fn left(write: &Write<'_>, kept: &Ticket, line: Option<&Change>) -> Result<Ticket> {
    let people = |row: &Row| -> Vec<Participant> {
        row.get("participants").and_then(|all| serde_json::from_value(all.clone()).ok()).unwrap_or_default()
    };
    let (before, came) = line.map(|line| (people(&line.before), people(&line.after))).unwrap_or_default();
    let mut waiting: Option<Instant> = None;
    for message in said(write, kept).await? {
        waiting = match message.direction {
            Direction::In => waiting.or(Some(message.created_at)),
            Direction::Out => None,
        };
    }
    let mut after = kept.clone();
    after.participants.retain(|one| before.contains(one) || !came.contains(one));
    after.waiting_since = kept.waiting_since.and(waiting);
    Ok(after)
}

/// What customers and staff said on a ticket itself, in its order.
async fn said(write: &Write<'_>, ticket: &Ticket) -> Result<Vec<Message>> {
    let schema = &Message::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "ticket_id").eq(ticket.id.0))
        .and_where(column(schema, "kind").eq(MessageKind::Public.word()))
        .order_by_expr(column(schema, "seq"), Order::Asc)
        .take();
    rows::all(write.db(), schema, &select).await?.iter().map(rows::typed).collect()
}
