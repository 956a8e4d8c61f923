//! The form for a new account.

use leptos::prelude::*;
use shared::access::Object;
use shared::accounts::{Account, AccountKind};
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::UserId;

use crate::i18n::{fill, text};
use crate::record::creating::{FormActions, Sending};
use crate::record::{Draft, FieldEditor, Similar};
use crate::ui::{Button, ButtonKind, Choice, Glyph, SegmentedControl};
use crate::{links, session, words};

const OF_BOTH: &[&str] = &["source", "level", "region", "owner_id", "tags"];
const OF_ORGANIZATION: &[&str] = &["industry"];
const FURTHER: &[&str] =
    &["website", "address", "parent_id", "annual_revenue", "employees", "legal_name", "tax_no", "note"];

fn blank() -> Account {
    let me = untrack(session::me);
    Account {
        currency: untrack(session::currency),
        owner_id: me.as_ref().map(|me| me.actor.id).filter(|id| *id != UserId::default()),
        team_id: me.and_then(|me| me.actor.team_id),
        ..Account::default()
    }
}

#[component]
pub fn AccountForm() -> impl IntoView {
    let draft = Draft::of(Object::Account, row_of(&blank()));
    let sending = Sending::new(draft);
    let has_more = RwSignal::new(false);
    let send = move || {
        sending.send::<Account>(
            Account::check,
            |name| fill(Key::AccountCreated, &[("name", name)]),
            |id| links::go(&format!("{}?open={id}", links::accounts())),
        );
    };
    let is_organization = Memo::new(move |_| draft.text("kind") != AccountKind::Person.word());
    let own = move || if is_organization.get() { OF_ORGANIZATION } else { &[] };
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
            <div class="whole"><Kinds draft/></div>
            <div class="whole">
                <FieldEditor draft field_key="name" autofocus=true/>
                <Similar draft object=Object::Account/>
            </div>
            <div class="whole"><FieldEditor draft field_key="points"/></div>
            {move || own().iter().map(|key| view! { <FieldEditor draft field_key=key/> }).collect_view()}
            {OF_BOTH.iter().map(|key| view! { <FieldEditor draft field_key=key/> }).collect_view()}
            <Show when=move || has_more.get()>
                {FURTHER.iter().map(|key| view! { <div class:whole=*key == "note"><FieldEditor draft field_key=key/></div> }).collect_view()}
            </Show>
            <Show when=move || !has_more.get()>
                <div class="whole">
                    <Button kind=ButtonKind::Quiet icon=Glyph::ChevronDown label=Key::RecordMoreFields on_click=move |()| has_more.set(true)/>
                </div>
            </Show>
            <div class="whole"><FormActions draft sending label=Key::AccountCreate/></div>
        </form>
    }
}

/// An organisation or a person; their fields differ.
#[component]
fn Kinds(draft: Draft) -> impl IntoView {
    let glyph = |kind: AccountKind| if kind == AccountKind::Person { Glyph::User } else { Glyph::Building2 };
    let options = move || {
        AccountKind::ALL
            .iter()
            .map(|kind| Choice::new(kind, words::choice("kind", kind.word())).glyph(glyph(*kind)))
            .collect::<Vec<_>>()
    };
    let value = Signal::derive(move || draft.text("kind"));
    let label = Signal::derive(|| text(Key::AccountKindOf).to_owned());
    view! { <SegmentedControl label options=Signal::derive(options) value on_choose=move |word: String| draft.set("kind", word)/> }
}
