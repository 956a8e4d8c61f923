//! Whether a customer is asked, when, and until when.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, ExprTrait as _};
use sha2::{Digest as _, Sha256};
use shared::contacts::{Contact, PointKind};
use shared::i18n::{Key, Locale, fill};
use shared::id::TicketId;
use shared::surveys::{InviteState as State, SurveyPolicy};
use shared::tickets::{Direction, Message, MessageKind, Resolution, Ticket};
use shared::time::{DAY, Instant};
use uuid::Uuid;

use super::Step;
use super::invite::{self, Invite};
use crate::App;
use crate::auth::secret::Secret;
use crate::error::Result;
use crate::ground::jobs::{self, Job};
use crate::ground::outbox::{self, Mail};
use crate::ground::rows::{self, column};
use crate::ground::search::tokens::cut::is_han;

/// Plans a question about a new solution; takes back what was asked about one
/// that did not last, and asks it again when that was a mistake.
pub async fn consider(app: &App, ticket: TicketId, is_solved: bool) -> Result<()> {
    let now = app.clock.now();
    let open = app.db.begin().await?;
    let Some(row) = rows::find_locked(&open.tx, &Ticket::SCHEMA, ticket.0, Condition::all()).await? else {
        return Ok(());
    };
    let ticket: Ticket = rows::typed(&row)?;
    invite::cancel(&open.tx, ticket.id, ticket.solved_at).await?;
    if let Some(solved_at) = ticket.solved_at {
        match invite::of_solution(&open.tx, ticket.id, solved_at).await? {
            Some(known) if known.state == State::Cancelled => revive(&open.tx, &known).await?,
            Some(_) => {}
            None if is_solved => begin(&open.tx, &ticket, solved_at, now).await?,
            None => {}
        }
    }
    open.commit().await?;
    app.jobs.wake();
    Ok(())
}

async fn revive(db: &impl ConnectionTrait, invite: &Invite) -> Result<()> {
    let state = invite.revived();
    invite::set(db, invite.id, state, []).await?;
    if state == State::Planned {
        let job = Job::Survey(Step::Send { invite: invite.id });
        jobs::enqueue(db, &job, invite.send_at, None).await?;
    }
    Ok(())
}

async fn begin(db: &impl ConnectionTrait, ticket: &Ticket, solved_at: Instant, now: Instant) -> Result<()> {
    let Some(policy) = policy(db).await? else { return Ok(()) };
    let Some(contact) = ticket.contact_id else { return Ok(()) };
    if !is_asked_about(ticket, &policy) {
        return Ok(());
    }
    // Of two tickets of one person that are solved at once, the second waits here.
    if rows::find_locked(db, &Contact::SCHEMA, contact.0, Condition::all()).await?.is_none() {
        return Ok(());
    }
    let since = now.plus(-policy.cooldown_days * DAY);
    if policy.cooldown_days > 0 && invite::was_asked(db, contact, ticket.id, since).await? {
        return Ok(());
    }
    let invite = Invite::planned(ticket, contact, solved_at, &policy);
    invite::insert(db, &invite).await?;
    let job = Job::Survey(Step::Send { invite: invite.id });
    jobs::enqueue(db, &job, invite.send_at, None).await
}

/// The policy that holds, if customers are asked at all.
pub async fn policy(db: &impl ConnectionTrait) -> Result<Option<SurveyPolicy>> {
    let schema = &SurveyPolicy::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "is_default").eq(true))
        .and_where(column(schema, "is_active").eq(true))
        .and_where(column(schema, "archived_at").is_null())
        .limit(1)
        .take();
    rows::all(db, schema, &select).await?.first().map(rows::typed).transpose()
}

fn is_asked_about(ticket: &Ticket, policy: &SurveyPolicy) -> bool {
    let is_excluded = policy.excluded.contains(&ticket.kind)
        // Its matter is solved elsewhere, and asked about there.
        || ticket.resolution == Some(Resolution::Duplicate)
        || ticket.archived_at.is_some();
    !is_excluded && bucket(ticket.id) < policy.sample
}

/// Where a ticket stands among a hundred: the same whenever it is asked.
fn bucket(ticket: TicketId) -> i64 {
    let hash = Sha256::digest(ticket.0.as_bytes());
    i64::from(u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])) % 100
}

/// The time has come: by mail to who has an address, else in the portal alone.
pub async fn send(app: &App, id: Uuid) -> Result<()> {
    let now = app.clock.now();
    let open = app.db.begin().await?;
    let Some(known) = invite::by_id(&open.tx, id).await? else { return Ok(()) };
    let ticket = rows::find_locked(&open.tx, &Ticket::SCHEMA, known.ticket_id.0, Condition::all()).await?;
    let Some(ticket) = ticket.as_ref().map(rows::typed::<Ticket>).transpose()? else { return Ok(()) };
    let Some(invite) = invite::held(&open.tx, id).await? else { return Ok(()) };
    if invite.state != State::Planned || ticket.solved_at != Some(invite.solved_at) {
        return Ok(());
    }
    let contact = rows::find(&open.tx, &Contact::SCHEMA, invite.contact_id.0, Condition::all()).await?;
    let Some(contact) = contact.as_ref().map(rows::typed::<Contact>).transpose()? else { return Ok(()) };
    let until = invite.until(now);
    let mut with: Vec<(&'static str, sea_orm::Value)> = vec![("sent_at", now.0.into()), ("expires_at", until.0.into())];
    if let Some(address) = address(&contact) {
        let token = Secret::random();
        with.push(("token_hash", token.hash().into()));
        let locale = language(&open.tx, &ticket).await?;
        let mail = mail(app, &ticket, &contact, address, &token, locale, until);
        outbox::put(&open.tx, &mail, now).await?;
    }
    invite::set(&open.tx, id, State::Sent, with).await?;
    jobs::enqueue(&open.tx, &Job::Survey(Step::Expire { invite: id }), until, None).await?;
    open.commit().await
}

/// Where somebody is written to: the address they prefer, else the first.
fn address(contact: &Contact) -> Option<&str> {
    if contact.archived_at.is_some() {
        return None;
    }
    let mut addresses = contact.points.iter().filter(|point| point.kind == PointKind::Email);
    let first = addresses.clone().next();
    addresses.find(|point| point.is_primary).or(first).map(|point| point.value.as_str())
}

/// The language that the customer wrote in last; of the subject where they wrote nothing.
async fn language(db: &impl ConnectionTrait, ticket: &Ticket) -> Result<Locale> {
    let schema = &Message::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "ticket_id").eq(ticket.id.0))
        .and_where(column(schema, "kind").eq(MessageKind::Public.word()))
        .and_where(column(schema, "direction").eq(Direction::In.word()))
        .order_by_expr(column(schema, "seq"), sea_orm::sea_query::Order::Desc)
        .limit(1)
        .take();
    let said = rows::all(db, schema, &select).await?.first().map(rows::typed::<Message>).transpose()?;
    let text = said.map_or_else(|| ticket.name.clone(), |said| said.body);
    Ok(if text.chars().any(is_han) { Locale::ZhCn } else { Locale::En })
}

/// The secret stands behind `#`: no server and no scanner on the way is sent it.
fn mail(
    app: &App,
    ticket: &Ticket,
    contact: &Contact,
    address: &str,
    token: &Secret,
    locale: Locale,
    until: Instant,
) -> Mail {
    let link = format!("{}/portal/rate#{}", app.settings.public_url.trim_end_matches('/'), token.0);
    let (number, day) = (ticket.number.to_string(), app.clock.day_of(until).to_string());
    let values = [
        ("name", contact.name.as_str()),
        ("number", &number),
        ("subject", &ticket.name),
        ("link", &link),
        ("day", &day),
    ];
    Mail {
        recipient: address.to_owned(),
        subject: fill(locale, Key::MailSurveySubject, &values),
        body: fill(locale, Key::MailSurveyBody, &values),
        expires_at: Some(until),
    }
}

/// Nobody answered. What was answered stays so.
pub async fn expire(app: &App, id: Uuid) -> Result<()> {
    let open = app.db.begin().await?;
    let Some(invite) = invite::held(&open.tx, id).await? else { return Ok(()) };
    let is_over = invite.expires_at.is_some_and(|at| at <= app.clock.now());
    if is_over && matches!(invite.state, State::Sent | State::Opened) {
        invite::set(&open.tx, id, State::Expired, []).await?;
    }
    open.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::ContactId;
    use shared::tickets::TicketKind;

    #[test]
    fn a_sample_is_near_its_share_and_the_same_each_time() {
        let ids: Vec<TicketId> = (0..2_000_u128).map(|n| TicketId(Uuid::from_u128(n))).collect();
        let chosen = |sample| ids.iter().filter(|id| bucket(**id) < sample).count();
        assert_eq!((chosen(0), chosen(100)), (0, 2_000));
        assert!((500..700).contains(&chosen(30)), "{}", chosen(30));
        assert!(ids.iter().all(|id| bucket(*id) == bucket(*id) && (0..100).contains(&bucket(*id))));
    }

    #[test]
    fn kinds_and_duplicates_are_left_out() {
        let policy = SurveyPolicy { excluded: vec![TicketKind::Complaint], ..shared::surveys::starter() };
        let of = |kind, resolution| Ticket { kind, resolution, ..Ticket::default() };
        assert!(is_asked_about(&of(TicketKind::Question, Some(Resolution::Fixed)), &policy));
        assert!(!is_asked_about(&of(TicketKind::Complaint, Some(Resolution::Fixed)), &policy));
        assert!(!is_asked_about(&of(TicketKind::Question, Some(Resolution::Duplicate)), &policy));
    }

    #[test]
    fn the_address_one_prefers_is_written_to() {
        let point = |kind, value: &str, is_primary| shared::contacts::Point {
            kind,
            value: value.into(),
            norm: value.into(),
            is_primary,
        };
        let points = vec![
            point(PointKind::Phone, "138 0000 5678", true),
            point(PointKind::Email, "old@a.example", false),
            point(PointKind::Email, "new@a.example", true),
        ];
        let contact = Contact { id: ContactId::default(), points, ..Contact::default() };
        assert_eq!(address(&contact), Some("new@a.example"));
        let first = Contact { points: contact.points[..2].to_vec(), ..contact.clone() };
        assert_eq!(address(&first), Some("old@a.example"));
        assert_eq!(address(&Contact { archived_at: Some(Instant(1)), ..contact }), None);
    }
}
