//! Who takes part in a deal on the customer's side, and as what.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::ContactId;
use shared::opportunities::{DealContact, DealRole, Opportunity};
use uuid::Uuid;

use crate::i18n::{fill, t};
use crate::record::{RefPicker, Shown};
use crate::store::{self, Command};
use crate::ui::{Avatar, Button, ButtonKind, Choice, Field, Glyph, IconButton, IconKind, Select};
use crate::{links, words};

/// Tracked.
fn contacts(shown: Shown) -> Vec<DealContact> {
    serde_json::from_value(shown.get("contacts")).unwrap_or_default()
}

fn save(shown: Shown, contacts: &[DealContact]) {
    let said = untrack(|| {
        let name = store::name(Object::Opportunity, shown.id).unwrap_or_default();
        fill(Key::RecordChanged, &[("name", &name), ("field", &words::field(Object::Opportunity, "contacts"))])
    });
    let value = serde_json::to_value(contacts).unwrap_or_default();
    store::run(Command::set::<Opportunity>(shown.id, "contacts", value).said(said));
}

#[component]
pub fn People(shown: Shown) -> impl IntoView {
    let people = Memo::new(move |_| contacts(shown));
    let is_adding = RwSignal::new(false);
    let may = Memo::new(move |_| shown.is_open_to(Action::Write));
    view! {
        <div class="section-head">
            <h3>{move || words::field(Object::Opportunity, "contacts")}</h3>
            <Show when=move || may.get() && !is_adding.get()>
                <Button kind=ButtonKind::Quiet icon=Glyph::UserPlus label=Key::OpportunityAddContact on_click=move |()| is_adding.set(true)/>
            </Show>
        </div>
        <ul class="plain-list">
            <For each=move || people.get() key=|person| (person.contact_id, person.role) children=move |person| line(shown, person, may)/>
        </ul>
        <Show when=move || people.read().is_empty() && !is_adding.get()><p class="faint">{t(Key::OpportunityNoContacts)}</p></Show>
        <Show when=move || is_adding.get()><Add shown is_adding/></Show>
    }
}

fn line(shown: Shown, person: DealContact, may: Memo<bool>) -> impl IntoView {
    let id = person.contact_id;
    let name = Memo::new(move |_| store::name(Object::Contact, id));
    let job = move || store::row(Object::Contact, id).and_then(|row| row.get("job_title")?.as_str().map(str::to_owned));
    let role = RwSignal::new(person.role.word().to_owned());
    let options = Signal::derive(|| {
        DealRole::ALL
            .iter()
            .map(|role| Choice::new(role.word(), words::choice("deal_role", role.word())))
            .collect::<Vec<_>>()
    });
    let change = move |word: String| {
        let Ok(role) = word.parse::<DealRole>() else { return };
        let mut people = untrack(|| contacts(shown));
        people.iter_mut().filter(|person| person.contact_id == id).for_each(|person| person.role = role);
        save(shown, &people);
    };
    let remove = move |()| {
        let mut people = untrack(|| contacts(shown));
        people.retain(|person| person.contact_id != id);
        save(shown, &people);
    };
    let shown_name = move || name.get().unwrap_or_else(|| t(Key::OpportunityHiddenContact)().to_owned());
    view! {
        <li class="row person">
            <Avatar id=id.to_string() name=Signal::derive(shown_name) decorative=true/>
            <div class="grow person-words">
                <a class="value-link clip" href=links::contact(id)>{shown_name}</a>
                <span class="faint small clip">{job}</span>
            </div>
            {move || if may.get() {
                let label = Signal::derive(move || fill(Key::OpportunityRoleOf, &[("name", &shown_name())]));
                view! {
                    <span class="role"><Select value=role options label on_commit=change/></span>
                    <IconButton kind=IconKind::Small glyph=Glyph::X label=Signal::derive(move || fill(Key::UiRemoveNamed, &[("name", &shown_name())])) on_click=remove/>
                }.into_any()
            } else {
                view! { <span class="faint small">{words::choice("deal_role", person.role.word())}</span> }.into_any()
            }}
        </li>
    }
}

#[component]
fn Add(shown: Shown, is_adding: RwSignal<bool>) -> impl IntoView {
    let value = RwSignal::new(None::<Uuid>);
    let choose = move |id: Option<Uuid>| {
        let Some(id) = id.map(ContactId) else { return };
        is_adding.set(false);
        let mut people = untrack(|| contacts(shown));
        if !people.iter().any(|person| person.contact_id == id) {
            people.push(DealContact { contact_id: id, role: DealRole::default() });
            save(shown, &people);
        }
    };
    view! {
        <div class="add-person">
            <Field label=Key::OpportunityAddContact><RefPicker object=Object::Contact value placeholder=Key::FilterFind on_choose=choose/></Field>
            <Button kind=ButtonKind::Quiet label=Key::UiCancel on_click=move |()| is_adding.set(false)/>
        </div>
    }
}
