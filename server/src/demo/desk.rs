//! Many made-up tickets of the last weeks, to see how Kith carries them. They
//! are written straight, yet as if they had been lived through: each step is a
//! change of its ticket with what was said by it, at its moment.

use std::collections::HashMap;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use shared::access::Object;
use shared::change::Cause;
use shared::contacts::Contact;
use shared::fields::{Row, row_of};
use shared::id::{ContactId, MessageId, TicketId, TicketStatusId, UserId};
use shared::sla::{Category, Origin, PolicyVersion, What};
use shared::tickets::*;
use shared::time::{DAY, HOUR, Instant};
use shared::users::User;
use uuid::Uuid;

use super::company::all;
use super::lives::{Step, lives};
use super::{insert, library};
use crate::App;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::clock::Clock;
use crate::ground::db::name;
use crate::tickets::{Terms, first_status, preview};

/// How long ago the first of the tickets begins.
pub const SPAN: i64 = 60 * DAY;
/// So many tickets live side by side; each of their steps is one command.
const CHUNK: usize = 4_000;
/// The longest time between two steps of a ticket.
const PAUSE: i64 = 3 * HOUR;
const CHANNELS: [Channel; 4] = [Channel::Mail, Channel::Portal, Channel::Phone, Channel::Web];

/// Writes `tickets` tickets with `messages` messages on all of them together, up to the present.
pub async fn write(app: &App, tickets: usize, messages: usize) -> Result<()> {
    let present = Clock::new(app.clock.zone).now();
    let write = app.write(Cause::Demo).await?;
    let mut desk = Desk::of(&write).await?;
    let span = (present.0 - written_until(&write).await?).clamp(0, SPAN);
    drop(write);
    let lives = lives(tickets, messages);
    let chunks: Vec<_> = lives.chunks(CHUNK).collect();
    let count = i64::try_from(chunks.len()).unwrap_or(i64::MAX);
    for (later, chunk) in (0..count).rev().zip(chunks) {
        let rounds = chunk.iter().map(Vec::len).max().unwrap_or(0);
        let pause = Ord::min(PAUSE, span / count / i64::try_from(rounds + 1).unwrap_or(i64::MAX));
        let end = present.0 - span / count * later;
        let mut open: Vec<Life> = Vec::new();
        for (round, left) in (0..rounds).zip((0..i64::try_from(rounds).unwrap_or(0)).rev()) {
            app.clock.advance(end - pause * left - app.clock.now().0);
            desk.round(app, chunk, round, &mut open).await?;
        }
    }
    app.clock.advance(Clock::new(app.clock.zone).now().0 - app.clock.now().0);
    Ok(())
}

/// The last moment of the log: nothing is written before it.
async fn written_until(write: &Write<'_>) -> Result<i64> {
    let head = Query::select().column(name("applied_at")).from(name("log_head")).take();
    let head = write.db().query_one(&head).await?.ok_or_else(|| Error::internal("the change log has no head"))?;
    Ok(head.try_get_by_index(0)?)
}

/// A ticket that is being written.
struct Life {
    row: Row,
    ticket: Ticket,
    lived: Vec<(Instant, What)>,
}

/// Who and what the tickets are about.
struct Desk {
    contacts: Vec<Contact>,
    categories: Vec<TicketCategory>,
    queues: Vec<Queue>,
    agents: Vec<User>,
    statuses: HashMap<Category, TicketStatusId>,
    terms: Terms,
    words: Vec<String>,
    random: StdRng,
}

impl Desk {
    async fn of(write: &Write<'_>) -> Result<Self> {
        let mut statuses = HashMap::new();
        for category in Category::ALL {
            statuses.insert(*category, first_status(write, *category).await?.id);
        }
        let mut random = StdRng::seed_from_u64(42);
        let desk = Self {
            contacts: all(write).await?,
            categories: all(write).await?,
            queues: all(write).await?,
            agents: all(write).await?,
            statuses,
            terms: Terms::of(write, Ticket { kind: TicketKind::Question, ..Ticket::default() }).await?,
            words: library::words(&mut random),
            random,
        };
        if desk.contacts.is_empty() || desk.queues.is_empty() || desk.categories.is_empty() {
            return Err(Error::Refused("no_users"));
        }
        Ok(desk)
    }

    /// The next step of every ticket that has one.
    async fn round(&mut self, app: &App, chunk: &[Vec<Step>], round: usize, open: &mut Vec<Life>) -> Result<()> {
        let mut write = app.write(Cause::Demo).await?;
        let now = write.now;
        if round == 0 {
            let first = numbers(&write, chunk.len()).await?;
            let begun: Vec<Ticket> = (first..).zip(chunk).map(|(number, _)| self.begin(number, now)).collect();
            insert(&mut write, Object::Ticket, begun.clone()).await?;
            open.extend(begun.into_iter().map(|ticket| started(&write, ticket)));
        }
        let mut said = Vec::new();
        for (life, steps) in open.iter_mut().zip(chunk) {
            let Some(step) = steps.get(round) else { continue };
            let message = self.take(*step, life, now);
            if steps.len() == round + 1 {
                // The clocks stand as at the present: nothing happens to it any more.
                self.terms.settle(&mut life.ticket, &life.lived, now)?;
            }
            life.row = write.update(&Ticket::SCHEMA, &life.row, &row_of(&life.ticket)).await?;
            life.ticket.version += 1;
            said.extend(message.map(|message| Message { seq: life.ticket.version, ..message }));
        }
        insert(&mut write, Object::Message, said).await?;
        write.commit(|_| ()).await
    }

    fn begin(&mut self, number: i64, now: Instant) -> Ticket {
        let random = &mut self.random;
        let contact = self.contacts.choose(random);
        let category = self.categories.choose(random);
        let queue = self.queues.choose(random);
        let mut ticket = Ticket {
            id: TicketId(Uuid::now_v7()),
            version: 1,
            number,
            name: library::text(random.random_range(3..8), &self.words, random),
            kind: TicketKind::Question,
            category_id: category.map(|category| category.id),
            priority: category.map(|category| category.priority).unwrap_or_default(),
            status_id: self.statuses[&Category::New],
            state: Category::New,
            queue_id: queue.map(|queue| queue.id),
            team_id: queue.and_then(|queue| queue.team_id),
            account_id: contact.and_then(|contact| contact.accounts.first()).map(|link| link.account_id),
            contact_id: contact.map(|contact| contact.id),
            channel: *CHANNELS.choose(random).unwrap_or(&Channel::Mail),
            currency: "CNY".into(),
            queued_at: Some(now),
            ..Ticket::default()
        };
        self.terms.promise(&mut ticket);
        ticket
    }

    /// Changes the ticket as the step does; what was said by it.
    fn take(&mut self, step: Step, life: &mut Life, now: Instant) -> Option<Message> {
        let ticket = &mut life.ticket;
        let before = ticket.state;
        let body = library::text(self.random.random_range(5..16), &self.words, &mut self.random);
        let agent = self.somebody_for(ticket);
        let message = Message {
            id: MessageId(Uuid::now_v7()),
            ticket_id: ticket.id,
            kind: if step == Step::Remark { MessageKind::Note } else { MessageKind::Public },
            direction: if step == Step::Hear { Direction::In } else { Direction::Out },
            channel: ticket.channel,
            contact_id: ticket.contact_id.filter(|_: &ContactId| step == Step::Hear),
            body,
            created_at: now,
            created_by: agent.filter(|_| step != Step::Hear),
            held_until: matches!(step, Step::Answer | Step::Wait | Step::Solve).then(|| now.plus(HOLD)),
            ..Message::default()
        };
        match step {
            Step::Hear => {
                ticket.waiting_since = ticket.waiting_since.or(Some(now));
                if ticket.state == Category::WaitingCustomer {
                    ticket.state = Category::Open;
                }
            }
            Step::Remark => {}
            Step::Answer | Step::Wait | Step::Solve => answer(step, ticket, agent, now),
            Step::Close => {
                ticket.state = Category::Closed;
                ticket.closed_at = Some(now);
            }
        }
        if step.is_said() {
            ticket.last_message_at = Some(now);
            life.lived.push((now, message.what()));
        }
        if step.is_said() && message.kind == MessageKind::Public {
            ticket.preview = Some(preview(&message.body));
        }
        ticket.status_id = self.statuses[&ticket.state];
        if ticket.state != before {
            life.lived.push((now, What::Status { category: ticket.state }));
        }
        step.is_said().then_some(message)
    }

    /// Who has it, else somebody of its team.
    fn somebody_for(&mut self, ticket: &Ticket) -> Option<UserId> {
        let team: Vec<UserId> = match ticket.owner_id {
            Some(owner) => vec![owner],
            None => self.agents.iter().filter(|user| user.team_id == ticket.team_id).map(|user| user.id).collect(),
        };
        team.choose(&mut self.random).copied()
    }
}

fn answer(step: Step, ticket: &mut Ticket, agent: Option<UserId>, now: Instant) {
    ticket.waiting_since = None;
    ticket.first_reply_at = ticket.first_reply_at.or(Some(now));
    ticket.owner_id = ticket.owner_id.or(agent);
    ticket.queued_at = ticket.queued_at.filter(|_| ticket.owner_id.is_none());
    ticket.state = match step {
        Step::Wait => Category::WaitingCustomer,
        Step::Solve => Category::Solved,
        _ => Category::Open,
    };
    if step == Step::Solve {
        ticket.resolution = Some(Resolution::Answered);
        ticket.solved_at = Some(now);
    }
}

fn started(write: &Write<'_>, ticket: Ticket) -> Life {
    let policy = ticket.policy_id.zip(ticket.policy_version).map(|(id, version)| PolicyVersion { id, version });
    let origin = if ticket.channel == Channel::Phone { Origin::OnBehalf } else { Origin::Customer };
    let created = What::Created { origin, priority: ticket.priority, policy };
    let mut row = row_of(&ticket);
    write.stamp(&mut row);
    Life { row, ticket, lived: vec![(write.now, created)] }
}

/// The first of so many numbers that no other ticket gets.
async fn numbers(write: &Write<'_>, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let taken = Query::update()
        .table(name("ticket_numbers"))
        .value(name("last"), Expr::col(name("last")).add(count))
        .and_where(Expr::col(name("id")).eq(1_i64))
        .take();
    write.db().execute(&taken).await?;
    let last = Query::select().column(name("last")).from(name("ticket_numbers")).take();
    let last = write.db().query_one(&last).await?.ok_or_else(|| Error::internal("tickets have no numbers"))?;
    Ok(last.try_get_by_index::<i64>(0)? - count + 1)
}
