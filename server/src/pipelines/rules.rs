//! What must hold of pipelines and stages.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use shared::fields::Row;
use shared::id::StageId;
use shared::opportunities::Opportunity;
use shared::pipelines::{Pipeline, Stage, StageKind};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::Room;
use crate::ground::rows::{self, column};
use crate::standing::{Step, is_away};

impl Room for Pipeline {
    const SORT: &'static str = "position,name";

    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }
}

impl Room for Stage {
    const SORT: &'static str = "position,name";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        if before.is_some_and(|before| before.kind != after.kind) {
            refuse_used(write, vec![after.id.0], "stage_id", Deals::OnBoard).await?;
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
}

/// A stage, as a deal's rules ask for it.
pub async fn stage(write: &Write<'_>, id: StageId) -> Result<Stage> {
    let row = rows::find(write.db(), &Stage::SCHEMA, id.0, Condition::all()).await?;
    rows::typed(&row.ok_or_else(|| Error::field("stage_id", "no_such_record"))?)
}

/// One pipeline is the default: another that becomes it takes it over, in the same command.
pub async fn keep_one_default(write: &mut Write<'_>, pipeline: &Pipeline) -> Result<()> {
    let schema = &Pipeline::SCHEMA;
    if !pipeline.is_default {
        return Ok(());
    }
    let select = rows::select(schema)
        .and_where(column(schema, "is_default").eq(true))
        .and_where(column(schema, "id").ne(pipeline.id.0))
        .take();
    for before in rows::all(write.db(), schema, &select).await? {
        write.update(schema, &before, &Row::from_iter([("is_default".to_owned(), false.into())])).await?;
    }
    Ok(())
}

/// A stage or pipeline that deals stand in is not put away: they would vanish
/// from the board.
pub async fn check_archived(write: &Write<'_>, steps: &[Step], key: &'static str) -> Result<()> {
    let away = steps.iter().filter(|(before, after)| is_away(after) && !is_away(before));
    refuse_used(write, away.map(|(_, after)| rows::id(after)).collect(), key, Deals::OnBoard).await
}

/// What standing in a stage means does not change below the deals in it: an
/// open deal would be lost without a reason, or won without a day.
pub async fn check_kinds(write: &Write<'_>, steps: &[Step]) -> Result<()> {
    let changed = steps.iter().filter(|(before, after)| before.contains_key("kind") && before["kind"] != after["kind"]);
    refuse_used(write, changed.map(|(_, after)| rows::id(after)).collect(), "stage_id", Deals::OnBoard).await
}

/// A stage or pipeline that any deal stands in, archived ones too, does not cease to be.
pub async fn check_unused(write: &Write<'_>, records: &[Row], key: &'static str) -> Result<()> {
    refuse_used(write, records.iter().map(rows::id).collect(), key, Deals::All).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Deals {
    OnBoard,
    All,
}

async fn refuse_used(write: &Write<'_>, ids: Vec<Uuid>, key: &'static str, deals: Deals) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let schema = &Opportunity::SCHEMA;
    let mut select = Query::select()
        .expr(Expr::cust("1"))
        .from(name(schema.table))
        .and_where(column(schema, key).is_in(ids))
        .limit(1)
        .take();
    if deals == Deals::OnBoard {
        select.and_where(column(schema, "archived_at").is_null());
    }
    match write.db().query_one(&select).await? {
        None => Ok(()),
        Some(_) => Err(Error::Refused("stage_in_use")),
    }
}
