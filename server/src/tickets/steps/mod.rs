//! Steps of service policies: when the next one of a ticket is due, and what was
//! done by them. When a step is due follows from the clock alone; the job that
//! takes it is only as punctual as it can be.

mod done;
mod take;

use std::time::Duration;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Order, Query};
use shared::id::TicketId;
use shared::sla::{Clock, Metric, PolicyVersion, SlaPolicy, Step};
use shared::tickets::Ticket;
use shared::time::Instant;
use uuid::Uuid;

use super::clocks::{self, Known};
use super::past::Past;
use crate::App;
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::jobs::{self, Job};

pub use done::Done;
pub use take::run;

/// One row for each ticket with a step to come.
const TABLE: &str = "sla_steps_due";
/// What has become due is noticed so often: a look at an index, no turn to write.
const LOOK: Duration = Duration::from_secs(1);

/// A step of a clock that was not taken yet.
pub struct Pending {
    pub at: Instant,
    pub metric: Metric,
    pub run: i64,
    pub step: Step,
    pub policy: PolicyVersion,
}

/// The steps to be taken of clocks that have not ended, in the order in which
/// they are due: those reached, and those that will be if nothing happens.
fn pending(clocks: &[Clock], policies: &[SlaPolicy], done: &Done) -> Vec<Pending> {
    let mut pending = Vec::new();
    for clock in clocks.iter().filter(|clock| clock.is_unfinished()) {
        let (Some(policy), steps) = of_clock(clock, policies) else { continue };
        for step in steps {
            let Some(at) = moment(clock, step) else { continue };
            if done.of_step(clock, step, Some(at)).is_none() {
                pending.push(Pending { at, metric: clock.metric, run: clock.run, step: step.clone(), policy });
            }
        }
    }
    shared::order::sort_by_key(&mut pending, |one| (one.at, one.step.at_percent));
    pending
}

/// The steps that were promised with a clock's target.
fn of_clock<'a>(clock: &Clock, policies: &'a [SlaPolicy]) -> (Option<PolicyVersion>, Vec<&'a Step>) {
    let Some(terms) = &clock.terms else { return (None, Vec::new()) };
    let is_it = |policy: &&SlaPolicy| (policy.id, policy.version) == (terms.policy.id, terms.policy.version);
    let steps = policies.iter().find(is_it).into_iter().flat_map(|policy| &policy.steps);
    (Some(terms.policy), steps.filter(|step| step.metric == terms.target.metric).collect())
}

/// When a clock has used a step's share of its time, or will have.
fn moment(clock: &Clock, step: &Step) -> Option<Instant> {
    let all = clock.steps.iter().chain(&clock.ahead);
    all.into_iter().find(|reached| reached.percent == step.at_percent).map(|reached| reached.at)
}

/// Keeps when the next step of a ticket is due.
pub async fn schedule(write: &Write<'_>, ticket: TicketId, clocks: &[Clock], policies: &[SlaPolicy]) -> Result<()> {
    // Most promises have none, and nothing is asked for them.
    if policies.iter().all(|policy| policy.steps.is_empty()) {
        return Ok(());
    }
    let done = Done::of(write.db(), ticket, policies).await?;
    let Some(next) = pending(clocks, policies, &done).first().map(|one| one.at) else {
        return forget(write, ticket).await;
    };
    let insert = Query::insert()
        .into_table(name(TABLE))
        .columns(["ticket_id", "step_at"].map(name))
        .values_panic([ticket.0.into(), next.0.into()])
        .on_conflict(OnConflict::column(name("ticket_id")).update_column(name("step_at")).to_owned())
        .take();
    write.db().execute(&insert).await?;
    Ok(())
}

/// Works out anew when the next step is due: the fields that an undo brings back are older than that.
pub async fn reschedule(write: &Write<'_>, ticket: &Ticket) -> Result<()> {
    let past = Past::load(write.db(), ticket, clocks::written(write, ticket)).await?;
    let known = Known::load(write.db(), &past).await?;
    let clocks = known.fold(&past, &known.tables(), write.now)?;
    schedule(write, ticket.id, &clocks, &known.policies).await
}

/// Nothing is to come of a ticket.
pub async fn forget(write: &Write<'_>, ticket: TicketId) -> Result<()> {
    let delete = Query::delete().from_table(name(TABLE)).and_where(Expr::col(name("ticket_id")).eq(ticket.0)).take();
    write.db().execute(&delete).await?;
    Ok(())
}

/// Some of the tickets with a step that is due, those that wait longest first.
async fn due(db: &impl ConnectionTrait, now: Instant, most: u64) -> Result<Vec<TicketId>> {
    let tickets = Ticket::SCHEMA.table;
    let select = Query::select()
        .column((name(TABLE), name("ticket_id")))
        .from(name(TABLE))
        .inner_join(name(tickets), Expr::col((name(tickets), name("id"))).equals((name(TABLE), name("ticket_id"))))
        .and_where(Expr::col((name(TABLE), name("step_at"))).lte(now.0))
        .and_where(Expr::col((name(tickets), name("archived_at"))).is_null())
        .order_by((name(TABLE), name("step_at")), Order::Asc)
        .limit(most)
        .take();
    db.query_all(&select).await?.iter().map(|row| Ok(TicketId(row.try_get_by_index::<Uuid>(0)?))).collect()
}

/// Has the steps taken that become due, until the server begins to stop. Of
/// several servers one takes them: the job has a key.
pub async fn watch(app: App) {
    let closing = app.closing.begun();
    tokio::pin!(closing);
    loop {
        tokio::select! {
            () = &mut closing => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        if let Err(error) = look(&app).await {
            tracing::warn!(?error, "the steps that are due could not be read");
        }
    }
}

async fn look(app: &App) -> Result<()> {
    let now = app.clock.now();
    if due(&app.db.read, now, 1).await?.is_empty() {
        return Ok(());
    }
    let open = app.db.begin().await?;
    jobs::enqueue(&open.tx, &Job::TakeSteps, now, Some("due")).await?;
    open.commit().await?;
    app.jobs.wake();
    Ok(())
}
