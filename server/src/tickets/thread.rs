//! A ticket as one works on it: its latest messages, and what the caller has begun to write.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query, SelectStatement};
use shared::access::{Action, Object};
use shared::id::{MessageId, TicketId};
use shared::tickets::*;
use uuid::Uuid;

use super::{draft, merge, time};
use crate::error::{Error, Result};
use crate::files;
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::rows::{self, column};
use crate::ground::{markdown, records};
use crate::http::{Call, Ctx, Reply as Answer};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
const SCHEMA: &shared::fields::Schema = &Message::SCHEMA;

pub async fn get(ctx: Ctx, Call { path: id, input }: Call<GetThread>) -> Answer<GetThread> {
    let db = &ctx.app.db.read;
    let ticket: Ticket = records::get(&ctx, id, None).await?;
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let tickets = tickets_in(db, id).await?;
    // Who reaches a ticket reaches what is said on it: what was merged into it, what it began with.
    let mut found = Vec::new();
    if ctx.actor()?.may(Object::Message, Action::Read) {
        let mut select = in_thread(&tickets);
        select
            .order_by_expr(column(SCHEMA, "created_at"), Order::Desc)
            .order_by_expr(column(SCHEMA, "id"), Order::Desc)
            .limit(u64::from(limit) + 1);
        if let Some(before) = input.before {
            select.cond_where(said_before(db, &tickets, before).await?);
        }
        found = rows::all(db, SCHEMA, &select).await?;
    }
    let has_earlier = found.len() > limit as usize;
    found.truncate(limit as usize);
    found.reverse();
    let messages = found.iter().map(rows::typed).collect::<Result<Vec<Message>>>()?;
    let messages = marked(db, id, messages).await?;
    let draft = draft::of(db, id, ctx.actor()?.id).await?;
    let knows_time = ctx.actor()?.may(Object::TimeEntry, Action::Read);
    let minutes = if knows_time { Some(time::spent(db, &tickets).await?) } else { None };
    Ok(Thread { ticket, messages, has_earlier, draft, minutes })
}

/// The tickets whose messages a thread shows: its own, and those of what was merged into it.
pub async fn tickets_in(db: &impl ConnectionTrait, id: TicketId) -> Result<Vec<Uuid>> {
    let mut tickets = merge::merged_into(db, id).await?;
    tickets.push(id.0);
    Ok(tickets)
}

/// What was said on these tickets, and what they began with when they were split off.
pub fn in_thread(tickets: &[Uuid]) -> SelectStatement {
    let here = |key| column(SCHEMA, key).is_in(tickets.iter().copied());
    rows::select(SCHEMA).cond_where(Condition::any().add(here("ticket_id")).add(here("split_to_id"))).take()
}

/// What stands before a message of the thread; nothing before one that does not stand there.
pub async fn said_before(db: &impl ConnectionTrait, tickets: &[Uuid], id: MessageId) -> Result<Condition> {
    let select = in_thread(tickets).and_where(column(SCHEMA, "id").eq(id.0)).take();
    let found = rows::all(db, SCHEMA, &select).await?;
    let message: Message = rows::typed(found.first().ok_or_else(|| Error::field("before", "no_such_record"))?)?;
    let at = || column(SCHEMA, "created_at");
    let same = Condition::all().add(at().eq(message.created_at.0)).add(column(SCHEMA, "id").lt(id.0));
    Ok(Condition::any().add(at().lt(message.created_at.0)).add(same))
}

/// Messages as they are shown, each with where else it belongs.
async fn marked(db: &impl ConnectionTrait, id: TicketId, messages: Vec<Message>) -> Result<Vec<Said>> {
    let elsewhere = |message: &Message| {
        let on = Some(message.ticket_id).filter(|on| *on != id);
        let to = message.split_to_id.filter(|to| *to != id);
        on.into_iter().chain(to).map(|ticket| ticket.0).collect::<Vec<_>>()
    };
    let wanted: Vec<Uuid> = messages.iter().flat_map(elsewhere).collect();
    let numbers = numbers(db, &wanted).await?;
    let number =
        |ticket: Option<TicketId>| ticket.filter(|ticket| *ticket != id).and_then(|of| numbers.get(&of.0).copied());
    let mut files = files::of_messages(db, messages.iter().map(|message| message.id)).await?;
    let said = |message: Message| Said {
        files: files.remove(&message.id.0).unwrap_or_default(),
        said_on: number(Some(message.ticket_id)),
        split_to: number(message.split_to_id),
        html: markdown::html(&message.body),
        message,
    };
    Ok(messages.into_iter().map(said).collect())
}

/// What people call these tickets. A number opens nothing.
async fn numbers(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let select = Query::select()
        .columns(["id", "number"].map(name))
        .from(name(Ticket::SCHEMA.table))
        .and_where(Expr::col(name("id")).is_in(ids.iter().copied()))
        .take();
    db.query_all(&select).await?.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// What others said after an event, if the writer of a reply should know of it:
/// also all of what was merged into the ticket since.
pub async fn since(write: &Write<'_>, id: TicketId, seen: i64) -> Result<Vec<Said>> {
    let merged = Query::select()
        .column(name("id"))
        .from(name(Ticket::SCHEMA.table))
        .and_where(Expr::col(name("merged_into_id")).eq(id.0))
        .and_where(Expr::col(name("merged_seq")).gt(seen))
        .take();
    let here = Condition::all().add(column(SCHEMA, "ticket_id").eq(id.0)).add(column(SCHEMA, "seq").gt(seen));
    let mut select = rows::select(SCHEMA);
    select
        .cond_where(Condition::any().add(here).add(column(SCHEMA, "ticket_id").in_subquery(merged)))
        .order_by_expr(column(SCHEMA, "created_at"), Order::Asc)
        .order_by_expr(column(SCHEMA, "id"), Order::Asc)
        .limit(u64::from(MAX_LIMIT));
    if write.actor.is_some_and(|actor| !actor.may(Object::Message, Action::Read)) {
        return Ok(Vec::new());
    }
    let writer = write.actor.map(|actor| actor.id);
    let mut others = Vec::new();
    for row in rows::all(write.db(), SCHEMA, &select).await? {
        let message: Message = rows::typed(&row)?;
        // What one has just written oneself is no news; what the customer told somebody is.
        if message.created_by != writer || message.direction == Direction::In {
            others.push(message);
        }
    }
    marked(write.db(), id, others).await
}

/// Not found, if the caller may not read the ticket.
pub async fn check_readable(ctx: &Ctx, id: TicketId) -> Result<()> {
    let scope = ctx.scope(Ticket::SCHEMA.object, Action::Read)?;
    rows::find(&ctx.app.db.read, &Ticket::SCHEMA, id.0, scope).await?.map(|_| ()).ok_or(Error::NotFound)
}
