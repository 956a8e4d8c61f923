//! Records in the reader's words: labels, choices, values, and what went wrong.
//! All of it follows the language, and names follow their records.

use serde_json::Value;
use shared::access::Object;
use shared::api::{ApiError, FieldError};
use shared::fields::{Field, FieldKind, ListKind};
use shared::i18n::{Key, Plural};
use shared::time::{Date, Instant};
use uuid::Uuid;

use crate::i18n::{count, fill, named, text};
use crate::store;
use crate::ui::format;

fn or_name(key: Option<Key>, name: &str) -> String {
    key.map_or_else(|| name.to_owned(), |key| text(key).to_owned())
}

/// The label of a field.
pub fn field(object: Object, key: &str) -> String {
    or_name(shared::words::field(object, key), key)
}

/// The text of a choice, by the field that holds it; an unknown word is shown as it is.
pub fn choice(field: &str, word: &str) -> String {
    or_name(shared::words::choice(field, word), word)
}

/// One record of the kind.
pub fn object(object: Object) -> String {
    or_name(shared::words::object(object), object.word())
}

/// Records of the kind.
pub fn objects(object: Object) -> String {
    or_name(shared::words::objects(object), object.word())
}

/// A role's name; the roles that come with Kith are translated.
pub fn role(role: &shared::users::Role) -> String {
    let name = role.code.as_deref().map(|code| format!("role.{code}"));
    let key = name.and_then(|name| Key::from_name(&name));
    or_name(key, &role.name)
}

/// Why it was refused, in a sentence or two.
pub fn error(error: &ApiError) -> String {
    if error.fields.is_empty() {
        let code = format!("error.{}", error.code);
        return if error.message.is_empty() { named(&code) } else { error.message.clone() };
    }
    error.fields.values().map(field_error).collect::<Vec<_>>().join(" ")
}

/// What is wrong with a field.
pub fn field_error(error: &FieldError) -> String {
    let key = Key::from_name(&format!("error.field.{}", error.code));
    let params: Vec<(&str, &str)> = error.params.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    match key {
        Some(key) => fill(key, &params),
        None => error.message.clone(),
    }
}

/// A field's value as it is read: for history, conflicts and lists. Money
/// takes the record's `currency`.
pub fn value(object: Object, key: &str, value: &Value, currency: Option<&str>) -> String {
    if value.is_null() {
        return text(Key::ValueNone).to_owned();
    }
    let field = object.schema().field(key);
    field.and_then(|field| known(field, value, currency)).unwrap_or_else(|| plain(value))
}

fn known(field: &Field, value: &Value, currency: Option<&str>) -> Option<String> {
    let said = match field.kind {
        FieldKind::Money => match currency {
            Some(currency) => format::money(value.as_i64()?, currency),
            None => format::decimal(value.as_i64()?, 2),
        },
        FieldKind::Int { .. } if field.key == "probability" => format::percent(value.as_i64()?),
        FieldKind::Int { .. } => format::number(value.as_i64()?),
        FieldKind::Currency => format::currency_name(value.as_str()?),
        FieldKind::Bool => text(if value.as_bool()? { Key::ValueYes } else { Key::ValueNo }).to_owned(),
        FieldKind::Date => format::date(value.as_str()?.parse::<Date>().ok()?),
        FieldKind::Time => format::date_time(Instant(value.as_i64()?)),
        FieldKind::Choice(_) => choice(field.key, value.as_str()?),
        FieldKind::Ref(object) => reference(object, value)?,
        FieldKind::List(kind) => list(kind, value.as_array()?),
        FieldKind::Id | FieldKind::Text { .. } | FieldKind::LongText { .. } | FieldKind::Rank => {
            value.as_str()?.to_owned()
        }
    };
    Some(said)
}

fn reference(object: Object, id: &Value) -> Option<String> {
    let id: Uuid = id.as_str()?.parse().ok()?;
    match store::known(object, id) {
        store::Known::Here(row) => row.get("name").and_then(Value::as_str).map(str::to_owned),
        store::Known::Missing => Some(text(Key::ValueHidden).to_owned()),
        store::Known::Loading | store::Known::Failed(_) => Some("…".into()),
    }
}

fn list(kind: ListKind, items: &[Value]) -> String {
    if items.is_empty() {
        return text(Key::ValueNone).to_owned();
    }
    let each = |one: &dyn Fn(&Value) -> Option<String>| items.iter().filter_map(one).collect::<Vec<_>>().join(", ");
    let of = |object: Object, key: &'static str| {
        move |item: &Value| reference(object, if key.is_empty() { item } else { item.get(key)? })
    };
    match kind {
        ListKind::Tags => each(&|item| item.as_str().map(str::to_owned)),
        ListKind::Points => each(&|item| item.get("value")?.as_str().map(str::to_owned)),
        ListKind::Accounts => each(&of(Object::Account, "account_id")),
        ListKind::Contacts => each(&of(Object::Contact, "contact_id")),
        ListKind::Roles => each(&of(Object::Role, "")),
        ListKind::Teams => each(&of(Object::Team, "")),
        ListKind::Tickets => each(&of(Object::Ticket, "")),
        ListKind::Users => each(&of(Object::User, "")),
        ListKind::Lines => count(Plural::ValueLines, items.len()),
        ListKind::Parts => count(Plural::ValueParts, items.len()),
        ListKind::Grants => count(Plural::ValuePermissions, items.len()),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
