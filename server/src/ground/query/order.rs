//! Orders of lists, and the cursors that go on in them.

use sea_orm::QueryResult;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, NullOrdering, Order, Query, SelectStatement, SimpleExpr};
use serde_json::Value;
use shared::access::Object;
use shared::api::{FieldError, FieldErrors};
use shared::fields::{Field, FieldKind, Schema};
use shared::query::text::parse_sort;
use uuid::Uuid;

use super::lower;
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::rows::{self, column};

/// More keys than a reader could follow; each is a column of the statement.
const MAX_KEYS: usize = 4;

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
pub enum Holds {
    Id,
    Int,
    Bool,
    Text,
}

/// The order asked for; an id at the end makes it total.
pub fn order(schema: &Schema, sort: Option<&str>, default: &str) -> Result<Vec<OrderKey>> {
    let bad = |key: &str| FieldErrors::from([("sort".to_owned(), FieldError::new("bad_sort").with("field", key))]);
    let asked = parse_sort(sort.filter(|sort| !sort.is_empty()).unwrap_or(default));
    if asked.len() > MAX_KEYS {
        return Err(Error::field("sort", "too_many"));
    }
    let mut keys = Vec::new();
    for asked in asked {
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
        || matches!(
            field.key,
            "id" | "version" | "created_at" | "updated_at" | "stage_entered_at" | "position" | "probability"
        )
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
    let select =
        Query::select().expr(what).from(name(table)).and_where(Expr::col((name(table), name("id"))).eq(id)).take();
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
pub fn past(keys: &[OrderKey], cursor: &[Value]) -> Condition {
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
pub fn cursor_of(result: &QueryResult, first: usize, keys: &[OrderKey]) -> Result<String> {
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

pub fn parse_cursor(after: &str, keys: usize) -> Result<Vec<Value>> {
    let cursor: Option<Vec<Value>> = serde_json::from_str(after).ok().filter(|values: &Vec<Value>| {
        // No text of a record holds this character.
        values.iter().all(|value| value.as_str().is_none_or(|text| !text.contains('\0')))
    });
    cursor.filter(|cursor| cursor.len() == keys).ok_or(Error::BadRequest("bad_cursor"))
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
