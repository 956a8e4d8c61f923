//! Kinds of which one record is the default: another that becomes it takes it
//! over, in the same command.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{ExprTrait as _, Query};
use shared::change::{Done, New, Patch};
use shared::fields::{Row, Schema};
use uuid::Uuid;

use super::change::Write;
use super::db::name;
use super::records::{self, Room};
use super::rows::{self, column};
use crate::error::Result;
use crate::http::Ctx;

const IS_DEFAULT: &str = "is_default";

pub async fn create<R: Room>(ctx: Ctx, input: New<R>) -> Result<Done<R>> {
    let mut write = ctx.write(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let becomes = becomes_default(&input.values);
    if becomes {
        hold(&write, R::OBJECT.schema()).await?;
    }
    let record = records::insert::<R>(&mut write, input.id, input.values).await?;
    if becomes {
        take_over(&mut write, R::OBJECT.schema(), input.id).await?;
    }
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

pub async fn update<R: Room>(ctx: Ctx, id: Uuid, input: Patch) -> Result<Done<R>> {
    let mut write = ctx.write(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let becomes = becomes_default(&input.set);
    if becomes {
        hold(&write, R::OBJECT.schema()).await?;
    }
    let record = records::apply::<R>(&mut write, id, input).await?;
    if becomes {
        take_over(&mut write, R::OBJECT.schema(), id).await?;
    }
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

fn becomes_default(values: &Row) -> bool {
    values.get(IS_DEFAULT).and_then(serde_json::Value::as_bool) == Some(true)
}

/// Holds all of the kind: of two that become the default at once one waits for
/// the other. Then those too that came while it waited.
async fn hold(write: &Write<'_>, schema: &Schema) -> Result<()> {
    for _ in 0..2 {
        let select = Query::select().expr(column(schema, "id")).from(name(schema.table)).take();
        let found = write.db().query_all(&select).await?;
        let ids: Vec<Uuid> = found.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?;
        write.lock(schema, &ids).await?;
    }
    Ok(())
}

async fn take_over(write: &mut Write<'_>, schema: &Schema, id: Uuid) -> Result<()> {
    let select = rows::select(schema)
        .and_where(column(schema, IS_DEFAULT).eq(true))
        .and_where(column(schema, "id").ne(id))
        .take();
    for before in rows::all(write.db(), schema, &select).await? {
        write.update(schema, &before, &Row::from_iter([(IS_DEFAULT.to_owned(), false.into())])).await?;
    }
    Ok(())
}
