//! The steps to take before the ticket is done.

use leptos::prelude::*;
use serde_json::json;
use shared::access::{Action, Object};
use shared::change::Patch;
use shared::i18n::Key;
use shared::tickets::ChecklistItem;

use super::split::named;
use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command};
use crate::ui::{Checkbox, Glyph, IconButton, IconKind, TextInput};

#[component]
pub fn Steps(talk: Talk) -> impl IntoView {
    let steps = Memo::new(move |_| of(talk));
    let may = Memo::new(move |_| talk.shown.is_open_to(Action::Write));
    let typed = RwSignal::new(String::new());
    let add = move || {
        let text = typed.get_untracked().trim().to_owned();
        if !text.is_empty() {
            let mut all = steps.get_untracked();
            all.push(ChecklistItem { text, ..ChecklistItem::default() });
            set(talk, &all);
            typed.set(String::new());
        }
    };
    let change = move |at: usize, change: fn(&mut ChecklistItem)| {
        let mut all = steps.get_untracked();
        if let Some(item) = all.get_mut(at) {
            change(item);
            set(talk, &all);
        }
    };
    let line = move |(at, item): (usize, ChecklistItem)| {
        let checked = RwSignal::new(item.is_done);
        let label = item.text.clone();
        let is_required = item.is_required;
        let remove = move |()| {
            let mut all = steps.get_untracked();
            if at < all.len() {
                all.remove(at);
                set(talk, &all);
            }
        };
        view! {
            <li class="row small">
                <span class="grow"><Checkbox checked label disabled=Signal::derive(move || !may.get()) on_change=move |_| change(at, |item| item.is_done = !item.is_done)/></span>
                <Show when=move || may.get() fallback=move || is_required.then(|| view! { <span class="faint">{t(Key::InboxStepRequired)}</span> })>
                    <IconButton
                        kind=IconKind::Small
                        glyph=Glyph::Flag
                        label=Key::InboxStepRequired
                        pressed=Signal::stored(is_required)
                        on_click=move |()| change(at, |item| item.is_required = !item.is_required)
                    />
                    <IconButton kind=IconKind::Small glyph=Glyph::X label=Key::InboxStepRemove on_click=remove/>
                </Show>
            </li>
        }
    };
    view! {
        <Show when=move || may.get() || !steps.read().is_empty()>
            <section>
                <h3>{t(Key::InboxChecklist)}</h3>
                <ul class="plain-list">{move || steps.get().into_iter().enumerate().map(line).collect_view()}</ul>
                <Show when=move || may.get()>
                    <form on:submit=move |event| {
                        event.prevent_default();
                        add();
                    }>
                        <TextInput
                            value=typed
                            maxlength=200
                            label=Signal::derive(|| text(Key::InboxStepAdd).to_owned())
                            placeholder=Signal::derive(|| text(Key::InboxStepAdd).to_owned())
                        />
                    </form>
                </Show>
            </section>
        </Show>
    }
}

/// Tracked.
fn of(talk: Talk) -> Vec<ChecklistItem> {
    serde_json::from_value(talk.shown.get("checklist")).unwrap_or_default()
}

fn set(talk: Talk, all: &[ChecklistItem]) {
    let said = untrack(|| fill(Key::InboxStepsSet, &[("name", &named(talk))]));
    let patch = Patch::set("checklist", json!(all));
    store::run(Command::update_row(Object::Ticket, talk.id.0, patch).said(said));
}
