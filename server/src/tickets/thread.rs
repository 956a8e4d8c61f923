//! A ticket as one works on it: its latest messages, and what the caller has begun to write.

use sea_orm::sea_query::{ExprTrait as _, Order};
use shared::access::Action;
use shared::id::TicketId;
use shared::tickets::*;

use super::draft;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::rows::{self, column};
use crate::ground::{markdown, records};
use crate::http::{Call, Ctx, Reply as Answer};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
const SCHEMA: &shared::fields::Schema = &Message::SCHEMA;

pub async fn get(ctx: Ctx, Call { path: id, input }: Call<GetThread>) -> Answer<GetThread> {
    let ticket: Ticket = records::get(&ctx, id, None).await?;
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let mut select = rows::select(SCHEMA);
    select
        .cond_where(ctx.scope(SCHEMA.object, Action::Read)?)
        .and_where(column(SCHEMA, "ticket_id").eq(id.0))
        .order_by_expr(column(SCHEMA, "seq"), Order::Desc)
        .limit(u64::from(limit) + 1);
    if let Some(before) = input.before {
        select.and_where(column(SCHEMA, "seq").lt(before));
    }
    let mut found = rows::all(&ctx.app.db.read, SCHEMA, &select).await?;
    let has_earlier = found.len() > limit as usize;
    found.truncate(limit as usize);
    found.reverse();
    let messages = found.iter().map(|row| Ok(shown(rows::typed(row)?))).collect::<Result<_>>()?;
    let draft = draft::of(&ctx.app.db.read, id, ctx.actor()?.id).await?;
    Ok(Thread { ticket, messages, has_earlier, draft })
}

fn shown(message: Message) -> Said {
    Said { html: markdown::html(&message.body), message }
}

/// What others said after an event, if the writer of a reply should know of it.
pub async fn since(write: &Write<'_>, id: TicketId, seen: i64) -> Result<Vec<Said>> {
    let mut select = rows::select(SCHEMA);
    select
        .cond_where(write.scope(SCHEMA.object, Action::Read))
        .and_where(column(SCHEMA, "ticket_id").eq(id.0))
        .and_where(column(SCHEMA, "seq").gt(seen))
        .order_by_expr(column(SCHEMA, "seq"), Order::Asc)
        .limit(u64::from(MAX_LIMIT));
    let writer = write.actor.map(|actor| actor.id);
    let mut others = Vec::new();
    for row in rows::all(write.db(), SCHEMA, &select).await? {
        let message: Message = rows::typed(&row)?;
        // What one has just written oneself is no news; what the customer told somebody is.
        if message.created_by != writer || message.direction == Direction::In {
            others.push(shown(message));
        }
    }
    Ok(others)
}

/// Not found, if the caller may not read the ticket.
pub async fn check_readable(ctx: &Ctx, id: TicketId) -> Result<()> {
    let scope = ctx.scope(Ticket::SCHEMA.object, Action::Read)?;
    rows::find(&ctx.app.db.read, &Ticket::SCHEMA, id.0, scope).await?.map(|_| ()).ok_or(Error::NotFound)
}
