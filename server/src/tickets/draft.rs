//! What somebody has begun to write on a ticket: theirs alone, and no record.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use shared::api::FieldErrors;
use shared::fields;
use shared::id::{TicketId, UserId};
use shared::tickets::*;

use super::thread;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::http::{Call, Ctx, Reply as Answer};

const TABLE: &str = "drafts";

pub async fn put(ctx: Ctx, Call { path: id, input }: Call<PutDraft>) -> Answer<PutDraft> {
    check_text(&input.body)?;
    thread::check_readable(&ctx, id).await?;
    let writer = ctx.actor()?.id;
    let open = ctx.app.db.begin().await?;
    if input.body.trim().is_empty() {
        delete(&open.tx, id, writer).await?;
    } else {
        let insert = Query::insert()
            .into_table(name(TABLE))
            .columns(["ticket_id", "user_id", "kind", "body", "seen"].map(name))
            .values_panic([
                id.0.into(),
                writer.0.into(),
                input.kind.word().into(),
                input.body.into(),
                input.seen.into(),
            ])
            .on_conflict(
                OnConflict::columns(["ticket_id", "user_id"].map(name))
                    .update_columns(["kind", "body", "seen"].map(name))
                    .to_owned(),
            )
            .take();
        open.tx.execute(&insert).await?;
    }
    open.commit().await
}

pub fn check_text(body: &str) -> Result<()> {
    let checked = fields::check_text(body, BODY_MAX, true);
    checked.map_err(|error| FieldErrors::from([("body".to_owned(), error)]).into())
}

pub async fn of(db: &impl ConnectionTrait, ticket: TicketId, writer: UserId) -> Result<Option<Draft>> {
    let select = Query::select()
        .columns(["kind", "body", "seen"].map(name))
        .from(name(TABLE))
        .and_where(Expr::col(name("ticket_id")).eq(ticket.0))
        .and_where(Expr::col(name("user_id")).eq(writer.0))
        .take();
    let Some(found) = db.query_one(&select).await? else { return Ok(None) };
    let kind: String = found.try_get_by_index(0)?;
    let kind = kind.parse().map_err(Error::internal)?;
    Ok(Some(Draft { kind, body: found.try_get_by_index(1)?, seen: found.try_get_by_index(2)? }))
}

/// What was a draft is said now.
pub async fn forget(write: &Write<'_>, ticket: TicketId) -> Result<()> {
    match write.actor {
        Some(actor) => delete(write.db(), ticket, actor.id).await,
        None => Ok(()),
    }
}

async fn delete(db: &impl ConnectionTrait, ticket: TicketId, writer: UserId) -> Result<()> {
    let delete = Query::delete()
        .from_table(name(TABLE))
        .and_where(Expr::col(name("ticket_id")).eq(ticket.0))
        .and_where(Expr::col(name("user_id")).eq(writer.0))
        .take();
    db.execute(&delete).await?;
    Ok(())
}
