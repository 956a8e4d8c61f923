//! One path for every write: what is asked, what is answered, what is kept.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::access::Access::SignedIn;
use crate::access::Object;
use crate::api::Page;
use crate::fields::{Record, Row, row_of};
use crate::id::{BatchId, UserId};
use crate::query::Archived;
use crate::time::Instant;

crate::endpoints! {
    /// The changes of one record that the caller may read, newest first.
    ListChanges: GET  "/api/changes" (ChangeQuery) -> Page<Change>, SignedIn;
    /// Takes a command back as a new command, through the same checks.
    /// Undoing an undo is a redo.
    UndoBatch:   POST "/api/batches/{id}/undo" [BatchId] -> BulkDone, SignedIn;
    /// Takes one change of one record back, whatever else its command did: the
    /// record is again as it was, by the same inverse as a whole command's.
    UndoChange:  POST "/api/changes/undo" (ChangeUndo) -> BulkDone, SignedIn;
    /// The records that a list's question means, for commands about all of them.
    FindIds:     GET  "/api/ids" (IdsQuery) -> Vec<Uuid>, SignedIn;
}

/// A record to create. The caller makes the id, so that a repeated request
/// cannot create twice and a phone can create without a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct New<R: Record> {
    pub id: Uuid,
    pub values: Row,
    #[serde(skip)]
    kind: PhantomData<R>,
}

impl<R: Record> New<R> {
    pub fn from_values(id: Uuid, values: Row) -> Self {
        Self { id, values, kind: PhantomData }
    }

    /// Takes what a caller may set; the rest is Kith's own.
    pub fn of(id: Uuid, record: &R) -> Self {
        Self::from_values(id, settable(R::OBJECT, row_of(record)))
    }
}

/// What a caller may set of a new record.
pub fn settable(object: Object, mut values: Row) -> Row {
    let schema = object.schema();
    values.retain(|key, value| {
        // Text that was never filled in is absent, not empty.
        !value.is_null() && value != "" && schema.field(key).is_some_and(|field| !field.read_only && !field.secret)
    });
    values
}

/// Fields to set. `base` holds what the writer saw: where the record moved on
/// from it, the answer is a conflict that names who changed what. A field
/// without a base is set whatever it held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    pub set: Row,
    #[serde(default)]
    pub base: Row,
}

impl Patch {
    pub fn set(key: &str, value: impl Into<Value>) -> Self {
        Self::default().and(key, value)
    }

    pub fn and(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.set.insert(key.into(), value.into());
        self
    }

    pub fn base(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.base.insert(key.into(), value.into());
        self
    }
}

/// Whom a command gives a record to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    from = "Option<T>",
    into = "Option<T>",
    bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>")
)]
pub enum Assign<T> {
    /// Nobody else; absent on the wire.
    #[default]
    Keep,
    /// Nobody at all; `null` on the wire.
    Nobody,
    To(T),
}

impl<T> From<Option<T>> for Assign<T> {
    fn from(wanted: Option<T>) -> Self {
        wanted.map_or(Self::Nobody, Self::To)
    }
}

impl<T> From<Assign<T>> for Option<T> {
    fn from(wanted: Assign<T>) -> Self {
        match wanted {
            Assign::To(one) => Some(one),
            Assign::Keep | Assign::Nobody => None,
        }
    }
}

impl<T> Assign<T> {
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Assign<U> {
        match self {
            Self::Keep => Assign::Keep,
            Self::Nobody => Assign::Nobody,
            Self::To(one) => Assign::To(to(one)),
        }
    }
}

impl<T: ToString> Assign<T> {
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// What the field is set to, if it is set.
    pub fn value(&self) -> Option<Value> {
        match self {
            Self::Keep => None,
            Self::Nobody => Some(Value::Null),
            Self::To(one) => Some(one.to_string().into()),
        }
    }
}

/// The same fields set on many records: one command, one undo, all or nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    /// At most 1,000.
    pub ids: Vec<Uuid>,
    #[serde(default)]
    pub set: Row,
    /// Words to add to lists of words: the tags to put on each.
    #[serde(default, skip_serializing_if = "Row::is_empty")]
    pub add: Row,
}

/// Records to archive, or to bring back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    pub ids: Vec<Uuid>,
    pub archived: bool,
}

/// What a command left behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done<T> {
    pub record: T,
    /// The handle to undo it: the command's idempotency key.
    pub batch: BatchId,
    /// The log's number of the last change.
    pub seq: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BulkDone {
    pub batch: BatchId,
    pub seq: i64,
    /// Records that changed.
    pub changed: i64,
}

/// A field that somebody else changed meanwhile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    pub object: Object,
    pub id: Uuid,
    pub field: String,
    pub mine: Value,
    pub theirs: Value,
    pub by: Option<UserId>,
    pub by_name: String,
    pub at: Instant,
}

choices! {
    pub enum Operation {
        Create = "create",
        Update = "update",
        /// Only the undo of a creation deletes; people archive.
        Delete = "delete",
    }
}

choices! {
    /// What made a change.
    pub enum Cause {
        User = "user",
        Import = "import",
        Undo = "undo",
        Rule = "rule",
        /// Tickets find their people by it.
        Routing = "routing",
        Demo = "demo",
        /// A customer, on the portal.
        Portal = "portal",
    }
}

/// A line of the change log: only the fields that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub seq: i64,
    pub batch: BatchId,
    pub object: Object,
    pub id: Uuid,
    pub op: Operation,
    pub before: Row,
    pub after: Row,
    pub actor: Option<UserId>,
    pub actor_name: String,
    pub cause: Cause,
    /// When the writer made it; on a phone, before it reached the server.
    pub made_at: Instant,
    pub applied_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeQuery {
    pub object: Object,
    pub id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A line of the log to take back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeUndo {
    pub seq: i64,
}

/// The most records of one answer to `FindIds`.
pub const MAX_IDS: usize = 20_000;

/// A list's question, without its order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdsQuery {
    pub object: Object,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<Archived>,
}

/// The moment to look at a record as of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AsOf {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opportunities::Move;
    use serde_json::json;

    #[test]
    fn an_absent_owner_is_kept_and_null_is_nobody() {
        let bob = UserId(Uuid::from_u128(7));
        let owners = [Assign::Keep, Assign::Nobody, Assign::To(bob)];
        let sent = owners.map(|owner_id| json!(Move { owner_id, ..Move::default() }));
        assert_eq!(sent.clone().map(|sent| sent.get("owner_id").cloned()), [None, Some(json!(null)), Some(json!(bob))]);
        assert_eq!(sent.map(|sent| serde_json::from_value::<Move>(sent).unwrap().owner_id), owners);
    }
}
