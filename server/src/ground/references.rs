//! What records point to.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, UnionType};
use serde_json::Value;
use shared::access::{Action, Object};
use shared::api::{FieldError, FieldErrors};
use shared::fields::{Field, FieldKind, Row, Schema};
use shared::query::eval::list_keys;
use shared::query::resolve::target_of;
use uuid::Uuid;

use super::change::Write;
use super::db::name;
use super::rows;
use crate::error::{Error, Result};

/// What records come to point to must exist where the writer may read it. What
/// they pointed to before may stay, also where it is hidden from the writer.
pub async fn check(write: &Write<'_>, schema: &Schema, turns: &[(Option<&Row>, &Row)]) -> Result<()> {
    let mut named: Vec<(&str, Object, Vec<Uuid>)> = Vec::new();
    for field in schema.fields.iter().filter(|field| field.key != "created_by") {
        let Some(target) = target_of(field.kind) else { continue };
        let added = turns.iter().flat_map(|(before, after)| {
            let kept = before.map(|before| of(field, before)).unwrap_or_default();
            of(field, after).into_iter().filter(move |id| !kept.contains(id))
        });
        let added: BTreeSet<Uuid> = added.collect();
        if !added.is_empty() {
            named.push((field.key, target, added.into_iter().collect()));
        }
    }
    let there = there(write, &named).await?;
    let lacks = |(_, target, ids): &&(&str, Object, Vec<Uuid>)| ids.iter().any(|id| !there.contains(&(*target, *id)));
    let errors: FieldErrors =
        named.iter().filter(lacks).map(|(key, ..)| ((*key).to_owned(), FieldError::new("no_such_record"))).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// The records that a field of a row leads to.
fn of(field: &Field, row: &Row) -> Vec<Uuid> {
    let value = row.get(field.key).unwrap_or(&Value::Null);
    match field.kind {
        FieldKind::List(kind) => list_keys(kind, value).iter().filter_map(|key| key.parse().ok()).collect(),
        _ => rows::id_of(value).into_iter().collect(),
    }
}

/// Which of these records the writer may read, in one statement.
async fn there(write: &Write<'_>, named: &[(&str, Object, Vec<Uuid>)]) -> Result<HashSet<(Object, Uuid)>> {
    let mut wanted: BTreeMap<&str, (Object, Vec<Uuid>)> = BTreeMap::new();
    for (_, target, ids) in named {
        wanted.entry(target.word()).or_insert_with(|| (*target, Vec::new())).1.extend(ids);
    }
    let selects = wanted.into_values().map(|(target, ids)| {
        let schema = target.schema();
        Query::select()
            .expr(Expr::value(target.word()).cast_as(Alias::new("text")))
            .expr(rows::column(schema, "id"))
            .from(name(schema.table))
            .cond_where(write.scope(target, Action::Read))
            .and_where(rows::column(schema, "id").is_in(ids))
            .take()
    });
    let Some(select) = selects.reduce(|mut all, more| all.union(UnionType::All, more).take()) else {
        return Ok(HashSet::new());
    };
    let mut there = HashSet::new();
    for found in write.db().query_all(&select).await? {
        let word: String = found.try_get_by_index(0)?;
        there.insert((word.parse().map_err(Error::internal)?, found.try_get_by_index(1)?));
    }
    Ok(there)
}
