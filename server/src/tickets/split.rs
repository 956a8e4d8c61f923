//! Another matter that came up on a ticket becomes one of its own. What was
//! said stays where it was said and says where it went on; the new ticket's
//! thread begins with it.

use std::collections::BTreeSet;

use sea_orm::sea_query::{ExprTrait as _, Order};
use serde_json::json;
use shared::access::Action;
use shared::api::{FieldError, FieldErrors};
use shared::change::Done;
use shared::fields::{Row, check_row, row_of};
use shared::sla::What;
use shared::tickets::*;
use uuid::Uuid;

use super::{rules, say, thread};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Reply as Answer};

const SCHEMA: &shared::fields::Schema = &Message::SCHEMA;

pub async fn split(ctx: Ctx, Call { path: id, input }: Call<SplitTicket>) -> Answer<SplitTicket> {
    let mut write = ctx.write(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let from: Ticket = rows::typed(&write.find(&Ticket::SCHEMA, id.0, Action::Write).await?)?;
    let chosen = chosen(&write, &from, &input).await?;
    let record = begin(&write, &from, &input, &chosen).await?;
    let mut row = row_of(&record);
    write.stamp(&mut row);
    let record: Ticket = rows::typed(&row)?;
    write.insert(&Ticket::SCHEMA, vec![row]).await?;
    let went_on = Row::from_iter([("split_to_id".to_owned(), json!(record.id))]);
    for (row, _) in &chosen {
        write.update(SCHEMA, row, &went_on).await?;
    }
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// The messages to begin with, in their order: all of them stand in the ticket's thread.
async fn chosen(write: &Write<'_>, from: &Ticket, input: &Split) -> Result<Vec<(Row, Message)>> {
    let wanted: BTreeSet<Uuid> = input.messages.iter().map(|id| id.0).collect();
    if wanted.is_empty() {
        return Err(Error::field("messages", "required"));
    }
    if wanted.len() > MOST_AT_ONCE {
        let error = FieldError::new("too_many").with("max", MOST_AT_ONCE);
        return Err(FieldErrors::from([("messages".to_owned(), error)]).into());
    }
    let threads = thread::tickets_in(write.db(), from.id).await?;
    let mut select = rows::select(SCHEMA);
    select
        .and_where(column(SCHEMA, "id").is_in(wanted.iter().copied()))
        .and_where(column(SCHEMA, "ticket_id").is_in(threads))
        .order_by_expr(column(SCHEMA, "created_at"), Order::Asc)
        .order_by_expr(column(SCHEMA, "id"), Order::Asc);
    let mut found = Vec::new();
    for row in rows::all(write.db(), SCHEMA, &select).await? {
        let message: Message = rows::typed(&row)?;
        if message.split_to_id.is_some() {
            return Err(Error::field("messages", "split_already"));
        }
        found.push((row, message));
    }
    if found.len() < wanted.len() {
        return Err(Error::field("messages", "no_such_record"));
    }
    Ok(found)
}

/// The new ticket: the same customer's, with the same people, about something else.
async fn begin(write: &Write<'_>, from: &Ticket, input: &Split, chosen: &[(Row, Message)]) -> Result<Ticket> {
    let mut named = Row::from_iter([("name".to_owned(), json!(input.name))]);
    check_row(&Ticket::SCHEMA, &mut named)?;
    let name = named.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
    let mut ticket = Ticket {
        id: input.id,
        name,
        kind: from.kind,
        category_id: from.category_id,
        priority: from.priority,
        queue_id: from.queue_id,
        owner_id: from.owner_id,
        team_id: from.team_id,
        account_id: from.account_id,
        contact_id: from.contact_id,
        opportunity_id: from.opportunity_id,
        channel: from.channel,
        is_confidential: from.is_confidential,
        split_from_id: Some(from.id),
        ..Ticket::default()
    };
    let mut asked = None;
    for (_, message) in chosen.iter().filter(|(_, message)| message.kind == MessageKind::Public) {
        match message.direction {
            Direction::In => {
                ticket.waiting_since = ticket.waiting_since.or(Some(message.created_at));
                asked = Some(What::CustomerMessage);
            }
            Direction::Out => ticket.waiting_since = None,
        }
        ticket.preview = Some(say::preview(&message.body));
    }
    ticket.last_message_at = chosen.last().map(|(_, message)| message.created_at);
    rules::become_of(write, None, &mut ticket, asked).await?;
    Ok(ticket)
}
