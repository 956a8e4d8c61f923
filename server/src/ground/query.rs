//! A question in its plain form, compiled to SQL in this one place: the same
//! condition gives the rows, their number and their sums.

use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, Func, LikeExpr, NullOrdering, Order, Query, SelectStatement, SimpleExpr,
};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::Value;
use shared::access::{Action, Object};
use shared::api::{FieldError, FieldErrors, Page};
use shared::fields::{Field, FieldKind, Row, Schema};
use shared::query::{self, Archived, Check, Checked, Clock, ListQuery, Resolved, Scalar, TotalLine, Totals, TotalsQuery};
use uuid::Uuid;

use super::access::scope;
use super::db::{name, sum};
use super::rows::{self, column};
use super::search;
use crate::error::{Error, Result};
use crate::http::Ctx;

pub const DEFAULT_LIMIT: u32 = 50;
pub const MAX_LIMIT: u32 = 500;

/// What the rows of a question have in common, for lists and totals alike.
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

/// The filter's text, made concrete for the caller.
pub fn resolve(ctx: &Ctx, schema: &Schema, filter: Option<&str>) -> Result<Resolved> {
    let filter = query::text::parse(filter.unwrap_or_default())
        .map_err(|bad| FieldErrors::from([("filter".to_owned(), FieldError::new("bad_filter").with("at", bad.at + 1))]))?;
    let zone = &ctx.app.clock;
    let clock = Clock { now: ctx.now, today: zone.day_of(ctx.now), midnight: &|day| zone.midnight(day) };
    query::resolve::resolve(&filter, schema, ctx.actor()?, &clock)
        .map_err(|error| FieldErrors::from([("filter".to_owned(), error)]).into())
}

/// The rows that a question means, as far as the caller reaches.
pub fn condition(ctx: &Ctx, schema: &Schema, asked: &Asked) -> Result<Condition> {
    let resolved = resolve(ctx, schema, asked.filter)?;
    let mut condition = ctx.scope(schema.object, asked.action)?.add(compile(ctx, schema, &resolved)?);
    match asked.archived {
        Archived::With => {}
        Archived::Without => condition = condition.add(column(schema, "archived_at").is_null()),
        Archived::Only => condition = condition.add(column(schema, "archived_at").is_not_null()),
    }
    if let Some(words) = asked.search.filter(|words| !words.trim().is_empty()) {
        condition = condition.add(search::condition(schema, words));
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

/// One key of an order, compiled.
pub struct OrderKey {
    expr: SimpleExpr,
    descending: bool,
    /// Absent values stand last in both directions.
    nullable: bool,
    holds: Holds,
}

/// What the values of an order are, for the cursor.
#[derive(Clone, Copy)]
enum Holds {
    Id,
    Int,
    Bool,
    Text,
}

/// The order asked for; an id at the end makes it total.
pub fn order(schema: &Schema, sort: Option<&str>, default: &str) -> Result<Vec<OrderKey>> {
    let bad = |key: &str| {
        FieldErrors::from([("sort".to_owned(), FieldError::new("bad_sort").with("field", key))])
    };
    let mut keys = Vec::new();
    for asked in query::text::parse_sort(sort.filter(|sort| !sort.is_empty()).unwrap_or(default)) {
        let field = schema.field(&asked.key).filter(|field| !field.secret).ok_or_else(|| bad(&asked.key))?;
        let (expr, holds) = order_expr(schema, field).ok_or_else(|| bad(&asked.key))?;
        keys.push(OrderKey { expr, descending: asked.descending, nullable: !never_absent(field), holds });
    }
    let descending = keys.last().is_some_and(|key| key.descending);
    keys.push(OrderKey { expr: column(schema, "id"), descending, nullable: false, holds: Holds::Id });
    Ok(keys)
}

fn never_absent(field: &Field) -> bool {
    field.required
        || matches!(field.kind, FieldKind::Bool | FieldKind::Rank)
        || matches!(field.key, "id" | "version" | "created_at" | "updated_at" | "stage_entered_at" | "position" | "probability")
}

fn order_expr(schema: &Schema, field: &'static Field) -> Option<(SimpleExpr, Holds)> {
    let here = column(schema, field.key);
    match field.kind {
        FieldKind::Text { .. } => Some((lower(here), Holds::Text)),
        FieldKind::LongText { .. } | FieldKind::List(_) => None,
        FieldKind::Ref(Object::Stage) => {
            let position = Expr::col((name("stages"), name("position")));
            Some((of_target(Object::Stage, position, here), Holds::Int))
        }
        // Others' names would show in the order what the rule hides.
        FieldKind::Ref(target) if target.schema().guard == shared::access::Guard::Common => {
            let title = lower(Expr::col((name(target.schema().table), name("name"))));
            Some((of_target(target, title, here), Holds::Text))
        }
        FieldKind::Ref(_) => None,
        FieldKind::Id => Some((here, Holds::Id)),
        FieldKind::Int { .. } | FieldKind::Money | FieldKind::Time => Some((here, Holds::Int)),
        FieldKind::Bool => Some((here, Holds::Bool)),
        _ => Some((here, Holds::Text)),
    }
}

fn of_target(target: Object, what: SimpleExpr, id: SimpleExpr) -> SimpleExpr {
    let table = target.schema().table;
    let select = Query::select()
        .expr(what)
        .from(name(table))
        .and_where(Expr::col((name(table), name("id"))).eq(id))
        .take();
    Expr::SubQuery(None, Box::new(select.into()))
}

/// Adds the order and what a cursor needs of it.
pub fn sorted(select: &mut SelectStatement, keys: &[OrderKey]) {
    for key in keys {
        let order = if key.descending { Order::Desc } else { Order::Asc };
        if key.nullable {
            select.order_by_expr_with_nulls(key.expr.clone(), order, NullOrdering::Last);
        } else {
            select.order_by_expr(key.expr.clone(), order);
        }
        select.expr(key.expr.clone());
    }
}

/// The rows after a cursor.
fn past(keys: &[OrderKey], cursor: &[Value]) -> Condition {
    let mut any = Condition::any();
    for (at, key) in keys.iter().enumerate() {
        let mut all = Condition::all();
        for (equal, value) in keys[..at].iter().zip(cursor) {
            all = all.add(match cursor_value(equal.holds, value) {
                None => equal.expr.clone().is_null(),
                Some(value) => equal.expr.clone().eq(value),
            });
        }
        let Some(value) = cursor_value(key.holds, &cursor[at]) else { continue };
        let beyond = if key.descending { key.expr.clone().lt(value) } else { key.expr.clone().gt(value) };
        let beyond = if key.nullable { beyond.or(key.expr.clone().is_null()) } else { beyond };
        any = any.add(all.add(beyond));
    }
    any
}

fn cursor_value(holds: Holds, value: &Value) -> Option<sea_orm::Value> {
    Some(match holds {
        Holds::Id => rows::id_of(value)?.into(),
        Holds::Int => value.as_i64()?.into(),
        Holds::Bool => value.as_bool()?.into(),
        Holds::Text => value.as_str()?.into(),
    })
}

/// The order's values of a row: what `past` reads back.
fn cursor_of(result: &QueryResult, first: usize, keys: &[OrderKey]) -> Result<String> {
    let mut values = Vec::with_capacity(keys.len());
    for (at, key) in (first..).zip(keys) {
        values.push(match key.holds {
            Holds::Id => result.try_get_by_index::<Option<Uuid>>(at)?.map(|id| id.to_string()).into(),
            Holds::Int => result.try_get_by_index::<Option<i64>>(at)?.into(),
            Holds::Bool => result.try_get_by_index::<Option<bool>>(at)?.into(),
            Holds::Text => Value::from(result.try_get_by_index::<Option<String>>(at)?),
        });
    }
    Ok(Value::Array(values).to_string())
}

fn parse_cursor(after: &str, keys: usize) -> Result<Vec<Value>> {
    let cursor: Option<Vec<Value>> = serde_json::from_str(after).ok();
    cursor.filter(|cursor| cursor.len() == keys).ok_or(Error::BadRequest("bad_cursor"))
}

/// A page of rows, in one statement.
pub async fn page(ctx: &Ctx, schema: &Schema, query: &ListQuery, default_sort: &str) -> Result<Page<Row>> {
    page_for(ctx, schema, query, default_sort, Action::Read).await
}

/// A page of the rows that the caller reaches for an action.
pub async fn page_for(ctx: &Ctx, schema: &Schema, query: &ListQuery, default_sort: &str, action: Action) -> Result<Page<Row>> {
    let condition = condition(ctx, schema, &Asked { action, ..Asked::list(query) })?;
    let keys = order(schema, query.sort.as_deref(), default_sort)?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let mut select = rows::select(schema);
    select.cond_where(condition);
    sorted(&mut select, &keys);
    if let Some(after) = &query.after {
        select.cond_where(past(&keys, &parse_cursor(after, keys.len())?));
    }
    if let Some(skip) = query.skip {
        select.offset(u64::from(skip));
    }
    select.limit(u64::from(limit) + 1);
    let results = ctx.app.db.read.query_all(&select).await?;
    let wanted = limit as usize;
    let last = results.get(wanted - 1).filter(|_| results.len() > wanted);
    let next = last.map(|last| cursor_of(last, schema.fields.len(), &keys)).transpose()?;
    let items = results.iter().take(wanted).map(|result| rows::read(schema, result)).collect::<Result<_>>()?;
    Ok(Page { items, next })
}

/// Numbers about the rows, in one statement.
pub async fn totals(ctx: &Ctx, schema: &Schema, query: &TotalsQuery) -> Result<Totals> {
    let condition = condition(ctx, schema, &Asked::totals(query))?;
    let groups = groups(schema, query.group.as_deref())?;
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
    select.expr(summed.map_or(Expr::value(0_i64).cast_as(Alias::new("bigint")), |field| sum(column(schema, field.key))));
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

/// `stage_id,close_date:month` as expressions.
fn groups(schema: &Schema, text: Option<&str>) -> Result<Vec<(SimpleExpr, Holds)>> {
    let mut groups = Vec::new();
    for asked in text.unwrap_or_default().split(',').filter(|part| !part.is_empty()) {
        let (key, per) = asked.split_once(':').map_or((asked, None), |(key, per)| (key, Some(per)));
        let bad = || FieldErrors::from([("group".to_owned(), FieldError::new("bad_group").with("field", asked))]);
        let field = schema.field(key).filter(|field| field.groups && !field.secret).ok_or_else(bad)?;
        let here = column(schema, field.key);
        groups.push(match (per, field.kind) {
            (None, FieldKind::Ref(_)) => (here, Holds::Id),
            (None, FieldKind::Bool) => (here, Holds::Bool),
            (None, _) => (here, Holds::Text),
            (Some("month"), FieldKind::Date) => (start_of(here, "7"), Holds::Text),
            (Some("year"), FieldKind::Date) => (start_of(here, "4"), Holds::Text),
            _ => return Err(bad().into()),
        });
    }
    if groups.len() > 2 {
        return Err(Error::field("group", "too_many"));
    }
    Ok(groups)
}

/// The first characters of a date: its month or its year.
fn start_of(date: SimpleExpr, length: &'static str) -> SimpleExpr {
    Func::cust("substr").args([date, Expr::cust("1"), Expr::cust(length)]).into()
}

fn summed(schema: &Schema, key: Option<&str>) -> Result<Option<&'static Field>> {
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

/// Rows numbered within their groups, in an order.
pub fn window(groups: [SimpleExpr; 2], keys: &[OrderKey]) -> sea_orm::sea_query::WindowStatement {
    use sea_orm::sea_query::{OverStatement as _, WindowStatement};
    let mut window = WindowStatement::new();
    for group in groups {
        window.add_partition_by(group);
    }
    for key in keys {
        let order = if key.descending { Order::Desc } else { Order::Asc };
        if key.nullable {
            window.order_by_expr_with_nulls(key.expr.clone(), order, NullOrdering::Last);
        } else {
            window.order_by_expr(key.expr.clone(), order);
        }
    }
    window
}
