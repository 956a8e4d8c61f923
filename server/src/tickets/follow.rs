//! New tickets: from what a customer says, and from a late answer to one that is closed.

use sea_orm::sea_query::Condition;
use serde_json::json;
use shared::change::Done;
use shared::fields::{Row, row_of};
use shared::id::TicketId;
use shared::sla::Priority;
use shared::tickets::*;
use uuid::Uuid;

use super::{routing, rules, say, settings};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::{records, rows};
use crate::http::{Call, Ctx, Reply};

pub async fn create(ctx: Ctx, Call { input, .. }: Call<CreateTicket>) -> Reply<CreateTicket> {
    let mut write = ctx.write(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let record = begin(&mut write, input).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// Writes a ticket and what was said first, within an open command.
pub async fn begin(write: &mut Write<'_>, new: NewTicket) -> Result<Ticket> {
    let NewTicket { ticket, heard } = new;
    let values = with_category(write, ticket.values).await?;
    let mut record = records::insert::<Ticket>(write, ticket.id, values).await?;
    if let Some(heard) = heard {
        let row = found(write, ticket.id).await?;
        say::hear(write, row, record, heard).await?;
        record = rows::typed(&found(write, ticket.id).await?)?;
    }
    if record.waits() {
        // Part of the same command, so that it is taken back together with it.
        let row = found(write, ticket.id).await?;
        if let Some(given) = routing::give(write, row).await? {
            record = given;
        }
    }
    Ok(record)
}

/// What a ticket's category says of it, where the caller is silent.
async fn with_category(write: &Write<'_>, mut values: Row) -> Result<Row> {
    let category = match rows::reference(&values, "category_id") {
        Some(id) => settings::category(write, id.into()).await?,
        None => None,
    };
    let priority = category.as_ref().map_or(Priority::Normal, |category| category.priority);
    values.entry("priority").or_insert_with(|| json!(priority));
    if let Some(queue) = category.and_then(|category| category.queue_id) {
        values.entry("queue_id").or_insert_with(|| json!(queue));
    }
    Ok(values)
}

/// The ticket that a late message begins: the same matter of the same
/// customer, where it was worked on before. Whoever writes the message down
/// need not see all that the first one leads to.
pub async fn go_on(write: &mut Write<'_>, from: &Ticket, heard: &Heard) -> Result<(Row, Ticket)> {
    let mut ticket = Ticket {
        id: TicketId(Uuid::now_v7()),
        name: from.name.clone(),
        kind: from.kind,
        category_id: from.category_id,
        priority: from.priority,
        queue_id: from.queue_id,
        team_id: from.team_id,
        account_id: from.account_id,
        contact_id: from.contact_id,
        opportunity_id: from.opportunity_id,
        accused_id: from.accused_id,
        currency: from.currency.clone(),
        channel: heard.channel,
        tags: from.tags.clone(),
        follows_id: Some(from.id),
        ..Ticket::default()
    };
    rules::become_of(write, None, &mut ticket, None).await?;
    let mut row = row_of(&ticket);
    write.stamp(&mut row);
    let ticket = rows::typed(&row)?;
    write.insert(&Ticket::SCHEMA, vec![row.clone()]).await?;
    Ok((row, ticket))
}

async fn found(write: &Write<'_>, id: Uuid) -> Result<Row> {
    rows::find(write.db(), &Ticket::SCHEMA, id, Condition::all()).await?.ok_or(Error::NotFound)
}
