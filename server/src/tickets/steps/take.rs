//! Taking the steps that are due: one command for each ticket, so that each can
//! be taken back by itself.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, LockBehavior, LockType, Query};
use serde_json::{Value, json};
use shared::change::{Cause, Patch};
use shared::fields::Row;
use shared::i18n::{Key, fill};
use shared::id::{MessageId, TicketId};
use shared::sla::{Step, StepAction, StepOutcome};
use shared::tickets::{Message, Ticket};
use shared::time::MINUTE;
use uuid::Uuid;

use super::done::{Done, keep, set_outcome};
use super::{Pending, TABLE, due, forget, pending, schedule};
use crate::App;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records;
use crate::ground::rows::{self, column};
use crate::portal::language_of;
use crate::tickets::clocks::Known;
use crate::tickets::past::Past;
use crate::tickets::{say, settings};

/// So many tickets are looked for at once.
const BATCH: u64 = 200;
/// How long a ticket is left alone whose steps could not be taken.
const REST: i64 = 5 * MINUTE;

/// Takes what is due. Tickets that somebody holds just now are left for the next look.
pub async fn run(app: &App) -> Result<()> {
    loop {
        let tickets = due(&app.db.read, app.clock.now(), BATCH).await?;
        let mut is_any = false;
        for ticket in tickets {
            is_any |= match of_ticket(app, ticket).await {
                Ok(is_taken) => is_taken,
                // One whose rules have a fault does not keep the others waiting.
                Err(error) => {
                    tracing::warn!(?error, ticket = %ticket.0, "the steps of a ticket could not be taken");
                    put_off(app, ticket).await?;
                    true
                }
            };
        }
        if !is_any {
            return Ok(());
        }
    }
}

/// Takes the steps of a ticket that are due, whatever its clocks say by now;
/// false if somebody holds it.
async fn of_ticket(app: &App, id: TicketId) -> Result<bool> {
    let mut write = app.write(Cause::Rule).await?;
    let schema = &Ticket::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "id").eq(id.0))
        .and_where(column(schema, "archived_at").is_null())
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take();
    let Some(mut row) = rows::all(write.db(), schema, &select).await?.pop() else { return Ok(false) };
    let ticket: Ticket = rows::typed(&row)?;
    let past = Past::load(write.db(), &ticket, Vec::new()).await?;
    let known = Known::load(write.db(), &past).await?;
    let clocks = known.fold(&past, &known.tables(), write.now)?;
    let done = Done::of(write.db(), id, &known.policies).await?;
    let now = write.now;
    let steps: Vec<Pending> =
        pending(&clocks, &known.policies, &done).into_iter().take_while(|one| one.at <= now).collect();
    if steps.is_empty() {
        forget(&write, id).await?;
    }
    for step in &steps {
        keep(&write, id, step).await?;
    }
    for step in &steps {
        let outcome = match take(&mut write, &row, step).await {
            Ok(Some(after)) => {
                row = after;
                continue;
            }
            Ok(None) => StepOutcome::Nothing,
            Err(Error::Fields(_) | Error::Refused(_) | Error::NotFound) => StepOutcome::Refused,
            Err(error) => return Err(error),
        };
        set_outcome(&write, id, step, outcome).await?;
    }
    schedule(&write, id, &clocks, &known.policies).await?;
    write.commit(|_| true).await
}

/// Does what a step says; the row after it, if that changed anything.
async fn take(write: &mut Write<'_>, row: &Row, pending: &Pending) -> Result<Option<Row>> {
    let ticket: Ticket = rows::typed(row)?;
    let step = &pending.step;
    if step.action == StepAction::Note {
        let note = Message { id: MessageId(Uuid::now_v7()), body: words(&ticket, pending), ..Message::default() };
        say::remark(write, row, &ticket, note).await?;
    } else {
        let Some(patch) = patch(write, &ticket, step).await? else { return Ok(None) };
        records::apply_to::<Ticket>(write, row.clone(), patch).await?;
    }
    write.find(&Ticket::SCHEMA, ticket.id.0, shared::access::Action::Write).await.map(Some)
}

/// What a step changes of a ticket, unless it is so already.
async fn patch(write: &Write<'_>, ticket: &Ticket, step: &Step) -> Result<Option<Patch>> {
    let patch = match step.action {
        StepAction::RaisePriority if ticket.priority.raised() != ticket.priority => {
            Patch::set("priority", json!(ticket.priority.raised()))
        }
        StepAction::Assign if ticket.owner_id != step.user_id => Patch::set("owner_id", json!(step.user_id)),
        StepAction::MoveTo if ticket.queue_id != step.queue_id => {
            let Some(id) = step.queue_id else { return Ok(None) };
            let queue = settings::queue(write, id).await?.filter(|queue| queue.archived_at.is_none());
            let queue = queue.ok_or(Error::NotFound)?;
            // Somebody of that queue is to take it, whoever had it.
            let team = queue.team_id.or(ticket.team_id);
            Patch::set("queue_id", json!(id)).and("owner_id", Value::Null).and("team_id", json!(team))
        }
        StepAction::Tag => {
            let Some(tag) = step.tag.as_deref().map(str::trim) else { return Ok(None) };
            if ticket.tags.iter().any(|one| one == tag) {
                return Ok(None);
            }
            let tags: Vec<&str> = ticket.tags.iter().map(String::as_str).chain([tag]).collect();
            Patch::set("tags", json!(tags))
        }
        _ => return Ok(None),
    };
    Ok(Some(patch))
}

/// Which promise is near its end, or over; in the language of the ticket.
fn words(ticket: &Ticket, pending: &Pending) -> String {
    let locale = language_of(&ticket.name);
    let metric = pending.step.metric;
    let metric = Key::from_name(&format!("choice.due_metric.{metric}")).map_or(metric.word(), |key| key.text(locale));
    let key = if pending.step.at_percent < 100 { Key::MailStepNear } else { Key::MailStepOver };
    fill(locale, key, &[("metric", metric), ("percent", &pending.step.at_percent.to_string())])
}

async fn put_off(app: &App, ticket: TicketId) -> Result<()> {
    let open = app.db.begin().await?;
    let update = Query::update()
        .table(name(TABLE))
        .value(name("step_at"), app.clock.now().plus(REST).0)
        .and_where(Expr::col(name("ticket_id")).eq(ticket.0))
        .take();
    open.tx.execute(&update).await?;
    open.commit().await
}
