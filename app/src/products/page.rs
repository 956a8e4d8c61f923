//! `/products`.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::products::Product;
use uuid::Uuid;

use super::form::ProductForm;
use crate::filters::Filters;
use crate::i18n::t;
use crate::record::creating::{self, NewRecord};
use crate::record::{Facts, Head, Shown, Timeline};
use crate::shell::use_title;
use crate::table::{ListBar, Listing, RecordPanel, RecordTable, Shape};
use crate::ui::{Button, ButtonKind, EmptyState, Glyph};
use crate::{links, session, words};

const SHAPE: Shape = Shape {
    object: Object::Product,
    glyph: Glyph::Package,
    columns: &["name", "code", "category", "unit", "price", "is_active", "updated_at"],
    telling: &["code", "category", "price"],
    sum: None,
    sort: "name",
    has_bulk: false,
    cell: None,
};
const FACTS: &[&str] = &["code", "category", "unit", "price", "currency", "is_active"];

#[component]
pub fn Page() -> impl IntoView {
    use_title(|| words::objects(Object::Product));
    let listing = Listing::uncounted::<Product>(&SHAPE, Filters::in_url(Object::Product), || None);
    let may_create = Memo::new(|_| session::can(Object::Product, Action::Create));
    let empty = move || {
        view! {
            <EmptyState glyph=Glyph::Package title=Key::ProductEmpty text=Key::ProductEmptyText>
                {may_create.get().then(|| view! {
                    <Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::ProductNew on_click=|()| creating::begin()/>
                })}
                <a class="btn" href=links::imports>{t(Key::ProductImport)}</a>
            </EmptyState>
        }
    };
    view! {
        <div class="page">
            <header class="bar">
                <h1 class="grow">{move || words::objects(Object::Product)}</h1>
                <Show when=move || may_create.get()>
                    <span class="wide-only"><Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::ProductNew shortcut="c" on_click=|()| creating::begin()/></span>
                </Show>
            </header>
            <ListBar listing/>
            <RecordTable listing empty/>
            <RecordPanel listing body=|id| panel(id).into_any()/>
            <NewRecord object=Object::Product title=Key::ProductNew form=|| view! { <ProductForm/> }/>
        </div>
    }
}

fn panel(id: Uuid) -> impl IntoView {
    let shown = Shown::now(Object::Product, id);
    view! {
        <Head shown marks=&["category"]/>
        <section><Facts shown keys=FACTS/></section>
        <section><h3>{t(Key::RecordHistory)}</h3><Timeline shown/></section>
    }
}
