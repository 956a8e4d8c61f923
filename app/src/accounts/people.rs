//! The contacts at an account: their role there, who comes first, who has left.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::contacts::{AccountLink, Contact};
use shared::i18n::Key;
use shared::id::{AccountId, ContactId};
use shared::query::{Filter, ListQuery, text};
use uuid::Uuid;

use crate::contacts::links::{self as places, Place};
use crate::i18n::{fill, t};
use crate::record::{RefPicker, Shown, points};
use crate::store::{self, Command};
use crate::ui::place::Align;
use crate::ui::{Avatar, Button, ButtonKind, Field, Glyph, Icon, Menu, MenuItem, Tag, Tone};
use crate::{links, session};

const SHOWN: u32 = 50;

#[component]
pub fn People(shown: Shown) -> impl IntoView {
    let account = AccountId(shown.id);
    let at_account = Filter::is("accounts", shown.id);
    let asked = text::print(&at_account);
    let list = store::list::<Contact>(move || {
        Some(ListQuery {
            filter: Some(asked.clone()),
            sort: Some("name".into()),
            limit: Some(SHOWN),
            ..ListQuery::default()
        })
    });
    // Who is still there comes first, and of those who comes first.
    let people = move || {
        let mut people = list.rows();
        people.retain(|contact| places::at(contact, account).is_some());
        shared::order::sort_by_key(&mut people, |contact| {
            places::at(contact, account).map(|link| (link.has_left, !link.is_primary))
        });
        people
    };
    let is_adding = RwSignal::new(false);
    let may = Memo::new(move |_| !shown.is_past.get() && session::can(Object::Contact, Action::Write));
    let all = links::filtered(Object::Contact, &at_account);
    view! {
        <div class="section-head">
            <h3>{t(Key::AccountPeople)}</h3>
            <Show when=move || may.get() && !is_adding.get()>
                <Button kind=ButtonKind::Quiet icon=Glyph::UserPlus label=Key::AccountAddPerson on_click=move |()| is_adding.set(true)/>
            </Show>
        </div>
        <ul class="plain-list">
            {move || people().into_iter().map(|contact| person(contact, account, may)).collect_view()}
        </ul>
        <Show when=move || list.has_more()><a class="link small" href=all.clone()>{t(Key::RecordShowAll)}</a></Show>
        <Show when=move || !list.is_first() && list.ids().is_empty() && !is_adding.get()><p class="faint">{t(Key::AccountNoPeople)}</p></Show>
        <Show when=move || is_adding.get()><Add account is_adding/></Show>
    }
}

fn person(contact: Arc<Contact>, account: AccountId, may: Memo<bool>) -> impl IntoView {
    let link = places::at(&contact, account).cloned().unwrap_or_default();
    let role = link.role.clone().or_else(|| contact.job_title.clone());
    let point = contact.points.iter().min_by_key(|point| (!point.is_primary, point.kind)).cloned();
    let reach = point.and_then(|point| Some(view! {
        <a class="value-link value-ref small" href=points::href(&point)?><Icon glyph=points::glyph(point.kind)/><span class="clip">{point.value.clone()}</span></a>
    }));
    let (id, name) = (contact.id, contact.name.clone());
    let kept = StoredValue::new((contact.clone(), link.clone()));
    let label = Signal::derive(move || fill(Key::AccountPersonMenu, &[("name", &name)]));
    view! {
        <li class="row person" class:left=link.has_left>
            <Avatar id=id.to_string() name=contact.name.clone() decorative=true/>
            <div class="grow person-words">
                <span class="row">
                    <a class="value-link clip" href=links::contact(id)>{contact.name.clone()}</a>
                    {link.is_primary.then(|| view! { <Tag label=Key::AccountPrimary tone=Tone::Good/> })}
                    {link.has_left.then(|| view! { <Tag label=Key::AccountLeft/> })}
                </span>
                <span class="row faint small">{role.map(|role| view! { <span class="clip">{role}</span> })}{reach}</span>
            </div>
            <Show when=move || may.get()>
                <Menu label glyph=Glyph::Ellipsis align=Align::End>{items(account, kept.get_value())}</Menu>
            </Show>
        </li>
    }
}

fn items(account: AccountId, (contact, link): (Arc<Contact>, AccountLink)) -> impl IntoView {
    let contact = StoredValue::new(contact);
    let change =
        move |place: Place| move || contact.with_value(|contact| places::change(contact, account, place.clone()));
    view! {
        {(!link.is_primary && !link.has_left).then(|| view! {
            <MenuItem label=Key::AccountMakePrimary glyph=Glyph::Star on_choose=change(Place::First)/>
        })}
        {if link.has_left {
            view! { <MenuItem label=Key::AccountCameBack glyph=Glyph::Undo2 on_choose=change(Place::Back)/> }.into_any()
        } else {
            view! { <MenuItem label=Key::AccountHasLeft glyph=Glyph::LogOut on_choose=change(Place::Left)/> }.into_any()
        }}
        <MenuItem label=Key::AccountTakeOff glyph=Glyph::X danger=true on_choose=change(Place::Gone)/>
    }
}

/// A known contact, or a new one by the name that was typed.
#[component]
fn Add(account: AccountId, is_adding: RwSignal<bool>) -> impl IntoView {
    let value = RwSignal::new(None::<Uuid>);
    let choose = move |id: Option<Uuid>| {
        let Some(id) = id else { return };
        is_adding.set(false);
        store::ask::<shared::contacts::GetContact>(id.into(), shared::change::AsOf::default(), move |answer| {
            if let Ok(contact) = answer {
                places::change(&contact, account, Place::New);
            }
        });
    };
    let create = move |name: String| {
        is_adding.set(false);
        let link = AccountLink { account_id: account, ..AccountLink::default() };
        let contact =
            Contact { id: ContactId(crate::id::new()), name: name.clone(), accounts: vec![link], ..Contact::default() };
        store::run(Command::create(&contact).said(fill(Key::ContactCreated, &[("name", &name)])));
    };
    view! {
        <div class="add-person">
            <Field label=Key::AccountAddPerson hint=Signal::derive(|| Some(t(Key::AccountAddPersonHint)().to_owned()))>
                <RefPicker object=Object::Contact value placeholder=Key::FilterFind on_choose=choose on_create=create/>
            </Field>
            <Button kind=ButtonKind::Quiet label=Key::UiCancel on_click=move |()| is_adding.set(false)/>
        </div>
    }
}
