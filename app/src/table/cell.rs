//! A cell: its value, or the control that edits it.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Action;
use shared::fields::{Field, Row};
use uuid::Uuid;

use super::columns::is_figure;
use super::keys::beside;
use super::listing::{Listing, Place};
use super::row::focus_place;
use crate::links;
use crate::record::{InlineEdit, Leave, faults, is_editable, value};
use crate::ui::Scroller;
use crate::ui::dialog::within;

/// Where a cell stands.
#[derive(Clone, Copy)]
pub struct Cell {
    pub listing: Listing,
    pub scroller: Scroller,
    pub id: Uuid,
    pub field: &'static Field,
    pub place: Place,
}

impl Cell {
    fn is_active(self) -> bool {
        self.listing.place.get() == self.place
    }

    fn is_edited(self) -> bool {
        self.listing.editing.get() == Some((self.id, self.field.key))
    }
}

/// Begins to edit what the place stands on: its cell, or the first of its row that can be.
pub fn edit(listing: Listing, place: Place) {
    let fields = untrack(|| listing.columns.fields());
    let at = place.column.or_else(|| fields.iter().position(|field| is_editable(field)));
    let (Some(at), Some(id)) = (at, listing.id_at(place.row)) else { return };
    let may = untrack(|| listing.may(Action::Write));
    if let Some(field) = fields.get(at).filter(|field| may && is_editable(field)) {
        listing.place.set(Place { column: Some(at), ..place });
        listing.editing.set(Some((id, field.key)));
    }
}

pub fn cell(at: Cell, row: Memo<Option<Arc<Row>>>) -> impl IntoView {
    let Cell { listing, scroller, id, field, place } = at;
    let close = move |leave: Leave| close(listing, scroller, place, leave);
    let inside = move || {
        if at.is_edited() {
            return view! { <InlineEdit object=listing.object() id field on_close=close/> }.into_any();
        }
        row.get().map(|row| shown(listing, id, field, &row)).into_any()
    };
    let fault = move || faults::said(listing.object(), id, field.key);
    view! {
        <td
            class:figures=is_figure(field)
            class:wrong=move || fault().is_some()
            class:editing=move || at.is_edited()
            data-tip=fault
            data-column=place.column
            tabindex=move || if at.is_active() { "0" } else { "-1" }
            on:focusin=move |_| listing.place.set(place)
            on:dblclick=move |event| if within(&event, "input, select, textarea").is_none() { edit(listing, place) }
        >
            {inside}
        </td>
    }
}

fn shown(listing: Listing, id: Uuid, field: &'static Field, row: &Arc<Row>) -> AnyView {
    if field.key == "name" {
        let name = row.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
        let open = move |event: web_sys::MouseEvent| {
            let is_plain = !event.ctrl_key() && !event.meta_key() && !event.shift_key() && event.button() == 0;
            if is_plain {
                event.prevent_default();
                listing.open(id);
            }
        };
        let href = links::record(listing.object(), id).unwrap_or_else(|| links::opened(id));
        return view! { <a class="row-name clip" href=href tabindex="-1" on:click=open>{name}</a> }.into_any();
    }
    let own = listing.shape.cell.and_then(|cell| cell(field, row));
    own.unwrap_or_else(|| value::shown(listing.object(), field, row))
}

/// Where the focus goes after an edit.
fn close(listing: Listing, scroller: Scroller, place: Place, leave: Leave) {
    listing.editing.set(None);
    let columns = untrack(|| listing.columns.fields().len());
    let rows = listing.rows.ids.with_untracked(|ids| ids.len());
    let next = match leave {
        Leave::Away => return,
        Leave::Kept | Leave::Cancelled => Some(place),
        Leave::Next => beside(place, 1, rows, columns),
        Leave::Previous => beside(place, -1, rows, columns),
    };
    let to = next.unwrap_or(place);
    listing.place.set(to);
    if matches!(leave, Leave::Next | Leave::Previous) {
        edit(listing, to);
        if listing.editing.get_untracked().is_some() {
            return;
        }
    }
    focus_place(scroller, to);
}
