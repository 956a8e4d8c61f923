//! The table of every list: long, sorted, chosen from, by mouse and by keyboard.

use std::sync::Arc;

use leptos::prelude::*;
use shared::i18n::Key;
use web_sys::{KeyboardEvent, MouseEvent};

use super::column::{Column, HeaderCell, Order, SortBy};
use super::dialog::within;
use super::media::is_phone;
use super::selection::Selection;
use super::window::Scroller;
use crate::i18n::t;

/// Makes the cell of a row under a column.
pub type CellFn<R> = Arc<dyn Fn(&R, &Column) -> AnyView + Send + Sync>;

/// Everything a row needs besides itself.
struct Shape<R: 'static> {
    columns: RwSignal<Vec<Column>>,
    cell: CellFn<R>,
    selection: Option<Selection>,
    opened: Signal<Option<String>>,
    active: RwSignal<usize>,
    on_open: Option<Callback<R>>,
    order: Callback<(), Vec<String>>,
}

impl<R> Clone for Shape<R> {
    fn clone(&self) -> Self {
        Self {
            cell: self.cell.clone(),
            ..*self
        }
    }
}

/// Rows of `R` under columns. Give it the rest of the height: it scrolls by itself.
#[component]
pub fn DataTable<R>(
    #[prop(into)] label: Signal<String>,
    /// Resizing and dragging a header changes them; keep them where the view is kept.
    columns: RwSignal<Vec<Column>>,
    #[prop(into)] rows: Signal<Vec<R>>,
    /// What tells one row from another.
    key: fn(&R) -> String,
    cell: CellFn<R>,
    #[prop(optional)] selection: Option<Selection>,
    #[prop(optional, into)] sort: Signal<Option<SortBy>>,
    #[prop(optional, into)] on_sort: Option<Callback<SortBy>>,
    /// The key of the record that stands open beside the table.
    #[prop(optional, into)]
    opened: Signal<Option<String>>,
    #[prop(optional, into)] on_open: Option<Callback<R>>,
    /// All rows there are, when only some are loaded.
    #[prop(optional, into)]
    total: Signal<Option<usize>>,
    /// The last loaded rows come into sight.
    #[prop(optional, into)]
    on_near_end: Option<Callback<()>>,
    /// 36 px, and 48 on a phone, unless told otherwise; 44 is comfortable.
    #[prop(default = Signal::derive(|| if is_phone() { 48.0 } else { 36.0 }), into)]
    row_height: Signal<f64>,
) -> impl IntoView
where
    R: Clone + Send + Sync + 'static,
{
    let scroller = Scroller::new();
    let count = Signal::derive(move || rows.read().len());
    let window = scroller.window(row_height, count);
    if let Some(on_near_end) = on_near_end {
        Effect::new(move || {
            let window = window.get();
            if window.last > 0 && window.last == count.get() {
                on_near_end.run(());
            }
        });
    }
    let order = Callback::new(move |()| rows.read_untracked().iter().map(key).collect::<Vec<_>>());
    let shape = Shape {
        columns,
        cell,
        selection,
        opened,
        active: RwSignal::new(0),
        on_open,
        order,
    };
    let made = move || {
        let window = window.get();
        let rows = rows.read();
        let last = window.last.min(rows.len());
        (window.first.min(last)..last)
            .map(|at| (at, rows[at].clone()))
            .collect::<Vec<_>>()
    };
    let body = shape.clone();
    let press = move |event: KeyboardEvent| press(&event, &shape, rows, key, scroller, row_height);
    view! {
        <div
            class="table-scroll"
            node_ref=scroller.node
            style:--row-height=move || format!("{}px", row_height.get())
            on:scroll=move |_| scroller.scrolled()
        >
            <table class="table" aria-label=label aria-rowcount=move || total.get().unwrap_or_else(|| count.get()) + 1>
                {head(columns, selection, order, sort, on_sort)}
                <tbody on:keydown=press>
                    <tr class="room" aria-hidden="true" style:height=move || format!("{}px", window.get().before)></tr>
                    <For
                        each=made
                        key=move |(at, row)| (*at, key(row))
                        children=move |(at, row)| body_row(body.clone(), at, key(&row), row)
                    />
                    <tr class="room" aria-hidden="true" style:height=move || format!("{}px", window.get().after)></tr>
                </tbody>
            </table>
        </div>
    }
}

fn head(
    columns: RwSignal<Vec<Column>>,
    selection: Option<Selection>,
    order: Callback<(), Vec<String>>,
    sort: Signal<Option<SortBy>>,
    on_sort: Option<Callback<SortBy>>,
) -> impl IntoView {
    let choose_all = selection.map(|selection| {
        let is_all = move || !selection.is_empty() && selection.len() >= order.run(()).len();
        view! {
            <th class="choose" scope="col">
                <input
                    type="checkbox"
                    aria-label=t(Key::UiSelectAll)
                    prop:checked=is_all
                    prop:indeterminate=move || !selection.is_empty() && !is_all()
                    on:change=move |_| if untrack(is_all) { selection.clear() } else { selection.set(order.run(())) }
                />
            </th>
        }
    });
    let width = move |id: String| {
        move || {
            columns
                .read()
                .iter()
                .find(|column| column.id == id)
                .map(|column| format!("{}px", column.width))
        }
    };
    view! {
        <colgroup>
            {selection.map(|_| view! { <col class="choose"/> })}
            <For each=move || columns.get() key=|column| column.id.clone() children=move |column| view! { <col style:width=width(column.id)/> }/>
            <col/>
        </colgroup>
        <thead>
            <tr>
                {choose_all}
                <For
                    each=move || columns.get()
                    key=|column| column.id.clone()
                    children=move |column| view! { <HeaderCell id=column.id columns sort on_sort/> }
                />
                <td></td>
            </tr>
        </thead>
    }
}

fn body_row<R: Clone + Send + Sync + 'static>(
    shape: Shape<R>,
    at: usize,
    key: String,
    row: R,
) -> impl IntoView {
    let Shape {
        columns,
        cell,
        selection,
        opened,
        active,
        on_open,
        order,
    } = shape;
    let key = StoredValue::new(key);
    let is_chosen = move || selection.is_some_and(|selection| selection.has(&key.read_value()));
    let is_opened = move || opened.read().as_deref() == Some(key.read_value().as_str());
    let choose = move |event: MouseEvent| {
        let Some(selection) = selection else { return };
        match event.shift_key() {
            true => selection.extend_to(&key.read_value(), &order.run(())),
            false => selection.toggle(&key.read_value()),
        }
    };
    let opened_row = row.clone();
    let click = move |event: MouseEvent| {
        active.set(at);
        // What is a control of its own within the row stays one.
        if within(&event, "a, button, input, select, textarea, label").is_some() {
            return;
        }
        match on_open {
            _ if event.shift_key() || event.ctrl_key() || event.meta_key() => choose(event),
            Some(on_open) => on_open.run(opened_row.clone()),
            None => {}
        }
    };
    let name = move || {
        columns
            .read()
            .iter()
            .map(|column| column.id.clone())
            .collect::<Vec<_>>()
    };
    let cells = move || {
        name();
        let columns = columns.read();
        columns
            .iter()
            .map(|column| view! { <td class:figures=column.is_figure>{cell(&row, column)}</td> })
            .collect_view()
    };
    view! {
        <tr
            aria-rowindex=at + 2
            aria-selected=move || selection.map(|_| is_chosen().to_string())
            class:opened=is_opened
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
                        on:click=move |event| choose(event)
                    />
                </td>
            })}
            {cells}
            <td></td>
        </tr>
    }
}

/// Arrows and `j` `k` move, Enter opens, `x` and Space choose, with Shift a range.
fn press<R: Clone + Send + Sync + 'static>(
    event: &KeyboardEvent,
    shape: &Shape<R>,
    rows: Signal<Vec<R>>,
    key: fn(&R) -> String,
    scroller: Scroller,
    row_height: Signal<f64>,
) {
    let count = rows.read_untracked().len();
    let Some(last) = count
        .checked_sub(1)
        .filter(|_| within(event, "input, select, textarea, button, a").is_none())
    else {
        return;
    };
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let at = shape.active.get_untracked().min(last);
    let row = rows.read_untracked()[at].clone();
    let to = match event.key().as_str() {
        "ArrowDown" | "j" | "J" => (at + 1).min(last),
        "ArrowUp" | "k" | "K" => at.saturating_sub(1),
        "PageDown" => (at + 20).min(last),
        "PageUp" => at.saturating_sub(20),
        "Home" => 0,
        "End" => last,
        "Enter" => {
            event.prevent_default();
            if let Some(on_open) = shape.on_open {
                on_open.run(row);
            }
            return;
        }
        "x" | " " => {
            event.prevent_default();
            if let Some(selection) = shape.selection {
                selection.toggle(&key(&row));
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if let Some(selection) = shape.selection.filter(|_| event.shift_key()) {
        if !untrack(|| selection.has(&key(&row))) {
            selection.toggle(&key(&row));
        }
        let order = shape.order.run(());
        selection.extend_to(&order[to], &order);
    }
    shape.active.set(to);
    scroller.reveal(to, row_height.get_untracked(), 36.0);
    request_animation_frame(move || focus_row(scroller, to));
}

fn focus_row(scroller: Scroller, at: usize) {
    use wasm_bindgen::JsCast as _;
    let Some(node) = scroller.node.get_untracked() else {
        return;
    };
    let row = node
        .query_selector(&format!("[data-row='{at}']"))
        .ok()
        .flatten();
    if let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = row.focus();
    }
}

/// The other direction, or ascending for another column.
pub fn next_sort(now: Option<&SortBy>, column: &str) -> SortBy {
    let order = match now {
        Some(now) if now.column == column && now.order == Order::Ascending => Order::Descending,
        _ => Order::Ascending,
    };
    SortBy {
        column: column.to_owned(),
        order,
    }
}
