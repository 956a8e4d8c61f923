//! A question in its plain form, compiled to SQL in this one place: the same
//! condition gives the rows, their number and their sums.

mod order;
mod totals;

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func, LikeExpr, Query, SelectStatement, SimpleExpr};
use shared::access::{Action, Object};
use shared::api::{FieldError, FieldErrors, Page};
use shared::fields::{Field, FieldKind, Row, Schema};
use shared::query::{self, Archived, Check, Checked, Clock, Filter, ListQuery, Resolved, Scalar, TotalsQuery};

use super::access::scope;
use super::db::name;
use super::rows::{self, column};
use super::search;
use crate::error::Result;
use crate::http::Ctx;

pub use order::{OrderKey, order, sorted, window};
pub use totals::{Group, groups, summed, totals};

pub const DEFAULT_LIMIT: u32 = 50;
pub const MAX_LIMIT: u32 = 500;

/// What the rows of a question have in common, for lists and totals alike.
#[derive(Default)]
pub struct Asked<'a> {
    pub filter: Option<&'a str>,
    pub search: Option<&'a str>,
    pub archived: Archived,
    pub action: Action,
}

impl<'a> Asked<'a> {
    pub fn list(query: &'a ListQuery) -> Self {
        Self {
            filter: query.filter.as_deref(),
            search: query.search.as_deref(),
            archived: query.archived.unwrap_or_default(),
            action: Action::Read,
        }
    }

    pub fn totals(query: &'a TotalsQuery) -> Self {
        Self {
            filter: query.filter.as_deref(),
            search: query.search.as_deref(),
            archived: query.archived.unwrap_or_default(),
            action: Action::Read,
        }
    }
}

fn parse(filter: Option<&str>) -> Result<Filter> {
    query::text::parse(filter.unwrap_or_default()).map_err(|bad| {
        FieldErrors::from([("filter".to_owned(), FieldError::new("bad_filter").with("at", bad.at + 1))]).into()
    })
}

/// Whether a question leaves rows out, beside those that the caller does not reach.
pub fn is_narrowed(filter: Option<&str>, search: Option<&str>) -> Result<bool> {
    Ok(search.is_some_and(|words| !words.trim().is_empty()) || !parse(filter)?.is_everything())
}

/// The filter's text, made concrete for the caller.
pub fn resolve(ctx: &Ctx, schema: &Schema, filter: Option<&str>) -> Result<Resolved> {
    concrete(ctx, schema, &parse(filter)?)
}

fn concrete(ctx: &Ctx, schema: &Schema, filter: &Filter) -> Result<Resolved> {
    let zone = &ctx.app.clock;
    let clock = Clock { now: ctx.now, today: zone.day_of(ctx.now), midnight: &|day| zone.midnight(day) };
    query::resolve::resolve(filter, schema, ctx.actor()?, &clock)
        .map_err(|error| FieldErrors::from([("filter".to_owned(), error)]).into())
}

/// A filter as SQL, beside the scope that every read begins with.
pub fn expression(ctx: &Ctx, schema: &Schema, filter: &Filter) -> Result<SimpleExpr> {
    compile(ctx, schema, &concrete(ctx, schema, filter)?)
}

/// The rows that a question means, as far as the caller reaches.
pub async fn condition(ctx: &Ctx, schema: &Schema, asked: &Asked<'_>) -> Result<Condition> {
    let filtered = filtered(ctx, schema, asked)?;
    match asked.search.filter(|words| !words.trim().is_empty()) {
        Some(words) => Ok(filtered.add(search::condition(ctx, schema, words).await?)),
        None => Ok(filtered),
    }
}

/// As `condition`, whatever words are looked for.
pub fn filtered(ctx: &Ctx, schema: &Schema, asked: &Asked) -> Result<Condition> {
    let resolved = resolve(ctx, schema, asked.filter)?;
    let mut condition = ctx.scope(schema.object, asked.action)?.add(compile(ctx, schema, &resolved)?);
    match asked.archived {
        Archived::With => {}
        Archived::Without => condition = condition.add(column(schema, "archived_at").is_null()),
        Archived::Only => condition = condition.add(column(schema, "archived_at").is_not_null()),
    }
    Ok(condition)
}

fn compile(ctx: &Ctx, schema: &Schema, filter: &Resolved) -> Result<SimpleExpr> {
    let many = |parts: &[Resolved], start: Condition| -> Result<SimpleExpr> {
        let mut condition = start;
        for part in parts {
            condition = condition.add(compile(ctx, schema, part)?);
        }
        Ok(condition.into())
    };
    match filter {
        Resolved::All(parts) if parts.is_empty() => Ok(Expr::value(true)),
        Resolved::Any(parts) if parts.is_empty() => Ok(Expr::value(false)),
        Resolved::All(parts) => many(parts, Condition::all()),
        Resolved::Any(parts) => many(parts, Condition::any()),
        // A comparison with an absent value is NULL, which counts as false;
        // only below NOT that has to be said.
        Resolved::Not(inner) => {
            let inner = compile(ctx, schema, inner)?;
            Ok(SimpleExpr::from(Func::coalesce([inner, Expr::value(false)])).not())
        }
        Resolved::Checked(test) => checked(ctx, schema, test),
    }
}

fn checked(ctx: &Ctx, schema: &Schema, test: &Checked) -> Result<SimpleExpr> {
    let Some((via, target)) = test.via else { return Ok(check(schema, test.field, &test.check)) };
    // What the caller may not read answers no question, not even by a count.
    let reached = Query::select()
        .column((name(target.schema().table), name("id")))
        .from(name(target.schema().table))
        .cond_where(scope(ctx.actor()?, target, Action::Read, ctx.now))
        .and_where(check(target.schema(), test.field, &test.check))
        .take();
    Ok(match via.kind {
        FieldKind::List(_) => {
            let linked = links(schema.object, via).and_where(Expr::col(name("target")).in_subquery(reached)).take();
            column(schema, "id").in_subquery(linked)
        }
        _ => column(schema, via.key).in_subquery(reached),
    })
}

fn links(object: Object, field: &Field) -> SelectStatement {
    Query::select()
        .column(name("record_id"))
        .from(name("links"))
        .and_where(Expr::col(name("object")).eq(object.word()))
        .and_where(Expr::col(name("field")).eq(field.key))
        .take()
}

fn check(schema: &Schema, field: &'static Field, check: &Check) -> SimpleExpr {
    let here = || column(schema, field.key);
    if let FieldKind::List(_) = field.kind {
        let mut linked = links(schema.object, field);
        return match check {
            Check::OneOf(wanted) => {
                linked.and_where(Expr::col(name("key")).is_in(wanted.iter().map(word)));
                column(schema, "id").in_subquery(linked)
            }
            _ => here().eq("[]"),
        };
    }
    match check {
        Check::Empty => here().is_null(),
        Check::OneOf(wanted) => here().is_in(wanted.iter().map(scalar)),
        Check::Between(from, to) => {
            let above = from.iter().map(|from| here().gte(scalar(from)));
            let below = to.iter().map(|to| here().lt(scalar(to)));
            above.chain(below).fold(Condition::all(), Condition::add).into()
        }
        Check::Has(text) => lower(here()).like(like(&format!("%{}%", escape(text)))),
        Check::Starts(text) => lower(here()).like(like(&format!("{}%", escape(text)))),
    }
}

fn word(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Text(text) => text.clone(),
        Scalar::Int(number) => number.to_string(),
        Scalar::Bool(flag) => flag.to_string(),
        Scalar::Id(id) => id.to_string(),
    }
}

fn scalar(scalar: &Scalar) -> sea_orm::Value {
    match scalar {
        Scalar::Text(text) => text.clone().into(),
        Scalar::Int(number) => (*number).into(),
        Scalar::Bool(flag) => (*flag).into(),
        Scalar::Id(id) => (*id).into(),
    }
}

/// ASCII letters in lower case: what both databases do to text compared by bytes.
pub fn lower(text: SimpleExpr) -> SimpleExpr {
    Func::lower(text).into()
}

fn like(pattern: &str) -> LikeExpr {
    LikeExpr::new(pattern).escape('\\')
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A page of rows, in one statement.
pub async fn page(ctx: &Ctx, schema: &Schema, query: &ListQuery, default_sort: &str) -> Result<Page<Row>> {
    page_for(ctx, schema, query, default_sort, Action::Read).await
}

/// A page of the rows that the caller reaches for an action.
pub async fn page_for(
    ctx: &Ctx,
    schema: &Schema,
    query: &ListQuery,
    default_sort: &str,
    action: Action,
) -> Result<Page<Row>> {
    let condition = condition(ctx, schema, &Asked { action, ..Asked::list(query) }).await?;
    let keys = order(schema, query.sort.as_deref(), default_sort)?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let mut select = rows::select(schema);
    select.cond_where(condition);
    sorted(&mut select, &keys);
    if let Some(after) = &query.after {
        select.cond_where(order::past(&keys, &order::parse_cursor(after, keys.len())?));
    }
    if let Some(skip) = query.skip {
        select.offset(u64::from(skip));
    }
    select.limit(u64::from(limit) + 1);
    let results = ctx.app.db.read.query_all(&select).await?;
    let wanted = limit as usize;
    let last = results.get(wanted - 1).filter(|_| results.len() > wanted);
    let next = last.map(|last| order::cursor_of(last, schema.fields.len(), &keys)).transpose()?;
    let items = results.iter().take(wanted).map(|result| rows::read(schema, result)).collect::<Result<_>>()?;
    Ok(Page { items, next })
}
