//! A deal's rules where they need the database: its stage and its place.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, ExprTrait as _, Order, Query};
use shared::id::StageId;
use shared::opportunities::Opportunity;
use shared::pipelines::{Pipeline, Stage};
use shared::rank;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::Room;
use crate::ground::rows::{self, column};
use crate::pipelines;
use crate::standing::{Step, is_away};

impl Room for Opportunity {
    const SORT: &'static str = "-created_at";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        let stage = pipelines::stage(write, after.stage_id).await?;
        // A deal with lines is worth what they sum to, unless said otherwise.
        let lines_changed = before.is_none_or(|before| before.lines != after.lines);
        let amount_changed = before.is_some_and(|before| before.amount != after.amount);
        if lines_changed && !after.lines.is_empty() && !amount_changed && (before.is_some() || after.amount.is_none()) {
            after.amount = Some(shared::opportunities::total(&after.lines));
        }
        let errors = after.check(before, &stage, write.now);
        if !errors.is_empty() {
            return Err(errors.into());
        }
        let kept = before.is_some_and(|before| before.stage_id == after.stage_id || before.rank != after.rank);
        if after.rank.is_empty() || (before.is_some() && !kept) {
            let first = edge(write, after.stage_id, Order::Asc).await?;
            after.rank = rank::between(None, first.as_deref());
        }
        Ok(())
    }
}

/// The first or last rank of a column.
pub async fn edge(write: &Write<'_>, stage: StageId, order: Order) -> Result<Option<String>> {
    let schema = &Opportunity::SCHEMA;
    let select = Query::select()
        .expr(column(schema, "rank"))
        .from(name(schema.table))
        .and_where(column(schema, "stage_id").eq(stage.0))
        .and_where(column(schema, "archived_at").is_null())
        .order_by_expr(column(schema, "rank"), order)
        .limit(1)
        .take();
    Ok(write.db().query_one(&select).await?.map(|found| found.try_get_by_index(0)).transpose()?)
}

/// A deal on the board stands in a stage that is there. The rules see to it when
/// a deal moves; an undo or a return from the archive passes them.
pub async fn check_home(write: &Write<'_>, steps: &[Step]) -> Result<()> {
    let arrives = |(before, after): &&Step| {
        !is_away(after) && (is_away(before) || before.get("stage_id") != after.get("stage_id"))
    };
    let stages: Vec<Uuid> =
        steps.iter().filter(arrives).filter_map(|(_, row)| rows::reference(row, "stage_id")).collect();
    let homes = rows::by_ids(write.db(), &Stage::SCHEMA, &distinct(stages), &Condition::all()).await?;
    let pipelines = distinct(homes.values().filter_map(|stage| rows::reference(stage, "pipeline_id")).collect());
    let above = rows::by_ids(write.db(), &Pipeline::SCHEMA, &pipelines, &Condition::all()).await?;
    if homes.values().chain(above.values()).any(is_away) {
        return Err(Error::Refused("stage_archived"));
    }
    Ok(())
}

fn distinct(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids.dedup();
    ids
}
