//! What must hold of pipelines and stages.

use std::collections::{BTreeSet, HashMap};

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query};
use shared::id::{PipelineId, StageId};
use shared::opportunities::Opportunity;
use shared::pipelines::{Pipeline, Stage, StageKind};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{Room, Turn, going};
use crate::ground::rows::{self, column};

impl Room for Pipeline {
    const SORT: &'static str = "position,name";

    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        refuse_used(write, going(turns, |it| (it.archived_at, it.id.0)), "pipeline_id").await
    }
}

impl Room for Stage {
    const SORT: &'static str = "position,name";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        if before.is_some_and(|before| before.kind != after.kind) {
            refuse_used(write, vec![after.id.0], "stage_id").await?;
        }
        // The deals of a stage would change pipelines with it.
        if before.is_some_and(|before| before.pipeline_id != after.pipeline_id) {
            return Err(Error::field("pipeline_id", "read_only"));
        }
        match after.kind {
            StageKind::Won => after.probability = 100,
            StageKind::Lost => after.probability = 0,
            StageKind::Open | StageKind::OnHold => {}
        }
        Ok(())
    }

    /// What standing in a stage means does not change below the deals in it
    /// either: an open deal would be lost without a reason, or won without a day.
    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let turned = turns.iter().filter_map(|turn| turn.before.as_ref().zip(turn.after.as_ref()));
        let turned = turned.filter(|(before, after)| before.kind != after.kind).map(|(_, after)| after.id.0);
        let away = going(turns, |it| (it.archived_at, it.id.0));
        refuse_used(write, away.into_iter().chain(turned).collect(), "stage_id").await
    }
}

/// A stage, as a deal's rules ask for it: nobody puts it away meanwhile.
pub async fn stage(write: &Write<'_>, id: StageId) -> Result<Stage> {
    let row = rows::find_kept(write.db(), &Stage::SCHEMA, id.0, Condition::all()).await?;
    rows::typed(&row.ok_or_else(|| Error::field("stage_id", "no_such_record"))?)
}

/// As `stage`, for all that are there of many.
pub async fn stages(write: &Write<'_>, ids: BTreeSet<StageId>) -> Result<HashMap<StageId, Stage>> {
    let schema = &Stage::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "id").is_in(ids.into_iter().map(|id| id.0)))
        .order_by_expr(column(schema, "id"), Order::Asc)
        .lock_shared()
        .take();
    let found = rows::all(write.db(), schema, &select).await?;
    found.iter().map(|row| rows::typed::<Stage>(row).map(|stage| (stage.id, stage))).collect()
}

/// Whether a pipeline is put away, or is no more.
pub async fn is_away(write: &Write<'_>, id: PipelineId) -> Result<bool> {
    let row = rows::find_kept(write.db(), &Pipeline::SCHEMA, id.0, Condition::all()).await?;
    Ok(row.is_none_or(|row| row.get("archived_at").is_some_and(|at| !at.is_null())))
}

/// A stage or pipeline that deals stand in neither goes nor becomes another:
/// they would vanish from the board, or be lost without a reason.
async fn refuse_used(write: &Write<'_>, ids: Vec<Uuid>, key: &'static str) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let schema = &Opportunity::SCHEMA;
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(name(schema.table))
        .and_where(column(schema, key).is_in(ids))
        .and_where(column(schema, "archived_at").is_null())
        .limit(1)
        .take();
    match write.db().query_one(&select).await? {
        None => Ok(()),
        Some(_) => Err(Error::Refused("stage_in_use")),
    }
}
