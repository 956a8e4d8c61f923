//! A deal's rules where they need the database: its stage and its place.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{ExprTrait as _, Order, Query};
use shared::id::StageId;
use shared::opportunities::Opportunity;
use shared::pipelines::Stage;
use shared::rank;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{Room, Turn};
use crate::ground::rows::column;
use crate::pipelines;

impl Room for Opportunity {
    const SORT: &'static str = "-created_at";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        let stage = pipelines::stage(write, after.stage_id).await?;
        in_stage(write, before, after, &stage).await
    }

    /// A deal that comes to stand in a stage finds it there: in one that was
    /// put away it would vanish from the board.
    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let place = |deal: &Self| (deal.pipeline_id, deal.stage_id);
        // A board has a handful of them, however many the deals.
        let mut places = BTreeSet::new();
        for turn in turns {
            let Some(deal) = turn.after.as_ref().filter(|deal| deal.archived_at.is_none()) else { continue };
            let before = turn.before.as_ref().filter(|before| before.archived_at.is_none());
            places.extend(before.is_none_or(|before| place(before) != place(deal)).then(|| place(deal)));
        }
        for (pipeline, stage) in places {
            let stage = pipelines::stage(write, stage).await?;
            let is_there = stage.archived_at.is_none() && stage.pipeline_id == pipeline;
            if !is_there || pipelines::is_away(write, pipeline).await? {
                return Err(Error::Refused("stage_gone"));
            }
        }
        Ok(())
    }
}

/// The rules, for whoever has the stage at hand already.
pub async fn in_stage(
    write: &Write<'_>,
    before: Option<&Opportunity>,
    after: &mut Opportunity,
    stage: &Stage,
) -> Result<()> {
    // A deal with lines is worth what they sum to, unless said otherwise.
    let lines_changed = before.is_none_or(|before| before.lines != after.lines);
    let amount_changed = before.is_some_and(|before| before.amount != after.amount);
    if lines_changed && !after.lines.is_empty() && !amount_changed && (before.is_some() || after.amount.is_none()) {
        after.amount = Some(shared::opportunities::total(&after.lines));
    }
    let errors = after.check(before, stage, write.now);
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
