//! One question and its answer: asked again when it is old, shown with what
//! pending commands will do to it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::api::ApiError;
use shared::query::ListQuery;

use super::expected::Expected;
use super::rows::Rows;
use super::slots::changed;
use super::{live, outbox};
use crate::api::{self, Abort, Method, Request};

const RETRY_MS: u64 = 5000;

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
    pub(super) base: RefCell<Option<Data>>,
    /// A hash of the answer's text: an equal answer wakes nobody.
    mark: Cell<u64>,
    pub(super) watchers: Cell<u32>,
    pub(super) is_stale: Cell<bool>,
    is_patched: Cell<bool>,
    pub(super) abort: RefCell<Option<Abort>>,
    run: Cell<u32>,
    pub(super) used: Cell<u64>,
    is_growing: Cell<bool>,
}

impl Slot {
    pub(super) fn new(spec: Spec) -> Self {
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

    pub(super) fn take_back(&self) {
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
                live::answered();
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

    pub(super) fn retry(self: &Rc<Self>) {
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

    pub(super) fn concerns(&self, effects: &[Expected]) -> bool {
        effects.iter().any(|effect| self.spec.objects.contains(&effect.object()))
    }

    /// Puts the pending effects on top of the answer.
    pub(super) fn show(&self, is_news: bool) {
        let Some(base) = self.base() else { return };
        let pending = if self.spec.patch.is_some() { outbox::pending(self.spec.objects) } else { Vec::new() };
        let was_patched = self.is_patched.replace(!pending.is_empty());
        if is_news || was_patched || !pending.is_empty() {
            self.data.set(Some(self.patched(base, &pending)));
        }
    }

    /// Takes effects for true until the server is asked again.
    pub(super) fn promote(&self, effects: &[Expected]) {
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
