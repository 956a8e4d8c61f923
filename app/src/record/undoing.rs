//! What takes one change of one record back, whatever else its command did.

use serde_json::Value;
use shared::access::Object;
use shared::change::{Change, ChangeUndo, Operation, UndoBatch, UndoChange};
use shared::fields::{Row, STAMPS, Schema, row_with};
use shared::i18n::Key;
use uuid::Uuid;

use crate::i18n::fill;
use crate::store::{Command, Expected};
use crate::words;

/// The command, where there is something to take back.
pub fn of(object: Object, id: Uuid, name: &str, change: &Change) -> Option<Command> {
    let said = || fill(Key::RecordTakenBack, &[("name", name)]);
    match change.op {
        Operation::Create => Some(Command::of::<UndoBatch>(change.batch, &()).said(said())),
        Operation::Delete => None,
        Operation::Update => {
            let command = Command::of::<UndoChange>((), &ChangeUndo { seq: change.seq });
            let expected = Expected::Set { object, ids: vec![id], set: before(change) };
            Some(command.expecting(expected).said(said()))
        }
    }
}

/// What the fields of a change held, those too that held nothing.
fn before(change: &Change) -> Row {
    let keys = change.after.keys().chain(change.before.keys()).filter(|key| !STAMPS.contains(&key.as_str()));
    row_with(keys.map(|key| (key.clone(), change.before.get(key).cloned().unwrap_or_default())))
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
    fn what_was_comes_back_also_where_there_was_nothing() {
        let change = change(
            json!({ "stage_id": "a", "version": 1, "updated_at": 1 }),
            json!({ "stage_id": "b", "lost_reason": "price", "version": 2, "updated_at": 2 }),
        );
        assert_eq!(before(&change), row(json!({ "stage_id": "a", "lost_reason": null })));
    }
}
