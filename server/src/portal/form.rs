//! The web form: a ticket of somebody who is not signed in. What they say of
//! themselves is not proven, so the answer goes to the address they name.

use sea_orm::sea_query::Condition;
use shared::change::{Cause, New};
use shared::portal::*;
use shared::tickets::{Channel, Heard, NewTicket, Ticket};
use shared::time::{HOUR, Instant, MINUTE};

use super::desk::{account_of, check_words};
use super::{notice, people, sign_in};
use crate::App;
use crate::auth::limits::{self, Limit};
use crate::auth::secret::{Secret, short_hash};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::rows;
use crate::http::{Call, Ctx, Reply};
use crate::tickets;

/// How long a puzzle may take, with what is typed meanwhile.
const LIFETIME: i64 = HOUR;
/// Forms of one network.
const NETWORK: Limit = Limit { burst: 10, every: 6 * MINUTE };
/// Forms in the name of one address, whose owner is written of each.
const ADDRESS: Limit = Limit { burst: 5, every: 30 * MINUTE };
/// An answer counts once.
const ONCE: Limit = Limit { burst: 1, every: 2 * LIFETIME };

pub async fn puzzle(ctx: Ctx, _: Call<GetPuzzle>) -> Reply<GetPuzzle> {
    let salt = Secret::random().0;
    let seal = seal(&ctx.app, &salt, ctx.now);
    Ok(Puzzle { salt, issued_at: ctx.now.0, seal })
}

fn seal(app: &App, salt: &str, issued_at: Instant) -> String {
    Secret::of(&app.auth.derive(&[b"portal puzzle", salt.as_bytes(), &issued_at.0.to_be_bytes()])).0
}

pub async fn send(ctx: Ctx, Call { input, .. }: Call<SendForm>) -> Reply<SendForm> {
    check_words(&[("name", &input.name), ("subject", &input.subject), ("body", &input.body)])?;
    let email = sign_in::address(&input.email)?;
    check_puzzle(&ctx, &input)?;
    let mut write = ctx.app.write(Cause::Portal).await?;
    if let Some(row) = rows::find(write.db(), &Ticket::SCHEMA, input.id.0, Condition::all()).await? {
        // Sent again after a lost answer.
        let ticket: Ticket = rows::typed(&row)?;
        let is_same = ticket.channel == Channel::Web && ticket.name == input.subject.trim();
        return if is_same {
            Ok(FormTaken { number: ticket.number })
        } else {
            Err(Error::Refused("idempotency_mismatch"))
        };
    }
    let visit = ctx.visit();
    let buckets = [
        (format!("portal-form-puzzle:{}", input.puzzle.salt), ONCE),
        (format!("portal-form-network:{}", visit.network), NETWORK),
        (format!("portal-form:{}", short_hash(&email)), ADDRESS),
    ];
    for (bucket, limit) in buckets {
        limits::take(write.db(), &bucket, limit, ctx.now).await?;
    }
    let ticket = begin(&mut write, input, email).await?;
    notice::acknowledge(&write, &ticket, ctx.locale).await?;
    write.commit(|_| FormTaken { number: ticket.number }).await
}

fn check_puzzle(ctx: &Ctx, form: &Form) -> Result<()> {
    let Puzzle { salt, issued_at, seal: shown } = &form.puzzle;
    let is_ours = salt.len() == 64 && *shown == seal(&ctx.app, salt, Instant(*issued_at));
    let is_fresh = ctx.now.0.checked_sub(*issued_at).is_some_and(|age| (0..LIFETIME).contains(&age));
    if is_ours && is_fresh && answers(&form.puzzle, form.answer) {
        Ok(())
    } else {
        Err(Error::field("puzzle", "expired_link"))
    }
}

async fn begin(write: &mut Write<'_>, form: Form, email: String) -> Result<Ticket> {
    let contact = match people::contact_of(write.db(), &email).await? {
        Some(contact) => contact,
        None => people::add_contact(write, form.name.trim(), email).await?,
    };
    let ticket = Ticket {
        id: form.id,
        name: form.subject.trim().to_owned(),
        contact_id: Some(contact),
        account_id: account_of(write, contact).await?,
        queue_id: tickets::first_queue(write).await?.map(|queue| queue.id),
        channel: Channel::Web,
        ..Ticket::default()
    };
    let heard = Heard {
        id: form.message_id,
        body: form.body,
        channel: Channel::Web,
        contact_id: Some(contact),
        files: Vec::new(),
    };
    let mut new = New::of(form.id.0, &ticket);
    new.values.remove("priority");
    tickets::begin(write, NewTicket { ticket: new, heard: Some(heard) }).await
}
