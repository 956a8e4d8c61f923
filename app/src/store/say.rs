//! What the store tells the reader: toasts with a way back, and refusals.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::id::BatchId;

use super::command::Command;
use super::undo;
use crate::i18n::{fill, text};
use crate::ui::{ToastAction, Toasts};
use crate::words;

thread_local! {
    static TOASTS: Cell<Option<Toasts>> = const { Cell::new(None) };
    static ROOT: RefCell<Option<Owner>> = const { RefCell::new(None) };
}

/// Called once, by the root component.
pub fn through(toasts: Toasts) {
    TOASTS.set(Some(toasts));
    ROOT.set(Owner::current());
}

/// A toast outlives the dialog or the sheet that gave the command, and so must
/// the way back that it offers.
fn with(show: impl FnOnce(Toasts) -> u32) -> Option<u32> {
    let toasts = TOASTS.get()?;
    match ROOT.with_borrow(Clone::clone) {
        Some(root) => Some(root.with(|| show(toasts))),
        None => Some(show(toasts)),
    }
}

/// A sentence without a way back.
pub fn note(key: Key) {
    let words = untrack(|| text(key));
    with(|toasts| toasts.show(words, None));
}

pub fn done(command: &Command) -> Option<u32> {
    let said = command.said.clone()?;
    if !command.is_undoable {
        return with(|toasts| toasts.show(said, None));
    }
    undoable(&said, command.stamp.batch)
}

/// With the way back of a command, or of all that were one with it.
pub fn undoable(said: &str, batch: BatchId) -> Option<u32> {
    let said = said.to_owned();
    with(|toasts| toasts.undoable(said, move || undo::undo_batch(batch)))
}

pub fn undone(said: &str) -> Option<u32> {
    let words = untrack(|| {
        if said.is_empty() { text(Key::StoreUndone).to_owned() } else { fill(Key::StoreUndoneWhat, &[("what", said)]) }
    });
    let label = untrack(|| text(Key::StoreRedo)).to_owned();
    with(|toasts| {
        let run = Callback::new(|()| undo::redo());
        toasts.show(words, Some(ToastAction { label, shortcut: Some("mod+shift+z"), run }))
    })
}

pub fn redone(batch: BatchId, said: &str) -> Option<u32> {
    let words = untrack(|| {
        if said.is_empty() { text(Key::StoreRedone).to_owned() } else { fill(Key::StoreRedoneWhat, &[("what", said)]) }
    });
    undoable(&words, batch)
}

/// A toast about something that did not happen after all.
pub fn unsay(toast: Option<u32>) {
    if let (Some(id), Some(toasts)) = (toast, TOASTS.get()) {
        toasts.dismiss(id);
    }
}

/// Says what was rolled back, and why.
pub fn refused(command: &Command, error: &ApiError) {
    let words = untrack(|| {
        let reason = words::error(error);
        match &command.said {
            Some(what) => fill(Key::StoreRolledBack, &[("what", what), ("reason", &reason)]),
            None => fill(Key::StoreNotDone, &[("reason", &reason)]),
        }
    });
    with(|toasts| toasts.wrong(words));
}
