//! What must hold of pipelines and stages.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use shared::change::Archive;
use shared::id::StageId;
use shared::opportunities::Opportunity;
use shared::pipelines::{Pipeline, Stage, StageKind};

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::Room;
use crate::ground::rows;
use crate::http::Ctx;

impl Room for Pipeline {
    const SORT: &'static str = "position,name";

    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }
}

impl Room for Stage {
    const SORT: &'static str = "position,name";

    async fn rules(_: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
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
}

/// A stage, as a deal's rules ask for it.
pub async fn stage(write: &Write<'_>, id: StageId) -> Result<Stage> {
    let row = rows::find(write.db(), &Stage::SCHEMA, id.0, Condition::all()).await?;
    rows::typed(&row.ok_or_else(|| Error::field("stage_id", "no_such_record"))?)
}

/// A stage or pipeline that deals stand in is not put away: they would vanish
/// from the board.
pub async fn check_empty(ctx: &Ctx, archive: &Archive, key: &'static str) -> Result<()> {
    if !archive.archived {
        return Ok(());
    }
    let table = Opportunity::SCHEMA.table;
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(name(table))
        .and_where(Expr::col(name(key)).is_in(archive.ids.iter().copied()))
        .and_where(Expr::col(name("archived_at")).is_null())
        .limit(1)
        .take();
    match ctx.app.db.read.query_one(&select).await? {
        None => Ok(()),
        Some(_) => Err(Error::Refused("stage_in_use")),
    }
}
