//! Who has a ticket open, and who writes on it.

use shared::access::Action;
use shared::events::Doing;
use shared::id::TicketId;
use shared::tickets::*;
use uuid::Uuid;

use super::thread;
use crate::error::Result;
use crate::ground::presence::{self, Word};
use crate::http::{Call, Ctx, Reply as Answer};

pub async fn put(ctx: Ctx, Call { path: id, input }: Call<PutPresence>) -> Answer<PutPresence> {
    thread::check_readable(&ctx, id).await?;
    presence::say(&ctx.app, word(&ctx, id, input.visit, Some(input.what))?).await?;
    Ok(ctx.app.presence.at(Ticket::SCHEMA.object, id.0, ctx.app.clock.now()))
}

/// Also from a ticket that the caller may not read any more.
pub async fn end(ctx: Ctx, Call { path: id, input }: Call<EndPresence>) -> Answer<EndPresence> {
    presence::say(&ctx.app, word(&ctx, id, input.visit, None)?).await
}

pub async fn list(ctx: Ctx, _: Call<ListPresence>) -> Answer<ListPresence> {
    let object = Ticket::SCHEMA.object;
    presence::readable(&ctx.app, object, ctx.scope(object, Action::Read)?).await
}

fn word(ctx: &Ctx, id: TicketId, visit: Uuid, what: Option<Doing>) -> Result<Word> {
    let actor = ctx.actor()?;
    Ok(Word { object: Ticket::SCHEMA.object, id: id.0, visit, user_id: actor.id, name: actor.name.clone(), what })
}
