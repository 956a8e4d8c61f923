//! What customers are written: that their ticket came in, and what they were
//! answered, each with a link that opens that ticket and nothing else.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Condition;
use sea_orm::sea_query::ExprTrait as _;
use serde::{Deserialize, Serialize};
use shared::change::Cause;
use shared::contacts::{Contact, PointKind};
use shared::i18n::{Key, Locale, fill};
use shared::id::{ContactId, MessageId};
use shared::portal::PortalUser;
use shared::tickets::{Message, Ticket};

use super::who;
use crate::App;
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::jobs::{self, Job};
use crate::ground::markdown;
use crate::ground::outbox::{self, Mail};
use crate::ground::rows::{self, column};

/// An answer that the customer is written of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    message: MessageId,
}

/// Once an answer can be taken back no more, the customer is written of it.
pub async fn tell_later(write: &Write<'_>, message: &Message) -> Result<()> {
    // The demo company writes to nobody.
    if write.cause() == Cause::Demo {
        return Ok(());
    }
    let job = Job::TellCustomer(Answered { message: message.id });
    jobs::enqueue(write.db(), &job, message.held_until.unwrap_or(write.now), None).await
}

/// Writes the mail, unless the answer was taken back or nobody is to be reached.
pub async fn tell(app: &App, answered: Answered) -> Result<()> {
    let db = &app.db.read;
    let Some(row) = rows::find(db, &Message::SCHEMA, answered.message.0, Condition::all()).await? else {
        return Ok(());
    };
    let message: Message = rows::typed(&row)?;
    let Some(row) = rows::find(db, &Ticket::SCHEMA, message.ticket_id.0, Condition::all()).await? else {
        return Ok(());
    };
    let ticket: Ticket = rows::typed(&row)?;
    let write = app.db.begin().await?;
    let Some(to) = reached(&write.tx, &ticket).await? else { return Ok(()) };
    let now = app.clock.now();
    let link = who::link(app, &write.tx, ticket.id, to.contact, now).await?;
    let words = [("words", markdown::plain(&message.body)), ("link", link)];
    put(&write.tx, &to, &ticket, Key::MailPortalAnswer, &words, now).await?;
    write.commit().await
}

/// Tells that a ticket came in, in the command that brings it.
pub async fn acknowledge(write: &Write<'_>, ticket: &Ticket, locale: Locale) -> Result<()> {
    let Some(to) = reached(write.db(), ticket).await? else { return Ok(()) };
    let to = Reached { locale, ..to };
    let link = who::link(write.app(), write.db(), ticket.id, to.contact, write.now).await?;
    put(write.db(), &to, ticket, Key::MailPortalReceived, &[("link", link)], write.now).await
}

/// Whom a ticket's mail goes to, and in which language.
struct Reached {
    contact: ContactId,
    email: String,
    locale: Locale,
}

async fn reached(db: &impl ConnectionTrait, ticket: &Ticket) -> Result<Option<Reached>> {
    let Some(contact) = ticket.contact_id else { return Ok(None) };
    let row = rows::find(db, &Contact::SCHEMA, contact.0, Condition::all()).await?;
    let Some(contact) = row.as_ref().map(rows::typed::<Contact>).transpose()? else { return Ok(None) };
    let select =
        rows::select(&PortalUser::SCHEMA).and_where(column(&PortalUser::SCHEMA, "contact_id").eq(contact.id.0)).take();
    let users = rows::all(db, &PortalUser::SCHEMA, &select).await?;
    let user = users.first().map(rows::typed::<PortalUser>).transpose()?;
    let mails = || contact.points.iter().filter(|point| point.kind == PointKind::Email);
    let point = mails().find(|point| point.is_primary).or_else(|| mails().next());
    let Some(email) = point.map(|point| point.norm.clone()) else { return Ok(None) };
    let chosen = user.and_then(|user| Locale::from_tag(&user.locale?));
    Ok(Some(Reached { contact: contact.id, email, locale: chosen.unwrap_or_else(|| language_of(&ticket.name)) }))
}

/// The language that somebody most likely reads who wrote so.
/// The language that somebody wrote in.
pub fn language_of(text: &str) -> Locale {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    if text.chars().any(is_chinese) { Locale::ZhCn } else { Locale::En }
}

async fn put(
    db: &impl ConnectionTrait,
    to: &Reached,
    ticket: &Ticket,
    body: Key,
    words: &[(&str, String)],
    now: shared::time::Instant,
) -> Result<()> {
    let number = ticket.number.to_string();
    let mut values: Vec<(&str, &str)> = words.iter().map(|(key, text)| (*key, text.as_str())).collect();
    values.extend([("number", number.as_str()), ("subject", ticket.name.as_str())]);
    let mail = Mail {
        recipient: to.email.clone(),
        subject: fill(to.locale, Key::MailPortalSubject, &values),
        body: fill(to.locale, body, &values),
        expires_at: None,
    };
    outbox::put(db, &mail, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_written_in_the_language_they_wrote_in() {
        assert_eq!(language_of("VPN 连不上"), Locale::ZhCn);
        assert_eq!(language_of("VPN is down"), Locale::En);
    }
}
