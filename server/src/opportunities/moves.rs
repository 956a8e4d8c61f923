//! Moving cards: to a stage, to a place, several at once, in one command.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{ExprTrait as _, Order, Query};
use serde_json::Value;
use shared::access::{Action, Object};
use shared::change::{BulkDone, Patch};
use shared::fields::Row;
use shared::id::{OpportunityId, StageId};
use shared::opportunities::{Move, Opportunity};
use shared::rank;
use uuid::Uuid;

use super::rules::edge;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::history;
use crate::ground::records::{apply_to, check_size};
use crate::ground::rows::{self, column};
use crate::http::Ctx;

pub async fn run(ctx: &Ctx, wanted: Move) -> Result<BulkDone> {
    let ids: Vec<Uuid> = wanted.ids.iter().map(|id| id.0).collect();
    check_size(&ids)?;
    let mut write = ctx.write(&wanted).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    write.lock(&Opportunity::SCHEMA, &ids).await?;
    let (mut low, high) = place(&write, &wanted, &ids).await?;
    let stage = crate::pipelines::stage(&write, wanted.stage).await?;
    for id in ids {
        let before = write.find(&Opportunity::SCHEMA, id, Action::Write).await?;
        // A card dropped on another pipeline's stage goes with it only by its form.
        if rows::reference(&before, "pipeline_id") != Some(stage.pipeline_id.0) {
            return Err(Error::field("stage", "stage_of_another_pipeline"));
        }
        let key = rank::between(low.as_deref(), high.as_deref());
        apply_to::<Opportunity>(&mut write, before, patch(&wanted, &key)).await?;
        low = Some(key);
    }
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

/// The ranks to go between, as the column stands without the moved cards.
async fn place(write: &Write<'_>, wanted: &Move, ids: &[Uuid]) -> Result<(Option<String>, Option<String>)> {
    let stage = wanted.stage;
    // Somebody moved a neighbour away meanwhile: the other one marks the place
    // too, and else the place where it stood. The card itself did not move.
    let mut gone = Vec::new();
    for (mark, order) in [(wanted.after, Order::Asc), (wanted.before, Order::Desc)] {
        let Some(mark) = mark else { continue };
        match mark_of(write, mark, stage).await? {
            Mark::Stands(rank) => return beside(write, stage, rank, ids, order).await,
            Mark::Stood(rank) => gone.extend(rank),
        }
    }
    match (gone.into_iter().next(), wanted.after.or(wanted.before)) {
        (Some(rank), _) => {
            let low = neighbour(write, stage, &rank, ids, Order::Desc).await?;
            Ok((low, neighbour(write, stage, &rank, ids, Order::Asc).await?))
        }
        (None, Some(_)) => Ok((None, edge(write, stage, Order::Asc).await?)),
        (None, None) => Ok((edge(write, stage, Order::Desc).await?, None)),
    }
}

/// Below a card's rank (ascending), or above it.
async fn beside(
    write: &Write<'_>,
    stage: StageId,
    rank: String,
    ids: &[Uuid],
    order: Order,
) -> Result<(Option<String>, Option<String>)> {
    let is_below = order == Order::Asc;
    let next = neighbour(write, stage, &rank, ids, order).await?;
    Ok(if is_below { (Some(rank), next) } else { (next, Some(rank)) })
}

/// A card that marks a place in a column.
enum Mark {
    Stands(String),
    /// It left; where it stood last, as far as the log tells.
    Stood(Option<String>),
}

async fn mark_of(write: &Write<'_>, card: OpportunityId, stage: StageId) -> Result<Mark> {
    let scope = write.scope(Object::Opportunity, Action::Read);
    let Some(row) = rows::find(write.db(), &Opportunity::SCHEMA, card.0, scope).await? else {
        return Ok(Mark::Stood(None));
    };
    let rank_in = |row: &Row| row.get("rank").and_then(Value::as_str).map(str::to_owned);
    let is_here = |row: &Row| rows::reference(row, "stage_id") == Some(stage.0);
    if let Some(rank) = rank_in(&row).filter(|_| is_here(&row)) {
        return Ok(Mark::Stands(rank));
    }
    let of_card = history::of_record(Object::Opportunity, card.0);
    let log = history::log(write.db(), of_card, Order::Desc, Some(RECENT)).await?;
    let left = log.into_iter().find(|change| is_here(&change.before));
    Ok(Mark::Stood(left.and_then(|change| rank_in(&change.before))))
}

/// A neighbour that was dropped beside left only just now.
const RECENT: u64 = 20;

async fn neighbour(
    write: &Write<'_>,
    stage: StageId,
    of: &str,
    moved: &[Uuid],
    order: Order,
) -> Result<Option<String>> {
    let schema = &Opportunity::SCHEMA;
    let rank = || column(schema, "rank");
    let beyond = if order == Order::Asc { rank().gt(of) } else { rank().lt(of) };
    let select = Query::select()
        .expr(rank())
        .from(name(schema.table))
        .and_where(column(schema, "stage_id").eq(stage.0))
        .and_where(column(schema, "archived_at").is_null())
        .and_where(column(schema, "id").is_not_in(moved.iter().copied()))
        .and_where(beyond)
        .order_by_expr(rank(), order)
        .limit(1)
        .take();
    Ok(write.db().query_one(&select).await?.map(|found| found.try_get_by_index(0)).transpose()?)
}

fn patch(wanted: &Move, rank: &str) -> Patch {
    let mut patch = Patch::set("stage_id", wanted.stage.to_string()).and("rank", rank);
    if let Some(from) = wanted.from {
        patch = patch.base("stage_id", from.to_string());
    }
    let texts = [("lost_reason", &wanted.lost_reason), ("lost_note", &wanted.lost_note)];
    for (key, text) in texts {
        if let Some(text) = text {
            patch = patch.and(key, text.clone());
        }
    }
    for (key, value) in [("owner_id", wanted.owner_id.value()), ("team_id", wanted.team_id.value())] {
        if let Some(value) = value {
            patch = patch.and(key, value);
        }
    }
    patch
}
