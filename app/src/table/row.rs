//! A row of the table.

use leptos::prelude::*;
use shared::i18n::Key;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, MouseEvent};

use super::cell::{Cell, cell};
use super::listing::{Listing, Place};
use crate::i18n::{fill, t};
use crate::ui::Scroller;
use crate::ui::dialog::within;
use crate::{links, store};

/// The row at a place whose record is known already.
pub fn row(listing: Listing, scroller: Scroller, at: usize, id: Uuid) -> impl IntoView {
    let object = listing.object();
    let record = Memo::new(move |_| store::row(object, id));
    let key = StoredValue::new(id.to_string());
    let is_chosen = Memo::new(move |_| listing.selection.has(&key.read_value()));
    let is_opened = Memo::new(move |_| links::open_id() == Some(id));
    let is_archived =
        move || record.read().as_ref().is_some_and(|row| row.get("archived_at").is_some_and(|at| !at.is_null()));
    let choose = move |event: &MouseEvent| {
        if event.shift_key() {
            listing.selection.extend_to(&key.read_value(), &listing.order());
        } else {
            listing.selection.toggle(&key.read_value());
        }
    };
    let click = move |event: MouseEvent| {
        if within(&event, "a, button, input, select, textarea, label").is_some() {
            return;
        }
        if event.shift_key() || event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            choose(&event);
        }
    };
    let name = move || record.get().and_then(|row| Some(row.get("name")?.as_str()?.to_owned())).unwrap_or_default();
    let is_row_active = move || listing.place.get() == Place { row: at, column: None };
    let cells = move || {
        let fields = listing.columns.fields();
        let make = |(column, field)| {
            cell(Cell { listing, scroller, id, field, place: Place { row: at, column: Some(column) } }, record)
        };
        fields.into_iter().enumerate().map(make).collect_view()
    };
    view! {
        <tr
            aria-rowindex=at + 2
            aria-selected=move || is_chosen.get().to_string()
            class:opened=is_opened
            class:archived=is_archived
            tabindex=move || if is_row_active() { "0" } else { "-1" }
            data-row=at
            on:focus=move |_| listing.place.set(Place { row: at, column: None })
            on:click=click
        >
            <td class="choose">
                <input
                    type="checkbox"
                    tabindex="-1"
                    aria-label=move || fill(Key::TableChooseRow, &[("name", &name())])
                    prop:checked=is_chosen
                    on:click=move |event| {
                        listing.place.set(Place { row: at, column: None });
                        choose(&event);
                    }
                />
            </td>
            {cells}
            <td aria-hidden="true"></td>
        </tr>
    }
}

/// The room of a row that is still on its way.
pub fn waiting(listing: Listing, at: usize) -> impl IntoView {
    let columns = move || listing.columns.all.read().len();
    view! {
        <tr class="waiting" aria-rowindex=at + 2 aria-busy="true">
            <td class="choose"></td>
            {move || (0..columns()).map(|_| view! { <td><i></i></td> }).collect_view()}
            <td aria-hidden="true"><span class="hidden">{t(Key::UiLoading)}</span></td>
        </tr>
    }
}

/// Scrolls to a place and gives it the focus.
pub fn focus_place(scroller: Scroller, place: Place) {
    scroller.reveal(place.row, row_height(), HEAD);
    request_animation_frame(move || {
        let Some(node) = scroller.node.try_get_untracked().flatten() else { return };
        let row = format!("[data-row='{}']", place.row);
        let selector = place.column.map_or_else(|| row.clone(), |column| format!("{row} [data-column='{column}']"));
        let element = node.query_selector(&selector).ok().flatten();
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// The header's height, px.
const HEAD: f64 = 36.0;

fn row_height() -> f64 {
    untrack(super::grid::row_height)
}
