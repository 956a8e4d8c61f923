//! The list on a phone: a card for each record, with its most telling fields.

use crate::ui::place::px;
use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::fields::{Field, FieldKind, Row};
use shared::i18n::Key;
use uuid::Uuid;

use super::listing::Listing;
use crate::each::each;
use crate::i18n::fill;
use crate::record::value;
use crate::ui::Scroller;
use crate::{links, store, words};

/// Of a card and the gap below it, px.
const CARD: f64 = 92.0;
const AHEAD: usize = 20;

#[component]
pub fn Cards(listing: Listing) -> impl IntoView {
    let scroller = Scroller::new();
    let count = Signal::derive(move || listing.rows.ids.read().len());
    let window = scroller.window(Signal::stored(CARD), count);
    Effect::new(move || {
        if window.get().last + AHEAD >= count.get() && listing.rows.has_more.get() {
            listing.rows.more.run(());
        }
    });
    let ids = move || {
        let (window, ids) = (window.get(), listing.rows.ids.read());
        let last = window.last.min(ids.len());
        ids.get(window.first.min(last)..last).unwrap_or_default().to_vec()
    };
    view! {
        <div class="card-scroll" node_ref=scroller.node on:scroll=move |_| scroller.scrolled()>
            <div aria-hidden="true" style:height=move || px(window.get().before)></div>
            <ul class="card-list" aria-label=move || words::objects(listing.object())>
                {each(ids, move |id| card(listing, id).into_any())}
            </ul>
            <div aria-hidden="true" style:height=move || px(window.get().after)></div>
        </div>
    }
}

fn card(listing: Listing, id: Uuid) -> impl IntoView {
    let object = listing.object();
    let row = Memo::new(move |_| store::row(object, id));
    let name = move || text_of(row.get().as_ref(), "name");
    let key = StoredValue::new(id.to_string());
    let is_chosen = Memo::new(move |_| listing.selection.has(&key.read_value()));
    let open = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        listing.open(id);
    };
    view! {
        <li class="record-card" class:chosen=is_chosen>
            <a class="record-card-link" href=links::record(object, id).unwrap_or_else(|| links::opened(id)) on:click=open>
                <span class="strong clip">{name}</span>
                {move || row.get().map(|row| facts(listing, &row))}
            </a>
            <input
                type="checkbox"
                class="record-card-choose"
                aria-label=move || fill(Key::TableChooseRow, &[("name", &name())])
                prop:checked=is_chosen
                on:change=move |_| listing.selection.toggle(&key.read_value())
            />
        </li>
    }
}

fn text_of(row: Option<&Arc<Row>>, key: &str) -> String {
    row.and_then(|row| row.get(key)?.as_str()).unwrap_or_default().to_owned()
}

/// The fields that tell it from the others, without those it does not have.
fn facts(listing: Listing, row: &Arc<Row>) -> impl IntoView + use<> {
    let schema = listing.schema();
    let has = |field: &&'static Field| match row.get(field.key) {
        None | Some(Value::Null) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    };
    let fields = listing.shape.telling.iter().filter_map(|key| schema.field(key)).filter(has);
    let own = |field| listing.shape.cell.and_then(|cell| cell(field, row));
    // A card is one link already: what would be links in it are words.
    let shown = |field: &'static Field| match field.kind {
        FieldKind::List(_) | FieldKind::Ref(_) if !is_face(field) => {
            let said = words::value(schema.object, field.key, row.get(field.key).unwrap_or(&Value::Null), None);
            view! { <span class="clip">{said}</span> }.into_any()
        }
        _ => own(field).unwrap_or_else(|| value::shown(schema.object, field, row)),
    };
    view! { <span class="record-card-facts">{fields.map(|field| view! { <span class="record-card-fact">{shown(field)}</span> }).collect_view()}</span> }
}

fn is_face(field: &Field) -> bool {
    use shared::access::Object;
    matches!(field.kind, FieldKind::Ref(Object::User | Object::Stage)) || field.key == "tags"
}
