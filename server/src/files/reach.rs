//! Who reads a file: whoever reads the message it came with, on any thread that shows it.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use shared::access::{Action, Object, reads_from};
use shared::files::FileTold;
use shared::id::FileId;
use shared::tickets::{Message, Ticket};
use uuid::Uuid;

use super::{TABLE, TOLD, Uploader, told};
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::rows;
use crate::http::Ctx;

/// A file that the caller may read, and the hash of its bytes. What they may not
/// read is not found.
pub async fn find(ctx: &Ctx, id: FileId) -> Result<(FileTold, String)> {
    let select = Query::select()
        .columns(TOLD.map(name))
        .columns(["sha256", "uploader", "message_id"].map(name))
        .from(name(TABLE))
        .and_where(Expr::col(name("id")).eq(id.0))
        .take();
    let row = ctx.app.db.read.query_one(&select).await?.ok_or(Error::NotFound)?;
    let at = TOLD.len();
    let message_id: Option<Uuid> = row.try_get_by_index(at + 2)?;
    let message = match message_id {
        Some(id) => rows::find(&ctx.app.db.read, &Message::SCHEMA, id, Condition::all()).await?,
        None => None,
    };
    let is_reached = match message {
        Some(message) => reads(ctx, &rows::typed(&message)?).await?,
        // Nobody's but the uploader's, until a message has it.
        None => row.try_get_by_index::<String>(at + 1)? == Uploader::of(ctx)?.word(),
    };
    if is_reached { Ok((told(&row)?, row.try_get_by_index(at)?)) } else { Err(Error::NotFound) }
}

/// Whether a thread shows the message to the caller: that of the ticket it was
/// said on, of the one that began with it, and of those that go on for them.
async fn reads(ctx: &Ctx, message: &Message) -> Result<bool> {
    let db = &ctx.app.db.read;
    let own: Vec<Uuid> = [Some(message.ticket_id), message.split_to_id].into_iter().flatten().map(|id| id.0).collect();
    let found = rows::by_ids(db, &Ticket::SCHEMA, &own, &Condition::all()).await?;
    let into = found.values().filter_map(|ticket| rows::reference(ticket, "merged_into_id"));
    let threads: Vec<Uuid> = own.iter().copied().chain(into).collect::<BTreeSet<_>>().into_iter().collect();
    let reached = rows::by_ids(db, &Ticket::SCHEMA, &threads, &ctx.scope(Object::Ticket, Action::Read)?).await?;
    let Some(customer) = &ctx.customer else {
        return Ok(!reached.is_empty() && ctx.actor()?.may(Object::Message, Action::Read));
    };
    let scope = ctx.scope(Object::Message, Action::Read)?;
    if rows::find(db, &Message::SCHEMA, message.id.0, scope).await?.is_none() {
        return Ok(false);
    }
    for row in reached.values() {
        let ticket: Ticket = rows::typed(row)?;
        // Customers read one that was merged where it goes on.
        let is_thread = ticket.merged_into_id.is_none();
        if is_thread && reads_from(customer, &ticket).is_some_and(|from| from <= message.created_at) {
            return Ok(true);
        }
    }
    Ok(false)
}
