//! The steps that were taken, kept apart from the log: an undo of what one did
//! is no reason to do it again.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use shared::id::{BatchId, SlaPolicyId, TicketId};
use shared::sla::{Clock, Metric, PolicyVersion, SlaPolicy, Step, StepOutcome};
use shared::tickets::{StepTaken, StepTold, Ticket};
use shared::time::{Instant, SECOND};
use uuid::Uuid;

use super::{Pending, moment, of_clock};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;

const TABLE: &str = "sla_steps_done";

/// What was done of a ticket's steps, and of those that were merged into it.
pub struct Done {
    ticket: TicketId,
    rows: Vec<Taken>,
}

struct Taken {
    ticket: TicketId,
    metric: Metric,
    run: i64,
    step: Step,
    /// When its share of the time was used.
    reached_at: Instant,
    how: StepTaken,
}

impl Done {
    pub async fn of(db: &impl ConnectionTrait, ticket: TicketId, policies: &[SlaPolicy]) -> Result<Self> {
        if policies.iter().all(|policy| policy.steps.is_empty()) {
            return Ok(Self { ticket, rows: Vec::new() });
        }
        let merged = Query::select()
            .column(name("id"))
            .from(name(Ticket::SCHEMA.table))
            .and_where(Expr::col(name("merged_into_id")).eq(ticket.0))
            .take();
        let is_here = Expr::col(name("ticket_id")).eq(ticket.0);
        let columns = [
            "ticket_id",
            "metric",
            "run",
            "step",
            "reached_at",
            "done_at",
            "batch",
            "policy_id",
            "policy_version",
            "outcome",
        ];
        let select = Query::select()
            .columns(columns.map(name))
            .from(name(TABLE))
            .and_where(is_here.or(Expr::col(name("ticket_id")).in_subquery(merged)))
            .order_by(name("done_at"), Order::Asc)
            .take();
        let mut rows = Vec::new();
        for row in db.query_all(&select).await? {
            let word = |at: usize| row.try_get_by_index::<String>(at);
            let bad = |what: String| Error::internal(format!("a step that was taken holds {what}"));
            let policy = PolicyVersion { id: SlaPolicyId(row.try_get_by_index(7)?), version: row.try_get_by_index(8)? };
            rows.push(Taken {
                ticket: TicketId(row.try_get_by_index::<Uuid>(0)?),
                metric: word(1)?.parse().map_err(bad)?,
                run: row.try_get_by_index(2)?,
                step: serde_json::from_str(&word(3)?)?,
                reached_at: Instant(row.try_get_by_index(4)?),
                how: StepTaken {
                    at: Instant(row.try_get_by_index(5)?),
                    batch: BatchId(row.try_get_by_index(6)?),
                    policy,
                    outcome: word(9)?.parse().map_err(bad)?,
                },
            });
        }
        Ok(Self { ticket, rows })
    }

    /// What came of a step on a clock. A clock that was taken over from a merged
    /// ticket brings what was done there: it was reached at the same moment.
    pub fn of_step(&self, clock: &Clock, step: &Step, at: Option<Instant>) -> Option<StepTaken> {
        let is_own = |row: &Taken| row.ticket == self.ticket && (row.metric, row.run) == (clock.metric, clock.run);
        let came = |row: &Taken| row.ticket != self.ticket && at.is_some_and(|at| is_same(at, row.reached_at));
        let found = self.rows.iter().find(|row| row.step == *step && (is_own(row) || came(row)));
        found.map(|row| row.how)
    }

    /// What was done on a clock, and what is to come if it has not ended.
    pub fn told(&self, clock: &Clock, policies: &[SlaPolicy]) -> Vec<StepTold> {
        let own = self.rows.iter().filter(|row| row.ticket == self.ticket);
        let own = own.filter(|row| (row.metric, row.run) == (clock.metric, clock.run));
        let mut told: Vec<StepTold> = own
            .map(|row| StepTold { step: row.step.clone(), at: Some(row.reached_at), taken: Some(row.how) })
            .collect();
        for step in of_clock(clock, policies).1 {
            let at = moment(clock, step);
            let taken = self.of_step(clock, step, at);
            let is_told = told.iter().any(|one| one.step == *step);
            if !is_told && (taken.is_some() || clock.is_unfinished()) {
                told.push(StepTold { step: step.clone(), at, taken });
            }
        }
        shared::order::sort_by_key(&mut told, |one| (one.at.unwrap_or(Instant(i64::MAX)), one.step.at_percent));
        told
    }
}

/// The log's moments are those of commits: a fold before and one after differ by as much.
fn is_same(one: Instant, other: Instant) -> bool {
    (one.0 - other.0).abs() <= SECOND
}

/// Keeps that a step is taken, before it is: whatever follows from it finds it done.
pub async fn keep(write: &Write<'_>, ticket: TicketId, pending: &Pending) -> Result<()> {
    let columns = [
        "ticket_id",
        "metric",
        "run",
        "step",
        "policy_id",
        "policy_version",
        "reached_at",
        "done_at",
        "batch",
        "outcome",
    ];
    let Pending { at, metric, run, step, policy } = pending;
    let insert = Query::insert()
        .into_table(name(TABLE))
        .columns(columns.map(name))
        .values_panic([
            ticket.0.into(),
            metric.word().into(),
            (*run).into(),
            serde_json::to_string(step)?.into(),
            policy.id.0.into(),
            policy.version.into(),
            at.0.into(),
            write.now.0.into(),
            write.batch.0.into(),
            StepOutcome::Done.word().into(),
        ])
        .take();
    write.db().execute(&insert).await?;
    Ok(())
}

/// Says that nothing came of it.
pub async fn set_outcome(write: &Write<'_>, ticket: TicketId, pending: &Pending, outcome: StepOutcome) -> Result<()> {
    let update = Query::update()
        .table(name(TABLE))
        .value(name("outcome"), outcome.word())
        .and_where(Expr::col(name("ticket_id")).eq(ticket.0))
        .and_where(Expr::col(name("metric")).eq(pending.metric.word()))
        .and_where(Expr::col(name("run")).eq(pending.run))
        .and_where(Expr::col(name("step")).eq(serde_json::to_string(&pending.step)?))
        .take();
    write.db().execute(&update).await?;
    Ok(())
}
