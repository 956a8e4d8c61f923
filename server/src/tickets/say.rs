//! What is said on a ticket: answers, notes, what customers say.

use shared::access::Action;
use shared::change::Done;
use shared::fields::{Row, row_of};
use shared::id::{TicketId, TicketStatusId};
use shared::sla::Category;
use shared::tickets::*;
use shared::time::Instant;

use super::{draft, follow, merge, routing, rules, settings, thread};
use crate::error::{Error, Result};
use crate::files::{self, Uploader};
use crate::ground::change::Write;
use crate::ground::markdown;
use crate::ground::references::{self, Standing};
use crate::ground::rows;
use crate::http::{Call, Ctx, Reply as Answer};
use crate::portal;

pub async fn reply(ctx: Ctx, Call { path: id, input }: Call<ReplyToTicket>) -> Answer<ReplyToTicket> {
    check_body(&input.body)?;
    let mut write = ctx.write(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let (row, ticket) = held(&write, id).await?;
    if !input.anyway {
        let messages = thread::since(&write, id, input.seen).await?;
        if !messages.is_empty() {
            return Err(Error::MovedOn(Box::new(MovedOn { version: ticket.version, messages })));
        }
    }
    draft::forget(&write, id).await?;
    let new = Message { id: input.id, body: input.body, ..Message::default() };
    let record = answer(&mut write, &row, &ticket, new, input.status_id).await?;
    files::take(&write, Uploader::of(&ctx)?, &input.files, record.id).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// Tells the customer, after the time in which it can be taken back.
pub async fn answer(
    write: &mut Write<'_>,
    row: &Row,
    ticket: &Ticket,
    new: Message,
    status: Option<TicketStatusId>,
) -> Result<Message> {
    let state = after_reply(ticket.state).ok_or(Error::Refused("ticket_closed"))?;
    let mut after = said(write, ticket);
    after.status_id = chosen(write, ticket, status, state).await?;
    after.waiting_since = None;
    after.first_reply_at = ticket.first_reply_at.or(Some(write.now));
    let held_until = after.last_message_at.map(|said_at| said_at.plus(HOLD));
    let message =
        Message { kind: MessageKind::Public, direction: Direction::Out, channel: ticket.channel, held_until, ..new };
    let message = add(write, row, ticket, after, message).await?;
    portal::tell_later(write, &message).await?;
    Ok(message)
}

pub async fn note(ctx: Ctx, Call { path: id, input }: Call<AddNote>) -> Answer<AddNote> {
    check_body(&input.body)?;
    let mut write = ctx.write(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let (row, ticket) = held(&write, id).await?;
    draft::forget(&write, id).await?;
    let new = Message { id: input.id, body: input.body, ..Message::default() };
    let record = remark(&mut write, &row, &ticket, new).await?;
    files::take(&write, Uploader::of(&ctx)?, &input.files, record.id).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// Tells staff alone.
pub async fn remark(write: &mut Write<'_>, row: &Row, ticket: &Ticket, new: Message) -> Result<Message> {
    let after = said(write, ticket);
    let message = Message { kind: MessageKind::Note, direction: Direction::Out, channel: ticket.channel, ..new };
    add(write, row, ticket, after, message).await
}

pub async fn heard(ctx: Ctx, Call { path: id, input }: Call<RecordMessage>) -> Answer<RecordMessage> {
    let mut write = ctx.write(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let (row, ticket) = held(&write, id).await?;
    let record = hear(&mut write, row, ticket, input).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// A customer's message: never lost, also when the ticket takes none any more.
/// Its files are those of whoever of staff writes it down.
pub async fn hear(write: &mut Write<'_>, mut row: Row, mut ticket: Ticket, heard: Heard) -> Result<Message> {
    check_body(&heard.body)?;
    // Who says it stays who it is, wherever it is said.
    let contact_id = heard.contact_id.or(ticket.contact_id);
    (row, ticket) = merge::heir(write, row, ticket).await?;
    let state = if let Some(state) = after_customer(ticket.state, ticket.solved_at, write.now) {
        state
    } else {
        (row, ticket) = follow::go_on(write, &ticket, &heard).await?;
        ticket.state
    };
    let mut after = said(write, &ticket);
    after.status_id = chosen(write, &ticket, None, state).await?;
    after.waiting_since = ticket.waiting_since.or(Some(write.now));
    if routing::is_left(write, &ticket).await? {
        after.owner_id = None;
    }
    let message = Message {
        id: heard.id,
        kind: MessageKind::Public,
        direction: Direction::In,
        channel: heard.channel,
        contact_id,
        body: heard.body,
        ..Message::default()
    };
    let message = add(write, &row, &ticket, after, message).await?;
    if !heard.files.is_empty() {
        files::take(write, Uploader::Staff(write.actor()?.id), &heard.files, message.id).await?;
    }
    Ok(message)
}

/// The ticket, held until the end, if the writer may add to it.
async fn held(write: &Write<'_>, id: TicketId) -> Result<(Row, Ticket)> {
    let row = write.find(&Ticket::SCHEMA, id.0, Action::Write).await?;
    let ticket = rows::typed(&row)?;
    Ok((row, ticket))
}

/// The ticket with one more thing said on it. Its moments differ, so that each has an event of its own.
fn said(write: &Write<'_>, ticket: &Ticket) -> Ticket {
    let last = ticket.last_message_at.map_or(write.now, |last| Ord::max(write.now, Instant(last.0 + 1)));
    Ticket { last_message_at: Some(last), ..ticket.clone() }
}

/// The status to stand in: the one asked for, else the present one if it means
/// that state, else the first that does.
async fn chosen(
    write: &Write<'_>,
    ticket: &Ticket,
    asked: Option<TicketStatusId>,
    state: Category,
) -> Result<TicketStatusId> {
    match asked {
        Some(asked) => Ok(asked),
        None if state == ticket.state => Ok(ticket.status_id),
        None => Ok(settings::first_status(write, state).await?.id),
    }
}

/// Writes the ticket's event and the message it brings.
async fn add(
    write: &mut Write<'_>,
    row: &Row,
    before: &Ticket,
    mut after: Ticket,
    message: Message,
) -> Result<Message> {
    if message.kind == MessageKind::Public {
        after.preview = Some(preview(&message.body));
    }
    rules::become_of(write, Some(before), &mut after, Some(message.what())).await?;
    let wanted = row_of(&after);
    references::check(write, &Ticket::SCHEMA, &[(Some(row), &wanted)], Standing::InUse).await?;
    let row = write.update(&Ticket::SCHEMA, row, &wanted).await?;
    let ticket: Ticket = rows::typed(&row)?;
    // Said at moments that differ, so that a thread of several tickets has one order.
    let said_at = ticket.last_message_at.unwrap_or(write.now);
    let by = write.actor.map(|actor| actor.id);
    let message = Message { ticket_id: ticket.id, seq: ticket.version, created_at: said_at, created_by: by, ..message };
    let mut new = row_of(&message);
    write.stamp(&mut new);
    // The ticket's own customers may be named by whoever reaches the ticket.
    let takes_part = |contact| ticket.participants.iter().any(|one| Some(one.contact_id) == contact);
    let named = message.contact_id.filter(|_| takes_part(message.contact_id)).or(ticket.contact_id);
    let own = row_of(&Message { ticket_id: ticket.id, contact_id: named, ..Message::default() });
    references::check(write, &Message::SCHEMA, &[(Some(&own), &new)], Standing::InUse).await?;
    let message = rows::typed(&new)?;
    write.insert(&Message::SCHEMA, vec![new]).await?;
    Ok(message)
}

/// The first line's worth of a message, as it is read.
pub fn preview(body: &str) -> String {
    let plain = markdown::plain(body);
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").chars().take(PREVIEW_MAX).collect()
}

pub fn check_body(body: &str) -> Result<()> {
    if body.trim().is_empty() {
        return Err(Error::field("body", "required"));
    }
    draft::check_text(body)
}
