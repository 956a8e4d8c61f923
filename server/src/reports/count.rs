//! One pass over narrow rows: of each ticket, which measures it belongs to as
//! the list's filters say, and its times.

use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait as _, QueryResult};
use shared::access::Action;
use shared::fields::{FieldKind, Schema};
use shared::query::{Archived, Filter};
use shared::reports::*;
use shared::tickets::Ticket;
use uuid::Uuid;

use super::tally::{Stretch, Tallies, Tally};
use crate::error::{Error, Result};
use crate::ground::db::{name, sum};
use crate::ground::query::{self, expression};
use crate::ground::rows::column;
use crate::http::Ctx;

const SCHEMA: &Schema = &Ticket::SCHEMA;

/// What stands in a line of the statement.
const KEY: usize = 0;
const MASK: usize = 1;
const CREATED: usize = 2;
const FIRST_SOLVED: usize = 3;
const SOLVED: usize = 4;
const FIRST_TIME: usize = 5;

/// A question for a report.
pub struct Asked<'a> {
    ctx: &'a Ctx,
    span: Span,
    group: GroupBy,
    /// The tickets that are asked about, put away or not.
    among: Condition,
}

/// A ticket as it was read.
pub struct Narrow {
    /// Bits as `Sides` numbers them.
    pub mask: i64,
    pub created: i64,
    pub first_solved: Option<i64>,
    pub solved: Option<i64>,
    /// In the order of the measures that are times.
    pub times: Vec<Option<i64>>,
}

impl<'a> Asked<'a> {
    pub fn new(ctx: &'a Ctx, query: &'a ReportQuery, span: Span, action: Action) -> Result<Self> {
        let asked = query::Asked { filter: query.filter.as_deref(), archived: Archived::With, action, search: None };
        let among = query::filtered(ctx, SCHEMA, &asked)?;
        Ok(Self { ctx, span, group: query.group.unwrap_or_default(), among })
    }

    fn filter(&self, filter: &Filter) -> Result<SimpleExpr> {
        expression(self.ctx, SCHEMA, filter)
    }

    pub async fn count(&self) -> Result<Report> {
        let sides = Sides::of(&self.span);
        let mut tallies = Tallies::new(&sides, self.group, self.stretches());
        for row in self.ctx.app.db.read.query_all(&self.select(&sides)?).await? {
            tallies.add(self.key(&row)?, &narrow(&row)?);
        }
        let mut report = Report { span: self.span, group: self.group, ..Report::default() };
        tallies.told(&mut report);
        Ok(report)
    }

    /// The stretches of time that are lines, with their beginnings and ends.
    fn stretches(&self) -> Vec<Stretch> {
        let midnight = |day| self.ctx.app.clock.midnight(day).0;
        let parts = self.group.step().map(|step| self.span.parts(step)).unwrap_or_default();
        let stretch = |part: &Span| Stretch { day: part.from, from: midnight(part.from), until: midnight(part.until) };
        parts.iter().map(stretch).collect()
    }

    fn select(&self, sides: &Sides) -> Result<SelectStatement> {
        let mut mask = Expr::value(0_i64);
        for (bit, filter) in sides.filters.iter().enumerate() {
            let one = CaseStatement::new().case(Condition::all().add(self.filter(filter)?), 1_i64 << bit);
            let one: SimpleExpr = one.finally(0_i64).into();
            mask = mask.add(one);
        }
        let key = self.group.field().map_or_else(|| Expr::cust("NULL"), |field| column(SCHEMA, field));
        let mut select = Query::select();
        select
            .from(name(SCHEMA.table))
            .cond_where(self.among.clone())
            .and_where(column(SCHEMA, "archived_at").is_null())
            .and_where(self.filter(&counted())?)
            // Outside of it nothing happened in the period that any measure counts.
            .and_where(column(SCHEMA, "created_at").lt(self.ctx.app.clock.midnight(self.span.until).0))
            .and_where(
                column(SCHEMA, "solved_at")
                    .is_null()
                    .or(column(SCHEMA, "solved_at").gte(self.ctx.app.clock.midnight(self.span.from).0)),
            )
            .expr(key)
            .expr(mask)
            .exprs(["created_at", "first_solved_at", "solved_at"].map(|key| column(SCHEMA, key)));
        for field in Measure::ALL.iter().filter_map(|measure| measure.field()) {
            select.expr(column(SCHEMA, field));
        }
        Ok(select)
    }

    fn key(&self, row: &QueryResult) -> Result<Option<String>> {
        let Some(field) = self.group.field().and_then(|key| SCHEMA.field(key)) else { return Ok(None) };
        Ok(match field.kind {
            FieldKind::Ref(_) => row.try_get_by_index::<Option<Uuid>>(KEY)?.map(|id| id.to_string()),
            _ => row.try_get_by_index(KEY)?,
        })
    }

    /// How many tickets are left out, each for one reason.
    pub async fn excluded(&self) -> Result<Vec<Excluded>> {
        let is_archived = || column(SCHEMA, "archived_at").is_not_null();
        let mut select = Query::select();
        select.from(name(SCHEMA.table)).cond_where(self.among.clone());
        for why in Why::ALL {
            let left_out = match why {
                Why::Archived => Condition::all().add(is_archived()),
                _ => Condition::all().add(is_archived().not()),
            };
            let left_out = left_out.add(self.filter(&why.rows(&self.span))?);
            select.expr(sum(CaseStatement::new().case(left_out, 1_i64).finally(0_i64).into()));
        }
        let row = self.ctx.app.db.read.query_one(&select).await?;
        let row = row.ok_or_else(|| Error::internal("a sum of nothing is nothing"))?;
        let each =
            Why::ALL.iter().enumerate().map(|(at, why)| Ok(Excluded { why: *why, n: row.try_get_by_index(at)? }));
        each.collect()
    }
}

fn narrow(row: &QueryResult) -> Result<Narrow> {
    let times = Measure::ALL.iter().filter(|measure| measure.field().is_some()).count();
    let time = |at: usize| Ok(row.try_get_by_index::<Option<i64>>(FIRST_TIME + at)?);
    Ok(Narrow {
        mask: row.try_get_by_index(MASK)?,
        created: row.try_get_by_index(CREATED)?,
        first_solved: row.try_get_by_index(FIRST_SOLVED)?,
        solved: row.try_get_by_index(SOLVED)?,
        times: (0..times).map(time).collect::<Result<_>>()?,
    })
}

/// The filters of all measures, each once, and where each measure's are.
pub struct Sides {
    filters: Vec<Filter>,
    /// By the measure: the bits of its whole and of its part.
    pub bits: Vec<(usize, Option<usize>)>,
}

impl Sides {
    fn of(span: &Span) -> Self {
        let mut filters: Vec<Filter> = Vec::new();
        let mut bit = |filter: Filter| {
            let known = filters.iter().position(|one| *one == filter);
            known.unwrap_or_else(|| {
                filters.push(filter);
                filters.len() - 1
            })
        };
        let bits = Measure::ALL.iter().map(|one| (bit(one.whole(span)), one.part(span).map(&mut bit))).collect();
        Self { filters, bits }
    }
}

/// A line's numbers, once all is counted.
pub fn numbers(tally: Tally) -> Vec<Number> {
    let each = Measure::ALL.iter().zip(tally.counts).zip(tally.times);
    each.map(|((measure, (n, part)), mut times)| {
        times.sort_unstable();
        let is_share = measure.kind() == Kind::Share;
        let (p50, p90) = (percentile(&times, 50), percentile(&times, 90));
        Number { measure: *measure, n, part: is_share.then_some(part), p50, p90 }
    })
    .collect()
}
