//! A fault and the incidents that come from it.

use sea_orm::sea_query::{Condition, ExprTrait as _, Order};
use serde_json::json;
use shared::access::Action;
use shared::change::{BulkDone, Patch};
use shared::fields::Row;
use shared::id::MessageId;
use shared::sla::Category;
use shared::tickets::*;
use uuid::Uuid;

use super::{say, settings, thread};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::rows::{self, column};
use crate::ground::{access, records};
use crate::http::{Call, Ctx, Reply as Answer};

const SCHEMA: &shared::fields::Schema = &Ticket::SCHEMA;

/// An incident's problem is one, and a problem comes from no other.
pub async fn check(write: &Write<'_>, before: Option<&Ticket>, after: &Ticket) -> Result<()> {
    let Some(id) = after.problem_id else { return Ok(()) };
    if id == after.id || after.kind == TicketKind::Problem {
        return Err(Error::field("problem_id", "itself"));
    }
    if before.is_some_and(|before| before.problem_id == Some(id)) {
        return Ok(());
    }
    // One that the writer may not read is told by the check of what is led to.
    let row = rows::find(write.db(), SCHEMA, id.0, write.scope(SCHEMA.object, Action::Read)).await?;
    let problem: Option<Ticket> = row.as_ref().map(rows::typed).transpose()?;
    match problem {
        Some(problem) if problem.kind != TicketKind::Problem => Err(Error::field("problem_id", "not_a_problem")),
        _ => Ok(()),
    }
}

pub async fn preview(ctx: Ctx, Call { path: id, .. }: Call<PreviewIncidents>) -> Answer<PreviewIncidents> {
    let problem: Ticket = records::get(&ctx, id, None).await?;
    let db = &ctx.app.db.read;
    let problems = thread::tickets_in(db, id).await?;
    let found = rows::all(db, SCHEMA, &open(&problems, ctx.scope(SCHEMA.object, Action::Read)?)).await?;
    let rule = ctx.rule(SCHEMA.object, Action::Write)?;
    let facts = access::facts(db, SCHEMA, &found.iter().collect::<Vec<_>>()).await?;
    let incident = |(row, facts)| {
        let ticket: Ticket = rows::typed(row)?;
        let hindrance = if rule.admits(facts) { hindrance(&problem, &ticket) } else { Some(Hindrance::NotYours) };
        Ok(Incident { ticket, hindrance })
    };
    found.iter().zip(&facts).map(incident).collect()
}

pub async fn solve(ctx: Ctx, Call { path: id, input }: Call<SolveIncidents>) -> Answer<SolveIncidents> {
    say::check_body(&input.body)?;
    let mut write = ctx.write(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let row = write.find(SCHEMA, id.0, Action::Write).await?;
    let problem: Ticket = rows::typed(&row)?;
    let solved = settings::first_status(&write, Category::Solved).await?.id;
    let problems = thread::tickets_in(write.db(), id).await?;
    let found = rows::all(write.db(), SCHEMA, &open(&problems, write.scope(SCHEMA.object, Action::Write))).await?;
    write.lock(SCHEMA, &found.iter().map(rows::id).collect::<Vec<_>>()).await?;
    for row in &found {
        let row = write.find(SCHEMA, rows::id(row), Action::Write).await?;
        let incident: Ticket = rows::typed(&row)?;
        if incident.state.is_solved() || hindrance(&problem, &incident).is_some() {
            continue;
        }
        let said = Patch::default()
            .and("category_id", json!(incident.category_id.or(problem.category_id)))
            .and("resolution", json!(incident.resolution.or(problem.resolution).unwrap_or(Resolution::Fixed)));
        let incident: Ticket = records::apply_to(&mut write, row, said).await?;
        let row: Row = write.find(SCHEMA, incident.id.0, Action::Write).await?;
        let answer = Message { id: MessageId(Uuid::now_v7()), body: input.body.clone(), ..Message::default() };
        say::answer(&mut write, &row, &incident, answer, Some(solved)).await?;
    }
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

/// The incidents that are still worked on, of those within a scope: also of
/// problems that were merged into this one.
fn open(problems: &[Uuid], scope: Condition) -> sea_orm::sea_query::SelectStatement {
    rows::select(SCHEMA)
        .cond_where(scope)
        .and_where(column(SCHEMA, "problem_id").is_in(problems.iter().copied()))
        .and_where(column(SCHEMA, "archived_at").is_null())
        .and_where(column(SCHEMA, "state").is_not_in([Category::Solved.word(), Category::Closed.word()]))
        .order_by_expr(column(SCHEMA, "number"), Order::Asc)
        .limit(MOST_AT_ONCE as u64)
        .take()
}

fn hindrance(problem: &Ticket, incident: &Ticket) -> Option<Hindrance> {
    if incident.category_id.or(problem.category_id).is_none() {
        return Some(Hindrance::NoCategory);
    }
    incident.has_open_step().then_some(Hindrance::OpenStep)
}
