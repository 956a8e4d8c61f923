//! A stage's chance changes: the deals that follow it change with it.

use sea_orm::sea_query::{Condition, ExprTrait as _};
use shared::change::{Done, Patch};
use shared::fields::{Row, Schema};
use shared::id::StageId;
use shared::opportunities::Opportunity;
use shared::pipelines::Stage;
use uuid::Uuid;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::records::apply;
use crate::ground::rows::{self, column};
use crate::http::Ctx;

const SCHEMA: &Schema = &Opportunity::SCHEMA;

/// In one command, so that a column's chance and its weighted sum agree at any
/// moment, and one undo takes both back.
pub async fn update(ctx: &Ctx, id: StageId, patch: Patch) -> Result<Done<Stage>> {
    let mut write = ctx.write(&(id, &patch)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let sets_chance = patch.set.contains_key("probability") || patch.set.contains_key("kind");
    if sets_chance {
        // Deals before their stage, as those who move them take them.
        let ids: Vec<Uuid> = followers(&write, id, Condition::all()).await?.iter().map(rows::id).collect();
        write.lock(SCHEMA, &ids).await?;
    }
    let record = apply::<Stage>(&mut write, id.0, patch).await?;
    if sets_chance {
        follow(&mut write, &record).await?;
    }
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// Whoever may change the stage changes what follows from it, whosever the deals are.
async fn follow(write: &mut Write<'_>, stage: &Stage) -> Result<()> {
    let others = Condition::all().add(column(SCHEMA, "probability").ne(stage.probability));
    for before in followers(write, stage.id, others).await? {
        let chance = Row::from_iter([("probability".to_owned(), stage.probability.into())]);
        write.update(SCHEMA, &before, &chance).await?;
    }
    Ok(())
}

async fn followers(write: &Write<'_>, stage: StageId, which: Condition) -> Result<Vec<Row>> {
    let select = rows::select(SCHEMA)
        .cond_where(which)
        .and_where(column(SCHEMA, "stage_id").eq(stage.0))
        .and_where(column(SCHEMA, "is_probability_manual").eq(false))
        .take();
    rows::all(write.db(), SCHEMA, &select).await
}
