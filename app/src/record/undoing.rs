//! What takes one change of one record back, whatever else its command did.

use serde_json::Value;
use shared::change::{Change, Operation, Patch, UndoBatch};
use shared::fields::{Row, Schema};
use shared::i18n::Key;
use uuid::Uuid;

use crate::i18n::fill;
use crate::store::Command;
use crate::words;

/// The fields of a change that a person may set, before and after.
fn settable(schema: &Schema, change: &Change) -> Patch {
    let mut patch = Patch::default();
    let is_ours = |key: &&String| schema.field(key).is_some_and(|field| !field.read_only && !field.secret);
    let keys = change.before.keys().chain(change.after.keys());
    for key in keys.filter(is_ours) {
        let of = |row: &Row| row.get(key).cloned().unwrap_or(Value::Null);
        patch.set.insert(key.clone(), of(&change.before));
        patch.base.insert(key.clone(), of(&change.after));
    }
    patch
}

/// Archived or brought back, and nothing else: `Some` of what it was before.
fn was_archived(change: &Change) -> Option<bool> {
    let of = |row: &Row| row.get("archived_at").is_some_and(|at| !at.is_null());
    (of(&change.before) != of(&change.after)).then(|| of(&change.before))
}

/// The command, where there is something to take back.
pub fn of(schema: &Schema, id: Uuid, name: &str, change: &Change) -> Option<Command> {
    let said = || fill(Key::RecordTakenBack, &[("name", name)]);
    match change.op {
        Operation::Create => Some(Command::of::<UndoBatch>(change.batch, &()).said(said())),
        Operation::Delete => None,
        Operation::Update => {
            if let Some(archived) = was_archived(change) {
                return Some(Command::archive_rows(schema.object, vec![id], archived).said(said()));
            }
            let patch = settable(schema, change);
            (!patch.set.is_empty()).then(|| Command::update_row(schema.object, id, patch).said(said()))
        }
    }
}

/// A change of one field in words: its label, what was, what is.
pub struct Said {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// What a change did, field by field, without what Kith keeps for itself. Tracked.
pub fn said(schema: &'static Schema, change: &Change, currency: Option<&str>) -> Vec<Said> {
    let is_told = |key: &&str| {
        let is_stamp = matches!(*key, "id" | "version" | "updated_at" | "created_at" | "created_by" | "rank");
        !is_stamp && schema.field(key).is_some()
    };
    let mut keys: Vec<&str> =
        change.before.keys().chain(change.after.keys()).map(String::as_str).filter(is_told).collect();
    shared::order::sort_by_key(&mut keys, |key| schema.fields.iter().position(|field| field.key == *key));
    keys.dedup();
    let word = |key: &str, row: &Row| words::value(schema.object, key, row.get(key).unwrap_or(&Value::Null), currency);
    let one = |key: &str| Said {
        field: words::field(schema.object, key),
        before: word(key, &change.before),
        after: word(key, &change.after),
    };
    keys.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use shared::access::Object;
    use shared::change::Cause;
    use shared::time::Instant;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn row(value: Value) -> Row {
        let Value::Object(row) = value else { panic!("an object") };
        row
    }

    fn change(before: Value, after: Value) -> Change {
        Change {
            seq: 7,
            batch: Uuid::nil().into(),
            object: Object::Account,
            id: Uuid::nil(),
            op: Operation::Update,
            before: row(before),
            after: row(after),
            actor: None,
            actor_name: String::new(),
            cause: Cause::User,
            made_at: Instant(0),
            applied_at: Instant(0),
        }
    }

    #[test]
    fn what_was_comes_back_only_if_it_is_still_as_the_change_left_it() {
        let change = change(
            json!({ "level": null, "version": 1, "updated_at": 1 }),
            json!({ "level": "A", "version": 2, "updated_at": 2 }),
        );
        let patch = settable(Object::Account.schema(), &change);
        assert_eq!(patch, Patch::set("level", Value::Null).base("level", "A"));
    }

    #[test]
    fn archiving_is_taken_back_by_bringing_back() {
        assert_eq!(was_archived(&change(json!({ "archived_at": null }), json!({ "archived_at": 5 }))), Some(false));
        assert_eq!(was_archived(&change(json!({ "level": null }), json!({ "level": "A" }))), None);
    }
}
