//! What becomes of routing when something changes: who has no room gets nothing
//! more, and what may bring a waiting ticket to somebody has its team asked anew.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, OnConflict, Query};
use shared::fields::Record;
use shared::id::{TeamId, TicketId, UserId};
use shared::tickets::routing::Routing;
use shared::tickets::*;
use shared::users::User;
use uuid::Uuid;

use super::give::OfTeam;
use super::{crew, skills};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::jobs::Job;
use crate::ground::records::Turn;
use crate::ground::rows::{self, column};
use crate::tickets::settings;

/// What follows from what becomes of tickets.
pub async fn follow(write: &Write<'_>, turns: &[Turn<Ticket>]) -> Result<()> {
    check_room(write, turns).await?;
    let (mut returned, mut freed, mut queues) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for turn in turns {
        let after = turn.after.as_ref();
        let had = turn.before.as_ref().and_then(Ticket::burdens);
        if let Some(had) = had.filter(|had| after.and_then(Ticket::burdens) != Some(*had)) {
            freed.insert(had.0);
            returned.extend(after.filter(|after| after.is_open()).map(|after| (after.id, had)));
        }
        queues.extend(after.filter(|after| after.waits()).and_then(|after| after.queue_id).map(|id| id.0));
    }
    note_returns(write, &returned).await?;
    some::<Queue>(write, queues).await?.iter().for_each(|queue| follow_queue(write, queue));
    some::<User>(write, freed).await?.iter().for_each(|user| ask_team_of(write, user));
    Ok(())
}

async fn some<R: Record>(write: &Write<'_>, ids: BTreeSet<Uuid>) -> Result<Vec<R>> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let found = rows::by_ids(write.db(), R::OBJECT.schema(), &ids, &Condition::all()).await?;
    found.values().map(rows::typed).collect()
}

/// Whoever is given a ticket must have room for it. What was theirs before they
/// may have back: who solved one by mistake opens it again.
async fn check_room(write: &Write<'_>, turns: &[Turn<Ticket>]) -> Result<()> {
    let given = |turn: &Turn<Ticket>| {
        let owner = turn.after.as_ref().and_then(Ticket::burdens)?;
        let had = turn.before.as_ref().and_then(|before| before.owner_id);
        (had != Some(owner)).then_some((owner, turn.after.as_ref()?.id.0))
    };
    let given: Vec<(UserId, Uuid)> = turns.iter().filter_map(given).collect();
    let owners = some::<User>(write, given.iter().map(|(owner, _)| owner.0).collect()).await?;
    let limited: BTreeMap<UserId, i64> = owners.iter().filter_map(|owner| Some((owner.id, owner.capacity?))).collect();
    if limited.is_empty() {
        return Ok(());
    }
    crew::hold(write, limited.keys().copied()).await?;
    let ids: Vec<Uuid> = limited.keys().map(|id| id.0).collect();
    let new: Vec<Uuid> = given.iter().map(|(_, ticket)| *ticket).collect();
    let others = crew::open(write.db(), &ids, &new).await?;
    let is_full = |(owner, capacity): (&UserId, &i64)| {
        let more = given.iter().filter(|(to, _)| to == owner).count();
        others.get(owner).copied().unwrap_or(0) + i64::try_from(more).unwrap_or(i64::MAX) > *capacity
    };
    if limited.iter().any(is_full) { Err(Error::field("owner_id", "no_room")) } else { Ok(()) }
}

/// Whether a ticket of which the customer is heard again has lost its person:
/// they have left, or had room when it was solved and have none now.
pub async fn is_left(write: &Write<'_>, ticket: &Ticket) -> Result<bool> {
    let (Some(owner), Some(queue)) = (ticket.owner_id, ticket.queue_id) else { return Ok(false) };
    let Some(user) = person(write, owner).await? else { return Ok(true) };
    if user.is_disabled || user.archived_at.is_some() {
        return Ok(true);
    }
    let Some(capacity) = user.capacity.filter(|_| ticket.state.is_solved()) else { return Ok(false) };
    let is_routed = settings::queue(write, queue).await?.is_some_and(|queue| queue.routing != Routing::Manual);
    if !is_routed {
        return Ok(false);
    }
    crew::hold(write, [owner]).await?;
    let open = crew::open(write.db(), &[owner.0], &[]).await?.get(&owner).copied().unwrap_or(0);
    Ok(open >= capacity)
}

/// Routing does not give tickets back to whom they were just taken from.
async fn note_returns(write: &Write<'_>, returned: &[(TicketId, UserId)]) -> Result<()> {
    if returned.is_empty() {
        return Ok(());
    }
    let mut insert = Query::insert();
    insert.into_table(name("ticket_returns")).columns(["ticket_id", "user_id", "returned_at"].map(name));
    for (ticket, from) in returned {
        insert.values_panic([ticket.0.into(), from.0.into(), write.now.0.into()]);
    }
    insert.on_conflict(
        OnConflict::columns(["ticket_id", "user_id"].map(name)).update_column(name("returned_at")).to_owned(),
    );
    write.db().execute(&insert).await?;
    Ok(())
}

/// Somebody new, there again, or able to take more or other tickets.
pub fn follow_people(write: &Write<'_>, turns: &[Turn<User>]) {
    let decides = |user: &User| {
        let is_here = !user.is_disabled && user.archived_at.is_none();
        (is_here, user.team_id, user.capacity, user.presence, user.calendar_id, user.skills.clone())
    };
    for turn in turns {
        let Some(after) = &turn.after else { continue };
        if turn.before.as_ref().map(decides) != Some(decides(after)) {
            ask_team_of(write, after);
        }
    }
}

/// A queue whose rule changed, or that a ticket waits in.
pub fn follow_queue(write: &Write<'_>, queue: &Queue) {
    if queue.routing != Routing::Manual
        && let Some(team) = queue.team_id
    {
        ask(write, team);
    }
}

/// What a category's tickets need: checked, and asked for anew when it changed.
pub async fn follow_needs(
    write: &Write<'_>,
    before: Option<&TicketCategory>,
    after: Option<&TicketCategory>,
) -> Result<()> {
    let needs = |category: Option<&TicketCategory>| category.map(|one| one.needs.clone()).unwrap_or_default();
    let (had, has) = (needs(before), needs(after));
    if had == has {
        return Ok(());
    }
    skills::check_needs(write, &had, &has).await?;
    ask_all_anew(write).await
}

/// Every team whose queues give their tickets away.
pub async fn ask_all_anew(write: &Write<'_>) -> Result<()> {
    let schema = &Queue::SCHEMA;
    let select = Query::select()
        .distinct()
        .column(name("team_id"))
        .from(name(schema.table))
        .and_where(column(schema, "team_id").is_not_null())
        .and_where(column(schema, "routing").ne(Routing::Manual.word()))
        .and_where(column(schema, "archived_at").is_null())
        .take();
    for row in write.db().query_all(&select).await? {
        ask(write, TeamId(row.try_get_by_index(0)?));
    }
    Ok(())
}

fn ask_team_of(write: &Write<'_>, user: &User) {
    if user.capacity.is_some()
        && let Some(team) = user.team_id
    {
        ask(write, team);
    }
}

fn ask(write: &Write<'_>, team: TeamId) {
    write.afterwards(Job::RouteTickets(OfTeam { team }));
}

async fn person(write: &Write<'_>, id: UserId) -> Result<Option<User>> {
    let found = rows::find(write.db(), &User::SCHEMA, id.0, Condition::all()).await?;
    found.as_ref().map(rows::typed).transpose()
}

/// Those from whom a ticket was taken by hand since it began to wait.
pub async fn returned(write: &Write<'_>, ticket: &Ticket) -> Result<BTreeSet<UserId>> {
    let since = ticket.queued_at.unwrap_or(ticket.created_at);
    let select = Query::select()
        .column(name("user_id"))
        .from(name("ticket_returns"))
        .and_where(Expr::col(name("ticket_id")).eq(ticket.id.0))
        .and_where(Expr::col(name("returned_at")).gte(since.0))
        .take();
    let found = write.db().query_all(&select).await?;
    found.iter().map(|row| Ok(UserId(row.try_get_by_index(0)?))).collect()
}
