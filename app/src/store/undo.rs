//! What this tab did, and how to take it back and do it again.

use std::cell::RefCell;

use shared::i18n::Key;
use shared::id::BatchId;

use super::command::Command;
use super::expected::Expected;
use super::{outbox, say};

/// A command that can be taken back.
struct Step {
    batch: BatchId,
    /// What was said of it; no longer true once it is taken back.
    toast: Option<u32>,
    said: String,
    forward: Vec<Expected>,
    back: Vec<Expected>,
}

#[derive(Default)]
struct Stacks {
    undo: Vec<Step>,
    redo: Vec<Step>,
}

thread_local! {
    static STACKS: RefCell<Stacks> = RefCell::default();
}

/// More steps than anybody takes back one by one.
const DEPTH: usize = 100;

/// Remembers a command that a person gave. A new one ends what could be redone.
pub fn remember(command: &Command, toast: Option<u32>) {
    if !command.is_undoable {
        return;
    }
    let step = Step {
        batch: command.stamp.batch,
        toast,
        said: command.said.clone().unwrap_or_default(),
        forward: command.expected.clone(),
        back: command.inverse.clone().unwrap_or_default(),
    };
    STACKS.with_borrow_mut(|stacks| {
        stacks.redo.clear();
        stacks.undo.push(step);
        let surplus = stacks.undo.len().saturating_sub(DEPTH);
        stacks.undo.drain(..surplus);
    });
}

/// The command did not happen after all.
pub fn forget(batch: BatchId) {
    STACKS.with_borrow_mut(|stacks| {
        stacks.undo.retain(|step| step.batch != batch);
        stacks.redo.retain(|step| step.batch != batch);
    });
}

/// Takes the last command of this tab back.
pub fn undo() {
    match STACKS.with_borrow_mut(|stacks| stacks.undo.pop()) {
        Some(step) => take_back(&step),
        None => say::note(Key::StoreNothingToUndo),
    }
}

/// Takes this command back, whatever came after it.
pub fn undo_batch(batch: BatchId) {
    let step = STACKS.with_borrow_mut(|stacks| {
        let at = stacks.undo.iter().position(|step| step.batch == batch)?;
        Some(stacks.undo.remove(at))
    });
    if let Some(step) = step {
        take_back(&step);
    }
}

fn take_back(step: &Step) {
    say::unsay(step.toast);
    let mut turned = again(step);
    turned.step.toast = say::undone(&step.said);
    let toast = turned.step.toast;
    STACKS.with_borrow_mut(|stacks| stacks.redo.push(turned.step));
    outbox::enqueue(turned.command, toast);
}

/// Does again what was taken back last.
pub fn redo() {
    let Some(step) = STACKS.with_borrow_mut(|stacks| stacks.redo.pop()) else {
        return say::note(Key::StoreNothingToRedo);
    };
    say::unsay(step.toast);
    let mut turned = again(&step);
    turned.step.toast = say::redone(&turned.command, &step.said);
    let toast = turned.step.toast;
    STACKS.with_borrow_mut(|stacks| stacks.undo.push(turned.step));
    outbox::enqueue(turned.command, toast);
}

struct Turned {
    command: Command,
    /// What takes this back in turn.
    step: Step,
}

/// Undoing an undo is a redo: both are the same call.
fn again(step: &Step) -> Turned {
    let mut command = Command::undo(step.batch);
    command.expected.clone_from(&step.back);
    let step = Step {
        batch: command.stamp.batch,
        toast: None,
        said: step.said.clone(),
        forward: step.back.clone(),
        back: step.forward.clone(),
    };
    Turned { command, step }
}
