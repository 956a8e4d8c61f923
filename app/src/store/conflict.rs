//! Somebody else was first: mine or theirs, field by field in sight.

use std::cell::RefCell;
use std::collections::VecDeque;

use leptos::prelude::*;
use shared::access::Object;
use shared::api::ApiError;
use shared::change::Conflict;
use shared::i18n::Key;

use super::command::Command;
use super::{outbox, records, say};
use crate::i18n::{fill, t};
use crate::parts::once;
use crate::ui::{Ago, Button, ButtonKind, Dialog};
use crate::{part, words};

/// A refused command, and what stands against it.
struct Case {
    command: Command,
    error: ApiError,
}

/// What the dialog shows of a case.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    object: Object,
    conflicts: Vec<Conflict>,
    may_insist: bool,
}

thread_local! {
    static CASES: RefCell<VecDeque<Case>> = RefCell::default();
    static SHOWN: ArcRwSignal<Option<Shown>> = ArcRwSignal::new(None);
}

/// Asks the reader; one case after the other.
pub fn ask(command: Command, error: ApiError) {
    CASES.with_borrow_mut(|cases| cases.push_back(Case { command, error }));
    show_first();
}

fn show_first() {
    let shown = CASES.with_borrow(|cases| {
        let Case { command, error } = cases.front()?;
        let object = command.expected.first().map_or(Object::Opportunity, super::Expected::object);
        let may_insist = command.patch.is_some() || command.insist.is_some();
        Some(Shown { object, conflicts: error.conflicts.clone(), may_insist })
    });
    SHOWN.with(|signal| {
        if signal.get_untracked() != shown {
            signal.set(shown);
        }
    });
}

fn take_first() -> Option<Case> {
    CASES.with_borrow_mut(VecDeque::pop_front)
}

/// Does it once more, on top of what they wrote.
fn keep_mine() {
    let Some(Case { mut command, error }) = take_first() else { return };
    show_first();
    if let Some(insist) = command.insist.take() {
        return outbox::run(insist());
    }
    let Some((object, id, mut patch)) = command.patch.take() else { return };
    for conflict in error.conflicts.into_iter().filter(|conflict| conflict.id == id) {
        patch.base.insert(conflict.field, conflict.theirs);
    }
    let mut again = Command::update_row(object, id, patch);
    again.said = command.said.take();
    again.done = command.done.take();
    again.is_quiet = command.is_quiet;
    outbox::run(again);
}

/// Lets theirs stand.
fn take_theirs() {
    let Some(Case { command, error }) = take_first() else { return };
    let object = command.expected.first().map(super::Expected::object);
    if let Some(object) = object {
        error.conflicts.iter().for_each(|conflict| records::reload((object, conflict.id)));
    }
    if command.undoes.is_some() {
        say::note(Key::StoreNotUndone);
    }
    show_first();
}

/// Mounted once, by the shell.
pub fn conflict_dialog() -> AnyView {
    let shown = SHOWN.with(Clone::clone);
    once(move || shown.read().is_some(), dialog)
}

part! { asides: fn dialog() => ConflictDialog() }

#[component]
fn ConflictDialog() -> impl IntoView {
    let shown = SHOWN.with(Clone::clone);
    let open = RwSignal::new(false);
    // The dialog's own state is the outside here: it follows the queue of cases.
    Effect::new({
        let shown = shown.clone();
        move || open.set(shown.read().is_some())
    });
    let may_insist = {
        let shown = shown.clone();
        Signal::derive(move || shown.read().as_ref().is_some_and(|case| case.may_insist))
    };
    let close = Callback::new(move |()| {
        if SHOWN.with(|shown| shown.get_untracked().is_some()) {
            take_theirs();
        }
    });
    let footer = move || {
        view! {
            <Button label=Key::StoreTakeTheirs on_click=move |()| take_theirs()/>
            <Show when=move || may_insist.get()>
                <Button label=Key::StoreKeepMine kind=ButtonKind::Primary on_click=move |()| keep_mine()/>
            </Show>
        }
    };
    let cases = Signal::derive(move || shown.get());
    let cases = move || {
        cases.get().map(|case| case.conflicts.into_iter().map(|conflict| line(case.object, conflict)).collect_view())
    };
    view! {
        <Dialog open title=Key::StoreConflictTitle on_close=close footer>
            <p>{t(Key::StoreConflictText)}</p>
            {cases}
        </Dialog>
    }
}

fn line(object: Object, conflict: Conflict) -> impl IntoView {
    let Conflict { field, mine, theirs, by_name, at, .. } = conflict;
    let key = field.clone();
    let title = move || words::field(object, &key);
    let key = field.clone();
    let mine = move || words::value(object, &key, &mine, None);
    let theirs = move || words::value(object, &field, &theirs, None);
    view! {
        <section class="conflict">
            <h3>{title}</h3>
            <dl class="pairs">
                <div><dt>{t(Key::StoreMine)}</dt><dd>{mine}</dd></div>
                <div>
                    <dt>{move || fill(Key::StoreTheirs, &[("who", &by_name)])}</dt>
                    <dd>{theirs}" "<small class="faint"><Ago at=at/></small></dd>
                </div>
            </dl>
        </section>
    }
}
