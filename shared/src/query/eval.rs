//! A resolved filter against one row: the same answer as the SQL, by a
//! property test over both databases.

use std::cmp::Ordering;

use serde_json::Value;
use uuid::Uuid;

use super::{Check, Checked, Resolved, Scalar};
use crate::access::Object;
use crate::fields::{Field, FieldKind, ListKind, Row};

/// Finds a record one reference away, as far as the asker may read it.
pub type Lookup<'a> = dyn Fn(Object, Uuid) -> Option<Row> + 'a;

pub fn matches(filter: &Resolved, row: &Row, lookup: &Lookup) -> bool {
    match filter {
        Resolved::All(parts) => parts.iter().all(|part| matches(part, row, lookup)),
        Resolved::Any(parts) => parts.iter().any(|part| matches(part, row, lookup)),
        Resolved::Not(inner) => !matches(inner, row, lookup),
        Resolved::Checked(test) => holds(test, row, lookup),
    }
}

fn holds(test: &Checked, row: &Row, lookup: &Lookup) -> bool {
    let Some((via, target)) = test.via else { return check(&test.check, test.field, row) };
    let value = row.get(via.key).unwrap_or(&Value::Null);
    let ids: Vec<Uuid> = match via.kind {
        FieldKind::List(kind) => list_keys(kind, value).iter().filter_map(|key| key.parse().ok()).collect(),
        _ => value.as_str().and_then(|id| id.parse().ok()).into_iter().collect(),
    };
    ids.into_iter().filter_map(|id| lookup(target, id)).any(|found| check(&test.check, test.field, &found))
}

fn check(check: &Check, field: &Field, row: &Row) -> bool {
    let value = row.get(field.key).unwrap_or(&Value::Null);
    if let FieldKind::List(kind) = field.kind {
        let keys = list_keys(kind, value);
        return match check {
            Check::Empty => keys.is_empty(),
            Check::OneOf(wanted) => wanted.iter().any(|wanted| keys.contains(&words(wanted))),
            _ => false,
        };
    }
    if value.is_null() {
        return *check == Check::Empty;
    }
    match check {
        Check::Empty => false,
        Check::OneOf(wanted) => wanted.iter().any(|wanted| compare(value, wanted) == Some(Ordering::Equal)),
        Check::Between(from, to) => {
            let above = from.as_ref().is_none_or(|from| compare(value, from).is_some_and(Ordering::is_ge));
            let below = to.as_ref().is_none_or(|to| compare(value, to).is_some_and(Ordering::is_lt));
            above && below
        }
        Check::Has(text) => lower(value).is_some_and(|value| value.contains(text.as_str())),
        Check::Starts(text) => lower(value).is_some_and(|value| value.starts_with(text.as_str())),
    }
}

fn lower(value: &Value) -> Option<String> {
    value.as_str().map(str::to_ascii_lowercase)
}

fn compare(value: &Value, scalar: &Scalar) -> Option<Ordering> {
    match scalar {
        Scalar::Text(text) => Some(value.as_str()?.cmp(text.as_str())),
        Scalar::Int(number) => Some(value.as_i64()?.cmp(number)),
        Scalar::Bool(flag) => Some(value.as_bool()?.cmp(flag)),
        Scalar::Id(id) => Some(value.as_str()?.parse::<Uuid>().ok()?.cmp(id)),
    }
}

fn words(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Text(text) => text.clone(),
        Scalar::Int(number) => number.to_string(),
        Scalar::Bool(flag) => flag.to_string(),
        Scalar::Id(id) => id.to_string(),
    }
}

/// What of a list is indexed beside the row.
pub fn list_keys(kind: ListKind, value: &Value) -> Vec<String> {
    let key = match kind {
        ListKind::Tags | ListKind::Roles | ListKind::Teams | ListKind::Tickets | ListKind::Users => None,
        ListKind::Points => Some("norm"),
        ListKind::Accounts => Some("account_id"),
        ListKind::Contacts => Some("contact_id"),
        ListKind::Lines => Some("product_id"),
        ListKind::Grants | ListKind::Parts => return Vec::new(),
    };
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let word = |item: &Value| match key {
        None => item.as_str().map(str::to_owned),
        Some(key) => item.get(key).and_then(Value::as_str).map(str::to_owned),
    };
    items.iter().filter_map(word).collect()
}
