//! What must hold of pipelines and stages.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use shared::id::StageId;
use shared::opportunities::Opportunity;
use shared::pipelines::{Pipeline, Stage, StageKind};
use shared::time::Instant;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{Room, Turn};
use crate::ground::rows;

impl Room for Pipeline {
    const SORT: &'static str = "position,name";

    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let away = put_away(turns, |pipeline| (pipeline.archived_at, pipeline.id.0));
        check_empty(write, "pipeline_id", away).await
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

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let away = put_away(turns, |stage| (stage.archived_at, stage.id.0));
        check_empty(write, "stage_id", away).await
    }
}

/// A stage, as a deal's rules ask for it: nobody puts it away meanwhile.
pub async fn stage(write: &Write<'_>, id: StageId) -> Result<Stage> {
    let row = rows::find_kept(write.db(), &Stage::SCHEMA, id.0, Condition::all()).await?;
    rows::typed(&row.ok_or_else(|| Error::field("stage_id", "no_such_record"))?)
}

/// A stage or pipeline that deals stand in is not put away: they would vanish
/// from the board.
async fn check_empty(write: &Write<'_>, key: &'static str, put_away: Vec<Uuid>) -> Result<()> {
    if put_away.is_empty() {
        return Ok(());
    }
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(name(Opportunity::SCHEMA.table))
        .and_where(Expr::col(name(key)).is_in(put_away))
        .and_where(Expr::col(name("archived_at")).is_null())
        .limit(1)
        .take();
    match write.db().query_one(&select).await? {
        None => Ok(()),
        Some(_) => Err(Error::Refused("stage_in_use")),
    }
}

/// Those of the records that are put away by what becomes of them.
fn put_away<R>(turns: &[Turn<R>], of: impl Fn(&R) -> (Option<Instant>, Uuid)) -> Vec<Uuid> {
    let away = |turn: &Turn<R>| {
        let (after, id) = turn.after.as_ref().map(&of)?;
        let was = turn.before.as_ref().and_then(|before| of(before).0);
        (after.is_some() && was.is_none()).then_some(id)
    };
    turns.iter().filter_map(away).collect()
}
