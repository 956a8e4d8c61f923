//! The accounts a contact is at, or was: on the record and in the form.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::contacts::{AccountLink, Contact};
use shared::i18n::Key;
use shared::id::AccountId;
use uuid::Uuid;

use super::links::{Place, change};
use crate::each::each;
use crate::i18n::{fill, t};
use crate::record::{Draft, RefPicker, Shown};
use crate::store;
use crate::ui::place::Align;
use crate::ui::{Button, ButtonKind, Checkbox, Field, Glyph, Icon, IconButton, Menu, MenuItem, Tag, TextInput, Tone};
use crate::{links, words};

/// The places on a contact's record, each changed at once.
#[component]
pub fn Places(shown: Shown) -> impl IntoView {
    let may = Memo::new(move |_| shown.is_open_to(Action::Write));
    let is_adding = RwSignal::new(false);
    let places =
        Memo::new(move |_| serde_json::from_value::<Vec<AccountLink>>(shown.get("accounts")).unwrap_or_default());
    let value = RwSignal::new(None::<Uuid>);
    let add = move |id: Option<Uuid>| {
        if let Some(id) = id {
            is_adding.set(false);
            value.set(None);
            run(shown.id, id.into(), Place::New);
        }
    };
    view! {
        <div class="section-head">
            <h3>{move || words::field(Object::Contact, "accounts")}</h3>
            <Show when=move || may.get() && !is_adding.get()>
                <Button kind=ButtonKind::Quiet icon=Glyph::Plus label=Key::ContactAddAccount on_click=move |()| is_adding.set(true)/>
            </Show>
        </div>
        <ul class="plain-list">{move || places.get().into_iter().map(|link| place(shown.id, link, may)).collect_view()}</ul>
        <Show when=move || places.read().is_empty() && !is_adding.get()><p class="faint">{t(Key::ContactNoAccount)}</p></Show>
        <Show when=move || is_adding.get()>
            <Field label=Key::ContactAddAccount><RefPicker object=Object::Account value placeholder=Key::FilterFind on_choose=add/></Field>
        </Show>
    }
}

/// On what the contact holds now, not on what the page showed.
fn run(contact: Uuid, account: AccountId, place: Place) {
    if let Some(contact) = untrack(|| store::get::<Contact>(contact).here()) {
        change(&contact, account, place);
    }
}

fn place(contact: Uuid, link: AccountLink, may: Memo<bool>) -> impl IntoView {
    let account = link.account_id;
    let name = Signal::derive(move || store::name(Object::Account, account).unwrap_or_else(|| "…".into()));
    let is_editing = RwSignal::new(false);
    let role = RwSignal::new(link.role.clone().unwrap_or_default());
    let save = move || {
        is_editing.set(false);
        let role = role.get_untracked().trim().to_owned();
        run(contact, account, Place::Role((!role.is_empty()).then_some(role)));
    };
    let words = link.role.clone();
    let label = Signal::derive(move || fill(Key::ContactPlaceMenu, &[("account", &name.read())]));
    let kept = StoredValue::new(link.clone());
    view! {
        <li class="row person" class:left=link.has_left>
            <Icon glyph=Glyph::Building2/>
            <div class="grow person-words">
                <span class="row">
                    <a class="value-link clip" href=links::account(account)>{move || name.get()}</a>
                    {link.is_primary.then(|| view! { <Tag label=Key::AccountPrimary tone=Tone::Good/> })}
                    {link.has_left.then(|| view! { <Tag label=Key::AccountLeft/> })}
                </span>
                {move || if is_editing.get() {
                    view! {
                        <form class="row" on:submit=move |event| {
                            event.prevent_default();
                            save();
                        }>
                            <TextInput value=role maxlength=120 label=Key::ContactRole autofocus=true/>
                            <Button label=Key::RecordSave submit=true/>
                        </form>
                    }.into_any()
                } else {
                    view! { <span class="faint small">{words.clone()}</span> }.into_any()
                }}
            </div>
            <Show when=move || may.get()><Menu label glyph=Glyph::Ellipsis align=Align::End>{kept.with_value(|link| items(contact, link, is_editing))}</Menu></Show>
        </li>
    }
}

fn items(contact: Uuid, link: &AccountLink, is_editing: RwSignal<bool>) -> impl IntoView + use<> {
    let account = link.account_id;
    let go = move |place: Place| move || run(contact, account, place.clone());
    let first = if link.is_primary {
        (Key::ContactNotPrimary, Place::NotFirst)
    } else {
        (Key::AccountMakePrimary, Place::First)
    };
    let left = if link.has_left { (Key::AccountCameBack, Place::Back) } else { (Key::AccountHasLeft, Place::Left) };
    view! {
        <MenuItem label=Key::ContactEditRole glyph=Glyph::Pencil on_choose=move || is_editing.set(true)/>
        {(!link.has_left).then(|| view! { <MenuItem label=first.0 glyph=Glyph::Star on_choose=go(first.1)/> })}
        <MenuItem label=left.0 glyph=Glyph::LogOut on_choose=go(left.1)/>
        <MenuItem label=Key::ContactTakeOff glyph=Glyph::X danger=true on_choose=go(Place::Gone)/>
    }
}

/// One line of the form.
#[derive(Clone, Copy)]
struct Line {
    id: Uuid,
    account: RwSignal<Option<Uuid>>,
    role: RwSignal<String>,
    is_primary: RwSignal<bool>,
}

impl Line {
    fn of(link: &AccountLink) -> Self {
        Self {
            id: crate::id::new(),
            account: RwSignal::new(Some(link.account_id.into()).filter(|id: &Uuid| !id.is_nil())),
            role: RwSignal::new(link.role.clone().unwrap_or_default()),
            is_primary: RwSignal::new(link.is_primary),
        }
    }

    fn link(self) -> Option<AccountLink> {
        let role = self.role.read().trim().to_owned();
        Some(AccountLink {
            account_id: self.account.get()?.into(),
            role: (!role.is_empty()).then_some(role),
            is_primary: self.is_primary.get(),
            has_left: false,
        })
    }
}

/// The places of a new contact.
#[component]
pub fn PlacesEditor(draft: Draft) -> impl IntoView {
    let known: Vec<AccountLink> = serde_json::from_value(untrack(|| draft.get("accounts"))).unwrap_or_default();
    let first = if known.is_empty() { vec![AccountLink::default()] } else { known };
    let lines = RwSignal::new(first.iter().map(Line::of).collect::<Vec<_>>());
    Effect::new(move || {
        let links: Vec<AccountLink> = lines.read().iter().filter_map(|line| line.link()).collect();
        draft.set("accounts", serde_json::to_value(links).unwrap_or_default());
    });
    let ids = move || lines.read().iter().map(|line| line.id).collect();
    let line = move |id: Uuid| {
        let line = lines.with_untracked(|lines| lines.iter().find(|line| line.id == id).copied());
        line.map(|line| line_view(draft, lines, line)).into_any()
    };
    view! {
        <div class="points">
            {each(ids, line)}
            <div>
                <Button kind=ButtonKind::Quiet icon=Glyph::Plus label=Key::ContactAddAccount on_click=move |()| lines.update(|lines| lines.push(Line::of(&AccountLink::default())))/>
            </div>
        </div>
    }
}

fn line_view(draft: Draft, lines: RwSignal<Vec<Line>>, line: Line) -> impl IntoView {
    // Lines without an account are not sent, and so do not count.
    let error = move || {
        let sent = |other: &&Line| other.id == line.id || other.account.read().is_some();
        let at = lines.read().iter().filter(sent).position(|other| other.id == line.id)?;
        draft.error_at("accounts", at)
    };
    view! {
        <div class="place-line">
            <Field label=Signal::derive(|| words::object(Object::Account)) error=Signal::derive(error)>
                <RefPicker object=Object::Account value=line.account placeholder=Key::FilterFind/>
            </Field>
            <Field label=Key::ContactRole><TextInput value=line.role maxlength=120/></Field>
            <Checkbox checked=line.is_primary label=Key::AccountPrimary/>
            <IconButton glyph=Glyph::X label=Key::ContactTakeOff on_click=move |()| lines.update(|lines| lines.retain(|other| other.id != line.id))/>
        </div>
    }
}
