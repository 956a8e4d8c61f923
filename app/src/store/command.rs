//! What a person wants done: what to send, what it will do meanwhile, and what to say.

use serde_json::{Value, json};
use shared::access::Object;
use shared::api::{ApiError, Endpoint};
use shared::change::{Archive, Bulk, Patch, UndoBatch, settable};
use shared::fields::{Record, Row};
use shared::id::BatchId;
use uuid::Uuid;

use super::expected::{Expected, id_of};
use super::{paths, records};
use crate::api::{self, Method, Request, Stamp};
use crate::ui::format;

/// What the server answered to a command.
#[derive(Clone, Debug)]
pub struct Answer {
    pub batch: BatchId,
    pub seq: i64,
    /// Records that changed.
    pub changed: i64,
    /// The whole answer.
    pub value: Value,
}

impl Answer {
    pub fn new(batch: BatchId, value: Value) -> Self {
        let number = |key: &str| value.get(key).and_then(Value::as_i64);
        Self { batch, seq: number("seq").unwrap_or(0), changed: number("changed").unwrap_or(1), value }
    }

    pub fn record(&self) -> Option<&Row> {
        self.value.get("record")?.as_object()
    }
}

pub type Done = Box<dyn FnOnce(&Answer)>;
pub type Refused = Box<dyn FnOnce(&ApiError)>;
type Insist = Box<dyn FnOnce() -> Command>;

pub struct Command {
    pub(super) stamp: Stamp,
    pub(super) request: Request,
    /// The record whose answer comes back, and the fields that are set.
    pub(super) patch: Option<(Object, Uuid, Patch)>,
    pub(super) expected: Vec<Expected>,
    pub(super) inverse: Option<Vec<Expected>>,
    pub(super) said: Option<String>,
    pub(super) is_quiet: bool,
    pub(super) is_undoable: bool,
    pub(super) undoes: Option<BatchId>,
    pub(super) done: Option<Done>,
    pub(super) refused: Option<Refused>,
    pub(super) insist: Option<Insist>,
}

impl Command {
    /// A call of the contract as a command.
    #[expect(clippy::needless_pass_by_value, reason = "ids are handed over as they are")]
    pub fn of<E: Endpoint>(path: E::Path, input: &E::Input) -> Self {
        Self::sending(api::request::<E>(&path, input))
    }

    pub(super) fn sending(request: Request) -> Self {
        let stamp = Stamp { batch: BatchId(crate::id::new()), made_at: format::now() };
        Self {
            stamp,
            request,
            patch: None,
            expected: Vec::new(),
            inverse: None,
            said: None,
            is_quiet: false,
            is_undoable: true,
            undoes: None,
            done: None,
            refused: None,
            insist: None,
        }
    }

    fn to(method: Method, url: impl Into<String>, body: String) -> Self {
        Self::sending(Request { method, url: url.into(), body: Some(body) })
    }

    /// A new record; its id is the caller's.
    pub fn create<R: Record>(record: &R) -> Self {
        Self::create_row(R::OBJECT, shared::fields::row_of(record))
    }

    pub fn create_row(object: Object, row: Row) -> Self {
        let new = json!({ "id": id_of(&row), "values": settable(object, row.clone()) });
        Self::to(Method::POST, paths::of(object).create, new.to_string()).expecting(Expected::Created { object, row })
    }

    /// One field of a record.
    pub fn set<R: Record>(id: impl Into<Uuid>, key: &str, value: impl Into<Value>) -> Self {
        Self::update_row(R::OBJECT, id.into(), Patch::set(key, value))
    }

    /// Some fields of a record.
    pub fn update<R: Record>(id: impl Into<Uuid>, patch: Patch) -> Self {
        Self::update_row(R::OBJECT, id.into(), patch)
    }

    /// Some fields of a record whose kind is known at run time. What the patch
    /// has no base for was seen as the cache shows it.
    pub fn update_row(object: Object, id: Uuid, mut patch: Patch) -> Self {
        let seen = records::peek((object, id));
        for key in patch.set.keys().filter(|key| !patch.base.contains_key(*key)).cloned().collect::<Vec<_>>() {
            if let Some(seen) = &seen {
                let value = seen.get(&key).cloned().unwrap_or_default();
                patch.base.insert(key, value);
            }
        }
        let url = paths::of(object).update.replace("{id}", &id.to_string());
        let expected = Expected::Set { object, ids: vec![id], set: patch.set.clone() };
        let command = Self::to(Method::PATCH, url, api::json(&patch)).expecting(expected);
        Self { patch: Some((object, id, patch)), ..command }
    }

    /// The same fields on many records.
    pub fn bulk<R: Record>(ids: Vec<Uuid>, set: Row) -> Self {
        Self::bulk_rows(R::OBJECT, ids, set)
    }

    pub fn bulk_rows(object: Object, ids: Vec<Uuid>, set: Row) -> Self {
        let bulk = Bulk { ids, set, add: Row::new() };
        let command = Self::to(Method::POST, paths::of(object).bulk, api::json(&bulk));
        command.expecting(Expected::Set { object, ids: bulk.ids, set: bulk.set })
    }

    /// Archives records, or brings them back.
    pub fn archive<R: Record>(ids: Vec<Uuid>, archived: bool) -> Self {
        Self::archive_rows(R::OBJECT, ids, archived)
    }

    pub fn archive_rows(object: Object, ids: Vec<Uuid>, archived: bool) -> Self {
        let archive = Archive { ids, archived };
        let command = Self::to(Method::POST, paths::of(object).archive, api::json(&archive));
        command.expecting(Expected::Archived { object, ids: archive.ids, archived })
    }

    /// Takes an earlier command back.
    pub(super) fn undo(batch: BatchId) -> Self {
        Self { undoes: Some(batch), ..Self::of::<UndoBatch>(batch, &()) }
    }

    /// What it does to the cache until the server has answered.
    pub fn expecting(mut self, effect: Expected) -> Self {
        self.expected.push(effect);
        self
    }

    /// What its undo will do to the cache, where the records before it do not tell.
    pub fn undoing(mut self, effect: Expected) -> Self {
        self.inverse.get_or_insert_default().push(effect);
        self
    }

    /// Says so in a toast, with a way back.
    pub fn said(mut self, text: impl Into<String>) -> Self {
        self.said = Some(text.into());
        self
    }

    /// Whoever asks for it shows a refusal where it belongs.
    pub fn quietly(mut self) -> Self {
        self.is_quiet = true;
        self
    }

    /// Cannot be undone.
    pub fn for_good(mut self) -> Self {
        self.is_undoable = false;
        self
    }

    /// Runs when the server has confirmed it.
    pub fn done(mut self, done: impl FnOnce(&Answer) + 'static) -> Self {
        self.done = Some(Box::new(done));
        self
    }

    /// Runs when the server has refused it and it is rolled back.
    pub fn refused(mut self, refused: impl FnOnce(&ApiError) + 'static) -> Self {
        self.refused = Some(Box::new(refused));
        self
    }

    /// What to do instead when somebody else was first and the reader insists.
    pub fn insisting(mut self, again: impl FnOnce() -> Self + 'static) -> Self {
        self.insist = Some(Box::new(again));
        self
    }
}
