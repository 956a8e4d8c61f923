//! The form for a new contact.

use leptos::prelude::*;
use shared::access::Object;
use shared::contacts::{AccountLink, Contact};
use shared::fields::row_of;
use shared::i18n::Key;

use super::places::PlacesEditor;
use crate::i18n::fill;
use crate::record::creating::{FormActions, Sending};
use crate::record::{Draft, FieldEditor, Similar};
use crate::ui::{Button, ButtonKind, Glyph};
use crate::{links, session};

const FURTHER: &[&str] = &["salutation", "birthday", "owner_id", "tags", "note"];

/// At the account in the address, where a page sends one here for it.
fn blank() -> Contact {
    let me = untrack(session::me);
    let account = untrack(|| links::param("account_id")).and_then(|id| id.parse().ok());
    Contact {
        owner_id: me.as_ref().map(|me| me.actor.id),
        team_id: me.and_then(|me| me.actor.team_id),
        accounts: account.map(|account_id| AccountLink { account_id, ..AccountLink::default() }).into_iter().collect(),
        ..Contact::default()
    }
}

#[component]
pub fn ContactForm() -> impl IntoView {
    let draft = Draft::of(Object::Contact, row_of(&blank()));
    let sending = Sending::new(draft);
    let has_more = RwSignal::new(false);
    let send = move || {
        sending.send::<Contact>(
            Contact::check,
            |name| fill(Key::ContactCreated, &[("name", name)]),
            |id| links::go(&format!("{}?open={id}", links::contacts())),
        );
    };
    view! {
        <form
            class="form two"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
            on:keydown=move |event| if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                send();
            }
        >
            <FieldEditor draft field_key="name" autofocus=true/>
            <FieldEditor draft field_key="job_title"/>
            <div class="whole"><FieldEditor draft field_key="points"/></div>
            <div class="whole"><Similar draft object=Object::Contact/></div>
            <div class="whole"><PlacesEditor draft/></div>
            <Show when=move || has_more.get()>
                {FURTHER.iter().map(|key| view! { <div class:whole=*key == "note"><FieldEditor draft field_key=key/></div> }).collect_view()}
            </Show>
            <Show when=move || !has_more.get()>
                <div class="whole">
                    <Button kind=ButtonKind::Quiet icon=Glyph::ChevronDown label=Key::RecordMoreFields on_click=move |()| has_more.set(true)/>
                </div>
            </Show>
            <div class="whole"><FormActions draft sending label=Key::ContactCreate/></div>
        </form>
    }
}
