//! What one is writing, kept on the server a moment after the last key, so that
//! nothing is lost by going elsewhere.

use leptos::prelude::*;
use shared::tickets::{Draft, MessageKind, PutDraft};

use super::thread::Talk;
use crate::store::{self, Command};

/// After this pause of the writer.
const PAUSE_MS: u64 = 900;

#[derive(Clone, Copy)]
pub struct Writing {
    talk: Talk,
    pub kind: RwSignal<MessageKind>,
    pub body: RwSignal<String>,
    /// The ticket's version that the writer saw when they began.
    pub seen: RwSignal<Option<i64>>,
    /// What the server has of it.
    kept: RwSignal<String>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Writing {
    /// Goes on with what was begun on this ticket before.
    pub fn new(talk: Talk) -> Self {
        let draft = talk.told.get_untracked().and_then(|told| told.draft.clone());
        let Draft { body, kind, seen } = draft.clone().unwrap_or_default();
        let writing = Self {
            talk,
            kind: RwSignal::new(kind),
            kept: RwSignal::new(body.clone()),
            body: RwSignal::new(body),
            seen: RwSignal::new(draft.map(|_| seen)),
            waiting: StoredValue::new(None),
        };
        writing.keep();
        writing
    }

    /// What was written is still on its way to the server. Tracked.
    pub fn is_unkept(self) -> bool {
        *self.kept.read() != *self.body.read()
    }

    /// The version that counts as seen: that of the first key, or of now.
    pub fn seen_version(self) -> i64 {
        self.seen.get_untracked().unwrap_or_else(|| self.version())
    }

    fn version(self) -> i64 {
        self.talk.told.get_untracked().map_or(0, |told| told.ticket.version)
    }

    /// The writer knows what was said since they began.
    pub fn catch_up(self) {
        self.seen.set(Some(self.version()));
    }

    /// Nothing is written any more: it was sent, or thrown away.
    pub fn clear(self) {
        self.stop();
        self.kept.set(String::new());
        self.body.set(String::new());
        self.seen.set(None);
    }

    /// Puts back what was taken back or refused.
    pub fn restore(self, kind: MessageKind, body: String) {
        if untrack(|| self.body.read().trim().is_empty()) {
            self.kind.set(kind);
            self.body.set(body);
        }
    }

    fn stop(self) {
        if let Some(waiting) = self.waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    }

    fn keep(self) {
        Effect::new(move |before: Option<()>| {
            self.body.track();
            self.kind.track();
            if before.is_none() {
                return;
            }
            if self.seen.get_untracked().is_none() && self.body.with_untracked(|body| !body.trim().is_empty()) {
                self.seen.set(Some(self.version()));
            }
            self.stop();
            self.waiting.set_value(crate::spawn::after(PAUSE_MS, move || self.send()));
        });
        on_cleanup(move || {
            self.stop();
            self.send();
        });
    }

    fn send(self) {
        let (Some(body), Some(kind)) = (self.body.try_get_untracked(), self.kind.try_get_untracked()) else { return };
        if self.kept.try_with_untracked(|kept| *kept == body).unwrap_or(true) {
            return;
        }
        let draft = Draft { body: body.clone(), kind, seen: untrack(|| self.seen_version()) };
        self.kept.set(body);
        store::run(Command::of::<PutDraft>(self.talk.id, &draft).for_good().quietly());
    }
}
