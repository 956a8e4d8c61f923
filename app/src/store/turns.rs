//! One act in several commands: more records than one command takes, sent one
//! command after the other, said once and taken back as one.

use std::collections::VecDeque;

use shared::api::ApiError;
use shared::id::BatchId;

use super::command::Command;
use super::{outbox, say, undo};

/// A command with the number of records it is about.
pub type Turn = (Command, usize);

type Ended = Box<dyn FnOnce(Result<(), &ApiError>)>;

struct Act {
    turns: VecDeque<Turn>,
    parts: Vec<undo::Part>,
    records: usize,
    said: Box<dyn FnOnce(usize) -> String>,
    ended: Ended,
}

/// Does them in order. What one is refused for ends the act: the commands
/// before it stand, are said with their number of records, and can be taken back.
pub fn run_all(
    turns: Vec<Turn>,
    said: impl FnOnce(usize) -> String + 'static,
    ended: impl FnOnce(Result<(), &ApiError>) + 'static,
) {
    next(Act { turns: turns.into(), parts: Vec::new(), records: 0, said: Box::new(said), ended: Box::new(ended) });
}

fn next(mut act: Act) {
    let Some((mut command, records)) = act.turns.pop_front() else { return end(act, Ok(())) };
    outbox::foresee(&mut command);
    let part = undo::Part::of(&command);
    // Either of the two hears of it, and takes the act on.
    let act = std::rc::Rc::new(std::cell::Cell::new(Some(act)));
    let refused = act.clone();
    let command = command
        .quietly()
        .done(move |_| {
            if let Some(mut act) = act.take() {
                act.parts.push(part);
                act.records += records;
                next(act);
            }
        })
        .refused(move |error| {
            if let Some(act) = refused.take() {
                end(act, Err(error));
            }
        });
    outbox::enqueue(command, None);
}

fn end(act: Act, outcome: Result<(), &ApiError>) {
    if let Some(first) = act.parts.first().map(|part| part.batch) {
        tell(act.parts, (act.said)(act.records), first);
    }
    (act.ended)(outcome);
}

fn tell(parts: Vec<undo::Part>, said: String, first: BatchId) {
    let toast = say::undoable(&said, first);
    undo::remember_all(parts, toast, said);
}
