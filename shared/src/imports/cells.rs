//! The values of a record as cells: what an export writes, and an import reads back.

use serde_json::Value;
use uuid::Uuid;

use super::labels::word;
use super::{Holds, Part, Target, join};
use crate::access::Object;
use crate::fields::Row;
use crate::i18n::{Key, Locale};
use crate::money::digits;

/// Finds the name of a record, as far as the reader may know it.
pub type Names<'a> = dyn Fn(Object, Uuid) -> Option<String> + 'a;

/// How cells are written: with the words of a language, or as keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    Keys,
    Labels(Locale),
}

/// The cell of a record's column. References show as names; a name that the
/// reader may not know stays empty.
pub fn cell(target: &Target, row: &Row, wording: Wording, names: &Names) -> String {
    let value = row.get(target.field).unwrap_or(&Value::Null);
    let currency = row.get("currency").and_then(Value::as_str).unwrap_or_default();
    match target.holds {
        Holds::Points(kind) => {
            let points = value.as_array().into_iter().flatten();
            let wanted = points.filter(|point| point.get("kind").and_then(Value::as_str) == Some(kind.word()));
            let mut wanted: Vec<&Value> = wanted.collect();
            crate::order::sort_by_key(&mut wanted, |point| {
                point.get("is_primary").and_then(Value::as_bool) != Some(true)
            });
            join(wanted.into_iter().filter_map(|point| point.get("value")).filter_map(Value::as_str))
        }
        Holds::Tags => join(value.as_array().into_iter().flatten().filter_map(Value::as_str)),
        Holds::Refs(object) => join(entries(value).map(|entry| name_of(object, entry, names))),
        Holds::Each(part) => join(entries(value).map(|entry| part_of(part, entry, currency, wording))),
        Holds::Ref(object) => name_of(object, value, names),
        Holds::Money => value.as_i64().map(|minor| decimal(minor, digits(currency))).unwrap_or_default(),
        Holds::Word(_) => worded(target.key, value.as_str().unwrap_or_default(), wording),
        Holds::Bool => flag(value.as_bool(), wording),
        Holds::Time => value
            .as_i64()
            .and_then(chrono::DateTime::from_timestamp_millis)
            .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
            .unwrap_or_default(),
        Holds::Manager | Holds::ManagerRoles => String::new(),
        _ => match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        },
    }
}

fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// An entry is an id, or holds one.
fn name_of(object: Object, entry: &Value, names: &Names) -> String {
    let inside = || ["account_id", "contact_id", "product_id"].into_iter().find_map(|key| entry.get(key));
    let id = entry.as_str().or_else(|| inside().and_then(Value::as_str));
    id.and_then(|id| id.parse().ok()).and_then(|id| names(object, id)).unwrap_or_default()
}

fn part_of(part: Part, entry: &Value, currency: &str, wording: Wording) -> String {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    match part {
        Part::Job => text("role").to_owned(),
        Part::DealRole => worded("deal_role", text("role"), wording),
        Part::HasLeft => flag(entry.get("has_left").and_then(Value::as_bool), wording),
        Part::IsPrimary => flag(entry.get("is_primary").and_then(Value::as_bool), wording),
        Part::Quantity => entry.get("quantity").and_then(Value::as_i64).map(|n| n.to_string()).unwrap_or_default(),
        Part::Price => {
            entry.get("price").and_then(Value::as_i64).map(|minor| decimal(minor, digits(currency))).unwrap_or_default()
        }
    }
}

fn worded(field: &str, choice: &str, wording: Wording) -> String {
    match wording {
        Wording::Labels(locale) => match word(field, choice, locale) {
            "" => choice.to_owned(),
            label => label.to_owned(),
        },
        Wording::Keys => choice.to_owned(),
    }
}

fn flag(value: Option<bool>, wording: Wording) -> String {
    match (value, wording) {
        (None, _) => String::new(),
        (Some(flag), Wording::Keys) => flag.to_string(),
        (Some(true), Wording::Labels(locale)) => Key::ValueYes.text(locale).to_owned(),
        (Some(false), Wording::Labels(locale)) => Key::ValueNo.text(locale).to_owned(),
    }
}

/// Minor units with their decimal point: 123456 as `1234.56`.
pub fn decimal(minor: i64, digits: u32) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    let unit = 10_u64.pow(digits);
    if digits == 0 {
        return format!("{sign}{minor}");
    }
    format!("{sign}{}.{:0width$}", minor / unit, minor % unit, width = digits as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::target;
    use serde_json::json;

    fn row(value: Value) -> Row {
        let Value::Object(row) = value else { panic!("an object") };
        row
    }

    fn shown(object: Object, key: &str, value: Value, wording: Wording) -> String {
        cell(&target(object, key).unwrap(), &row(value), wording, &|_, id| Some(format!("name of {id}")))
    }

    #[test]
    fn money_has_the_digits_of_its_currency() {
        let amount = |currency: &str, minor: i64| {
            shown(Object::Opportunity, "amount", json!({ "amount": minor, "currency": currency }), Wording::Keys)
        };
        assert_eq!(amount("USD", 105_400), "1054.00");
        assert_eq!(amount("USD", -5), "-0.05");
        assert_eq!(amount("JPY", 1_054), "1054");
    }

    #[test]
    fn words_are_written_as_keys_or_in_a_language() {
        let lost = |wording| shown(Object::Opportunity, "lost_reason", json!({ "lost_reason": "price" }), wording);
        assert_eq!(lost(Wording::Keys), "price");
        assert_eq!(lost(Wording::Labels(Locale::En)), "Price");
    }

    #[test]
    fn the_columns_of_a_list_stand_line_beside_line() {
        let id = Uuid::from_u128(7);
        let lines = json!({ "currency": "USD", "lines": [
            { "product_id": id, "quantity": 2, "price": 5_000 },
            { "product_id": id, "quantity": 1, "price": 99 },
        ] });
        let column = |key: &str| shown(Object::Opportunity, key, lines.clone(), Wording::Keys);
        assert_eq!(column("lines"), format!("name of {id}\nname of {id}"));
        assert_eq!(column("lines.quantity"), "2\n1");
        assert_eq!(column("lines.price"), "50.00\n0.99");
    }

    #[test]
    fn the_main_number_comes_first() {
        let points = json!({ "points": [
            { "kind": "phone", "value": "010-62345678", "is_primary": false },
            { "kind": "phone", "value": "13800138000", "is_primary": true },
            { "kind": "email", "value": "a@b.example" },
        ] });
        assert_eq!(shown(Object::Account, "points.phone", points, Wording::Keys), "13800138000\n010-62345678");
    }
}
