//! Numbers about the rows of a question.

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, Query, SimpleExpr, UnionType};
use sea_orm::{ConnectionTrait as _, QueryResult};
use shared::access::Action;
use shared::api::{FieldError, FieldErrors};
use shared::fields::{Field, FieldKind, Schema};
use shared::query::{Archived, TotalLine, Totals, TotalsQuery};
use uuid::Uuid;

use super::order::Holds;
use super::{Asked, condition, is_narrowed};
use crate::error::{Error, Result};
use crate::ground::access;
use crate::ground::db::{name, sum};
use crate::ground::rows::column;
use crate::ground::tally::{self, What};
use crate::http::Ctx;

/// Numbers about the rows, in one statement.
pub async fn totals(ctx: &Ctx, schema: &Schema, query: &TotalsQuery) -> Result<Totals> {
    if asks_for_all(query)? && tally::is_kept(schema.object) {
        return all(ctx, schema).await;
    }
    let condition = condition(ctx, schema, &Asked::totals(query)).await?;
    let groups: Vec<_> =
        groups(schema, query.group.as_deref())?.iter().map(|group| (group.expression(schema), group.holds())).collect();
    let summed = summed(schema, query.sum.as_deref())?;
    let is_money = summed.is_some_and(|field| field.kind == FieldKind::Money);
    let mut select = Query::select();
    select.from(name(schema.table)).cond_where(condition);
    for (group, _) in &groups {
        select.expr(group.clone()).add_group_by([group.clone()]);
    }
    if is_money {
        select.expr(column(schema, "currency")).add_group_by([column(schema, "currency")]);
    }
    select.expr(Expr::cust("COUNT(*)"));
    select
        .expr(summed.map_or(Expr::value(0_i64).cast_as(Alias::new("bigint")), |field| sum(column(schema, field.key))));
    let read = |result: &QueryResult| {
        let counted = groups.len() + usize::from(is_money);
        let words = groups.iter().enumerate().map(|(at, (_, holds))| group_word(result, at, *holds));
        let group = words.collect::<Result<_>>()?;
        Ok(TotalLine {
            group,
            currency: if is_money { Some(result.try_get_by_index(groups.len())?) } else { None },
            count: result.try_get_by_index(counted)?,
            sum: result.try_get_by_index(counted + 1)?,
        })
    };
    let results = ctx.app.db.read.query_all(&select).await?;
    let mut lines: Vec<TotalLine> = results.iter().map(read).collect::<Result<_>>()?;
    lines.sort_by(|a, b| (&a.group, &a.currency).cmp(&(&b.group, &b.currency)));
    Ok(Totals { lines })
}

/// How many there are, and nothing else.
fn asks_for_all(query: &TotalsQuery) -> Result<bool> {
    let is_blank = |text: &Option<String>| text.as_deref().unwrap_or_default().is_empty();
    let is_plain = is_blank(&query.group) && is_blank(&query.sum);
    let is_whole = query.archived.unwrap_or_default() == Archived::Without
        && !is_narrowed(query.filter.as_deref(), query.search.as_deref())?;
    Ok(is_plain && is_whole)
}

/// The kept number, and the rows that only a share or an account opens.
async fn all(ctx: &Ctx, schema: &Schema) -> Result<Totals> {
    let rule = ctx.rule(schema.object, Action::Read)?;
    let mut select = tally::kept(schema.object, What::All, &rule);
    select.expr(sum(Expr::col((name("tallies"), name("n")))));
    if let Some(opened) = access::opened(schema, &rule) {
        let mut rows = Query::select();
        rows.expr(Expr::cust("COUNT(*)"))
            .from(name(schema.table))
            .cond_where(opened)
            .and_where(column(schema, "archived_at").is_null());
        select.union(UnionType::All, rows);
    }
    let mut count = 0;
    for line in ctx.app.db.read.query_all(&select).await? {
        count += line.try_get_by_index::<i64>(0)?;
    }
    Ok(Totals { lines: vec![TotalLine { count, ..TotalLine::default() }] })
}

/// What lines are made of: a field, or the first characters of a day.
#[derive(Clone, Copy)]
pub struct Group {
    pub field: &'static Field,
    pub length: Option<usize>,
}

impl Group {
    fn expression(self, schema: &Schema) -> SimpleExpr {
        let here = column(schema, self.field.key);
        match self.length {
            Some(length) => Func::cust("substr").args([here, Expr::cust("1"), Expr::cust(length.to_string())]).into(),
            None => here,
        }
    }

    fn holds(self) -> Holds {
        match self.field.kind {
            FieldKind::Ref(_) => Holds::Id,
            FieldKind::Bool => Holds::Bool,
            _ => Holds::Text,
        }
    }
}

/// `stage_id,close_date:month` as fields.
pub fn groups(schema: &Schema, text: Option<&str>) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for asked in text.unwrap_or_default().split(',').filter(|part| !part.is_empty()) {
        let (key, per) = asked.split_once(':').map_or((asked, None), |(key, per)| (key, Some(per)));
        let bad = || FieldErrors::from([("group".to_owned(), FieldError::new("bad_group").with("field", asked))]);
        let field = schema.field(key).filter(|field| field.groups && !field.secret).ok_or_else(bad)?;
        let length = match (per, field.kind) {
            (None, _) => None,
            (Some("month"), FieldKind::Date) => Some(7),
            (Some("year"), FieldKind::Date) => Some(4),
            _ => return Err(bad().into()),
        };
        groups.push(Group { field, length });
    }
    if groups.len() > 2 {
        return Err(Error::field("group", "too_many"));
    }
    Ok(groups)
}

pub fn summed(schema: &Schema, key: Option<&str>) -> Result<Option<&'static Field>> {
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Ok(None) };
    let bad = || FieldErrors::from([("sum".to_owned(), FieldError::new("bad_sum").with("field", key))]);
    let field = schema.field(key).filter(|field| field.sums && !field.secret).ok_or_else(bad)?;
    Ok(Some(field))
}

fn group_word(result: &QueryResult, at: usize, holds: Holds) -> Result<Option<String>> {
    Ok(match holds {
        Holds::Id => result.try_get_by_index::<Option<Uuid>>(at)?.map(|id| id.to_string()),
        Holds::Int => result.try_get_by_index::<Option<i64>>(at)?.map(|number| number.to_string()),
        Holds::Bool => result.try_get_by_index::<Option<bool>>(at)?.map(|flag| flag.to_string()),
        Holds::Text => result.try_get_by_index(at)?,
    })
}
