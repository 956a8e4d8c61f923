//! The board as of a moment in the past: the same columns from the log.

use std::collections::HashMap;

use serde_json::Value;
use shared::fields::Row;
use shared::id::{PipelineId, StageId};
use shared::opportunities::{Board, BoardQuery, Card, CardQuery, Cards, Column, Lanes, Opportunity, Signal, Sum};
use shared::pipelines::Stage;
use shared::time::Instant;

use super::board::{Cell, assemble};
use super::cards::{self, NO_LANE};
use crate::error::Result;
use crate::ground::history;
use crate::ground::live::last_seq;
use crate::ground::query::Asked;
use crate::ground::rows;
use crate::http::Ctx;

pub async fn board(
    ctx: &Ctx,
    input: &BoardQuery,
    pipeline: PipelineId,
    stages: &[Stage],
    at: Instant,
) -> Result<Board> {
    let lanes = input.lanes.unwrap_or_default();
    let asked = Asked { filter: input.filter.as_deref(), search: input.search.as_deref(), ..Asked::default() };
    let past = history::matching(ctx, &Opportunity::SCHEMA, &asked, at).await?;
    let today = ctx.app.clock.day_of(at);
    let by_id: HashMap<StageId, &Stage> = stages.iter().map(|stage| (stage.id, stage)).collect();
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
        cell.cards.push(card);
    }
    let limit = input.cards.unwrap_or(30).clamp(1, 100) as usize;
    for cell in cells.values_mut() {
        finish(&mut cell.sums);
        order(&mut cell.cards);
        cell.cards.truncate(limit);
        cards::name_accounts(ctx, &mut cell.cards.iter_mut().collect::<Vec<_>>()).await?;
    }
    Ok(assemble(pipeline, stages, lanes, cells, last_seq(&ctx.app.db.read).await?))
}

pub async fn window(ctx: &Ctx, input: &CardQuery) -> Result<Cards> {
    let at = input.as_of.unwrap_or(ctx.now);
    let asked = Asked { filter: input.filter.as_deref(), search: input.search.as_deref(), ..Asked::default() };
    let past = history::matching(ctx, &Opportunity::SCHEMA, &asked, at).await?;
    let lanes = input.lanes.unwrap_or_default();
    let here = |row: &&Row| {
        rows::reference(row, "stage_id") == Some(input.stage.0)
            && (input.lane.is_none() || lane_of(row, lanes) == input.lane)
    };
    let mut found = past.iter().filter(here).map(cards::of_row).collect::<Result<Vec<_>>>()?;
    order(&mut found);
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let mut cards: Vec<Card> =
        found.into_iter().skip(input.skip as usize).take(input.limit.clamp(1, 200) as usize).collect();
    cards::name_accounts(ctx, &mut cards.iter_mut().collect::<Vec<_>>()).await?;
    Ok(Cards { count, cards })
}

fn lane_of(row: &Row, lanes: Lanes) -> Option<String> {
    let key = match lanes {
        Lanes::None => return None,
        lanes => lanes.word(),
    };
    Some(row.get(key).and_then(Value::as_str).unwrap_or(NO_LANE).to_owned())
}

fn order(cards: &mut [Card]) {
    cards.sort_by(|a, b| (&a.rank, a.id).cmp(&(&b.rank, b.id)));
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
