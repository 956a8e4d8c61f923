//! What a caller sent, put into form and held against the description.

use serde_json::Value;

use super::{Field, FieldKind, ListKind, Row, Schema};
use crate::api::{FieldError, FieldErrors};
use crate::money::MAX_MONEY;
use crate::time::{Date, Instant};

/// Puts a row that a caller sent into form (text trimmed, empty made absent)
/// and says what is wrong with it, field by field. A field may be absent.
pub fn check_row(schema: &Schema, row: &mut Row) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::new();
    for (key, value) in row.iter_mut() {
        let outcome = match schema.field(key) {
            None => Err(FieldError::new("unknown")),
            Some(field) if field.read_only => Err(FieldError::new("read_only")),
            Some(field) => check_value(field, value),
        };
        if let Err(error) = outcome {
            errors.insert(key.clone(), error);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Says which required fields a finished row lacks.
pub fn check_required(schema: &Schema, row: &Row) -> Result<(), FieldErrors> {
    let lacks = |field: &&Field| field.required && row.get(field.key).is_none_or(Value::is_null);
    let errors: FieldErrors =
        schema.fields.iter().filter(lacks).map(|field| (field.key.to_owned(), FieldError::new("required"))).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn check_value(field: &Field, value: &mut Value) -> Result<(), FieldError> {
    if let Value::String(text) = value {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            *value = Value::Null;
        } else if trimmed.len() != text.len() && !matches!(field.kind, FieldKind::LongText { .. }) {
            *value = Value::String(trimmed.to_owned());
        }
    }
    if value.is_null() {
        return if field.required { Err(FieldError::new("required")) } else { Ok(()) };
    }
    match field.kind {
        FieldKind::Text { max } | FieldKind::LongText { max } => {
            let text = value.as_str().ok_or_else(|| FieldError::new("not_text"))?;
            let multiline = matches!(field.kind, FieldKind::LongText { .. });
            check_text(text, max, multiline)
        }
        FieldKind::Rank => check_rank(value.as_str().ok_or_else(|| FieldError::new("not_text"))?),
        FieldKind::Int { min, max } => check_int(value, min, max),
        FieldKind::Money => check_int(value, -MAX_MONEY, MAX_MONEY),
        FieldKind::Time => check_int(value, Instant::FIRST.0, Instant::LAST.0),
        FieldKind::Bool => value.as_bool().map(drop).ok_or_else(|| FieldError::new("not_bool")),
        FieldKind::Date => check_date(value),
        FieldKind::Choice(words) => check_word(value, words),
        FieldKind::Currency => check_word(value, crate::money::CURRENCIES),
        FieldKind::Id | FieldKind::Ref(_) => {
            let id = value.as_str().and_then(|text| uuid::Uuid::parse_str(text).ok());
            let id = id.ok_or_else(|| FieldError::new("not_id"))?;
            *value = Value::String(id.to_string());
            Ok(())
        }
        FieldKind::List(kind) => {
            let max = most(kind);
            match value.as_array() {
                None => Err(FieldError::new("not_list")),
                Some(items) if items.len() > max => Err(FieldError::new("too_many").with("max", max)),
                Some(_) => Ok(()),
            }
        }
    }
}

/// How many items a list takes. A role has a line for each kind and action.
fn most(kind: ListKind) -> usize {
    if kind == ListKind::Grants { 1_000 } else { 200 }
}

/// Whether a text can be kept: not longer than `max` characters, and none of them a control.
pub fn check_text(text: &str, max: usize, multiline: bool) -> Result<(), FieldError> {
    if text.chars().count() > max {
        return Err(FieldError::new("too_long").with("max", max));
    }
    let forbidden = |c: char| c.is_control() && !(multiline && matches!(c, '\n' | '\r' | '\t'));
    if text.contains(forbidden) {
        return Err(FieldError::new("control_character"));
    }
    Ok(())
}

/// A key grows by a digit for every six cards that are put into one gap.
const MAX_RANK: usize = 2_000;

fn check_rank(text: &str) -> Result<(), FieldError> {
    if text.len() <= MAX_RANK && crate::rank::is_key(text) { Ok(()) } else { Err(FieldError::new("not_rank")) }
}

fn check_int(value: &Value, min: i64, max: i64) -> Result<(), FieldError> {
    let number = value.as_i64().ok_or_else(|| FieldError::new("not_whole_number"))?;
    if (min..=max).contains(&number) {
        return Ok(());
    }
    Err(FieldError::new("out_of_range").with("min", min).with("max", max))
}

fn check_date(value: &Value) -> Result<(), FieldError> {
    use chrono::Datelike;
    let date = value.as_str().and_then(|text| text.parse::<Date>().ok());
    let date = date.ok_or_else(|| FieldError::new("not_date"))?;
    if (1900..=2199).contains(&date.year()) {
        return Ok(());
    }
    Err(FieldError::new("date_out_of_range"))
}

fn check_word(value: &Value, words: &[&str]) -> Result<(), FieldError> {
    let word = value.as_str().ok_or_else(|| FieldError::new("not_text"))?;
    if words.contains(&word) {
        return Ok(());
    }
    Err(FieldError::new("not_offered"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Account;
    use serde_json::json;

    fn check(value: Value) -> Result<Row, FieldErrors> {
        let Value::Object(mut row) = value else { panic!("an object") };
        check_row(&Account::SCHEMA, &mut row).map(|()| row)
    }

    #[test]
    fn text_is_trimmed_and_empty_text_is_absent() {
        let row = check(json!({ "name": "  Acme ", "industry": "  " })).unwrap();
        assert_eq!(Value::Object(row), json!({ "name": "Acme", "industry": null }));
    }

    #[test]
    fn each_wrong_field_is_named() {
        let errors = check(json!({
            "name": "", "kind": "club", "colour": "red", "version": 3, "employees": "many",
            "owner_id": "me", "region": "x".repeat(101), "founded_on": "2026-02-30",
        }))
        .unwrap_err();
        let codes: Vec<_> = errors.iter().map(|(key, error)| (key.as_str(), error.code.as_str())).collect();
        assert_eq!(
            codes,
            [
                ("colour", "unknown"),
                ("employees", "not_whole_number"),
                ("founded_on", "not_date"),
                ("kind", "not_offered"),
                ("name", "required"),
                ("owner_id", "not_id"),
                ("region", "too_long"),
                ("version", "read_only"),
            ]
        );
    }
}
