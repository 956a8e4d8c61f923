//! The board in one answer: columns with their numbers and their first cards.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait as _, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait as _, QueryResult};
use shared::access::{Action, Object};
use shared::fields::Schema;
use shared::id::{PipelineId, StageId};
use shared::opportunities::{Board, BoardQuery, Card, Column, Lanes, Opportunity};
use shared::pipelines::{Pipeline, Stage};
use shared::query::Archived;
use uuid::Uuid;

use super::cards::{self, NO_LANE};
use super::{numbers, past};
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::live::last_seq;
use crate::ground::query::{self, Asked};
use crate::ground::rows::{self, column};
use crate::http::Ctx;

const SCHEMA: &Schema = &Opportunity::SCHEMA;
pub const DEFAULT_CARDS: u32 = 30;
pub const MAX_CARDS: u32 = 100;

/// A cell of the board: a stage, and a lane when there are lanes.
pub type Cell = (StageId, Option<String>);

pub async fn get(ctx: &Ctx, input: &BoardQuery) -> Result<Board> {
    let pipeline = pipeline(ctx, input.pipeline).await?;
    if let Some(at) = input.as_of {
        return past::board(ctx, input, pipeline, at).await;
    }
    let stages = stages(ctx, pipeline, Archived::Without).await?;
    let seq = last_seq(&ctx.app.db.read).await?;
    let lanes = input.lanes.unwrap_or_default();
    let condition = condition(ctx, input, pipeline).await?;
    let mut cells = numbers::of(ctx, input, &stages, condition.clone()).await?;
    let limit = input.cards.unwrap_or(DEFAULT_CARDS).clamp(1, MAX_CARDS);
    let shown = first_cards(ctx, input, lanes, &stages, condition, limit).await?;
    for (cell, cards) in shown {
        cells.entry(cell).or_default().cards = cards;
    }
    // Nobody's lane is there while it is empty too: to put cards into it.
    if let Some(stage) = stages.first().filter(|_| lanes != Lanes::None) {
        cells.entry((stage.id, Some(NO_LANE.to_owned()))).or_default();
    }
    let held = numbers::held(ctx, &stages).await?;
    let is_narrowed = query::is_narrowed(input.filter.as_deref(), input.search.as_deref())?;
    Ok(Board { held, is_narrowed, ..assemble(pipeline, &stages, lanes, cells, seq) })
}

/// Columns in the order of the stages, lanes in the order of their keys, cells
/// without a deal included.
pub fn assemble(
    pipeline: PipelineId,
    stages: &[Stage],
    lanes: Lanes,
    mut cells: HashMap<Cell, Column>,
    seq: i64,
) -> Board {
    let mut keys: Vec<String> = cells.keys().filter_map(|(_, lane)| lane.clone()).collect();
    keys.sort();
    keys.dedup();
    let rows: Vec<Option<String>> = match lanes {
        Lanes::None => vec![None],
        _ => keys.iter().cloned().map(Some).collect(),
    };
    let mut columns = Vec::new();
    for lane in rows {
        for stage in stages {
            let mut column = cells.remove(&(stage.id, lane.clone())).unwrap_or_default();
            column.stage = stage.id;
            column.lane.clone_from(&lane);
            columns.push(column);
        }
    }
    Board { pipeline, lanes: keys, columns, seq, ..Board::default() }
}

/// The pipeline asked for, else the default one of the reader's team.
async fn pipeline(ctx: &Ctx, asked: Option<PipelineId>) -> Result<PipelineId> {
    let scope = ctx.scope(Object::Pipeline, Action::Read)?;
    let db = &ctx.app.db.read;
    if let Some(id) = asked {
        return rows::find(db, &Pipeline::SCHEMA, id.0, scope).await?.map(|_| id).ok_or(Error::NotFound);
    }
    let select = rows::select(&Pipeline::SCHEMA)
        .cond_where(scope)
        .and_where(column(&Pipeline::SCHEMA, "archived_at").is_null())
        .take();
    let found = rows::all(db, &Pipeline::SCHEMA, &select).await?;
    let mut pipelines = found.iter().map(rows::typed::<Pipeline>).collect::<Result<Vec<_>>>()?;
    let team = ctx.actor()?.team_id;
    pipelines.sort_by_key(|pipeline| pipeline.preference(team));
    pipelines.first().map(|pipeline| pipeline.id).ok_or(Error::NotFound)
}

/// The pipeline's stages in their order, those put away too where asked.
pub async fn stages(ctx: &Ctx, pipeline: PipelineId, archived: Archived) -> Result<Vec<Stage>> {
    let schema = &Stage::SCHEMA;
    let mut select = rows::select(schema);
    select
        .and_where(column(schema, "pipeline_id").eq(pipeline.0))
        .order_by_expr(column(schema, "position"), sea_orm::sea_query::Order::Asc);
    if archived == Archived::Without {
        select.and_where(column(schema, "archived_at").is_null());
    }
    rows::all(&ctx.app.db.read, schema, &select).await?.iter().map(rows::typed).collect()
}

async fn condition(ctx: &Ctx, input: &BoardQuery, pipeline: PipelineId) -> Result<Condition> {
    let asked = Asked {
        filter: input.filter.as_deref(),
        search: input.search.as_deref(),
        archived: Archived::Without,
        action: Action::Read,
    };
    Ok(query::condition(ctx, SCHEMA, &asked).await?.add(column(SCHEMA, "pipeline_id").eq(pipeline.0)))
}

/// The cell of a line; no owner and no team are a lane too.
pub fn cell_of(result: &QueryResult, lanes: Lanes, stage: usize, lane: usize) -> Result<Cell> {
    let key = match lanes {
        Lanes::None => None,
        _ => Some(result.try_get_by_index::<Option<Uuid>>(lane)?.filter(|id| !id.is_nil())),
    };
    let word = |id: Option<Uuid>| id.map_or(NO_LANE.to_owned(), |id| id.to_string());
    Ok((StageId(result.try_get_by_index(stage)?), key.map(word)))
}

/// The first cards of every cell, in one statement.
async fn first_cards(
    ctx: &Ctx,
    input: &BoardQuery,
    lanes: Lanes,
    stages: &[Stage],
    condition: Condition,
    limit: u32,
) -> Result<HashMap<Cell, Vec<Card>>> {
    let keys = query::order(SCHEMA, input.sort.as_deref(), "rank")?;
    let readable = ctx.scope(Object::Account, Action::Read)?;
    let select = match lanes {
        Lanes::None => per_stage(stages, &condition, &readable, &keys, limit),
        _ => per_cell(lanes, condition, &keys, limit),
    };
    let Some(select) = select else { return Ok(HashMap::new()) };
    let mut shown: HashMap<Cell, Vec<Card>> = HashMap::new();
    for result in ctx.app.db.read.query_all(&select).await? {
        let cell = cell_of(&result, lanes, cards::WIDTH, cards::WIDTH + 1)?;
        shown.entry(cell).or_default().push(cards::read(&result)?);
    }
    let all = shown.values_mut().flatten();
    match lanes {
        Lanes::None => all.for_each(cards::hide_unnamed),
        // Rows are numbered before the few that are shown are known.
        _ => cards::name_accounts(ctx, &mut all.collect::<Vec<_>>()).await?,
    }
    Ok(shown)
}

/// One walk along the index for each stage, however many deals it holds.
fn per_stage(
    stages: &[Stage],
    condition: &Condition,
    readable: &Condition,
    keys: &[query::OrderKey],
    limit: u32,
) -> Option<SelectStatement> {
    let mut all: Option<SelectStatement> = None;
    for stage in stages {
        let here = condition.clone().add(column(SCHEMA, "stage_id").eq(stage.id.0));
        let mut one = cards::select_named(here, readable);
        one.expr(column(SCHEMA, "stage_id"));
        query::sorted(&mut one, keys);
        one.limit(u64::from(limit));
        let wrapped = Query::select().expr(Expr::cust("*")).from_subquery(one, Alias::new("first")).take();
        match &mut all {
            None => all = Some(wrapped),
            Some(all) => {
                all.union(UnionType::All, wrapped);
            }
        }
    }
    all
}

/// Lanes may be many: the rows are numbered within their cells instead.
fn per_cell(lanes: Lanes, condition: Condition, keys: &[query::OrderKey], limit: u32) -> Option<SelectStatement> {
    let lane = cards::lane_column(lanes)?;
    let mut numbered = cards::select(condition);
    numbered.expr(column(SCHEMA, "stage_id")).expr(lane.clone());
    let window = query::window([column(SCHEMA, "stage_id"), lane], keys);
    numbered.expr_window_as(sea_orm::sea_query::Func::cust("row_number"), window, Alias::new("place"));
    let first = Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(numbered, Alias::new("numbered"))
        .and_where(Expr::col(name("place")).lte(i64::from(limit)))
        .order_by(name("place"), sea_orm::sea_query::Order::Asc)
        .take();
    Some(first)
}
