//! The form for a new product.

use leptos::prelude::*;
use shared::access::Object;
use shared::api::FieldErrors;
use shared::fields::row_of;
use shared::i18n::Key;
use shared::products::Product;

use crate::i18n::fill;
use crate::record::creating::{FormActions, Sending};
use crate::record::{Draft, FieldEditor};
use crate::{links, session};

const FIELDS: &[&str] = &["name", "code", "category", "unit", "price", "is_active"];

#[component]
pub fn ProductForm() -> impl IntoView {
    let blank = Product { currency: untrack(session::currency), is_active: true, ..Product::default() };
    let draft = Draft::of(Object::Product, row_of(&blank));
    let sending = Sending::new(draft);
    let send = move || {
        sending.send::<Product>(
            |_| FieldErrors::new(),
            |name| fill(Key::ProductCreated, &[("name", name)]),
            |_| links::go(&links::products()),
        );
    };
    view! {
        <form class="form two" novalidate=true on:submit=move |event| {
            event.prevent_default();
            send();
        }>
            {FIELDS.iter().map(|key| view! { <div class:whole=*key == "name"><FieldEditor draft field_key=key autofocus=*key == "name"/></div> }).collect_view()}
            <div class="whole"><FormActions draft sending label=Key::ProductCreate/></div>
        </form>
    }
}
