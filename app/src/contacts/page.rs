//! `/contacts` and `/contacts/:id`.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::contacts::{Contact, CountContacts};
use shared::i18n::Key;

use super::form::ContactForm;
use super::record;
use crate::filters::Filters;
use crate::i18n::t;
use crate::record::creating::{self, NewRecord};
use crate::shell::use_title;
use crate::table::{ListBar, Listing, RecordBody, RecordPanel, RecordTable, Shape};
use crate::ui::{Breadcrumb, Button, ButtonKind, EmptyState, Glyph};
use crate::{links, session, store, words};

const SHAPE: Shape = Shape {
    object: Object::Contact,
    glyph: Glyph::Users,
    columns: &["name", "job_title", "accounts", "points", "owner_id", "tags", "updated_at"],
    telling: &["job_title", "accounts", "owner_id"],
    sum: None,
    sort: "-created_at",
    has_bulk: true,
    cell: None,
};

#[component]
pub fn Page() -> impl IntoView {
    use_title(|| words::objects(Object::Contact));
    let listing = Listing::new::<Contact, CountContacts>(&SHAPE, Filters::in_url(Object::Contact), || None);
    let may_create = Memo::new(|_| session::can(Object::Contact, Action::Create));
    let empty = move || {
        view! {
            <EmptyState glyph=Glyph::Users title=Key::ContactEmpty text=Key::ContactEmptyText>
                {may_create.get().then(|| view! {
                    <Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::ContactNew on_click=|()| creating::begin()/>
                })}
                <a class="btn" href=links::imports>{t(Key::ContactImport)}</a>
            </EmptyState>
        }
    };
    view! {
        <div class="page">
            <header class="bar">
                <h1 class="grow">{move || words::objects(Object::Contact)}</h1>
                <Show when=move || may_create.get()>
                    <span class="wide-only"><Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::ContactNew shortcut="c" on_click=|()| creating::begin()/></span>
                </Show>
            </header>
            <ListBar listing/>
            <RecordTable listing empty/>
            <RecordPanel listing body=|id| record::panel(id).into_any()/>
            <NewRecord object=Object::Contact title=Key::ContactNew form=|| view! { <ContactForm/> }/>
        </div>
    }
}

#[component]
pub fn RecordPage() -> impl IntoView {
    let id = Memo::new(|_| links::id_param());
    let name = move || id.get().and_then(|id| store::name(Object::Contact, id)).unwrap_or_default();
    use_title(name);
    let trail =
        Signal::derive(move || vec![(words::objects(Object::Contact), Some(links::contacts())), (name(), None)]);
    view! {
        <div class="page">
            <header class="bar"><Breadcrumb trail/></header>
            <div class="content record-page">
                {move || id.get().map(|id| view! { <RecordBody object=Object::Contact id body=|id| record::page(id).into_any()/> })}
            </div>
        </div>
    }
}
