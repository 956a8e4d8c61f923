//! The board as of a moment in the past: the same columns from the log.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use shared::fields::{Row, Schema};
use shared::id::{PipelineId, StageId};
use shared::opportunities::{Board, BoardQuery, Card, CardQuery, Cards, Column, Lanes, Opportunity, Signal, Sum};
use shared::pipelines::Stage;
use shared::query::Archived;
use shared::time::Instant;
use uuid::Uuid;

use super::board::{Cell, DEFAULT_CARDS, MAX_CARDS, assemble};
use super::cards::{self, NO_LANE};
use crate::error::Result;
use crate::ground::live::last_seq;
use crate::ground::query::Asked;
use crate::ground::{history, rows};
use crate::http::Ctx;

const SCHEMA: &Schema = &Opportunity::SCHEMA;

pub async fn board(ctx: &Ctx, input: &BoardQuery, pipeline: PipelineId, at: Instant) -> Result<Board> {
    let lanes = input.lanes.unwrap_or_default();
    let asked = Asked { filter: input.filter.as_deref(), search: input.search.as_deref(), ..Asked::default() };
    let past = sorted(ctx, history::matching(ctx, SCHEMA, &asked, at).await?, input.sort.as_deref()).await?;
    let stages = stages(ctx, pipeline, &past).await?;
    let today = ctx.app.clock.day_of(at);
    let by_id: HashMap<StageId, &Stage> = stages.iter().map(|stage| (stage.id, stage)).collect();
    let limit = input.cards.unwrap_or(DEFAULT_CARDS).clamp(1, MAX_CARDS) as usize;
    let mut cells: HashMap<Cell, Column> = HashMap::new();
    for row in past.iter().filter(|row| rows::reference(row, "pipeline_id") == Some(pipeline.0)) {
        let deal: Opportunity = rows::typed(row)?;
        let Some(stage) = by_id.get(&deal.stage_id) else { continue };
        let card = cards::of_row(row)?;
        let cell = cells.entry((deal.stage_id, lane_of(row, lanes))).or_default();
        match card.signal(stage, today, ctx.app.clock.day_of(card.stage_entered_at)) {
            Signal::Overdue => cell.late += 1,
            Signal::Rotting | Signal::NoNextStep => cell.stale += 1,
            Signal::Today | Signal::Fine => {}
        }
        cell.count += 1;
        add(&mut cell.sums, &deal);
        if cell.cards.len() < limit {
            cell.cards.push(card);
        }
    }
    for cell in cells.values_mut() {
        finish(&mut cell.sums);
    }
    let mut shown: Vec<&mut Card> = cells.values_mut().flat_map(|cell| cell.cards.iter_mut()).collect();
    cards::name_accounts(ctx, &mut shown).await?;
    Ok(assemble(pipeline, &stages, lanes, cells, last_seq(&ctx.app.db.read).await?))
}

/// The pipeline's stages, those put away since too where a deal stood in them.
async fn stages(ctx: &Ctx, pipeline: PipelineId, past: &[Row]) -> Result<Vec<Stage>> {
    let held: HashSet<Uuid> = past.iter().filter_map(|row| rows::reference(row, "stage_id")).collect();
    let mut stages = super::board::stages(ctx, pipeline, Archived::With).await?;
    stages.retain(|stage| stage.archived_at.is_none() || held.contains(&stage.id.0));
    Ok(stages)
}

pub async fn window(ctx: &Ctx, input: &CardQuery) -> Result<Cards> {
    let at = input.as_of.unwrap_or(ctx.now);
    let asked = Asked { filter: input.filter.as_deref(), search: input.search.as_deref(), ..Asked::default() };
    let past = sorted(ctx, history::matching(ctx, SCHEMA, &asked, at).await?, input.sort.as_deref()).await?;
    let lanes = input.lanes.unwrap_or_default();
    let here = |row: &&Row| {
        rows::reference(row, "stage_id") == Some(input.stage.0)
            && (input.lane.is_none() || lane_of(row, lanes) == input.lane)
    };
    let found = past.iter().filter(here).map(cards::of_row).collect::<Result<Vec<_>>>()?;
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let mut cards: Vec<Card> =
        found.into_iter().skip(input.skip as usize).take(input.limit.clamp(1, 200) as usize).collect();
    cards::name_accounts(ctx, &mut cards.iter_mut().collect::<Vec<_>>()).await?;
    Ok(Cards { count, cards })
}

/// In the order asked for; by hand unasked.
async fn sorted(ctx: &Ctx, mut past: Vec<Row>, sort: Option<&str>) -> Result<Vec<Row>> {
    let sort = sort.filter(|sort| !sort.is_empty()).unwrap_or("rank");
    history::sort_rows(ctx, SCHEMA, &mut past, sort).await?;
    Ok(past)
}

fn lane_of(row: &Row, lanes: Lanes) -> Option<String> {
    let key = match lanes {
        Lanes::None => return None,
        lanes => lanes.word(),
    };
    Some(row.get(key).and_then(Value::as_str).unwrap_or(NO_LANE).to_owned())
}

/// Adds amounts; `weighted` holds hundredths until `finish`.
fn add(sums: &mut Vec<Sum>, deal: &Opportunity) {
    let amount = deal.amount.unwrap_or(0);
    let weighted = amount.saturating_mul(deal.probability);
    match sums.iter_mut().find(|sum| sum.currency == deal.currency) {
        Some(sum) => {
            sum.amount += amount;
            sum.weighted += weighted;
        }
        None => sums.push(Sum { currency: deal.currency.clone(), amount, weighted }),
    }
}

fn finish(sums: &mut [Sum]) {
    for sum in sums.iter_mut() {
        sum.weighted = shared::money::percent_of(sum.weighted, 1);
    }
    sums.sort_by(|a, b| b.amount.cmp(&a.amount).then_with(|| a.currency.cmp(&b.currency)));
}
