//! Tickets that have to do with this one, whichever of the two says so.

use leptos::prelude::*;
use serde_json::json;
use shared::access::{Action, Object};
use shared::change::Patch;
use shared::i18n::Key;
use shared::query::ListQuery;
use shared::tickets::Ticket;
use uuid::Uuid;

use super::split::named;
use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::record::{RefPicker, value};
use crate::store::{self, Command};
use crate::ui::{Glyph, IconButton, IconKind};

const SHOWN: u32 = 20;

#[component]
pub fn Linked(talk: Talk) -> impl IntoView {
    let own = Memo::new(move |_| of(talk));
    let others = store::list::<Ticket>(move || {
        let filter = Some(format!("related.is.{}", talk.id));
        Some(ListQuery { filter, limit: Some(SHOWN), ..ListQuery::default() })
    });
    let from_there = move || {
        let own = own.get();
        others.ids().iter().copied().filter(|id| !own.contains(id)).collect::<Vec<_>>()
    };
    let may = Memo::new(move |_| talk.shown.is_open_to(Action::Write));
    let adding = RwSignal::new(None::<Uuid>);
    let add = move |id: Option<Uuid>| {
        let Some(id) = id else { return };
        let mut all = own.get_untracked();
        if id != talk.id.0 && !all.contains(&id) {
            all.push(id);
            set(talk, &all);
        }
        adding.set(None);
    };
    let line = move |id: Uuid| {
        let label = Signal::derive(move || {
            let name = store::name(Object::Ticket, id).unwrap_or_default();
            fill(Key::InboxRelatedRemove, &[("name", &name)])
        });
        let remove = move |()| {
            let left: Vec<Uuid> = own.get_untracked().into_iter().filter(|one| *one != id).collect();
            set(talk, &left);
        };
        view! {
            <li class="row small">
                <span class="grow clip">{value::reference(Object::Ticket, id)}</span>
                <Show when=move || may.get() && own.read().contains(&id)>
                    <IconButton kind=IconKind::Small glyph=Glyph::X label on_click=remove/>
                </Show>
            </li>
        }
    };
    view! {
        <Show when=move || may.get() || !own.read().is_empty() || !others.ids().is_empty()>
            <section>
                <h3>{t(Key::InboxRelated)}</h3>
                <ul class="plain-list">
                    {move || own.get().into_iter().chain(from_there()).map(line).collect_view()}
                </ul>
                <Show when=move || may.get()>
                    <RefPicker
                        object=Object::Ticket
                        value=adding
                        label=Signal::derive(|| text(Key::InboxRelatedAdd).to_owned())
                        placeholder=Signal::derive(|| text(Key::InboxMergeFind).to_owned())
                        on_choose=add
                    />
                </Show>
            </section>
        </Show>
    }
}

/// Tracked.
fn of(talk: Talk) -> Vec<Uuid> {
    serde_json::from_value(talk.shown.get("related")).unwrap_or_default()
}

fn set(talk: Talk, all: &[Uuid]) {
    let said = untrack(|| fill(Key::InboxRelatedSet, &[("name", &named(talk))]));
    let patch = Patch::set("related", json!(all));
    store::run(Command::update_row(Object::Ticket, talk.id.0, patch).said(said));
}
