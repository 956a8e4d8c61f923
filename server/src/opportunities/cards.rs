//! Cards: what the board shows of a deal, and windows of columns.

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait as _, QueryResult};
use serde_json::Value;
use shared::access::{Action, Object};
use shared::accounts::Account;
use shared::fields::{Row, Schema};
use shared::id::{AccountId, OpportunityId, UserId};
use shared::opportunities::{Card, CardQuery, Cards, Lanes, Opportunity};
use shared::query::Archived;
use shared::time::Instant;
use uuid::Uuid;

use super::{numbers, past};
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::query::{self, Asked};
use crate::ground::rows::{self, column};
use crate::http::Ctx;

const SCHEMA: &Schema = &Opportunity::SCHEMA;
const MAX_WINDOW: u32 = 200;
/// The key of the lane of cards without an owner or team.
pub const NO_LANE: &str = "none";

/// How many columns a card takes.
pub const WIDTH: usize = COLUMNS.len() + 1;

const COLUMNS: [&str; 14] = [
    "id",
    "name",
    "account_id",
    "amount",
    "currency",
    "owner_id",
    "next_step",
    "next_step_on",
    "close_date",
    "stage_entered_at",
    "rank",
    "version",
    "probability",
    "is_probability_manual",
];

/// A select of cards, their accounts' names left out; `read` reads it.
pub fn select(condition: Condition) -> SelectStatement {
    let mut select = bare(condition);
    select.expr(Expr::value(Option::<String>::None));
    select
}

/// As `select`, with the names of the accounts that `readable` reaches: one row
/// less to pass for each card than asking for them afterwards.
pub fn select_named(condition: Condition, readable: &Condition) -> SelectStatement {
    let accounts = &Account::SCHEMA;
    let own = column(accounts, "id").eq(column(SCHEMA, "account_id"));
    let mut select = bare(condition);
    select.expr(column(accounts, "name")).left_join(name(accounts.table), readable.clone().add(own));
    select
}

fn bare(condition: Condition) -> SelectStatement {
    let mut select = Query::select();
    select.from(name(SCHEMA.table)).cond_where(condition);
    for key in COLUMNS {
        select.expr(column(SCHEMA, key));
    }
    select
}

pub fn read(result: &QueryResult) -> Result<Card> {
    let date = |at: usize| -> Result<_> {
        Ok(result.try_get_by_index::<Option<String>>(at)?.and_then(|text| text.parse().ok()))
    };
    let is_manual: bool = result.try_get_by_index(13)?;
    let account: Option<String> = result.try_get_by_index(COLUMNS.len())?;
    Ok(Card {
        id: OpportunityId(result.try_get_by_index(0)?),
        name: result.try_get_by_index(1)?,
        account_id: result.try_get_by_index::<Option<Uuid>>(2)?.map(AccountId),
        account,
        amount: result.try_get_by_index(3)?,
        currency: result.try_get_by_index(4)?,
        owner_id: result.try_get_by_index::<Option<Uuid>>(5)?.map(UserId),
        next_step: result.try_get_by_index(6)?,
        next_step_on: date(7)?,
        close_date: date(8)?,
        stage_entered_at: Instant(result.try_get_by_index(9)?),
        rank: result.try_get_by_index(10)?,
        version: result.try_get_by_index(11)?,
        probability: Some(result.try_get_by_index(12)?).filter(|_| is_manual),
    })
}

/// A card of a whole row.
pub fn of_row(row: &Row) -> Result<Card> {
    let kept = COLUMNS.iter().filter_map(|key| Some(((*key).to_owned(), row.get(*key)?.clone())));
    let mut card: Row = kept.filter(|(_, value)| !value.is_null()).collect();
    if card.remove("is_probability_manual") != Some(Value::Bool(true)) {
        card.remove("probability");
    }
    card.entry("version").or_insert(Value::from(0));
    Ok(serde_json::from_value(Value::Object(card))?)
}

/// Puts the accounts' names on the cards, where the reader may see them.
pub async fn name_accounts(ctx: &Ctx, cards: &mut [&mut Card]) -> Result<()> {
    let ids: Vec<Uuid> = cards.iter().filter_map(|card| card.account_id.map(|id| id.0)).collect();
    let names: HashMap<Uuid, String> = if ids.is_empty() {
        HashMap::new()
    } else {
        rows::names(&ctx.app.db.read, Object::Account, &ids, &ctx.scope(Object::Account, Action::Read)?).await?
    };
    for card in cards {
        card.account = card.account_id.and_then(|id| names.get(&id.0).cloned());
        hide_unnamed(card);
    }
    Ok(())
}

/// An account that the reader may not see is not mentioned.
pub fn hide_unnamed(card: &mut Card) {
    if card.account.is_none() {
        card.account_id = None;
    }
}

/// The column that a lane is made of.
pub fn lane_column(lanes: Lanes) -> Option<SimpleExpr> {
    match lanes {
        Lanes::None => None,
        Lanes::Owner => Some(column(SCHEMA, "owner_id")),
        Lanes::Team => Some(column(SCHEMA, "team_id")),
    }
}

fn in_lane(input: &CardQuery) -> Result<Option<SimpleExpr>> {
    let (Some(lane), Some(here)) = (&input.lane, lane_column(input.lanes.unwrap_or_default())) else { return Ok(None) };
    if lane == NO_LANE {
        return Ok(Some(here.is_null()));
    }
    let id: Uuid = lane.parse().map_err(|_| Error::field("lane", "not_id"))?;
    Ok(Some(here.eq(id)))
}

/// A window of one column: `limit` cards from the `skip`-th on.
pub async fn window(ctx: &Ctx, input: &CardQuery) -> Result<Cards> {
    if input.as_of.is_some() {
        return past::window(ctx, input).await;
    }
    let asked = Asked {
        filter: input.filter.as_deref(),
        search: input.search.as_deref(),
        archived: Archived::Without,
        action: Action::Read,
    };
    let mut condition = query::condition(ctx, SCHEMA, &asked).await?.add(column(SCHEMA, "stage_id").eq(input.stage.0));
    if let Some(lane) = in_lane(input)? {
        condition = condition.add(lane);
    }
    let db = &ctx.app.db.read;
    let count = numbers::count(ctx, input, condition.clone()).await?;
    let mut cards = select_named(condition, &ctx.scope(Object::Account, Action::Read)?);
    query::sorted(&mut cards, &query::order(SCHEMA, input.sort.as_deref(), "rank")?);
    cards.offset(u64::from(input.skip)).limit(u64::from(input.limit.clamp(1, MAX_WINDOW)));
    let mut cards = db.query_all(&cards).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
    cards.iter_mut().for_each(hide_unnamed);
    Ok(Cards { count, cards })
}
