//! Tickets: what customers ask and staff answers.

pub mod access;
mod clocks;
mod collision;
mod complaints;
mod confidential;
mod demo;
mod later;
mod macros;
mod merge;
mod participants;
mod presence;
mod problem;
mod routing;
mod say;
mod search;
mod split;
mod state;
mod steps;
mod time;

use serde_json::json;
use shared::api::ApiError;
use shared::change::{Done, New, Patch};
use shared::contacts::{Contact, CreateContact};
use shared::fields::Row;
use shared::id::{ContactId, MessageId, TicketCategoryId, TicketId, TicketStatusId};
use shared::query::ListQuery;
use shared::sla::{Category, Priority};
use shared::tickets::*;
use tests::Caller;
use uuid::Uuid;

/// A ticket as somebody of staff opens it, with nothing said on it yet.
pub async fn ticket(caller: &Caller<'_>, name: &str) -> Ticket {
    with(caller, json!({ "name": name })).await
}

pub async fn with(caller: &Caller<'_>, values: serde_json::Value) -> Ticket {
    let values: Row = serde_json::from_value(values).unwrap();
    let ticket = New::from_values(Uuid::now_v7(), values);
    caller.call::<CreateTicket>((), NewTicket { ticket, heard: None }).await.unwrap().record
}

pub async fn contact(caller: &Caller<'_>, name: &str) -> ContactId {
    let contact = Contact { name: name.into(), ..Contact::default() };
    caller.call::<CreateContact>((), New::of(Uuid::now_v7(), &contact)).await.unwrap().record.id
}

pub async fn thread(caller: &Caller<'_>, id: TicketId) -> Thread {
    caller.call::<GetThread>(id, ThreadQuery::default()).await.unwrap()
}

pub fn heard(body: &str) -> Heard {
    Heard {
        id: MessageId(Uuid::now_v7()),
        body: body.into(),
        channel: Channel::Phone,
        contact_id: None,
        files: Vec::new(),
    }
}

pub fn answer(seen: i64, body: &str) -> Reply {
    Reply { id: MessageId(Uuid::now_v7()), body: body.into(), seen, anyway: false, status_id: None, files: Vec::new() }
}

pub async fn reply(caller: &Caller<'_>, ticket: TicketId, body: &str) -> Done<Message> {
    let seen = thread(caller, ticket).await.ticket.version;
    caller.call::<ReplyToTicket>(ticket, answer(seen, body)).await.unwrap()
}

/// What is said on a ticket, as its thread shows it.
pub async fn bodies(caller: &Caller<'_>, id: TicketId) -> Vec<String> {
    thread(caller, id).await.messages.into_iter().map(|said| said.message.body).collect()
}

pub async fn status(caller: &Caller<'_>, category: Category) -> TicketStatusId {
    let statuses = caller.call::<ListTicketStatuses>((), ListQuery::default()).await.unwrap().items;
    statuses.iter().find(|status| status.category == category).unwrap().id
}

pub async fn put(caller: &Caller<'_>, id: TicketId, category: Category) -> Result<Ticket, ApiError> {
    let patch = Patch::set("status_id", json!(status(caller, category).await));
    caller.call::<UpdateTicket>(id, patch).await.map(|done| done.record)
}

pub async fn category(caller: &Caller<'_>, name: &str) -> TicketCategoryId {
    let category = TicketCategory { name: name.into(), priority: Priority::High, ..TicketCategory::default() };
    caller.call::<CreateTicketCategory>((), New::of(Uuid::now_v7(), &category)).await.unwrap().record.id
}

/// Says of a ticket what must be said before it is done.
pub async fn solve(caller: &Caller<'_>, id: TicketId) -> Ticket {
    let category = category(caller, "Anything").await;
    let patch = Patch::set("category_id", json!(category)).and("resolution", "answered");
    let solved = status(caller, Category::Solved).await;
    caller.call::<UpdateTicket>(id, patch.and("status_id", json!(solved))).await.unwrap().record
}
