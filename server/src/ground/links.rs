//! The lists inside records, spread out beside their rows for filters and rules.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query, SimpleExpr};
use serde_json::Value;
use shared::access::Object;
use shared::fields::{Field, FieldKind, Row, Schema};
use shared::query::eval::list_keys;
use shared::query::resolve::target_of;
use uuid::Uuid;

use super::db::name;
use super::rows;
use crate::error::Result;

/// Writes the links of new records.
pub async fn insert(db: &impl ConnectionTrait, schema: &Schema, records: &[Row]) -> Result<()> {
    let mut found = Vec::new();
    for row in records {
        for field in schema.fields {
            let FieldKind::List(kind) = field.kind else { continue };
            let keys = list_keys(kind, row.get(field.key).unwrap_or(&Value::Null));
            found.extend(keys.into_iter().map(|key| (rows::id(row), field, key)));
        }
    }
    for chunk in found.chunks(5_000) {
        let mut insert = Query::insert();
        insert.into_table(name("links")).columns(["object", "field", "key", "record_id", "target"].map(name));
        for (id, field, key) in chunk {
            let target: Option<Uuid> = target_of(field.kind).and_then(|_| key.parse().ok());
            insert.values_panic([
                SimpleExpr::from(schema.object.word()),
                field.key.into(),
                key.as_str().into(),
                (*id).into(),
                target.into(),
            ]);
        }
        // Two points of one person may have one norm.
        insert.on_conflict(OnConflict::new().do_nothing().to_owned());
        db.execute(&insert).await?;
    }
    Ok(())
}

/// Writes the links of a changed record anew.
pub async fn replace(db: &impl ConnectionTrait, schema: &Schema, row: &Row, changed: &Row) -> Result<()> {
    let lists = schema.fields.iter().filter(|field| matches!(field.kind, FieldKind::List(_)));
    if !lists.into_iter().any(|field| changed.contains_key(field.key)) {
        return Ok(());
    }
    delete(db, schema, &[rows::id(row)]).await?;
    insert(db, schema, std::slice::from_ref(row)).await
}

/// Whether a list of some record still leads to one of these.
pub async fn is_target(db: &impl ConnectionTrait, object: Object, ids: &[Uuid]) -> Result<bool> {
    let lists = Object::ALL.iter().flat_map(|kind| kind.schema().fields.iter().map(|field| (*kind, field)));
    let leading: Vec<(Object, &Field)> = lists
        .filter(|(_, field)| matches!(field.kind, FieldKind::List(_)) && target_of(field.kind) == Some(object))
        .collect();
    for (kind, field) in leading {
        for chunk in ids.chunks(1_000) {
            let select = Query::select()
                .column(name("record_id"))
                .from(name("links"))
                .and_where(Expr::col(name("object")).eq(kind.word()))
                .and_where(Expr::col(name("field")).eq(field.key))
                .and_where(Expr::col(name("key")).is_in(chunk.iter().map(Uuid::to_string)))
                .limit(1)
                .take();
            if db.query_one(&select).await?.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

pub async fn delete(db: &impl ConnectionTrait, schema: &Schema, ids: &[Uuid]) -> Result<()> {
    for chunk in ids.chunks(1_000) {
        let delete = Query::delete()
            .from_table(name("links"))
            .and_where(Expr::col(name("record_id")).is_in(chunk.iter().copied()))
            .and_where(Expr::col(name("object")).eq(schema.object.word()))
            .take();
        db.execute(&delete).await?;
    }
    Ok(())
}
