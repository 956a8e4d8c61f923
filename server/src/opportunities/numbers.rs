//! The numbers of the board's cells, in one statement: the kept ones, and of
//! rows only those that owner and team do not open; with a filter, of all rows.

use std::collections::{BTreeMap, HashMap};

use chrono::Days;
use sea_orm::sea_query::{
    CaseStatement, Condition, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr, UnionType,
};
use sea_orm::{ConnectionTrait as _, QueryResult};
use shared::access::{Action, Object, Rule};
use shared::fields::Schema;
use shared::id::StageId;
use shared::opportunities::{BoardQuery, CardQuery, Column, Held, Lanes, Opportunity, Sum};
use shared::pipelines::{Stage, StageKind};
use shared::time::Date;
use uuid::Uuid;

use super::board::{Cell, cell_of};
use super::cards::NO_LANE;
use crate::error::{Error, Result};
use crate::ground::access;
use crate::ground::clock::Clock;
use crate::ground::db::{name, sum};
use crate::ground::query::is_narrowed;
use crate::ground::rows::column;
use crate::ground::tally::{self, What};
use crate::http::Ctx;

const SCHEMA: &Schema = &Opportunity::SCHEMA;

/// What a line of the statement holds, behind its stage; the lane stands last.
const CURRENCY: usize = 1;
const FIRST_SUM: usize = 2;
const LANE: usize = 7;

pub async fn of(
    ctx: &Ctx,
    input: &BoardQuery,
    stages: &[Stage],
    condition: Condition,
) -> Result<HashMap<Cell, Column>> {
    let asked = Asked { clock: &ctx.app.clock, today: ctx.app.clock.day_of(ctx.now), stages, lanes: lanes(input) };
    let select = if is_narrowed(input.filter.as_deref(), input.search.as_deref())? {
        asked.of_rows(condition)
    } else {
        asked.kept(&ctx.rule(Object::Opportunity, Action::Read)?)
    };
    let mut cells: HashMap<Cell, Numbers> = HashMap::new();
    for line in ctx.app.db.read.query_all(&select).await? {
        let cell = cell_of(&line, asked.lanes, 0, LANE)?;
        if stages.iter().any(|stage| stage.id == cell.0) {
            cells.entry(cell).or_default().add(&line)?;
        }
    }
    Ok(cells.into_iter().map(|(cell, numbers)| (cell, numbers.column())).collect())
}

/// How many deals the stages with a limit hold, whatever is asked for. Who does
/// not see all deals is told nothing: beside the cards they see, the number
/// would tell how many they do not.
pub async fn held(ctx: &Ctx, stages: &[Stage]) -> Result<Vec<Held>> {
    let limited: Vec<StageId> = stages.iter().filter(|stage| stage.wip_limit.is_some()).map(|stage| stage.id).collect();
    if limited.is_empty() || ctx.rule(Object::Opportunity, Action::Read)? != Rule::Everything {
        return Ok(Vec::new());
    }
    let place = kept_at("place");
    let select = tally::kept(Object::Opportunity, What::All, &Rule::Everything)
        .and_where(place.clone().is_in(limited.iter().map(|stage| stage.0)))
        .expr(place.clone())
        .expr(sum(kept_at("n")))
        .add_group_by([place])
        .take();
    let mut counts: HashMap<StageId, i64> = HashMap::new();
    for line in ctx.app.db.read.query_all(&select).await? {
        counts.insert(StageId(line.try_get_by_index(0)?), line.try_get_by_index(1)?);
    }
    Ok(limited.into_iter().map(|stage| Held { stage, count: counts.get(&stage).copied().unwrap_or(0) }).collect())
}

/// How many deals one cell holds; `condition` is the question about its rows.
pub async fn count(ctx: &Ctx, input: &CardQuery, condition: Condition) -> Result<i64> {
    let of_rows = |condition: Condition| {
        Query::select().expr(Expr::cust("COUNT(*)")).from(name(SCHEMA.table)).cond_where(condition).take()
    };
    let mut select = of_rows(condition.clone());
    if !is_narrowed(input.filter.as_deref(), input.search.as_deref())? {
        let rule = ctx.rule(Object::Opportunity, Action::Read)?;
        select = tally::kept(Object::Opportunity, What::All, &rule)
            .expr(sum(kept_at("n")))
            .and_where(kept_at("place").eq(input.stage.0))
            .take();
        if let (Some(lane), lanes @ (Lanes::Owner | Lanes::Team)) = (&input.lane, input.lanes.unwrap_or_default()) {
            select.and_where(kept_at(lanes.word()).eq(lane_id(lane)?));
        }
        if let Some(opened) = access::opened(SCHEMA, &rule) {
            select.union(UnionType::All, of_rows(condition.add(opened)));
        }
    }
    let mut count = 0;
    for line in ctx.app.db.read.query_all(&select).await? {
        count += line.try_get_by_index::<i64>(0)?;
    }
    Ok(count)
}

/// A lane's owner or team; nil where kept numbers have none.
fn lane_id(lane: &str) -> Result<Uuid> {
    if lane == NO_LANE { Ok(Uuid::nil()) } else { lane.parse().map_err(|_| Error::field("lane", "not_id")) }
}

fn kept_at(key: &'static str) -> SimpleExpr {
    Expr::col((name("tallies"), name(key)))
}

fn lanes(input: &BoardQuery) -> Lanes {
    input.lanes.unwrap_or_default()
}

/// A cell's numbers while they are added up.
#[derive(Default)]
struct Numbers {
    count: i64,
    late: i64,
    attention: i64,
    /// Amount and weighted amount, in hundredths, by currency.
    sums: BTreeMap<String, (i64, i64)>,
}

impl Numbers {
    fn add(&mut self, line: &QueryResult) -> Result<()> {
        let number = |at: usize| line.try_get_by_index::<i64>(FIRST_SUM + at);
        self.count += number(0)?;
        self.late += number(3)?;
        self.attention += number(4)?;
        let currency: String = line.try_get_by_index(CURRENCY)?;
        // A line of days has none.
        if !currency.is_empty() {
            let sum = self.sums.entry(currency).or_default();
            *sum = (sum.0 + number(1)?, sum.1 + number(2)?);
        }
        Ok(())
    }

    fn column(self) -> Column {
        let sum =
            |(currency, (amount, weighted))| Sum { currency, amount, weighted: shared::money::percent_of(weighted, 1) };
        let mut sums: Vec<Sum> = self.sums.into_iter().map(sum).collect();
        sums.sort_by(|a, b| b.amount.cmp(&a.amount).then_with(|| a.currency.cmp(&b.currency)));
        let stale = self.attention - self.late;
        Column { count: self.count, late: self.late, stale, sums, ..Column::default() }
    }
}

struct Asked<'a> {
    clock: &'a Clock,
    today: Date,
    stages: &'a [Stage],
    lanes: Lanes,
}

impl Asked<'_> {
    /// From the kept numbers, and from the rows that only a share or an account opens.
    fn kept(&self, rule: &Rule) -> SelectStatement {
        let key = kept_at("key");
        let today = self.today.to_string();
        let none = || Expr::cust("0");
        let no_currency = || Expr::cust("''");
        let summed = |what: &'static str| sum(kept_at(what));
        let mut all = self.tally(What::All, rule);
        all.expr(key.clone()).exprs(["n", "amount", "weighted"].map(summed)).exprs([none(), none()]);
        all.add_group_by([key.clone()]);
        let mut late = self.tally(What::Due, rule);
        late.and_where(key.clone().lt(today.as_str()));
        late.expr(no_currency()).exprs([none(), none(), none(), summed("n"), none()]);
        let mut attention = self.tally(What::Attention, rule);
        attention.and_where(key.lte(today.as_str()));
        attention.expr(no_currency()).exprs([none(), none(), none(), none(), summed("n")]);
        for select in [&mut all, &mut late, &mut attention] {
            self.add_lane(select, "tallies");
        }
        all.union(UnionType::All, late).union(UnionType::All, attention);
        if let Some(opened) = access::opened(SCHEMA, rule) {
            all.union(UnionType::All, self.of_rows(opened.add(column(SCHEMA, "archived_at").is_null())));
        }
        all
    }

    /// Kept numbers of the board's stages, by stage.
    fn tally(&self, what: What, rule: &Rule) -> SelectStatement {
        let place = kept_at("place");
        tally::kept(Object::Opportunity, what, rule)
            .and_where(place.clone().is_in(self.stages.iter().map(|stage| stage.id.0)))
            .expr(place.clone())
            .add_group_by([place])
            .take()
    }

    fn add_lane(&self, select: &mut SelectStatement, table: &'static str) {
        if self.lanes != Lanes::None {
            let lane = Expr::col((name(table), name(self.lanes.word())));
            select.expr(lane.clone()).add_group_by([lane]);
        }
    }

    /// From the rows themselves.
    fn of_rows(&self, condition: Condition) -> SelectStatement {
        let here = |key: &'static str| column(SCHEMA, key);
        let count_if = |what: Condition| sum(CaseStatement::new().case(what, 1_i64).finally(0_i64).into());
        let late = || here("next_step_on").lt(self.today.to_string());
        let mut select = Query::select();
        select
            .from(name(SCHEMA.table))
            .cond_where(condition)
            .expr(here("stage_id"))
            .expr(here("currency"))
            .expr(Expr::cust("COUNT(*)"))
            .expr(sum(here("amount")))
            .expr(sum(here("amount").mul(here("probability"))))
            .expr(count_if(Condition::all().add(self.is_open()).add(late())))
            .expr(count_if(
                Condition::all()
                    .add(self.is_open())
                    .add(Condition::any().add(late()).add(here("next_step_on").is_null()).add(self.is_rotting())),
            ))
            .add_group_by([here("stage_id"), here("currency")]);
        self.add_lane(&mut select, SCHEMA.table);
        select
    }

    fn is_open(&self) -> SimpleExpr {
        let open = self.stages.iter().filter(|stage| stage.kind == StageKind::Open);
        column(SCHEMA, "stage_id").is_in(open.map(|stage| stage.id.0))
    }

    /// `Stage::rots_on`, stage by stage: those that entered on a day from which
    /// it is long enough until today.
    fn is_rotting(&self) -> Condition {
        let mut any = Condition::any().add(Expr::value(false));
        for stage in self.stages.iter().filter(|stage| stage.kind == StageKind::Open) {
            let long = stage.rot_days.and_then(|days| u64::try_from(days).ok());
            let Some(day) = long.and_then(|days| (self.today + Days::new(1)).checked_sub_days(Days::new(days))) else {
                continue;
            };
            let entered = column(SCHEMA, "stage_entered_at").lt(self.clock.midnight(day).0);
            any = any.add(column(SCHEMA, "stage_id").eq(stage.id.0).and(entered));
        }
        any
    }
}
