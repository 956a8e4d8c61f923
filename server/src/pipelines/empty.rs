//! Putting a stage away, its deals moved to another one before.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{ExprTrait as _, Query};
use shared::api::{FieldError, FieldErrors};
use shared::change::{Archive, BulkDone, Patch};
use shared::id::StageId;
use shared::opportunities::Opportunity;
use shared::pipelines::{Stage, StageArchive};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records;
use crate::ground::rows::column;
use crate::http::Ctx;

/// The most deals that move within one command.
const MOST: usize = 5_000;

pub async fn archive(ctx: &Ctx, asked: StageArchive) -> Result<BulkDone> {
    records::check_size(&asked.ids)?;
    let mut write = ctx.write(&asked).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    if let Some(to) = asked.to.filter(|_| asked.archived) {
        if asked.ids.contains(&to.0) {
            return Err(Error::field("to", "itself"));
        }
        move_deals(&mut write, &asked.ids, to).await?;
    }
    records::put_away::<Stage>(&mut write, &Archive { ids: asked.ids, archived: asked.archived }).await?;
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

/// Each deal enters the stage by the rules, as if it were moved by hand.
async fn move_deals(write: &mut Write<'_>, from: &[Uuid], to: StageId) -> Result<()> {
    let deals = standing_in(write, from).await?;
    if deals.len() > MOST {
        return Err(FieldErrors::from([("to".to_owned(), FieldError::new("too_many").with("max", MOST))]).into());
    }
    for id in deals {
        records::apply::<Opportunity>(write, id, Patch::set("stage_id", to.to_string())).await?;
    }
    Ok(())
}

/// The last of a column first: each is put on top of the new one, and their order stays.
async fn standing_in(write: &Write<'_>, stages: &[Uuid]) -> Result<Vec<Uuid>> {
    let schema = &Opportunity::SCHEMA;
    let select = Query::select()
        .expr(column(schema, "id"))
        .from(name(schema.table))
        .and_where(column(schema, "stage_id").is_in(stages.iter().copied()))
        .and_where(column(schema, "archived_at").is_null())
        .order_by_expr(column(schema, "rank"), sea_orm::sea_query::Order::Desc)
        .limit(MOST as u64 + 1)
        .take();
    let found = write.db().query_all(&select).await?;
    Ok(found.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?)
}
