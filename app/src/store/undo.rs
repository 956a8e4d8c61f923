//! What this tab did, and how to take it back and do it again.

use std::cell::RefCell;

use shared::i18n::Key;
use shared::id::BatchId;

use super::command::Command;
use super::expected::Expected;
use super::{outbox, say};

/// One command of what a person did.
#[derive(Clone)]
pub struct Part {
    pub batch: BatchId,
    forward: Vec<Expected>,
    back: Vec<Expected>,
}

impl Part {
    pub fn of(command: &Command) -> Self {
        Self {
            batch: command.stamp.batch,
            forward: command.expected.clone(),
            back: command.inverse.clone().unwrap_or_default(),
        }
    }
}

/// What can be taken back at once: a command, or several for very many records.
struct Step {
    parts: Vec<Part>,
    /// What was said of it; no longer true once it is taken back.
    toast: Option<u32>,
    said: String,
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
    if command.is_undoable {
        remember_all(vec![Part::of(command)], toast, command.said.clone().unwrap_or_default());
    }
}

/// As `remember`, for several commands that were one to whoever gave them.
pub fn remember_all(parts: Vec<Part>, toast: Option<u32>, said: String) {
    STACKS.with_borrow_mut(|stacks| {
        stacks.redo.clear();
        stacks.undo.push(Step { parts, toast, said });
        let surplus = stacks.undo.len().saturating_sub(DEPTH);
        stacks.undo.drain(..surplus);
    });
}

/// The command did not happen after all.
pub fn forget(batch: BatchId) {
    STACKS.with_borrow_mut(|stacks| {
        for steps in [&mut stacks.undo, &mut stacks.redo] {
            for step in steps.iter_mut() {
                step.parts.retain(|part| part.batch != batch);
            }
            steps.retain(|step| !step.parts.is_empty());
        }
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
        let at = stacks.undo.iter().position(|step| step.parts.iter().any(|part| part.batch == batch))?;
        Some(stacks.undo.remove(at))
    });
    if let Some(step) = step {
        take_back(&step);
    }
}

fn take_back(step: &Step) {
    say::unsay(step.toast);
    let (commands, mut turned) = again(step);
    turned.toast = say::undone(&step.said);
    let toast = turned.toast;
    STACKS.with_borrow_mut(|stacks| stacks.redo.push(turned));
    for command in commands {
        outbox::enqueue(command, toast);
    }
}

/// Does again what was taken back last.
pub fn redo() {
    let Some(step) = STACKS.with_borrow_mut(|stacks| stacks.redo.pop()) else {
        return say::note(Key::StoreNothingToRedo);
    };
    say::unsay(step.toast);
    let (commands, mut turned) = again(&step);
    turned.toast = turned.parts.first().and_then(|part| say::redone(part.batch, &step.said));
    let toast = turned.toast;
    STACKS.with_borrow_mut(|stacks| stacks.undo.push(turned));
    for command in commands {
        outbox::enqueue(command, toast);
    }
}

/// The inverse, the last part first, and what takes it back in turn. Undoing an
/// undo is a redo: both are the same call.
fn again(step: &Step) -> (Vec<Command>, Step) {
    let turn = |part: &Part| {
        let mut command = Command::undo(part.batch);
        command.expected.clone_from(&part.back);
        command.inverse = Some(part.forward.clone());
        command
    };
    let commands: Vec<Command> = step.parts.iter().rev().map(turn).collect();
    let parts = commands.iter().map(Part::of).collect();
    (commands, Step { parts, toast: None, said: step.said.clone() })
}
