//! Giving waiting tickets to people, one command for each, so that each can be
//! taken back by itself.

use std::collections::{BTreeSet, HashMap};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, ExprTrait as _, LockBehavior, LockType, Order};
use serde::{Deserialize, Serialize};
use shared::access::Object;
use shared::accounts::Account;
use shared::change::Cause;
use shared::fields::{Row, row_of};
use shared::id::{AssignmentId, TeamId, UserId};
use shared::tickets::routing::{Agent, Asked, Assignment, Routing, SkillNeed, Stick, best, open_states, rank};
use shared::tickets::*;
use shared::users::User;
use uuid::Uuid;

use super::crew::{self, Crew};
use super::{kept, wake};
use crate::App;
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::history;
use crate::ground::jobs::{self, Job};
use crate::ground::rows::{self, column};
use crate::tickets::{rules, settings};

/// The team whose waiting tickets a job gives away.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OfTeam {
    pub team: TeamId,
}

/// So many changes of a ticket are looked through for who had it.
const LOOKED_BACK: u64 = 200;
/// So many waiting tickets of a team are gone through at once.
const MOST: u64 = 5_000;

/// Goes through what waits in a team's queues. Whatever changes meanwhile has
/// the team asked again.
pub async fn run(app: &App, OfTeam { team }: OfTeam) -> Result<()> {
    let mut left = Vec::new();
    let mut crew = crew(app, team).await?;
    for (ticket, asked) in waiting(app, team).await? {
        let now = app.clock.now();
        let agents = crew.agents(team, &BTreeSet::new(), now);
        if !agents.iter().any(Agent::is_free) {
            left.push(asked);
            break;
        }
        if best(&asked, &agents, now).is_some() && give_one(app, team, ticket).await? {
            crew = self::crew(app, team).await?;
        } else {
            left.push(asked);
        }
    }
    if left.is_empty() { Ok(()) } else { come_back(app, team, &crew, &left).await }
}

async fn crew(app: &App, team: TeamId) -> Result<Crew> {
    let db = &app.db.read;
    Crew::load(db, crew::members(db, team).await?, app.clock.now()).await
}

/// What waits in a team's queues that give tickets away, in the order of its
/// turn. Who is asked first does not matter yet.
async fn waiting(app: &App, team: TeamId) -> Result<Vec<(Uuid, Asked)>> {
    let db = &app.db.read;
    let schema = &Queue::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "team_id").eq(team.0))
        .and_where(column(schema, "routing").ne(Routing::Manual.word()))
        .and_where(column(schema, "archived_at").is_null())
        .take();
    let queues: Vec<Queue> = rows::all(db, schema, &select).await?.iter().map(rows::typed).collect::<Result<_>>()?;
    let schema = &Ticket::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "queue_id").is_in(queues.iter().map(|queue| queue.id.0)))
        .cond_where(unowned())
        .order_by_expr(column(schema, "queued_at"), Order::Asc)
        .limit(MOST)
        .take();
    let tickets = rows::all(db, schema, &select).await?;
    let mut tickets: Vec<Ticket> = tickets.iter().map(rows::typed).collect::<Result<_>>()?;
    tickets.sort_by_key(Ticket::precedence);
    let needs = needs(db, &tickets).await?;
    let asked = tickets.iter().filter_map(|ticket| {
        let queue = queues.iter().find(|queue| Some(queue.id) == ticket.queue_id)?;
        Some((ticket.id.0, asked(queue, ticket, needs_of(&needs, ticket), None)))
    });
    Ok(asked.collect())
}

fn unowned() -> Condition {
    let schema = &Ticket::SCHEMA;
    Condition::all()
        .add(column(schema, "queued_at").is_not_null())
        .add(column(schema, "owner_id").is_null())
        .add(column(schema, "archived_at").is_null())
        .add(column(schema, "state").is_in(open_states().map(shared::sla::Category::word)))
}

/// The categories of these tickets, for what they need.
pub async fn needs(db: &impl ConnectionTrait, tickets: &[Ticket]) -> Result<HashMap<Uuid, Vec<SkillNeed>>> {
    let ids: BTreeSet<Uuid> = tickets.iter().filter_map(|ticket| ticket.category_id).map(|id| id.0).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let found = rows::by_ids(db, &TicketCategory::SCHEMA, &ids, &Condition::all()).await?;
    let needs = |(id, row): (&Uuid, &Row)| Ok((*id, rows::typed::<TicketCategory>(row)?.needs));
    found.iter().map(needs).collect()
}

pub fn needs_of(needs: &HashMap<Uuid, Vec<SkillNeed>>, ticket: &Ticket) -> Vec<SkillNeed> {
    ticket.category_id.and_then(|id| needs.get(&id.0)).cloned().unwrap_or_default()
}

fn asked(queue: &Queue, ticket: &Ticket, needs: Vec<SkillNeed>, sticky: Option<UserId>) -> Asked {
    let since = ticket.queued_at.unwrap_or(ticket.created_at);
    Asked {
        routing: queue.routing,
        needs,
        relax_after: queue.relax_after,
        since,
        sticky,
        accused: ticket.accused_id.filter(|_| ticket.is_complaint()),
    }
}

async fn give_one(app: &App, team: TeamId, id: Uuid) -> Result<bool> {
    let mut write = app.write(Cause::Routing).await?;
    // Of two jobs none gives a later ticket before the other has given an earlier one.
    crew::hold(&write, [team]).await?;
    let schema = &Ticket::SCHEMA;
    // Whoever holds it has the team asked again, if it still waits then.
    let select = rows::select(schema)
        .and_where(column(schema, "id").eq(id))
        .cond_where(unowned())
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take();
    let Some(row) = rows::all(write.db(), schema, &select).await?.pop() else { return Ok(false) };
    if give(&mut write, row).await?.is_none() {
        return Ok(false);
    }
    write.commit(|_| true).await
}

/// Gives a ticket that the command holds to whoever fits best, if anybody does.
pub async fn give(write: &mut Write<'_>, row: Row) -> Result<Option<Ticket>> {
    let ticket: Ticket = rows::typed(&row)?;
    let Some(queue) = queue_of(write, &ticket).await? else { return Ok(None) };
    let Some(team) = queue.team_id else { return Ok(None) };
    let needs = needs_of(&needs(write.db(), std::slice::from_ref(&ticket)).await?, &ticket);
    let sticky = sticky(write, &queue, &ticket).await?;
    let asked = asked(&queue, &ticket, needs, sticky.as_ref().map(|user| user.id));
    let mut users = crew::members(write.db(), team).await?;
    crew::hold(write, users.iter().map(|user| user.id)).await?;
    users.extend(sticky.filter(|user| user.team_id != Some(team)));
    let crew = Crew::load(write.db(), users, write.now).await?;
    let agents = crew.agents(team, &wake::returned(write, &ticket).await?, write.now);
    let Some(to) = best(&asked, &agents, write.now) else { return Ok(None) };
    let cause = write.because(Cause::Routing);
    let mut after = Ticket { owner_id: Some(to), team_id: Some(team), ..ticket.clone() };
    rules::become_of(write, Some(&ticket), &mut after, None).await?;
    let row = write.update(&Ticket::SCHEMA, &row, &row_of(&after)).await?;
    write.because(cause);
    let assignment = Assignment {
        id: AssignmentId(Uuid::now_v7()),
        user_id: to,
        queue_id: queue.id,
        queue_version: queue.version,
        at: write.now,
        batch: write.batch,
        candidates: rank(&asked, &agents, write.now),
    };
    kept::keep(write, &ticket, &assignment).await?;
    rows::typed(&row).map(Some)
}

/// The queue that a ticket waits in, if it gives its tickets away.
async fn queue_of(write: &Write<'_>, ticket: &Ticket) -> Result<Option<Queue>> {
    let Some(id) = ticket.queue_id.filter(|_| ticket.waits()) else { return Ok(None) };
    let queue = settings::queue(write, id).await?;
    Ok(queue.filter(|queue| queue.routing != Routing::Manual && queue.archived_at.is_none()))
}

/// Who is asked first, if they have not left.
async fn sticky(write: &Write<'_>, queue: &Queue, ticket: &Ticket) -> Result<Option<User>> {
    let id = match queue.stick {
        Stick::None => None,
        Stick::AccountOwner => match ticket.account_id {
            None => None,
            Some(id) => {
                let account = rows::find(write.db(), &Account::SCHEMA, id.0, Condition::all()).await?;
                account.and_then(|account| rows::reference(&account, "owner_id"))
            }
        },
        Stick::LastAgent => last_agent(write, ticket).await?,
    };
    let Some(id) = id else { return Ok(None) };
    let found = rows::find(write.db(), &User::SCHEMA, id, Condition::all()).await?;
    let user: Option<User> = found.as_ref().map(rows::typed).transpose()?;
    Ok(user.filter(|user| !user.is_disabled && user.archived_at.is_none()))
}

/// Who had the ticket before, else who had the one that it goes on from.
async fn last_agent(write: &Write<'_>, ticket: &Ticket) -> Result<Option<Uuid>> {
    let of_record = history::of_record(Object::Ticket, ticket.id.0);
    let log = history::log(write.db(), of_record, Order::Desc, Some(LOOKED_BACK)).await?;
    let before = log.iter().find_map(|change| rows::reference(&change.before, "owner_id"));
    if before.is_some() {
        return Ok(before);
    }
    let Some(follows) = ticket.follows_id else { return Ok(None) };
    let found = rows::find(write.db(), &Ticket::SCHEMA, follows.0, Condition::all()).await?;
    Ok(found.and_then(|row| rows::reference(&row, "owner_id")))
}

/// What still waits is asked for again when it needs less, or when somebody begins to work.
async fn come_back(app: &App, team: TeamId, crew: &Crew, left: &[Asked]) -> Result<()> {
    let now = app.clock.now();
    let relaxes = left.iter().filter_map(|asked| asked.relaxes_next(now));
    let Some(at) = relaxes.chain(crew.begins_next(now)).min() else { return Ok(()) };
    let open = app.db.begin().await?;
    jobs::enqueue_unless_waiting(&open.tx, &Job::RouteTickets(OfTeam { team }), at).await?;
    open.commit().await
}
