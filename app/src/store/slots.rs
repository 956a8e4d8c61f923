//! Answers of the server by question: kept while they are fresh, shown while
//! they are renewed, and patched with what pending commands will do.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::api::ApiError;
use shared::query::ListQuery;
use uuid::Uuid;

use super::expected::Expected;
use super::rows::Rows;
use super::{live, outbox};
use crate::api::{self, Abort, Method, Request};
use crate::ui::format;

pub type Data = Arc<dyn Any + Send + Sync>;
/// Applies pending effects to an answer.
pub type Patch = Rc<dyn Fn(&Data, &[Expected]) -> Data>;

/// How an answer is got.
pub enum Source {
    Answer {
        url: String,
        read: fn(&str) -> Result<Data, ApiError>,
    },
    /// Rows go to the record cache; the answer is their ids.
    Rows {
        object: Object,
        query: ListQuery,
        whole: bool,
    },
}

/// A question.
pub struct Spec {
    /// Names it; the same key is the same question.
    pub key: String,
    /// Kinds of records whose changes make the answer old.
    pub objects: &'static [Object],
    pub source: Source,
    pub patch: Option<Patch>,
}

#[derive(Clone, Default)]
pub struct Status {
    pub is_loading: bool,
    pub error: Option<Arc<ApiError>>,
}

pub struct Slot {
    pub spec: Spec,
    data: ArcRwSignal<Option<Data>>,
    status: ArcRwSignal<Status>,
    base: RefCell<Option<Data>>,
    /// A hash of the answer's text: an equal answer wakes nobody.
    mark: Cell<u64>,
    watchers: Cell<u32>,
    is_stale: Cell<bool>,
    is_patched: Cell<bool>,
    abort: RefCell<Option<Abort>>,
    run: Cell<u32>,
    used: Cell<u64>,
    is_growing: Cell<bool>,
}

thread_local! {
    static SLOTS: RefCell<HashMap<String, Rc<Slot>>> = RefCell::default();
    static USES: Cell<u64> = const { Cell::new(0) };
    static HOLDS: Cell<u32> = const { Cell::new(0) };
    /// The first and the last change that nobody has asked about yet.
    static CHANGED: Cell<Option<(i64, i64)>> = const { Cell::new(None) };
}

/// Answers nobody looks at are kept up to this number.
const KEPT: usize = 40;
const RETRY_MS: u64 = 5000;
const QUIET_MS: i64 = 150;
const PATIENCE_MS: i64 = 1000;

/// The slot of a question; a new one begins to load.
pub fn open(spec: Spec) -> String {
    let key = spec.key.clone();
    let known = find(&key);
    let slot = known.clone().unwrap_or_else(|| {
        let slot = Rc::new(Slot::new(spec));
        SLOTS.with_borrow_mut(|slots| slots.insert(key.clone(), slot.clone()));
        slot
    });
    slot.used.set(USES.get());
    USES.set(USES.get() + 1);
    if known.is_none() {
        evict();
    }
    let is_under_way = slot.abort.borrow().is_some();
    let is_old =
        slot.base.borrow().is_none() || slot.is_stale.get() || !live::is_connected() || slot.spec.objects.is_empty();
    if is_old && !is_under_way {
        slot.refresh();
    }
    key
}

pub fn find(key: &str) -> Option<Rc<Slot>> {
    SLOTS.with_borrow(|slots| slots.get(key).cloned())
}

fn evict() {
    SLOTS.with_borrow_mut(|slots| {
        let mut idle: Vec<(u64, String)> = slots
            .iter()
            .filter(|(_, slot)| slot.watchers.get() == 0 && slot.abort.borrow().is_none())
            .map(|(key, slot)| (slot.used.get(), key.clone()))
            .collect();
        shared::order::sort_by(&mut idle, Ord::cmp);
        let surplus = idle.len().saturating_sub(KEPT);
        idle.drain(..surplus).for_each(|(_, key)| drop(slots.remove(&key)));
    });
}

/// Somebody looks at the answer; a question nobody waits for is taken back.
pub struct Watch(Rc<Slot>);

impl Watch {
    pub fn of(key: &str) -> Option<Self> {
        let slot = find(key)?;
        slot.watchers.set(slot.watchers.get() + 1);
        Some(Self(slot))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let left = self.0.watchers.get().saturating_sub(1);
        self.0.watchers.set(left);
        if left == 0 {
            self.0.take_back();
        }
    }
}

impl Slot {
    fn new(spec: Spec) -> Self {
        Self {
            spec,
            data: ArcRwSignal::new(None),
            status: ArcRwSignal::new(Status { is_loading: true, error: None }),
            base: RefCell::default(),
            mark: Cell::default(),
            watchers: Cell::default(),
            is_stale: Cell::default(),
            is_patched: Cell::default(),
            abort: RefCell::default(),
            run: Cell::default(),
            used: Cell::default(),
            is_growing: Cell::default(),
        }
    }

    /// Tracked.
    pub fn data(&self) -> Option<Data> {
        self.data.get()
    }

    /// Tracked.
    pub fn status(&self) -> Status {
        self.status.get()
    }

    pub fn status_now(&self) -> Status {
        self.status.get_untracked()
    }

    pub fn base(&self) -> Option<Data> {
        self.base.borrow().clone()
    }

    fn take_back(&self) {
        if self.abort.take().is_some() {
            self.run.set(self.run.get() + 1);
            self.is_stale.set(true);
        }
    }

    /// Asks again; while a question is under way, once more after it.
    pub fn refresh(self: &Rc<Self>) {
        self.is_stale.set(true);
        if self.abort.borrow().is_some() {
            return;
        }
        let abort = Abort::new();
        let signal = abort.signal();
        self.abort.replace(Some(abort));
        self.is_stale.set(false);
        let run = self.run.get() + 1;
        self.run.set(run);
        let slot = self.clone();
        crate::spawn::local(async move {
            slot.status.update(|status| status.is_loading = true);
            let began = outbox::tick();
            let outcome = slot.ask(signal.as_ref()).await;
            if slot.run.get() == run {
                slot.abort.replace(None);
                slot.take(outcome, began);
            }
        });
    }

    async fn ask(&self, abort: Option<&web_sys::AbortSignal>) -> Result<(Data, u64), ApiError> {
        match &self.spec.source {
            Source::Answer { url, read } => {
                let request = Request { method: Method::GET, url: url.clone(), body: None };
                let text = api::send(&request, None, abort).await?;
                let mark = hash(text.bytes());
                if mark == self.mark.get()
                    && let Some(data) = self.base()
                {
                    return Ok((data, mark));
                }
                Ok((read(&text)?, mark))
            }
            Source::Rows { object, query, whole } => {
                let wanted = self.base().and_then(|data| data.downcast::<Rows>().ok()).map_or(0, |rows| rows.ids.len());
                let rows = Rows::load(*object, query, if *whole { usize::MAX } else { wanted }, abort).await?;
                let mark = rows.mark();
                Ok((Arc::new(rows), mark))
            }
        }
    }

    fn take(self: &Rc<Self>, outcome: Result<(Data, u64), ApiError>, began: u64) {
        match outcome {
            Ok((data, mark)) => {
                self.status.set(Status::default());
                if mark != self.mark.get() || self.base.borrow().is_none() {
                    self.mark.set(mark);
                    let settled = outbox::settled_since(began);
                    self.base.replace(Some(self.patched(data, &settled)));
                    self.show(true);
                }
            }
            Err(error) if api::is_aborted(&error) => return,
            Err(error) => {
                let is_passing = api::is_passing(&error);
                self.status.set(Status { is_loading: false, error: Some(Arc::new(error)) });
                if is_passing {
                    self.try_later();
                }
                return;
            }
        }
        if self.is_stale.get() {
            changed();
        }
    }

    /// A lost question is asked again as long as somebody waits for it.
    fn try_later(self: &Rc<Self>) {
        self.is_stale.set(true);
        let slot = self.clone();
        crate::spawn::after(RETRY_MS, move || slot.retry());
    }

    fn retry(self: &Rc<Self>) {
        if self.watchers.get() > 0 && self.status_now().error.is_some() {
            self.refresh();
        }
    }

    fn patched(&self, data: Data, effects: &[Expected]) -> Data {
        match &self.spec.patch {
            Some(patch) if !effects.is_empty() => patch(&data, effects),
            _ => data,
        }
    }

    fn concerns(&self, effects: &[Expected]) -> bool {
        effects.iter().any(|effect| self.spec.objects.contains(&effect.object()))
    }

    /// Puts the pending effects on top of the answer.
    fn show(&self, is_news: bool) {
        let Some(base) = self.base() else { return };
        let pending = if self.spec.patch.is_some() { outbox::pending(self.spec.objects) } else { Vec::new() };
        let was_patched = self.is_patched.replace(!pending.is_empty());
        if is_news || was_patched || !pending.is_empty() {
            self.data.set(Some(self.patched(base, &pending)));
        }
    }

    /// Takes effects for true until the server is asked again.
    fn promote(&self, effects: &[Expected]) {
        if let Some(base) = self.base().filter(|_| self.spec.patch.is_some()) {
            self.base.replace(Some(self.patched(base, effects)));
            self.mark.set(0);
        }
    }

    /// Whether the next page may be asked for now.
    pub fn begin_more(&self) -> bool {
        !self.is_growing.replace(true)
    }

    pub fn end_more(&self) {
        self.is_growing.set(false);
    }

    /// Puts `data` behind what is there, unless the answer changed meanwhile.
    pub fn replace(&self, old: &Data, data: Data) {
        let is_same = self.base().is_some_and(|base| Arc::ptr_eq(&base, old));
        if is_same {
            self.base.replace(Some(data));
            self.mark.set(0);
            self.show(true);
        }
    }
}

/// FNV-1a: two answers of one question hardly ever collide.
pub fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn all() -> Vec<Rc<Slot>> {
    SLOTS.with_borrow(|slots| slots.values().cloned().collect())
}

/// The records of every list somebody looks at.
pub fn ids_in_sight() -> HashSet<Uuid> {
    let watched = all().into_iter().filter(|slot| slot.watchers.get() > 0);
    let rows = watched.filter_map(|slot| slot.base()?.downcast::<Rows>().ok());
    rows.flat_map(|rows| Vec::clone(&rows.ids)).collect()
}

/// The pending commands are others now.
pub fn show_pending(effects: &[Expected]) {
    all().iter().filter(|slot| slot.concerns(effects)).for_each(|slot| slot.show(false));
}

/// The server has confirmed these effects.
pub fn promote(effects: &[Expected]) {
    all().iter().filter(|slot| slot.concerns(effects)).for_each(|slot| slot.promote(effects));
}

/// Records of this kind changed: what was answered about them is asked again
/// when it has been quiet for a moment.
pub fn invalidate(object: Object) {
    all().iter().filter(|slot| slot.spec.objects.contains(&object)).for_each(|slot| slot.is_stale.set(true));
    changed();
}

/// Nothing that was answered can be relied on.
pub fn invalidate_all() {
    for slot in all() {
        slot.is_stale.set(true);
    }
    changed();
}

/// The server can be reached again: what failed is asked anew.
pub fn retry() {
    all().iter().for_each(Slot::retry);
}

fn changed() {
    let now = format::now().0;
    let first = CHANGED.get().map(|(first, _)| first);
    CHANGED.set(Some((first.unwrap_or(now), now)));
    if first.is_none() {
        wait();
    }
}

fn wait() {
    crate::spawn::after(QUIET_MS.unsigned_abs(), || {
        let Some((first, last)) = CHANGED.get() else { return };
        let now = format::now().0;
        let is_quiet = now - last >= QUIET_MS - 10 || now - first >= PATIENCE_MS;
        if HOLDS.get() > 0 || !is_quiet {
            return wait();
        }
        CHANGED.set(None);
        all().iter().filter(|slot| slot.is_stale.get() && slot.watchers.get() > 0).for_each(Slot::refresh);
    });
}

/// While it lives, no live change is fetched: nothing moves under a drag.
pub struct Hold(());

pub fn hold() -> Hold {
    HOLDS.set(HOLDS.get() + 1);
    Hold(())
}

impl Drop for Hold {
    fn drop(&mut self) {
        HOLDS.set(HOLDS.get().saturating_sub(1));
    }
}
