//! Which record a row is about.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait as _, Query};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use shared::access::Action;
use shared::contacts::{Point, check_points};
use shared::fields::{Field, FieldKind, ListKind, Row};
use shared::text::fold;
use uuid::Uuid;

use super::checker::{Checker, text_of};
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::query::lower;
use crate::ground::rows::{self, column};

/// Records by the key that rows and records have in common. A person with two
/// numbers stands under both.
pub type Matches = HashMap<String, Vec<Row>>;

impl Checker {
    /// The keys under which a row, or a record, goes; none if a part is missing.
    pub fn keys_of(&self, row: &Row) -> Vec<String> {
        let mut keys = vec![String::new()];
        for field in &self.keys {
            let parts = parts(field, row.get(field.key).unwrap_or(&Value::Null));
            keys = keys.iter().flat_map(|key| parts.iter().map(move |part| format!("{key}{part}\u{1f}"))).collect();
        }
        keys.into_iter().map(short).collect()
    }

    /// The visible records that these rows may be about.
    pub async fn matches(&self, write: &Write<'_>, values: &[&Row]) -> Result<Matches> {
        let Some(first) = self.keys.first().copied() else { return Ok(Matches::new()) };
        let wanted: Vec<&Value> =
            values.iter().filter_map(|row| row.get(first.key)).filter(|value| may_stand(value)).collect();
        let mut matches = Matches::new();
        for chunk in wanted.chunks(1_000) {
            let Some(condition) = self.fitting(first, chunk) else { continue };
            let select = rows::select(self.schema)
                .cond_where(write.scope(self.object, Action::Read))
                .and_where(column(self.schema, "archived_at").is_null())
                .cond_where(condition)
                .take();
            for row in rows::all(write.db(), self.schema, &select).await? {
                for key in self.keys_of(&row) {
                    let found = matches.entry(key).or_default();
                    if !found.iter().any(|known| rows::id(known) == rows::id(&row)) {
                        found.push(row.clone());
                    }
                }
            }
        }
        Ok(matches)
    }

    /// Records whose field has one of these values, perhaps with some more:
    /// the comparison of the keys decides.
    fn fitting(&self, field: &'static Field, values: &[&Value]) -> Option<Condition> {
        let here = column(self.schema, field.key);
        let test = match field.kind {
            FieldKind::Text { .. } if matches!(field.key, "name" | "email") => {
                let texts = values.iter().filter_map(|value| value.as_str());
                lower(here).is_in(texts.flat_map(|text| [text.to_ascii_lowercase(), fold(text)]))
            }
            FieldKind::List(_) => {
                let norms: Vec<String> = values.iter().flat_map(|value| parts(field, value)).collect();
                if norms.is_empty() {
                    return None;
                }
                let linked = Query::select()
                    .column(name("record_id"))
                    .from(name("links"))
                    .and_where(Expr::col(name("object")).eq(self.object.word()))
                    .and_where(Expr::col(name("field")).eq(field.key))
                    .and_where(Expr::col(Alias::new("key")).is_in(norms))
                    .take();
                column(self.schema, "id").in_subquery(linked)
            }
            _ => here.is_in(values.iter().map(|value| rows::to_sql(field, value))),
        };
        Some(Condition::all().add(test))
    }

    /// Which of these records the importer may change, held until the end.
    pub async fn writable(&self, write: &Write<'_>, matches: &Matches) -> Result<HashMap<Uuid, Row>> {
        let ids: Vec<Uuid> = matches.values().flatten().map(rows::id).collect();
        if ids.is_empty() || !write.actor()?.may(self.object, Action::Write) {
            return Ok(HashMap::new());
        }
        // What is written from here on is what was read here.
        write.lock(self.schema, &ids).await?;
        rows::by_ids(write.db(), self.schema, &ids, &write.scope(self.object, Action::Write)).await
    }
}

/// An index holds no entry of any length: a long key is told by its hash.
fn short(key: String) -> String {
    const MOST: usize = 500;
    if key.len() <= MOST {
        return key;
    }
    Sha256::digest(key.as_bytes()).iter().fold(String::from("#"), |text, byte| text + &format!("{byte:02x}"))
}

/// Whether a record can hold the value: none has control characters.
fn may_stand(value: &Value) -> bool {
    !value.is_null() && value.as_str().is_none_or(|text| !text.contains(char::is_control))
}

/// A value as parts of keys: one, or one for each point.
fn parts(field: &Field, value: &Value) -> Vec<String> {
    let FieldKind::List(ListKind::Points) = field.kind else {
        let text = text_of(value).filter(|text| !text.contains(char::is_control)).map(|text| fold(&text));
        return text.filter(|text| !text.is_empty()).into_iter().collect();
    };
    let mut points: Vec<Point> = serde_json::from_value(value.clone()).unwrap_or_default();
    check_points(&mut points, &mut shared::api::FieldErrors::new());
    points.into_iter().map(|point| point.norm).filter(|norm| !norm.is_empty()).collect()
}
