//! A customer's tickets: the list, the conversation, a new one, and what they
//! make of it.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func, Order, SelectStatement, SimpleExpr};
use shared::access::{Action, Customer, Object, Rule, reads_from};
use shared::api::{FieldError, FieldErrors, Page};
use shared::change::New;
use shared::contacts::Contact;
use shared::fields::{Row, row_of};
use shared::id::{AccountId, ContactId, MessageId, TicketId};
use shared::portal::*;
use shared::sla::Category;
use shared::tickets::{Channel, Direction, Heard, Message, NewTicket, Resolution, Ticket, TicketStatus};
use shared::time::MINUTE;
use shared::users::User;
use uuid::Uuid;

use super::{notice, people};
use crate::auth::limits::{self, Limit};
use crate::error::{Error, Result};
use crate::files::{self, Uploader};
use crate::ground::access;
use crate::ground::change::Write;
use crate::ground::markdown;
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Reply};
use crate::{surveys, tickets};

const PAGE: usize = 30;
const MESSAGES: u32 = 50;
const MAX_MESSAGES: u32 = 200;
/// What one customer says, on all their tickets.
const WORDS: Limit = Limit { burst: 30, every: MINUTE };
const SCHEMA: &shared::fields::Schema = &Ticket::SCHEMA;

pub async fn list(ctx: Ctx, Call { input, .. }: Call<ListOwnTickets>) -> Reply<ListOwnTickets> {
    let customer = ctx.customer()?;
    let Some(contact) = customer.contact else { return Ok(Page { items: Vec::new(), next: None }) };
    let done = [Category::Solved.word(), Category::Closed.word()];
    let state = column(SCHEMA, "state");
    let mine = access::compile(&Rule::Any(vec![Rule::AskedBy(contact), Rule::TakenPartIn(contact)]), SCHEMA);
    let mut select = rows::select(SCHEMA);
    select
        .cond_where(ctx.scope(Object::Ticket, Action::Read)?)
        .and_where(if input.is_done { state.is_in(done) } else { state.is_not_in(done) })
        .cond_where(match input.whose {
            Whose::Mine => Condition::any().add(mine),
            // An absent asker is nobody, which has to be said below NOT.
            Whose::Organisation => {
                Condition::all().add(SimpleExpr::from(Func::coalesce([mine, Expr::value(false)])).not())
            }
        })
        .order_by_expr(column(SCHEMA, "updated_at"), Order::Desc)
        .order_by_expr(column(SCHEMA, "id"), Order::Desc)
        .limit(PAGE as u64 + 1);
    if let Some(after) = &input.after {
        begin_after(&mut select, after)?;
    }
    let mut found = rows::all(&ctx.app.db.read, SCHEMA, &select).await?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let found = found.iter().map(rows::typed).collect::<Result<Vec<Ticket>>>()?;
    let last = found.last().filter(|_| has_more);
    let next = last.map(|ticket| format!("{}.{}", ticket.updated_at.0, ticket.id));
    Ok(Page { items: told(&ctx, &ctx.app.db.read, found).await?, next })
}

fn begin_after(select: &mut SelectStatement, after: &str) -> Result<()> {
    let place = after.split_once('.').and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id.parse::<Uuid>().ok()?)));
    let (at, id) = place.ok_or(Error::BadRequest("bad_cursor"))?;
    let moment = column(SCHEMA, "updated_at");
    let same = Condition::all().add(moment.clone().eq(at)).add(column(SCHEMA, "id").lt(id));
    select.cond_where(Condition::any().add(moment.lt(at)).add(same));
    Ok(())
}

pub async fn get(ctx: Ctx, Call { path: id, input }: Call<GetOwnTicket>) -> Reply<GetOwnTicket> {
    let db = &ctx.app.db.read;
    let id = tickets::goes_on_as(db, id).await?;
    let scope = ctx.scope(Object::Ticket, Action::Read)?;
    let row = rows::find(db, SCHEMA, id.0, scope).await?.ok_or(Error::NotFound)?;
    let ticket: Ticket = rows::typed(&row)?;
    let limit = input.limit.unwrap_or(MESSAGES).clamp(1, MAX_MESSAGES);
    let from = reads_from(ctx.customer()?, &ticket).ok_or(Error::NotFound)?;
    let schema = &Message::SCHEMA;
    let thread = tickets::tickets_in(db, id).await?;
    let mut select = tickets::in_thread(&thread);
    select
        .cond_where(ctx.scope(Object::Message, Action::Read)?)
        .and_where(column(schema, "created_at").gte(from.0))
        .order_by_expr(column(schema, "created_at"), Order::Desc)
        .order_by_expr(column(schema, "id"), Order::Desc)
        .limit(u64::from(limit) + 1);
    if let Some(before) = input.before {
        select.cond_where(tickets::said_before(db, &thread, before).await?);
    }
    let mut found = rows::all(db, schema, &select).await?;
    let has_earlier = found.len() > limit as usize;
    found.truncate(limit as usize);
    found.reverse();
    let messages = found.iter().map(rows::typed).collect::<Result<Vec<Message>>>()?;
    let is_mine = ticket.contact_id == ctx.customer()?.contact;
    let survey = if is_mine { surveys::open_for(db, id, ctx.now).await? } else { None };
    let ticket = one_told(&ctx, db, ticket).await?;
    Ok(ThreadTold { ticket, messages: said(&ctx, messages).await?, has_earlier, survey })
}

async fn said(ctx: &Ctx, messages: Vec<Message>) -> Result<Vec<MessageTold>> {
    let db = &ctx.app.db.read;
    let of_staff = messages.iter().filter(|message| message.direction == Direction::Out);
    let staff = names(db, Object::User, of_staff.filter_map(|message| Some(message.created_by?.0))).await?;
    let contacts =
        names(db, Object::Contact, messages.iter().filter_map(|message| Some(message.contact_id?.0))).await?;
    let me = ctx.customer()?.contact;
    let mut files = files::of_messages(db, messages.iter().map(|message| message.id)).await?;
    let told = messages.into_iter().map(|message| {
        let voice = match message.direction {
            Direction::Out => Voice::Staff,
            Direction::In if message.contact_id == me => Voice::Me,
            Direction::In => Voice::Colleague,
        };
        let name = match voice {
            Voice::Staff => message.created_by.and_then(|by| staff.get(&by.0)),
            Voice::Me | Voice::Colleague => message.contact_id.and_then(|by| contacts.get(&by.0)),
        };
        MessageTold {
            id: message.id,
            seq: message.seq,
            voice,
            name: name.cloned().unwrap_or_default(),
            at: message.created_at,
            html: markdown::html(&message.body),
            files: files.remove(&message.id.0).unwrap_or_default(),
        }
    });
    Ok(told.collect())
}

/// The names of people, and nothing else of them.
async fn names(
    db: &impl ConnectionTrait,
    object: Object,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>> {
    let ids: Vec<Uuid> = ids.collect();
    rows::names(db, object, &ids, &Condition::all()).await
}

async fn one_told(ctx: &Ctx, db: &impl ConnectionTrait, ticket: Ticket) -> Result<TicketTold> {
    told(ctx, db, vec![ticket]).await?.pop().ok_or(Error::NotFound)
}

/// Tickets as their customers know them, in a fixed number of statements.
async fn told(ctx: &Ctx, db: &impl ConnectionTrait, found: Vec<Ticket>) -> Result<Vec<TicketTold>> {
    let owners = names(db, User::SCHEMA.object, found.iter().filter_map(|ticket| Some(ticket.owner_id?.0))).await?;
    let askers = names(db, Object::Contact, found.iter().filter_map(|ticket| Some(ticket.contact_id?.0))).await?;
    let statuses: Vec<Uuid> = found.iter().map(|ticket| ticket.status_id.0).collect();
    let labels = rows::by_ids(db, &TicketStatus::SCHEMA, &statuses, &Condition::all()).await?;
    let me = ctx.customer()?.contact;
    found
        .into_iter()
        .map(|ticket| {
            let status = labels.get(&ticket.status_id.0).map(rows::typed::<TicketStatus>).transpose()?;
            let owner = ticket.owner_id.and_then(|owner| owners.get(&owner.0).cloned());
            let is_mine = me.is_some() && ticket.contact_id == me;
            let asker = ticket.contact_id.filter(|_| !is_mine).and_then(|asker| askers.get(&asker.0).cloned());
            Ok(TicketTold {
                id: ticket.id,
                number: ticket.number,
                status: status.map(|one| one.customer_label.unwrap_or(one.name)).unwrap_or_default(),
                step: step(ticket.state),
                promise: promise(&ticket, owner, ctx.now),
                created_at: ticket.created_at,
                last_message_at: ticket.last_message_at,
                is_mine,
                asked_by: asker,
                turns: turns(&ticket, ctx.now),
                version: ticket.version,
                subject: ticket.name,
            })
        })
        .collect()
}

pub async fn ask(ctx: Ctx, Call { input, .. }: Call<AskTicket>) -> Reply<AskTicket> {
    let user = ctx.customer()?.user.ok_or(Error::Forbidden)?;
    check_words(&[("subject", &input.subject), ("body", &input.body)])?;
    let mut write = ctx.write_as_customer(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    limit(&write, ctx.customer()?).await?;
    let contact = people::contact(&mut write, user, input.name.as_deref()).await?;
    let ticket = Ticket {
        id: input.id,
        name: input.subject.trim().to_owned(),
        contact_id: Some(contact),
        account_id: account_of(&write, contact).await?,
        queue_id: tickets::first_queue(&write).await?.map(|queue| queue.id),
        channel: Channel::Portal,
        ..Ticket::default()
    };
    let heard = said_by(input.message_id, input.body, Some(contact));
    let mut new = New::of(input.id.0, &ticket);
    // What it is about, and so how urgent, staff says.
    new.values.remove("priority");
    let ticket = tickets::begin(&mut write, NewTicket { ticket: new, heard: Some(heard) }).await?;
    files::take(&write, Uploader::of(&ctx)?, &input.files, input.message_id).await?;
    notice::acknowledge(&write, &ticket, ctx.locale).await?;
    let ctx = as_contact(&ctx, contact);
    let told = one_told(&ctx, write.db(), ticket).await?;
    write.commit(|_| told).await
}

/// What a customer says here. Their files are taken by what they are known by here.
fn said_by(id: MessageId, body: String, contact_id: Option<ContactId>) -> Heard {
    Heard { id, body, channel: Channel::Portal, contact_id, files: Vec::new() }
}

/// The customer as whoever they have just become.
fn as_contact(ctx: &Ctx, contact: ContactId) -> Ctx {
    let customer = ctx.customer.clone().map(|customer| Customer { contact: Some(contact), ..customer });
    Ctx { customer, ..ctx.clone() }
}

/// Where the contact works: the place named first, else the only one.
pub async fn account_of(write: &Write<'_>, contact: ContactId) -> Result<Option<AccountId>> {
    let row = rows::find(write.db(), &Contact::SCHEMA, contact.0, Condition::all()).await?;
    let contact: Contact = rows::typed(&row.ok_or(Error::NotFound)?)?;
    let places = || contact.accounts.iter().filter(|place| !place.has_left);
    let place = places().find(|place| place.is_primary).or_else(|| places().next());
    Ok(place.map(|place| place.account_id))
}

pub async fn say(ctx: Ctx, Call { path: id, input }: Call<SayOnTicket>) -> Reply<SayOnTicket> {
    check_words(&[("body", &input.body)])?;
    let mut write = ctx.write_as_customer(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let customer = ctx.customer()?;
    limit(&write, customer).await?;
    let row = found(&ctx, &write, id).await?;
    let ticket = rows::typed(&row)?;
    let heard = said_by(input.id, input.body, customer.contact);
    let message = tickets::hear(&mut write, row, ticket, heard).await?;
    files::take(&write, Uploader::of(&ctx)?, &input.files, message.id).await?;
    // On a closed ticket it began another.
    let row = rows::find(write.db(), SCHEMA, message.ticket_id.0, Condition::all()).await?.ok_or(Error::NotFound)?;
    let told = one_told(&ctx, write.db(), rows::typed(&row)?).await?;
    write.commit(|_| told).await
}

pub async fn turn(ctx: Ctx, Call { path: id, input }: Call<TurnOwnTicket>) -> Reply<TurnOwnTicket> {
    let mut write = ctx.write_as_customer(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let row = found(&ctx, &write, id).await?;
    let before: Ticket = rows::typed(&row)?;
    if !turns(&before, write.now).contains(&input.to) {
        return Err(Error::Refused("not_from_here"));
    }
    let mut after = before.clone();
    let into = match input.to {
        Turn::Reopen => Category::Open,
        Turn::Close | Turn::Withdraw => Category::Solved,
    };
    after.resolution = match input.to {
        Turn::Withdraw => Some(Resolution::Withdrawn),
        Turn::Close => before.resolution.or(Some(Resolution::Answered)),
        Turn::Reopen => before.resolution,
    };
    after.status_id = tickets::first_status(&write, into).await?.id;
    tickets::become_of(&write, Some(&before), &mut after, None).await?;
    let after = write.update(SCHEMA, &row, &row_of(&after)).await?;
    let told = one_told(&ctx, write.db(), rows::typed(&after)?).await?;
    write.commit(|_| told).await
}

/// Who asked says what they think of the solution; nobody else is asked.
pub async fn rate(ctx: Ctx, Call { path: id, input }: Call<RateOwnTicket>) -> Reply<RateOwnTicket> {
    let db = &ctx.app.db.read;
    let id = tickets::goes_on_as(db, id).await?;
    let scope = ctx.scope(Object::Ticket, Action::Read)?;
    let row = rows::find(db, SCHEMA, id.0, scope).await?.ok_or(Error::NotFound)?;
    let ticket: Ticket = rows::typed(&row)?;
    let contact = ctx.customer()?.contact.filter(|contact| ticket.contact_id == Some(*contact));
    surveys::answer_as_contact(&ctx.app, id, contact.ok_or(Error::NotFound)?, input).await
}

/// The ticket, held to the end, if the customer sees it.
async fn found(ctx: &Ctx, write: &Write<'_>, id: TicketId) -> Result<Row> {
    let scope = ctx.scope(Object::Ticket, Action::Read)?;
    let id = tickets::goes_on_as(write.db(), id).await?;
    rows::find_locked(write.db(), SCHEMA, id.0, scope).await?.ok_or(Error::NotFound)
}

async fn limit(write: &Write<'_>, customer: &Customer) -> Result<()> {
    let who = customer.user.map(Uuid::from).or(customer.contact.map(Uuid::from)).unwrap_or_default();
    limits::take(write.db(), &format!("portal-words:{who}"), WORDS, write.now).await
}

pub fn check_words(words: &[(&str, &String)]) -> Result<()> {
    let mut errors = FieldErrors::new();
    for (key, text) in words {
        if !shared::text::not_blank(text) {
            errors.insert((*key).to_owned(), FieldError::new("required"));
        } else if *key == "name" && text.chars().count() > NAME_MAX {
            errors.insert((*key).to_owned(), FieldError::new("too_long").with("max", NAME_MAX));
        } else if *key == "subject" && text.chars().count() > SUBJECT_MAX {
            errors.insert((*key).to_owned(), FieldError::new("too_long").with("max", SUBJECT_MAX));
        } else if let Err(error) = shared::fields::check_text(text, shared::tickets::BODY_MAX, *key == "body") {
            errors.insert((*key).to_owned(), error);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}
