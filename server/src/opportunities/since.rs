//! What changed on the board since a moment: the two states compared.

use std::collections::HashMap;

use shared::fields::Row;
use shared::id::{OpportunityId, StageId};
use shared::opportunities::{BoardChange, ChangedDeal, Opportunity, SinceQuery};
use shared::pipelines::{Stage, StageKind};
use shared::query::Archived;
use uuid::Uuid;

use crate::error::Result;
use crate::ground::query::Asked;
use crate::ground::{history, rows};
use crate::http::Ctx;

pub async fn compare(ctx: &Ctx, input: &SinceQuery) -> Result<BoardChange> {
    let schema = &Opportunity::SCHEMA;
    let wanted = Asked { filter: input.filter.as_deref(), ..Asked::default() };
    let now = history::matching(ctx, schema, &wanted, ctx.now).await?;
    let all = Asked { archived: Archived::With, ..Asked::default() };
    let past = history::matching(ctx, schema, &all, input.since).await?;
    let past: HashMap<Uuid, Row> = past.into_iter().map(|row| (rows::id(&row), row)).collect();
    let stages = rows::all(&ctx.app.db.read, &Stage::SCHEMA, &rows::select(&Stage::SCHEMA)).await?;
    let stages = stages.iter().map(rows::typed::<Stage>).collect::<Result<Vec<_>>>()?;
    let kinds: HashMap<StageId, StageKind> = stages.iter().map(|stage| (stage.id, stage.kind)).collect();
    let mut change = BoardChange::default();
    for row in &now {
        let deal: Opportunity = rows::typed(row)?;
        if input.pipeline.is_some_and(|pipeline| pipeline != deal.pipeline_id) {
            continue;
        }
        let before = past.get(&deal.id.0).map(rows::typed::<Opportunity>).transpose()?;
        sort_in(&mut change, &deal, before.as_ref(), kinds.get(&deal.stage_id).copied().unwrap_or_default());
    }
    Ok(change)
}

fn sort_in(change: &mut BoardChange, deal: &Opportunity, before: Option<&Opportunity>, kind: StageKind) {
    let line = changed(deal, before);
    let entered = before.is_none_or(|before| before.stage_id != deal.stage_id);
    if before.is_none() {
        change.created.push(line.clone());
    }
    match kind {
        StageKind::Won if entered => change.won.push(line.clone()),
        StageKind::Lost if entered => change.lost.push(line.clone()),
        _ if entered && before.is_some() => change.moved.push(line.clone()),
        _ => {}
    }
    let was = before.and_then(|before| before.close_date);
    if let (Some(was), Some(is)) = (was, deal.close_date)
        && is > was
    {
        change.pushed.push(line);
    }
}

fn changed(deal: &Opportunity, before: Option<&Opportunity>) -> ChangedDeal {
    ChangedDeal {
        id: OpportunityId(deal.id.0),
        name: deal.name.clone(),
        amount: deal.amount,
        currency: deal.currency.clone(),
        from_stage: before.map(|before| before.stage_id),
        stage: deal.stage_id,
        from_date: before.and_then(|before| before.close_date),
        close_date: deal.close_date,
    }
}
