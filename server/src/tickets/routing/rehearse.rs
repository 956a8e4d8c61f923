//! A changed rule of a queue, gone through with the tickets of the last month.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func, Order, Query};
use shared::access::{Action, Object};
use shared::accounts::Account;
use shared::fields::Row;
use shared::id::{TeamId, TicketId, UserId};
use shared::tickets::routing::rehearsal::{self, Came, Person, Stand, counts};
use shared::tickets::routing::{Asked, PersonsShare, Rehearsal, Rehearsed, RehearsedTicket, SkillNeed, Stick, is_hard};
use shared::tickets::*;
use shared::time::{DAY, Instant};
use shared::users::User;
use shared::worktime::WorkingTime;
use uuid::Uuid;

use super::{crew, give, kept};
use crate::error::Result;
use crate::ground::db::name;
use crate::ground::rows::{self, column};
use crate::ground::{history, records};
use crate::http::{Call, Ctx, Reply as Answer};

/// The latest of the month are gone through, at most so many.
const MOST: u64 = 500;
/// At most so many other tickets and changes of people are looked at.
const MOST_OTHERS: u64 = 20_000;
const MONTH: i64 = 30 * DAY;

pub async fn run(ctx: Ctx, Call { path: id, input }: Call<RehearseRouting>) -> Answer<RehearseRouting> {
    let errors = input.check();
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let queue: Queue = records::get(&ctx, id, None).await?;
    let (tickets, left_out) = month(&ctx, &queue).await?;
    let db = &ctx.app.db.read;
    let needs = give::needs(db, &tickets).await?;
    let sticky = sticky(db, input.stick, &tickets).await?;
    let came: Vec<Came> = tickets.iter().map(|ticket| came(ticket, &input, &needs, &sticky)).collect();
    let users = match queue.team_id {
        None => Vec::new(),
        Some(team) => crew::members(db, team).await?,
    };
    let would = with_people(&ctx, &queue, users, |people| rehearsal::run(&came, people, ctx.now)).await?;
    let did = did(db, &tickets).await?;
    Ok(told(&tickets, &did, &would, left_out))
}

/// What came into the queue, oldest first, and how much of it is left out.
async fn month(ctx: &Ctx, queue: &Queue) -> Result<(Vec<Ticket>, i64)> {
    let schema = &Ticket::SCHEMA;
    let wanted = Condition::all()
        .add(ctx.scope(schema.object, Action::Read)?)
        .add(column(schema, "queue_id").eq(queue.id.0))
        .add(column(schema, "archived_at").is_null())
        .add(column(schema, "created_at").gte(ctx.now.plus(-MONTH).0));
    let select = rows::select(schema)
        .cond_where(wanted.clone())
        .order_by_expr(column(schema, "created_at"), Order::Desc)
        .order_by_expr(column(schema, "number"), Order::Desc)
        .limit(MOST)
        .take();
    let db = &ctx.app.db.read;
    let found = rows::all(db, schema, &select).await?;
    let mut tickets: Vec<Ticket> = found.iter().map(rows::typed).collect::<Result<_>>()?;
    tickets.reverse();
    let count =
        Query::select().expr(Func::count(column(schema, "id"))).from(name(schema.table)).cond_where(wanted).take();
    let all: i64 = match db.query_one(&count).await? {
        None => 0,
        Some(row) => row.try_get_by_index(0)?,
    };
    let left_out = all - i64::try_from(tickets.len()).unwrap_or(i64::MAX);
    Ok((tickets, Ord::max(left_out, 0)))
}

fn came(
    ticket: &Ticket,
    rule: &Rehearsal,
    needs: &HashMap<Uuid, Vec<SkillNeed>>,
    sticky: &HashMap<TicketId, UserId>,
) -> Came {
    let asked = Asked {
        routing: rule.routing,
        needs: give::needs_of(needs, ticket),
        relax_after: rule.relax_after,
        since: ticket.created_at,
        sticky: sticky.get(&ticket.id).copied(),
        accused: ticket.accused_id.filter(|_| ticket.is_complaint()),
    };
    Came { asked, until: ticket.solved_at, is_hard: is_hard(ticket.priority) }
}

/// Who would have been asked first for each ticket.
async fn sticky(db: &impl ConnectionTrait, stick: Stick, tickets: &[Ticket]) -> Result<HashMap<TicketId, UserId>> {
    let (schema, of): (_, fn(&Ticket) -> Option<Uuid>) = match stick {
        Stick::None => return Ok(HashMap::new()),
        Stick::AccountOwner => (&Account::SCHEMA, |ticket| ticket.account_id.map(|id| id.0)),
        Stick::LastAgent => (&Ticket::SCHEMA, |ticket| ticket.follows_id.map(|id| id.0)),
    };
    let ids: BTreeSet<Uuid> = tickets.iter().filter_map(of).collect();
    let found = rows::by_ids(db, schema, &ids.into_iter().collect::<Vec<_>>(), &Condition::all()).await?;
    let owner = |ticket: &Ticket| {
        let owner = rows::reference(found.get(&of(ticket)?)?, "owner_id")?;
        Some((ticket.id, UserId(owner)))
    };
    Ok(tickets.iter().filter_map(owner).collect())
}

/// Lets the people of the queue's team stand as they stood through the month.
async fn with_people<T>(ctx: &Ctx, queue: &Queue, users: Vec<User>, of: impl FnOnce(&[Person<'_>]) -> T) -> Result<T> {
    let db = &ctx.app.db.read;
    let from = ctx.now.plus(-MONTH);
    let hours = crew::hours(db, &users).await?;
    let mut stands = stands(db, &users, queue.team_id, from).await?;
    let mut others = others(db, &users, queue, from).await?;
    let hours = |user: &User| user.calendar_id.and_then(|id| hours.get(&id));
    let works: Vec<_> = users.iter().map(|user| shift(hours(user))).collect();
    let people = users.iter().zip(&works).map(|(user, shift)| Person {
        id: user.id,
        stands: stands.remove(&user.id).unwrap_or_default(),
        others: others.remove(&user.id).unwrap_or_default(),
        is_in_shift: shift.as_ref().map(|(works, _)| works as &dyn Fn(Instant) -> bool),
        begins_after: shift.as_ref().map(|(_, begins)| begins as &dyn Fn(Instant) -> Option<Instant>),
    });
    let people: Vec<Person<'_>> = people.collect();
    Ok(of(&people))
}

type Shift<'a> =
    (Box<dyn Fn(Instant) -> bool + Send + Sync + 'a>, Box<dyn Fn(Instant) -> Option<Instant> + Send + Sync + 'a>);

fn shift(hours: Option<&WorkingTime>) -> Option<Shift<'_>> {
    let hours = hours?;
    let begins = |at: Instant| crew::begins(hours, at).filter(|begin| *begin > at);
    Some((Box::new(|at| crew::works(hours, at)), Box::new(begins)))
}

/// What the people said and could through the month, out of the log.
async fn stands(
    db: &impl ConnectionTrait,
    users: &[User],
    team: Option<TeamId>,
    from: Instant,
) -> Result<BTreeMap<UserId, Vec<Stand>>> {
    let of_people = Condition::all()
        .add(Expr::col(name("object")).eq(Object::User.word()))
        .add(Expr::col(name("record_id")).is_in(users.iter().map(|user| user.id.0)))
        .add(Expr::col(name("applied_at")).gt(from.0));
    let log = history::log(db, of_people, Order::Desc, Some(MOST_OTHERS)).await?;
    let mut rows: BTreeMap<UserId, Row> = users.iter().map(|user| (user.id, shared::fields::row_of(user))).collect();
    let mut stands: BTreeMap<UserId, Vec<Stand>> = BTreeMap::new();
    for change in log {
        let id = UserId(change.id);
        let Some(row) = rows.get_mut(&id) else { continue };
        stands.entry(id).or_default().push(stand(row, team, change.applied_at)?);
        if change.op == shared::change::Operation::Create {
            rows.remove(&id);
        } else {
            row.extend(change.before);
        }
    }
    for (id, row) in &rows {
        stands.entry(*id).or_default().push(stand(row, team, from)?);
    }
    for of in stands.values_mut() {
        of.reverse();
    }
    Ok(stands)
}

fn stand(row: &Row, team: Option<TeamId>, from: Instant) -> Result<Stand> {
    let user: User = rows::typed(row)?;
    let is_of_team = user.team_id == team && !user.is_disabled && user.archived_at.is_none();
    Ok(Stand { from, is_of_team, presence: user.presence, capacity: user.capacity, skills: user.skills })
}

/// What else the people had to do: their tickets that did not come by this queue.
async fn others(
    db: &impl ConnectionTrait,
    users: &[User],
    queue: &Queue,
    from: Instant,
) -> Result<BTreeMap<UserId, Vec<(Instant, Option<Instant>)>>> {
    let schema = &Ticket::SCHEMA;
    let elsewhere = Condition::any()
        .add(column(schema, "queue_id").is_null())
        .add(column(schema, "queue_id").ne(queue.id.0))
        .add(column(schema, "created_at").lt(from.0));
    let lasted =
        Condition::any().add(column(schema, "solved_at").is_null()).add(column(schema, "solved_at").gt(from.0));
    let select = Query::select()
        .columns(["owner_id", "created_at", "solved_at"].map(name))
        .from(name(schema.table))
        .and_where(column(schema, "owner_id").is_in(users.iter().map(|user| user.id.0)))
        .and_where(column(schema, "archived_at").is_null())
        .cond_where(elsewhere)
        .cond_where(lasted)
        .order_by(name("created_at"), Order::Desc)
        .limit(MOST_OTHERS)
        .take();
    let mut others: BTreeMap<UserId, Vec<(Instant, Option<Instant>)>> = BTreeMap::new();
    for row in db.query_all(&select).await? {
        let span = (Instant(row.try_get_by_index(1)?), row.try_get_by_index::<Option<i64>>(2)?.map(Instant));
        others.entry(UserId(row.try_get_by_index(0)?)).or_default().push(span);
    }
    Ok(others)
}

/// Whom routing gave each ticket first, else who has it.
async fn did(db: &impl ConnectionTrait, tickets: &[Ticket]) -> Result<Vec<Option<UserId>>> {
    let ids: Vec<Uuid> = tickets.iter().map(|ticket| ticket.id.0).collect();
    // The first one is read last and stays.
    let first: HashMap<TicketId, UserId> = kept::first(db, &ids).await?.into_iter().collect();
    Ok(tickets.iter().map(|ticket| first.get(&ticket.id).copied().or(ticket.owner_id)).collect())
}

fn told(tickets: &[Ticket], did: &[Option<UserId>], would: &rehearsal::Given, left_out: i64) -> Rehearsed {
    let rows = tickets.iter().zip(did).zip(would).map(|((ticket, did), would)| RehearsedTicket {
        ticket_id: ticket.id,
        number: ticket.number,
        name: ticket.name.clone(),
        came_at: ticket.created_at,
        did: *did,
        would: would.map(|(id, _)| id),
        would_at: would.map(|(_, at)| at),
    });
    let tickets: Vec<RehearsedTicket> = rows.collect();
    let differ = tickets.iter().filter(|ticket| ticket.did != ticket.would).count();
    let (did, would) =
        (counts(tickets.iter().map(|ticket| ticket.did)), counts(tickets.iter().map(|ticket| ticket.would)));
    let ids: BTreeSet<UserId> = did.keys().chain(would.keys()).copied().collect();
    let of = |counts: &BTreeMap<UserId, i64>, id| counts.get(id).copied().unwrap_or(0);
    let people = ids.iter().map(|id| PersonsShare { user_id: *id, did: of(&did, id), would: of(&would, id) }).collect();
    Rehearsed { tickets, left_out, differ: i64::try_from(differ).unwrap_or(i64::MAX), people }
}
