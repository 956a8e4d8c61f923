//! What records point to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Alias, CaseStatement, Condition, Expr, ExprTrait as _, Query, SimpleExpr, UnionType};
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

/// Which records may be pointed to anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Those in use: neither archived nor, of people, disabled.
    InUse,
    /// All: who takes a change back also brings back what it led away from.
    Any,
}

/// What records come to point to must stand where the writer may read it. What
/// they pointed to before may stay, also where it is hidden from the writer.
pub async fn check(
    write: &Write<'_>,
    schema: &Schema,
    turns: &[(Option<&Row>, &Row)],
    standing: Standing,
) -> Result<()> {
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
    let mut errors = FieldErrors::new();
    for (key, target, ids) in &named {
        let mut in_use = ids.iter().map(|id| there.get(&(*target, *id)));
        let error = if in_use.clone().any(|found| found.is_none()) {
            FieldError::new("no_such_record")
        } else if standing == Standing::InUse && in_use.any(|found| found == Some(&false)) {
            not_in_use(*target)
        } else {
            continue;
        };
        errors.insert((*key).to_owned(), error);
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// Why nothing new may lead to a record that is not in use.
pub fn not_in_use(target: Object) -> FieldError {
    FieldError::new(if target == Object::User { "disabled_user" } else { "archived_record" })
}

/// The records that a field of a row leads to.
pub fn of(field: &Field, row: &Row) -> Vec<Uuid> {
    let value = row.get(field.key).unwrap_or(&Value::Null);
    match field.kind {
        FieldKind::List(kind) => list_keys(kind, value).iter().filter_map(|key| key.parse().ok()).collect(),
        _ => rows::id_of(value).into_iter().collect(),
    }
}

/// Which of these records the writer may read, and whether they are in use, in one statement.
async fn there(write: &Write<'_>, named: &[(&str, Object, Vec<Uuid>)]) -> Result<HashMap<(Object, Uuid), bool>> {
    let mut wanted: BTreeMap<&str, (Object, Vec<Uuid>)> = BTreeMap::new();
    for (_, target, ids) in named {
        wanted.entry(target.word()).or_insert_with(|| (*target, Vec::new())).1.extend(ids);
    }
    let selects = wanted.into_values().map(|(target, ids)| {
        let schema = target.schema();
        Query::select()
            .expr(Expr::value(target.word()).cast_as(Alias::new("text")))
            .expr(rows::column(schema, "id"))
            .expr(in_use(schema))
            .from(name(schema.table))
            .cond_where(write.scope(target, Action::Read))
            .and_where(rows::column(schema, "id").is_in(ids))
            .take()
    });
    let Some(select) = selects.reduce(|mut all, more| all.union(UnionType::All, more).take()) else {
        return Ok(HashMap::new());
    };
    let mut there = HashMap::new();
    for found in write.db().query_all(&select).await? {
        let word: String = found.try_get_by_index(0)?;
        let record = (word.parse().map_err(Error::internal)?, found.try_get_by_index(1)?);
        there.insert(record, found.try_get_by_index::<i64>(2)? == 1);
    }
    Ok(there)
}

/// 1 for a record in use: SQLite has no booleans of its own.
pub fn in_use(schema: &Schema) -> SimpleExpr {
    let mut away = Condition::any().add(rows::column(schema, "archived_at").is_not_null());
    if schema.object == Object::User {
        away = away.add(rows::column(schema, "is_disabled").eq(true));
    }
    CaseStatement::new().case(away, 0).finally(1).cast_as(Alias::new("bigint"))
}
