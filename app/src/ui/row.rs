//! A row of a table: follows its record, opens it, is chosen.

use std::sync::Arc;

use leptos::prelude::*;
use shared::i18n::Key;
use web_sys::MouseEvent;

use super::column::Column;
use super::dialog::within;
use super::selection::Selection;
use crate::i18n::t;

/// Makes the cell of a row under a column.
pub type CellFn<R> = Arc<dyn Fn(&R, &Column) -> AnyView + Send + Sync>;

/// What all rows of a table share.
pub struct Shape<R: Send + Sync + 'static> {
    pub rows: Signal<Vec<R>>,
    pub key: fn(&R) -> String,
    pub cell: CellFn<R>,
    /// Without their widths, so that a drag of an edge makes no cell anew.
    pub columns: Memo<Vec<Column>>,
    pub selection: Option<Selection>,
    pub opened: Signal<Option<String>>,
    /// The row the keyboard is at.
    pub active: RwSignal<usize>,
    pub on_open: Option<Callback<R>>,
    /// Keys of all rows.
    pub order: Callback<(), Vec<String>>,
}

impl<R: Send + Sync> Clone for Shape<R> {
    fn clone(&self) -> Self {
        Self { cell: self.cell.clone(), ..*self }
    }
}

impl<R: Clone + PartialEq + Send + Sync + 'static> Shape<R> {
    /// The record of a row as it is now; when it has gone elsewhere, as it was.
    fn follow(&self, at: usize, first: R) -> Memo<R> {
        let (rows, key) = (self.rows, self.key);
        let own = key(&first);
        Memo::new(move |last: Option<&R>| {
            let rows = rows.read();
            let now = rows.get(at).filter(|row| key(row) == own);
            now.or(last).unwrap_or(&first).clone()
        })
    }

    /// Chooses by a click: with Shift, all from the row chosen last.
    fn choose(&self, key: &str, event: &MouseEvent) {
        let Some(selection) = self.selection else {
            return;
        };
        if event.shift_key() {
            selection.extend_to(key, &self.order.run(()));
        } else {
            selection.toggle(key);
        }
    }
}

pub fn body_row<R>(shape: Shape<R>, at: usize, first: R) -> impl IntoView
where
    R: Clone + PartialEq + Send + Sync + 'static,
{
    let Shape { columns, selection, opened, active, on_open, .. } = shape;
    let key = StoredValue::new((shape.key)(&first));
    let row = shape.follow(at, first);
    let is_chosen = move || selection.is_some_and(|selection| selection.has(&key.read_value()));
    let clicked = shape.clone();
    let click = move |event: MouseEvent| {
        active.set(at);
        // What is a control of its own within the row stays one.
        if within(&event, "a, button, input, select, textarea, label").is_some() {
            return;
        }
        if event.shift_key() || event.ctrl_key() || event.meta_key() {
            clicked.choose(&key.read_value(), &event);
        } else if let Some(on_open) = on_open {
            on_open.run(row.get_untracked());
        }
    };
    let cell = shape.cell.clone();
    let cells = move || {
        let (row, columns) = (row.read(), columns.read());
        let cell = |column: &Column| view! { <td class:figures=column.is_figure>{cell(&row, column)}</td> };
        columns.iter().map(cell).collect_view()
    };
    view! {
        <tr
            aria-rowindex=at + 2
            aria-selected=move || selection.map(|_| is_chosen().to_string())
            class:opened=move || opened.read().as_deref() == Some(key.read_value().as_str())
            tabindex=move || if active.get() == at { "0" } else { "-1" }
            data-row=at
            on:click=click
        >
            {selection.map(|_| view! {
                <td class="choose">
                    <input
                        type="checkbox"
                        tabindex="-1"
                        aria-label=t(Key::UiSelectRow)
                        prop:checked=is_chosen
                        on:click=move |event| shape.choose(&key.read_value(), &event)
                    />
                </td>
            })}
            {cells}
            <td></td>
        </tr>
    }
}
