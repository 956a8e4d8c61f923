//! Commands on their way: applied at once, sent in order and one at a time,
//! kept while the network is away, rolled back when they are refused.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::api::ApiError;
use shared::fields::Row;
use shared::id::BatchId;

use super::command::{Answer, Command};
use super::expected::Expected;
use super::records::{self, Id, Known};
use super::{conflict, kept, say, slots, undo};
use crate::api;

/// A command in the queue.
pub struct Pending {
    pub command: Command,
    toast: Option<u32>,
    tries: u32,
}

#[derive(Default)]
struct Outbox {
    queue: VecDeque<Pending>,
    /// Effects the server confirmed of late, with the tick of their confirmation.
    settled: VecDeque<(u64, Expected)>,
    tick: u64,
}

/// What the shell shows of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub count: usize,
    /// The last try did not get through.
    pub is_offline: bool,
}

thread_local! {
    static OUTBOX: RefCell<Outbox> = RefCell::default();
    static IS_SENDING: Cell<bool> = const { Cell::new(false) };
    static WAITING: ArcRwSignal<Waiting> = ArcRwSignal::new(Waiting::default());
}

/// Questions that take longer than this many confirmations are asked again anyway.
const REMEMBERED: usize = 200;
/// A server that fails this often on one command will not do better.
const TRIES: u32 = 5;
const LONGEST_WAIT_MS: u64 = 30_000;

/// The queue as the shell shows it. Tracked.
pub fn waiting() -> Waiting {
    WAITING.with(Get::get)
}

/// The number of confirmations so far.
pub fn tick() -> u64 {
    OUTBOX.with_borrow(|outbox| outbox.tick)
}

/// What was confirmed since: an answer asked for before may not have it yet.
pub fn settled_since(tick: u64) -> Vec<Expected> {
    OUTBOX.with_borrow(|outbox| {
        outbox.settled.iter().filter(|(at, _)| *at > tick).map(|(_, effect)| effect.clone()).collect()
    })
}

/// Effects that wait for confirmation, on records of these kinds.
pub fn pending(objects: &[Object]) -> Vec<Expected> {
    OUTBOX.with_borrow(|outbox| {
        let effects = outbox.queue.iter().flat_map(|pending| &pending.command.expected);
        effects.filter(|effect| objects.contains(&effect.object())).cloned().collect()
    })
}

/// A pending command touches the record.
pub fn is_touched(id: Id) -> bool {
    OUTBOX.with_borrow(|outbox| {
        let mut effects = outbox.queue.iter().flat_map(|pending| &pending.command.expected);
        effects.any(|effect| effect.object() == id.0 && effect.touches(id.1))
    })
}

/// The record with the pending effects on top.
pub fn overlaid(id: Id, base: Known<Row>) -> Known<Row> {
    OUTBOX.with_borrow(|outbox| {
        let touches = |effect: &&Expected| effect.object() == id.0 && effect.touches(id.1);
        let mut effects = outbox.queue.iter().flat_map(|pending| &pending.command.expected).filter(touches).peekable();
        if effects.peek().is_none() {
            return base;
        }
        let row = base.clone().here().map(|row| Row::clone(&row));
        match (effects.fold(row, |row, effect| effect.apply(id.1, row)), base) {
            (Some(row), _) => Known::Here(Arc::new(row)),
            (None, Known::Here(_)) => Known::Missing,
            (None, base) => base,
        }
    })
}

fn ids_of(effects: &[Expected]) -> Vec<Id> {
    effects.iter().flat_map(|effect| effect.ids().into_iter().map(|id| (effect.object(), id))).collect()
}

/// Does it: here at once, on the server as soon as its turn comes.
pub fn run(mut command: Command) {
    foresee(&mut command);
    let toast = say::done(&command);
    undo::remember(&command, toast);
    enqueue(command, toast);
}

/// What its undo will do, as far as the records before it tell.
pub fn foresee(command: &mut Command) {
    if command.inverse.is_none() {
        let before = |object| move |id| records::peek((object, id)).map(|row| Row::clone(&row));
        let back = command.expected.iter().rev().flat_map(|effect| effect.inverse(before(effect.object())));
        command.inverse = Some(back.collect());
    }
}

/// Puts it at the end of the queue.
pub fn enqueue(command: Command, toast: Option<u32>) {
    let effects = command.expected.clone();
    ids_of(&effects).into_iter().for_each(records::expect);
    OUTBOX.with_borrow_mut(|outbox| outbox.queue.push_back(Pending { command, toast, tries: 0 }));
    show(&effects);
    queue_changed();
    pump();
}

fn show(effects: &[Expected]) {
    ids_of(effects).into_iter().for_each(records::show);
    slots::show_pending(effects);
}

fn queue_changed() {
    let count = OUTBOX.with_borrow(|outbox| {
        kept::write(outbox.queue.iter().map(|pending| &pending.command));
        outbox.queue.len()
    });
    WAITING.with(|waiting| {
        let now = Waiting { count, is_offline: count > 0 && waiting.get_untracked().is_offline };
        if waiting.get_untracked() != now {
            waiting.set(now);
        }
    });
}

fn set_offline(is_offline: bool) {
    WAITING.with(|waiting| {
        if waiting.get_untracked().is_offline != is_offline {
            waiting.update(|waiting| waiting.is_offline = is_offline);
        }
    });
}

/// Sends what waits, unless it is being sent already.
pub fn pump() {
    if !IS_SENDING.replace(true) {
        crate::spawn::local(async {
            while send_first().await {}
            IS_SENDING.set(false);
        });
    }
}

/// Whether to go on with the next.
async fn send_first() -> bool {
    let first = OUTBOX.with_borrow(|outbox| {
        let command = &outbox.queue.front()?.command;
        Some((command.request.clone(), command.stamp))
    });
    let Some((request, stamp)) = first else { return false };
    match api::send(&request, Some(stamp), None).await {
        Ok(text) => {
            set_offline(false);
            settle(stamp.batch, serde_json::from_str(&text).unwrap_or_default());
            true
        }
        Err(error) if api::is_passing(&error) || error.status == 401 => {
            let tries = OUTBOX.with_borrow_mut(|outbox| {
                outbox.queue.front_mut().map_or(0, |first| {
                    first.tries += 1;
                    first.tries
                })
            });
            if error.status == 500 && tries >= TRIES {
                refuse(stamp.batch, &error);
                return true;
            }
            set_offline(true);
            crate::spawn::after(LONGEST_WAIT_MS.min(500 << tries.min(6)), pump);
            false
        }
        Err(error) => {
            set_offline(false);
            refuse(stamp.batch, &error);
            true
        }
    }
}

fn take(batch: BatchId) -> Option<Pending> {
    OUTBOX.with_borrow_mut(|outbox| {
        let at = outbox.queue.iter().position(|pending| pending.command.stamp.batch == batch)?;
        outbox.queue.remove(at)
    })
}

fn settle(batch: BatchId, value: Value) {
    let Some(pending) = take(batch) else { return };
    let command = pending.command;
    let effects = &command.expected;
    OUTBOX.with_borrow_mut(|outbox| {
        outbox.tick += 1;
        let tick = outbox.tick;
        outbox.settled.extend(effects.iter().map(|effect| (tick, effect.clone())));
        let surplus = outbox.settled.len().saturating_sub(REMEMBERED);
        outbox.settled.drain(..surplus);
    });
    for id in ids_of(effects).into_iter().collect::<HashSet<_>>() {
        let apply = |row| {
            effects.iter().filter(|effect| effect.object() == id.0).fold(row, |row, effect| effect.apply(id.1, row))
        };
        records::promote(id, batch, apply);
    }
    slots::promote(effects);
    let answer = Answer::new(batch, value);
    let object = command.patch.as_ref().map(|patch| patch.0).or_else(|| effects.first().map(Expected::object));
    if let (Some(object), Some(row)) = (object, answer.record()) {
        records::put(object, row.clone());
    }
    show(effects);
    queue_changed();
    effects.iter().map(Expected::object).for_each(slots::invalidate);
    if let Some(done) = command.done {
        done(&answer);
    }
}

fn refuse(batch: BatchId, error: &ApiError) {
    let Some(Pending { mut command, toast, .. }) = take(batch) else { return };
    undo::forget(batch);
    // Nothing is left to take back.
    OUTBOX.with_borrow_mut(|outbox| outbox.queue.retain(|pending| pending.command.undoes != Some(batch)));
    show(&command.expected);
    queue_changed();
    say::unsay(toast);
    let refused = command.refused.take();
    if error.conflicts.is_empty() {
        if !command.is_quiet {
            say::refused(&command, error);
        }
    } else {
        conflict::ask(command, error.clone());
    }
    if let Some(refused) = refused {
        refused(error);
    }
}
