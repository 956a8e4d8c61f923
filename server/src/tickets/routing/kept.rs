//! What was decided, kept with the ticket: who was thought of, and why it became whom.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use shared::id::{AssignmentId, BatchId, QueueId, TicketId, UserId};
use shared::tickets::routing::{Assignment, is_hard};
use shared::tickets::*;
use shared::time::Instant;
use uuid::Uuid;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::http::{Call, Ctx, Reply as Answer};
use crate::tickets::thread;

const TABLE: &str = "assignments";
const MOST: u64 = 100;

/// Whoever reads the ticket may know why it is whose.
pub async fn get(ctx: Ctx, Call { path: id, .. }: Call<GetAssignments>) -> Answer<GetAssignments> {
    thread::check_readable(&ctx, id).await?;
    let columns = ["id", "user_id", "queue_id", "queue_version", "given_at", "batch", "candidates"];
    let select = Query::select()
        .columns(columns.map(name))
        .from(name(TABLE))
        .and_where(Expr::col(name("ticket_id")).eq(id.0))
        .order_by(name("given_at"), Order::Desc)
        .order_by(name("id"), Order::Desc)
        .limit(MOST)
        .take();
    let mut kept = Vec::new();
    for row in ctx.app.db.read.query_all(&select).await? {
        kept.push(Assignment {
            id: AssignmentId(row.try_get_by_index(0)?),
            user_id: UserId(row.try_get_by_index(1)?),
            queue_id: QueueId(row.try_get_by_index(2)?),
            queue_version: row.try_get_by_index(3)?,
            at: Instant(row.try_get_by_index(4)?),
            batch: BatchId(row.try_get_by_index(5)?),
            candidates: serde_json::from_str(&row.try_get_by_index::<String>(6)?)?,
        });
    }
    Ok(kept)
}

pub async fn keep(write: &Write<'_>, ticket: &Ticket, assignment: &Assignment) -> Result<()> {
    let Assignment { id, user_id, queue_id, queue_version, at, batch, candidates } = assignment;
    let columns =
        ["id", "ticket_id", "user_id", "queue_id", "queue_version", "given_at", "batch", "is_hard", "candidates"];
    let insert = Query::insert()
        .into_table(name(TABLE))
        .columns(columns.map(name))
        .values_panic([
            id.0.into(),
            ticket.id.0.into(),
            user_id.0.into(),
            queue_id.0.into(),
            (*queue_version).into(),
            at.0.into(),
            batch.0.into(),
            i64::from(is_hard(ticket.priority)).into(),
            serde_json::to_string(candidates)?.into(),
        ])
        .take();
    write.db().execute(&insert).await?;
    Ok(())
}

/// To whom each of these tickets was given first.
pub async fn first(db: &impl ConnectionTrait, tickets: &[Uuid]) -> Result<Vec<(TicketId, UserId)>> {
    let select = Query::select()
        .columns(["ticket_id", "user_id"].map(name))
        .from(name(TABLE))
        .and_where(Expr::col(name("ticket_id")).is_in(tickets.iter().copied()))
        .order_by(name("given_at"), Order::Desc)
        .take();
    let found = db.query_all(&select).await?;
    found.iter().map(|row| Ok((TicketId(row.try_get_by_index(0)?), UserId(row.try_get_by_index(1)?)))).collect()
}
