//! New tickets: from what a customer says, and from a late answer to one that is closed.

use sea_orm::sea_query::Condition;
use serde_json::json;
use shared::access::Object;
use shared::change::{Done, settable};
use shared::fields::{Row, row_of};
use shared::tickets::*;
use uuid::Uuid;

use super::{say, settings};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::{records, rows};
use crate::http::{Call, Ctx, Reply};

pub async fn create(ctx: Ctx, Call { input, .. }: Call<CreateTicket>) -> Reply<CreateTicket> {
    let mut write = ctx.write(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let NewTicket { ticket, heard } = input;
    let values = with_category(&write, ticket.values).await?;
    let mut record = records::insert::<Ticket>(&mut write, ticket.id, values).await?;
    if let Some(heard) = heard {
        let row = found(&write, ticket.id).await?;
        say::hear(&mut write, row, record, heard).await?;
        record = rows::typed(&found(&write, ticket.id).await?)?;
    }
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// What a ticket's category says of it, where the caller is silent.
async fn with_category(write: &Write<'_>, mut values: Row) -> Result<Row> {
    let category = rows::reference(&values, "category_id");
    let Some(category) = category else { return Ok(values) };
    let Some(category) = settings::category(write, category.into()).await? else { return Ok(values) };
    values.entry("priority").or_insert_with(|| json!(category.priority));
    if let Some(queue) = category.queue_id {
        values.entry("queue_id").or_insert_with(|| json!(queue));
    }
    Ok(values)
}

/// The ticket that a late message begins: the same matter of the same
/// customer, where it was worked on before.
pub async fn go_on(write: &mut Write<'_>, from: &Ticket, heard: &Heard) -> Result<(Row, Ticket)> {
    let mut values = settable(Object::Ticket, row_of(from));
    for key in ["status_id", "resolution", "wake_at", "owner_id"] {
        values.remove(key);
    }
    values.insert("channel".into(), json!(heard.channel));
    let mut row = records::prepared::<Ticket>(write, Uuid::now_v7(), values).await?;
    row.insert("follows_id".into(), json!(from.id));
    write.stamp(&mut row);
    let ticket = rows::typed(&row)?;
    write.insert(&Ticket::SCHEMA, vec![row.clone()]).await?;
    Ok((row, ticket))
}

async fn found(write: &Write<'_>, id: Uuid) -> Result<Row> {
    rows::find(write.db(), &Ticket::SCHEMA, id, Condition::all()).await?.ok_or(Error::NotFound)
}
