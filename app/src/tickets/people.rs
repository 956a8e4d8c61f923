//! Who takes part in the ticket beside whoever asks.

use leptos::prelude::*;
use serde_json::json;
use shared::access::{Action, Object};
use shared::change::Patch;
use shared::i18n::Key;
use shared::tickets::Participant;
use uuid::Uuid;

use super::split::named;
use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::record::{RefPicker, value};
use crate::store::{self, Command};
use crate::ui::{Glyph, IconButton, IconKind};

#[component]
pub fn People(talk: Talk) -> impl IntoView {
    let people = Memo::new(move |_| of(talk));
    let may = Memo::new(move |_| talk.shown.is_open_to(Action::Write));
    let adding = RwSignal::new(None::<Uuid>);
    let add = move |id: Option<Uuid>| {
        let Some(id) = id else { return };
        let mut all = people.get_untracked();
        all.push(Participant { contact_id: id.into(), ..Participant::default() });
        set(talk, &all);
        adding.set(None);
    };
    let line = move |one: Participant| {
        let id = one.contact_id;
        let label = Signal::derive(move || {
            let name = store::name(Object::Contact, id).unwrap_or_default();
            fill(Key::InboxParticipantRemove, &[("name", &name)])
        });
        let remove = move |()| {
            let left: Vec<_> = people.get_untracked().into_iter().filter(|one| one.contact_id != id).collect();
            set(talk, &left);
        };
        view! {
            <li class="row small">
                <span class="grow clip">{value::reference(Object::Contact, id.0)}</span>
                <Show when=move || may.get()>
                    <IconButton kind=IconKind::Small glyph=Glyph::X label on_click=remove/>
                </Show>
            </li>
        }
    };
    view! {
        <Show when=move || may.get() || !people.read().is_empty()>
            <section>
                <h3>{t(Key::InboxParticipants)}</h3>
                <ul class="plain-list">{move || people.get().into_iter().map(line).collect_view()}</ul>
                <Show when=move || may.get()>
                    <RefPicker
                        object=Object::Contact
                        value=adding
                        label=Signal::derive(|| text(Key::InboxParticipantAdd).to_owned())
                        placeholder=Signal::derive(|| text(Key::InboxParticipantAdd).to_owned())
                        on_choose=add
                    />
                </Show>
            </section>
        </Show>
    }
}

/// Tracked.
fn of(talk: Talk) -> Vec<Participant> {
    serde_json::from_value(talk.shown.get("participants")).unwrap_or_default()
}

fn set(talk: Talk, all: &[Participant]) {
    let said = untrack(|| fill(Key::InboxParticipantsSet, &[("name", &named(talk))]));
    let patch = Patch::set("participants", json!(all));
    store::run(Command::update_row(Object::Ticket, talk.id.0, patch).said(said));
}
