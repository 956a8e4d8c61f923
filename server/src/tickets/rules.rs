//! What must hold of a ticket: its status, who has it, when it is done.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use shared::api::{FieldError, FieldErrors};
use shared::change::Cause;
use shared::sla::{Category, What};
use shared::tickets::*;
use shared::time::Instant;

use super::{clocks, problem, routing, settings, steps};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{Room, Turn};
use crate::surveys;

impl Room for Ticket {
    const SORT: &'static str = "-last_message_at";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        become_of(write, before, after, None).await
    }

    /// What was merged away stays away for as long as it is merged, and nobody
    /// judges a complaint about themselves.
    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let comes_back = |ticket: &Self| ticket.merged_into_id.is_some() && ticket.archived_at.is_none();
        if turns.iter().filter_map(|turn| turn.after.as_ref()).any(comes_back) {
            return Err(Error::Refused("ticket_merged"));
        }
        for turn in turns {
            follow_steps(write, turn).await?;
            let Some(after) = &turn.after else { continue };
            check_judge(turn.before.as_ref(), after)?;
            let Some(before) = &turn.before else { continue };
            if after.is_complaint() && after.state.is_solved() && !before.state.is_solved() {
                require(after)?;
            }
            // A solution that is taken or brought back is one for its customer too.
            if before.solved_at != after.solved_at {
                surveys::consider(write, after.id, false).await?;
            }
        }
        routing::follow(write, turns).await
    }
}

/// What an undo does to the steps to come: its fields are older than they are.
async fn follow_steps(write: &Write<'_>, turn: &Turn<Ticket>) -> Result<()> {
    match (&turn.before, &turn.after) {
        (Some(before), None) => steps::forget(write, before.id).await,
        (_, Some(after)) if write.cause() == Cause::Undo => steps::reschedule(write, after).await,
        _ => Ok(()),
    }
}

/// The rules, for a change that something is said by.
pub async fn become_of(
    write: &Write<'_>,
    before: Option<&Ticket>,
    after: &mut Ticket,
    said: Option<What>,
) -> Result<()> {
    match before {
        None => begin(write, after).await?,
        Some(before) if before.merged_into_id.is_some() => return Err(Error::Refused("ticket_merged")),
        Some(before) if before.state == Category::Closed && !is_kiths_note(write, said.as_ref()) => {
            return Err(Error::Refused("ticket_closed"));
        }
        Some(before) => place(write, before, after).await?,
    }
    join(write, before, after)?;
    problem::check(write, before, after).await?;
    check_judge(before, after)?;
    settle(write, before, after).await?;
    after.queued_at = queued_at(write, before, after);
    routing::follow(write, &[Turn { before: before.cloned(), after: Some(after.clone()) }]).await?;
    clocks::settle(write, before, after, said).await
}

/// What a customer thinks of it may still be put before staff when it is closed.
fn is_kiths_note(write: &Write<'_>, said: Option<&What>) -> bool {
    write.actor.is_none() && matches!(said, Some(What::Note))
}

/// Since when it waits: another queue begins anew, another field does not.
fn queued_at(write: &Write<'_>, before: Option<&Ticket>, after: &Ticket) -> Option<Instant> {
    if !after.waits() {
        return None;
    }
    let waited = before.filter(|before| before.waits() && before.queue_id == after.queue_id);
    waited.and_then(|before| before.queued_at).or(Some(write.now))
}

impl Room for Message {
    const SORT: &'static str = "-seq";

    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }

    /// What has left cannot be taken back.
    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let has_left = |turn: &Turn<Self>| {
            let Turn { before: Some(before), after: None } = turn else { return false };
            let is_ours = before.kind == MessageKind::Public && before.direction == Direction::Out;
            is_ours && before.held_until.is_none_or(|until| until <= write.now)
        };
        if turns.iter().any(has_left) { Err(Error::Refused("already_sent")) } else { Ok(()) }
    }
}

/// Gives a new ticket its number, and what its category and queue say.
async fn begin(write: &Write<'_>, ticket: &mut Ticket) -> Result<()> {
    ticket.number = next_number(write).await?;
    if ticket.status_id.0.is_nil() {
        let state = if ticket.owner_id.is_some() { Category::Open } else { Category::New };
        ticket.status_id = settings::first_status(write, state).await?.id;
    }
    if ticket.team_id.is_none() {
        ticket.team_id = team_of_queue(write, ticket).await?.or(write.actor.and_then(|actor| actor.team_id));
    }
    Ok(())
}

/// Who takes part, and the steps to take.
fn join(write: &Write<'_>, before: Option<&Ticket>, after: &mut Ticket) -> Result<()> {
    let was = before.map(|before| before.participants.as_slice()).unwrap_or_default();
    after.participants = participants(was, &after.participants, after.contact_id, write.now);
    let errors = check_checklist(&mut after.checklist);
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// What follows from another queue, and from somebody taking it.
async fn place(write: &Write<'_>, before: &Ticket, after: &mut Ticket) -> Result<()> {
    if before.queue_id != after.queue_id
        && before.team_id == after.team_id
        && let Some(team) = team_of_queue(write, after).await?
    {
        after.team_id = Some(team);
    }
    let is_taken = after.owner_id.is_some() && before.owner_id != after.owner_id;
    if is_taken && before.state == Category::New && before.status_id == after.status_id {
        after.status_id = settings::first_status(write, Category::Open).await?.id;
    }
    Ok(())
}

/// The state of the status, and the moments that go with it.
async fn settle(write: &Write<'_>, before: Option<&Ticket>, after: &mut Ticket) -> Result<()> {
    let status = settings::status(write, after.status_id).await?;
    let status = status.ok_or_else(|| Error::field("status_id", "no_such_record"))?;
    let from = before.map_or(Category::New, |before| before.state);
    after.state = status.category;
    if from == after.state && before.is_some() {
        return Ok(());
    }
    if !may_follow(from, after.state) {
        return Err(Error::field("status_id", "not_from_here"));
    }
    if after.state.is_solved() && !from.is_solved() {
        // Customers know neither; they say so in their own words.
        if write.cause() != Cause::Portal {
            require(after)?;
        }
        after.solved_at = Some(write.now);
        // What time alone has solved says nothing of anybody's work.
        let by_people = write.actor.is_some() || write.cause() == Cause::Portal;
        if by_people && after.resolution != Some(Resolution::Withdrawn) {
            surveys::consider(write, after.id, true).await?;
        }
    }
    if from.is_solved() && !after.state.is_solved() {
        after.reopened += 1;
        after.solved_at = None;
        surveys::consider(write, after.id, false).await?;
    }
    if after.state == Category::Closed {
        after.closed_at = Some(write.now);
    }
    if after.state != Category::OnHold {
        after.wake_at = None;
    }
    Ok(())
}

/// Told at the field that was changed.
fn check_judge(before: Option<&Ticket>, after: &Ticket) -> Result<()> {
    if !after.is_judged_by_the_accused() {
        return Ok(());
    }
    let is_given = before.is_some_and(|before| before.owner_id != after.owner_id);
    Err(Error::field(if is_given { "owner_id" } else { "accused_id" }, "is_accused"))
}

/// What somebody must say of a ticket before it is done.
fn require(ticket: &Ticket) -> Result<()> {
    let missing = ticket.missing_to_solve().into_iter();
    let mut errors: FieldErrors = missing.map(|key| (key.to_owned(), FieldError::new("required_to_solve"))).collect();
    if ticket.has_open_step() {
        errors.insert("checklist".into(), FieldError::new("open_step"));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

async fn team_of_queue(write: &Write<'_>, ticket: &Ticket) -> Result<Option<shared::id::TeamId>> {
    let Some(queue) = ticket.queue_id else { return Ok(None) };
    Ok(settings::queue(write, queue).await?.and_then(|queue| queue.team_id))
}

/// The row is held to the end of the command: of two tickets none gets the other's.
async fn next_number(write: &Write<'_>) -> Result<i64> {
    let only = || Expr::col(name("id")).eq(1_i64);
    let next = Query::update()
        .table(name("ticket_numbers"))
        .value(name("last"), Expr::col(name("last")).add(1_i64))
        .and_where(only())
        .take();
    write.db().execute(&next).await?;
    let select = Query::select().column(name("last")).from(name("ticket_numbers")).and_where(only()).take();
    let found = write.db().query_one(&select).await?.ok_or_else(|| Error::internal("tickets have no numbers"))?;
    Ok(found.try_get_by_index(0)?)
}
