//! `/accounts` and `/accounts/:id`.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::accounts::{Account, CountAccounts};
use shared::i18n::Key;

use super::form::AccountForm;
use super::record;
use crate::filters::Filters;
use crate::i18n::t;
use crate::record::creating::{self, NewRecord};
use crate::shell::use_title;
use crate::table::{ListBar, Listing, RecordBody, RecordPanel, RecordTable, Shape};
use crate::ui::{Breadcrumb, Button, ButtonKind, EmptyState, Glyph};
use crate::{links, session, store, words};

const SHAPE: Shape = Shape {
    object: Object::Account,
    glyph: Glyph::Building2,
    columns: &["name", "level", "lifecycle", "industry", "region", "owner_id", "tags", "annual_revenue", "updated_at"],
    telling: &["level", "lifecycle", "owner_id"],
    sum: Some("annual_revenue"),
    sort: "-created_at",
    has_bulk: true,
    cell: None,
};

#[component]
pub fn Page() -> impl IntoView {
    use_title(|| words::objects(Object::Account));
    let listing = Listing::new::<Account, CountAccounts>(&SHAPE, Filters::in_url(Object::Account), || None);
    let may_create = Memo::new(|_| session::can(Object::Account, Action::Create));
    let empty = move || {
        view! {
            <EmptyState glyph=Glyph::Building2 title=Key::AccountEmpty text=Key::AccountEmptyText>
                {may_create.get().then(|| view! {
                    <Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::AccountNew on_click=|()| creating::begin()/>
                })}
                <a class="btn" href=links::imports>{t(Key::AccountImport)}</a>
            </EmptyState>
        }
    };
    view! {
        <div class="page">
            <header class="bar">
                <h1 class="grow">{move || words::objects(Object::Account)}</h1>
                <Show when=move || may_create.get()>
                    <span class="wide-only"><Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::AccountNew shortcut="c" on_click=|()| creating::begin()/></span>
                </Show>
            </header>
            <ListBar listing/>
            <RecordTable listing empty/>
            <RecordPanel listing body=|id| record::panel(id).into_any()/>
            <NewRecord object=Object::Account title=Key::AccountNew form=|| view! { <AccountForm/> }/>
        </div>
    }
}

#[component]
pub fn RecordPage() -> impl IntoView {
    let id = Memo::new(|_| links::id_param());
    let name = move || id.get().and_then(|id| store::name(Object::Account, id)).unwrap_or_default();
    use_title(name);
    let trail =
        Signal::derive(move || vec![(words::objects(Object::Account), Some(links::accounts())), (name(), None)]);
    view! {
        <div class="page">
            <header class="bar"><Breadcrumb trail/></header>
            <div class="content record-page">
                {move || id.get().map(|id| view! { <RecordBody object=Object::Account id body=|id| record::page(id).into_any()/> })}
            </div>
        </div>
    }
}
