//! The steps to take before the ticket is done.

use leptos::prelude::*;
use serde_json::json;
use shared::access::{Action, Object};
use shared::change::Patch;
use shared::i18n::Key;
use shared::tickets::ChecklistItem;
use uuid::Uuid;

use super::split::named;
use super::thread::Talk;
use crate::each::each;
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
    // By place, so that the focus stays where it is when a step changes.
    let places = move || (0..steps.read().len()).map(|at| Uuid::from_u128(at as u128)).collect();
    let line = move |place: Uuid| {
        let at = usize::try_from(place.as_u128()).unwrap_or(usize::MAX);
        let item = Memo::new(move |_| steps.read().get(at).cloned().unwrap_or_default());
        let checked = RwSignal::new(item.read_untracked().is_done);
        Effect::new(move || checked.set(item.read().is_done));
        let is_required = Memo::new(move |_| item.read().is_required);
        let remove = move |()| {
            let mut all = steps.get_untracked();
            if at < all.len() {
                all.remove(at);
                set(talk, &all);
            }
        };
        view! {
            <li class="row small">
                <span class="grow"><Checkbox
                    checked
                    label=Signal::derive(move || item.read().text.clone())
                    disabled=Signal::derive(move || !may.get())
                    on_change=move |_| change(at, |item| item.is_done = !item.is_done)
                /></span>
                <Show when=move || may.get() fallback=move || view! { <span class="faint">{move || is_required.get().then(|| text(Key::InboxStepRequired))}</span> }>
                    <IconButton
                        kind=IconKind::Small
                        glyph=Glyph::Flag
                        label=Key::InboxStepRequired
                        pressed=is_required
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
                <ul class="plain-list">{each(places, move |place| line(place).into_any())}</ul>
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
