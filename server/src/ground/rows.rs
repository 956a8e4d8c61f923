//! Records in and out of their tables, by their schema.

use std::collections::HashMap;

use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, Order, Query, SelectStatement, SimpleExpr, UpdateStatement,
    Value as SqlValue,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, SqlErr};
use serde_json::Value;
use shared::access::Object;
use shared::api::{FieldError, FieldErrors};
use shared::fields::{Field, FieldKind, Record, Row, Schema};
use uuid::Uuid;

use super::db::name;
use crate::error::{Error, Result};

/// SQLite takes 32,766 parameters a statement, PostgreSQL 65,535.
const MAX_PARAMETERS: usize = 30_000;

/// A column, qualified by its table.
pub fn column(schema: &Schema, key: &'static str) -> SimpleExpr {
    Expr::col((name(schema.table), name(key)))
}

/// All columns of a kind, in the order of its fields.
pub fn select(schema: &Schema) -> SelectStatement {
    select_of(schema, schema.fields)
}

/// Some columns of a kind; `read_of` reads them.
pub fn select_of(schema: &Schema, fields: &[Field]) -> SelectStatement {
    let mut select = Query::select();
    select.from(name(schema.table));
    for field in fields {
        select.column((name(schema.table), name(field.key)));
    }
    select
}

/// A selected row, its columns standing first and in the order of the fields.
pub fn read(schema: &Schema, result: &QueryResult) -> Result<Row> {
    read_of(schema.fields, result)
}

pub fn read_of(fields: &[Field], result: &QueryResult) -> Result<Row> {
    let mut row = Row::new();
    for (at, field) in fields.iter().enumerate() {
        row.insert(field.key.to_owned(), cell(field, result, at)?);
    }
    Ok(row)
}

fn cell(field: &Field, result: &QueryResult, at: usize) -> Result<Value> {
    Ok(match field.kind {
        FieldKind::Id | FieldKind::Ref(_) => {
            result.try_get_by_index::<Option<Uuid>>(at)?.map_or(Value::Null, |id| Value::String(id.to_string()))
        }
        FieldKind::Int { .. } | FieldKind::Money | FieldKind::Time => {
            result.try_get_by_index::<Option<i64>>(at)?.map_or(Value::Null, Value::from)
        }
        FieldKind::Bool => result.try_get_by_index::<Option<bool>>(at)?.map_or(Value::Null, Value::Bool),
        FieldKind::List(_) => serde_json::from_str(&result.try_get_by_index::<String>(at)?)?,
        _ => result.try_get_by_index::<Option<String>>(at)?.map_or(Value::Null, Value::String),
    })
}

/// A value as its column holds it.
pub fn to_sql(field: &Field, value: &Value) -> SqlValue {
    match field.kind {
        FieldKind::Id | FieldKind::Ref(_) => id_of(value).into(),
        FieldKind::Int { .. } | FieldKind::Money | FieldKind::Time => value.as_i64().into(),
        FieldKind::Bool => value.as_bool().into(),
        FieldKind::List(_) if value.is_null() => "[]".into(),
        FieldKind::List(_) => value.to_string().into(),
        _ => value.as_str().map(str::to_owned).into(),
    }
}

/// The id that a value is, if it is one.
pub fn id_of(value: &Value) -> Option<Uuid> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// The record's own id.
pub fn id(row: &Row) -> Uuid {
    row.get("id").and_then(id_of).unwrap_or_default()
}

/// The record that a reference of the row leads to.
pub fn reference(row: &Row, key: &str) -> Option<Uuid> {
    row.get(key).and_then(id_of)
}

pub async fn all(db: &impl ConnectionTrait, schema: &Schema, select: &SelectStatement) -> Result<Vec<Row>> {
    db.query_all(select).await?.iter().map(|result| read(schema, result)).collect()
}

/// One row whatever the caller may see; `condition` brings the rule.
pub async fn find(db: &impl ConnectionTrait, schema: &Schema, id: Uuid, condition: Condition) -> Result<Option<Row>> {
    let select = select(schema).cond_where(condition).and_where(column(schema, "id").eq(id)).take();
    db.query_one(&select).await?.map(|result| read(schema, &result)).transpose()
}

/// As `find`, holding the row until the transaction ends.
pub async fn find_locked(
    db: &impl ConnectionTrait,
    schema: &Schema,
    id: Uuid,
    condition: Condition,
) -> Result<Option<Row>> {
    let select = select(schema).cond_where(condition).and_where(column(schema, "id").eq(id)).lock_exclusive().take();
    db.query_one(&select).await?.map(|result| read(schema, &result)).transpose()
}

/// As `find`, letting nobody change the row until the transaction ends.
pub async fn find_kept(
    db: &impl ConnectionTrait,
    schema: &Schema,
    id: Uuid,
    condition: Condition,
) -> Result<Option<Row>> {
    let select = select(schema).cond_where(condition).and_where(column(schema, "id").eq(id)).lock_shared().take();
    db.query_one(&select).await?.map(|result| read(schema, &result)).transpose()
}

/// Holds rows until the transaction ends, taking them in the order of their ids.
pub async fn lock(db: &impl ConnectionTrait, schema: &Schema, ids: &[Uuid]) -> Result<()> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    for chunk in ids.chunks(1_000) {
        let select = Query::select()
            .expr(column(schema, "id"))
            .from(name(schema.table))
            .and_where(column(schema, "id").is_in(chunk.iter().copied()))
            .order_by_expr(column(schema, "id"), Order::Asc)
            .lock_exclusive()
            .take();
        db.query_all(&select).await?;
    }
    Ok(())
}

/// Rows by id, in chunks; those that the condition hides are absent.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    schema: &Schema,
    ids: &[Uuid],
    condition: &Condition,
) -> Result<HashMap<Uuid, Row>> {
    chunks(db, schema, ids, |select| select.cond_where(condition.clone())).await
}

/// As `by_ids`, holding the rows until the transaction ends.
pub async fn by_ids_locked(
    db: &impl ConnectionTrait,
    schema: &Schema,
    ids: &[Uuid],
    condition: &Condition,
) -> Result<HashMap<Uuid, Row>> {
    chunks(db, schema, ids, |select| select.cond_where(condition.clone()).lock_exclusive()).await
}

async fn chunks(
    db: &impl ConnectionTrait,
    schema: &Schema,
    ids: &[Uuid],
    narrow: impl Fn(&mut SelectStatement) -> &mut SelectStatement,
) -> Result<HashMap<Uuid, Row>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(1_000) {
        let mut select = select(schema);
        narrow(&mut select).and_where(column(schema, "id").is_in(chunk.iter().copied()));
        found.extend(all(db, schema, &select).await?.into_iter().map(|row| (id(&row), row)));
    }
    Ok(found)
}

pub async fn insert(db: &impl ConnectionTrait, schema: &Schema, rows: &[Row]) -> Result<()> {
    let columns: Vec<Alias> = schema.fields.iter().map(|field| name(field.key)).collect();
    for chunk in rows.chunks(MAX_PARAMETERS / columns.len()) {
        let mut insert = Query::insert();
        insert.into_table(name(schema.table)).columns(columns.iter().cloned());
        for row in chunk {
            let values = schema
                .fields
                .iter()
                .map(|field| SimpleExpr::from(to_sql(field, row.get(field.key).unwrap_or(&Value::Null))));
            insert.values_panic(values);
        }
        db.execute(&insert).await.map_err(|error| taken(schema, error))?;
    }
    Ok(())
}

/// An id that is there already is told at its field. SQLite names the column
/// that holds it, PostgreSQL the key.
fn taken(schema: &Schema, error: DbErr) -> Error {
    let key = [format!("{}.id", schema.table), format!("{}_pkey", schema.table)];
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(what)) if key.iter().any(|key| what.contains(key)) => {
            Error::field("id", "taken")
        }
        _ => error.into(),
    }
}

pub async fn update(db: &impl ConnectionTrait, schema: &Schema, id: Uuid, set: &Row) -> Result<()> {
    db.execute(&updating(schema, id, set)?).await?;
    Ok(())
}

/// As `update`, if the row still has the version that was seen; whether it had.
pub async fn update_seen(
    db: &impl ConnectionTrait,
    schema: &Schema,
    id: Uuid,
    version: i64,
    set: &Row,
) -> Result<bool> {
    let update = updating(schema, id, set)?.and_where(Expr::col(name("version")).eq(version)).take();
    Ok(db.execute(&update).await?.rows_affected() == 1)
}

fn updating(schema: &Schema, id: Uuid, set: &Row) -> Result<UpdateStatement> {
    let mut update = Query::update();
    update.table(name(schema.table)).and_where(Expr::col(name("id")).eq(id));
    for (key, value) in set {
        let field = schema.field(key).ok_or_else(|| Error::internal(format!("no field {key}")))?;
        update.value(name(field.key), SimpleExpr::from(to_sql(field, value)));
    }
    Ok(update)
}

pub async fn delete(db: &impl ConnectionTrait, table: &'static str, key: &'static str, ids: &[Uuid]) -> Result<()> {
    for chunk in ids.chunks(1_000) {
        let delete =
            Query::delete().from_table(name(table)).and_where(Expr::col(name(key)).is_in(chunk.iter().copied())).take();
        db.execute(&delete).await?;
    }
    Ok(())
}

/// Nothing: an absent field and an empty list read the same.
pub fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// Takes from a row what a reader does not need: what is blank, as an absent
/// field reads the same, and what never leaves the server.
pub fn send(schema: &Schema, row: &mut Row) {
    row.retain(|key, value| !is_blank(value) && schema.field(key).is_some_and(|field| !field.secret));
}

/// A row as its type. An item that a list cannot hold is told at its field.
pub fn typed<R: Record>(row: &Row) -> Result<R> {
    let filled = || row.iter().filter(|(_, value)| !value.is_null());
    let kept: Row = filled().map(|(key, value)| (key.clone(), value.clone())).collect();
    if let Ok(record) = serde_json::from_value(Value::Object(kept)) {
        return Ok(record);
    }
    let mut errors = FieldErrors::new();
    for (key, value) in filled() {
        let mut alone = Row::from_iter([(key.clone(), value.clone())]);
        alone.entry("id").or_insert_with(|| Value::String(Uuid::nil().to_string()));
        if serde_json::from_value::<R>(Value::Object(alone)).is_err() {
            errors.insert(key.clone(), FieldError::new("wrong_shape"));
        }
    }
    if errors.is_empty() { Err(Error::internal(format!("{} does not read", R::OBJECT))) } else { Err(errors.into()) }
}

/// The words by which people know a record of this kind.
pub async fn names(
    db: &impl ConnectionTrait,
    object: Object,
    ids: &[Uuid],
    condition: &Condition,
) -> Result<HashMap<Uuid, String>> {
    let schema = object.schema();
    let mut found = HashMap::new();
    for chunk in ids.chunks(1_000) {
        let select = Query::select()
            .from(name(schema.table))
            .column((name(schema.table), name("id")))
            .column((name(schema.table), name("name")))
            .cond_where(condition.clone())
            .and_where(column(schema, "id").is_in(chunk.iter().copied()))
            .take();
        for result in db.query_all(&select).await? {
            found.insert(result.try_get_by_index(0)?, result.try_get_by_index(1)?);
        }
    }
    Ok(found)
}
