//! One cache of records: what the server said last, and what is shown, which
//! is that with the pending commands on top.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::{Arc, OnceLock};

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::api::ApiError;
use shared::fields::{Record, Row};
use shared::id::BatchId;
use uuid::Uuid;

use super::expected::id_of;
use super::{fetch, outbox, reference, slots};

pub type Id = (Object, Uuid);

/// A record as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Known<T> {
    Loading,
    Here(Arc<T>),
    /// There is none, or none the reader may see.
    Missing,
    Failed(Arc<ApiError>),
}

impl<T> Known<T> {
    pub fn here(self) -> Option<Arc<T>> {
        match self {
            Self::Here(record) => Some(record),
            _ => None,
        }
    }
}

/// A state of a record, typed once however often it is read.
struct Shown {
    row: Known<Row>,
    typed: OnceLock<Option<Arc<dyn Any + Send + Sync>>>,
}

impl Shown {
    fn new(row: Known<Row>) -> Arc<Self> {
        Arc::new(Self { row, typed: OnceLock::new() })
    }

    fn typed<R: Record>(&self) -> Option<Arc<R>> {
        let Known::Here(row) = &self.row else { return None };
        let parse = || parse::<R>(row).map(|record| Arc::new(record) as Arc<dyn Any + Send + Sync>);
        self.typed.get_or_init(parse).clone()?.downcast().ok()
    }
}

/// A record from its row; what does not fit the contract is reported and left out.
pub fn parse<R: Record>(row: &Row) -> Option<R> {
    serde_json::from_value(Value::Object(row.clone()))
        .inspect_err(|error| leptos::logging::error!("a {} that cannot be read: {error}", R::OBJECT))
        .ok()
}

struct Entry {
    base: Known<Row>,
    shown: ArcRwSignal<Arc<Shown>>,
    used: u64,
}

impl Entry {
    fn new() -> Self {
        Self { base: Known::Loading, shown: ArcRwSignal::new(Shown::new(Known::Loading)), used: 0 }
    }
}

thread_local! {
    static RECORDS: RefCell<HashMap<Id, Entry>> = RefCell::default();
    static WANTED: RefCell<BTreeSet<Id>> = RefCell::default();
    static HEARD: RefCell<VecDeque<(Id, BatchId)>> = RefCell::default();
    static USES: Cell<u64> = const { Cell::new(0) };
    static ROOM: Cell<usize> = const { Cell::new(KEPT) };
    static WILL_LOAD: Cell<bool> = const { Cell::new(false) };
}

/// Records beyond this number make room for newer ones.
const KEPT: usize = 4000;
const SPARE: usize = 1000;
/// The most ids that one filter test may hold.
const BATCH: usize = 200;
const REFERENCE_MS: u64 = 300;
/// As many events as one command can cause.
const REMEMBERED: usize = 1000;

fn shown(id: Id) -> Arc<Shown> {
    let signal = RECORDS.with_borrow_mut(|records| {
        if !records.contains_key(&id) {
            want(id);
        }
        let entry = records.entry(id).or_insert_with(Entry::new);
        entry.used = use_now();
        entry.shown.clone()
    });
    signal.get()
}

/// The record; loaded when nobody asked for it before. Tracked.
pub fn get<R: Record>(id: impl Into<Uuid>) -> Known<R> {
    let shown = shown((R::OBJECT, id.into()));
    match &shown.row {
        Known::Here(_) => shown.typed().map_or(Known::Missing, Known::Here),
        Known::Loading => Known::Loading,
        Known::Missing => Known::Missing,
        Known::Failed(error) => Known::Failed(error.clone()),
    }
}

/// The record without its type, as far as it is known. Tracked.
pub fn known(object: Object, id: impl Into<Uuid>) -> Known<Row> {
    shown((object, id.into())).row.clone()
}

/// The record without its type. Tracked.
pub fn row(object: Object, id: impl Into<Uuid>) -> Option<Arc<Row>> {
    known(object, id).here()
}

/// What a record is called: for the references that lists show. Tracked.
pub fn name(object: Object, id: impl Into<Uuid>) -> Option<String> {
    let row = row(object, id)?;
    row.get("name")?.as_str().map(str::to_owned)
}

/// What is shown of it now, untracked and without loading it.
pub fn peek(id: Id) -> Option<Arc<Row>> {
    let signal = RECORDS.with_borrow(|records| records.get(&id).map(|entry| entry.shown.clone()))?;
    signal.get_untracked().row.clone().here()
}

/// Whether the server has said anything of it.
pub fn is_known(id: Id) -> bool {
    RECORDS.with_borrow(|records| records.get(&id).is_some_and(|entry| entry.base != Known::Loading))
}

fn version_of(row: &Row) -> i64 {
    row.get("version").and_then(Value::as_i64).unwrap_or(0)
}

/// Takes what the server said of a record, unless something newer is known.
/// Answers its id.
pub fn put(object: Object, row: Row) -> Option<Uuid> {
    let id = id_of(&row)?;
    let key = (object, id);
    let is_news = RECORDS.with_borrow_mut(|records| {
        let entry = records.entry(key).or_insert_with(Entry::new);
        entry.used = use_now();
        let is_news = match &entry.base {
            Known::Here(known) => version_of(known) <= version_of(&row) && **known != row,
            _ => true,
        };
        if is_news {
            entry.base = Known::Here(Arc::new(row));
        }
        is_news
    });
    if is_news {
        show(key);
    }
    Some(id)
}

/// The record is no more, or no longer the reader's to see.
pub fn gone(id: Id) {
    set_base(id, Known::Missing);
}

/// The stream told what became of the record by this command.
pub fn heard(id: Id, batch: BatchId) {
    HEARD.with_borrow_mut(|heard| {
        heard.push_back((id, batch));
        let surplus = heard.len().saturating_sub(REMEMBERED);
        heard.drain(..surplus);
    });
}

/// Takes a confirmed command's effect for true, unless the stream was quicker
/// and told the truth itself. It counts as a version of its own, so that an
/// answer from before cannot undo it on the screen.
pub fn promote(id: Id, batch: BatchId, apply: impl FnOnce(Option<Row>) -> Option<Row>) {
    if HEARD.with_borrow(|heard| heard.contains(&(id, batch))) {
        return;
    }
    let base = RECORDS.with_borrow(|records| records.get(&id).map(|entry| entry.base.clone()));
    let row = base.and_then(Known::here).map(|row| Row::clone(&row));
    let was_there = row.is_some();
    let version = row.as_ref().map_or(0, version_of);
    match apply(row) {
        Some(mut row) => {
            row.insert("version".into(), (version + 1).into());
            set_base(id, Known::Here(Arc::new(row)));
        }
        None if was_there => gone(id),
        None => {}
    }
}

fn set_base(id: Id, base: Known<Row>) {
    RECORDS.with_borrow_mut(|records| records.entry(id).or_insert_with(Entry::new).base = base);
    show(id);
}

/// Works out anew what is shown; readers are told only if it differs.
pub fn show(id: Id) {
    let Some((base, signal)) =
        RECORDS.with_borrow(|records| records.get(&id).map(|entry| (entry.base.clone(), entry.shown.clone())))
    else {
        return;
    };
    let row = outbox::overlaid(id, base);
    if signal.get_untracked().row != row {
        signal.set(Shown::new(row));
    }
}

/// Makes room for a record that only a pending command knows.
pub fn expect(id: Id) {
    RECORDS.with_borrow_mut(|records| {
        records.entry(id).or_insert_with(|| Entry { base: Known::Missing, ..Entry::new() });
    });
}

/// Asks for the record anew.
pub fn reload(id: Id) {
    want(id);
}

/// What is known of these kinds is in doubt: all of it is asked for anew.
pub fn reload_all(objects: &[Object]) {
    // Small reference data comes anew as a whole.
    let is_doubtful = |id: &&Id| objects.contains(&id.0) && !reference::holds(id.0);
    let ids: Vec<Id> = RECORDS.with_borrow(|records| records.keys().filter(is_doubtful).copied().collect());
    ids.into_iter().for_each(want);
}

/// Asks for a record with all others that are asked for in this tick.
fn want(id: Id) {
    WANTED.with_borrow_mut(|wanted| wanted.insert(id));
    if !WILL_LOAD.replace(true) {
        crate::spawn::after(0, || {
            WILL_LOAD.set(false);
            load_wanted();
        });
    }
}

fn load_wanted() {
    let wanted = WANTED.take();
    for object in Object::ALL {
        let ids: Vec<Uuid> = wanted.iter().filter(|id| id.0 == *object).map(|id| id.1).collect();
        if reference::is_loading(*object) {
            // On its way as a whole; asked for one by one only if that did not bring it.
            let ids = ids.clone();
            crate::spawn::after(REFERENCE_MS, move || {
                ids.into_iter().map(|id| (*object, id)).filter(|id| !is_known(*id)).for_each(want);
            });
            continue;
        }
        for ids in ids.chunks(BATCH) {
            let ids = ids.to_vec();
            crate::spawn::local(async move { load(*object, ids).await });
        }
    }
}

fn use_now() -> u64 {
    USES.set(USES.get() + 1);
    USES.get()
}

/// Lets go of the records that were not looked at for longest. What a list in
/// sight holds, what a command waits on and what every page needs stays.
pub fn make_room() {
    if RECORDS.with_borrow(HashMap::len) <= ROOM.get() {
        return;
    }
    let in_sight = slots::ids_in_sight();
    RECORDS.with_borrow_mut(|records| {
        let is_idle = |id: &Id| !reference::holds(id.0) && !in_sight.contains(&id.1) && !outbox::is_touched(*id);
        let mut idle: Vec<(u64, Id)> =
            records.iter().map(|(id, entry)| (entry.used, *id)).filter(|(_, id)| is_idle(id)).collect();
        shared::order::sort_by(&mut idle, Ord::cmp);
        let surplus = (records.len() + SPARE).saturating_sub(KEPT).min(idle.len());
        for (_, id) in &idle[..surplus] {
            records.remove(id);
        }
        ROOM.set(KEPT.max(records.len() + SPARE));
    });
}

async fn load(object: Object, ids: Vec<Uuid>) {
    match fetch::by_ids(object, &ids).await {
        Ok(rows) => {
            let found: HashSet<Uuid> = rows.into_iter().filter_map(|row| put(object, row)).collect();
            ids.iter().filter(|id| !found.contains(id)).for_each(|id| gone((object, *id)));
        }
        Err(error) => {
            let error = Arc::new(error);
            for id in ids {
                if peek((object, id)).is_none() {
                    set_base((object, id), Known::Failed(error.clone()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn row(id: Uuid, version: i64, level: &str) -> Row {
        Row::from_iter([
            ("id".to_owned(), json!(id)),
            ("version".to_owned(), json!(version)),
            ("level".to_owned(), json!(level)),
        ])
    }

    fn level(id: Uuid) -> Option<Value> {
        peek((Object::Account, id))?.get("level").cloned()
    }

    fn set(level: &'static str) -> impl FnOnce(Option<Row>) -> Option<Row> {
        move |row| {
            row.map(|mut row| {
                row.insert("level".into(), level.into());
                row
            })
        }
    }

    #[test]
    fn an_answer_from_before_does_not_undo_a_confirmed_command() {
        let (id, batch) = (crate::id::new(), BatchId(crate::id::new()));
        put(Object::Account, row(id, 3, "A"));

        promote((Object::Account, id), batch, set("B"));
        put(Object::Account, row(id, 3, "A"));
        assert_eq!(level(id), Some(json!("B")));

        put(Object::Account, row(id, 4, "C"));
        assert_eq!(level(id), Some(json!("C")));
    }

    #[test]
    fn where_the_stream_was_quicker_its_truth_stands() {
        let (id, batch) = (crate::id::new(), BatchId(crate::id::new()));
        heard((Object::Account, id), batch);
        put(Object::Account, row(id, 5, "as the server has it"));

        promote((Object::Account, id), batch, set("as expected"));

        assert_eq!(level(id), Some(json!("as the server has it")));
    }

    #[test]
    fn what_nobody_has_heard_of_is_not_made_up() {
        let (id, batch) = (crate::id::new(), BatchId(crate::id::new()));
        promote((Object::Account, id), batch, set("B"));
        assert_eq!(level(id), None);
    }
}
