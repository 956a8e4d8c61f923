//! The table of every list: long, sorted, chosen from, by mouse and by keyboard.

use super::place::px;
use leptos::prelude::*;
use shared::i18n::Key;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::column::{Column, SortBy, Sorting, head};
use super::dialog::within;
use super::keys::{Scope, use_key};
use super::media::is_phone;
use super::row::{CellFn, Shape, body_row};
use super::selection::Selection;
use super::window::Scroller;

/// Height of the sticky header in px, or a little more.
const HEAD: f64 = 48.0;
/// Rows that Page Up and Page Down pass.
const PAGE: usize = 20;

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
    /// The page's own table: `j` and `k` reach it from anywhere on the page.
    #[prop(optional)]
    main: bool,
    /// 36 px, and 48 on a phone, unless told otherwise; 44 is comfortable.
    #[prop(default = Signal::derive(|| if is_phone() { 48.0 } else { 36.0 }), into)]
    row_height: Signal<f64>,
) -> impl IntoView
where
    R: Clone + PartialEq + Send + Sync + 'static,
{
    let order = Callback::new(move |()| rows.read_untracked().iter().map(key).collect::<Vec<_>>());
    let bare = move |column: &Column| Column { width: 0.0, ..column.clone() };
    let bare_columns = Memo::new(move |_| columns.read().iter().map(bare).collect());
    let active = RwSignal::new(0);
    let shape = Shape { rows, key, cell, columns: bare_columns, selection, opened, active, on_open, order };
    let sight =
        Sight { scroller: Scroller::new(), row_height, count: Signal::derive(move || rows.read().len()), active };
    if main {
        sight.reach_from_anywhere();
    }
    if let Some(on_near_end) = on_near_end {
        sight.call_at_the_end(on_near_end);
    }
    table_view(label, total, head(columns, selection, order, Sorting { now: sort, on_sort }).into_any(), shape, sight)
}

fn table_view<R>(
    label: Signal<String>,
    total: Signal<Option<usize>>,
    head: AnyView,
    shape: Shape<R>,
    sight: Sight,
) -> impl IntoView
where
    R: Clone + PartialEq + Send + Sync + 'static,
{
    let Sight { scroller, row_height, count, .. } = sight;
    let Shape { rows, key, .. } = shape;
    let window = scroller.window(row_height, count);
    let made = move || {
        let window = window.get();
        let rows = rows.read();
        let last = window.last.min(rows.len());
        (window.first.min(last)..last).map(|at| (at, rows[at].clone())).collect::<Vec<_>>()
    };
    let body = shape.clone();
    view! {
        <div
            class="table-scroll"
            node_ref=scroller.node
            style:--row-height=move || px(row_height.get())
            on:scroll=move |_| scroller.scrolled()
        >
            <table class="table" aria-label=label aria-rowcount=move || total.get().unwrap_or_else(|| count.get()) + 1>
                {head}
                <tbody on:keydown=move |event| press(&event, &shape, sight)>
                    <tr class="room" aria-hidden="true" style:height=move || px(window.get().before)></tr>
                    <For
                        each=made
                        key=move |(at, row)| (*at, key(row))
                        children=move |(at, row)| body_row(body.clone(), at, row)
                    />
                    <tr class="room" aria-hidden="true" style:height=move || px(window.get().after)></tr>
                </tbody>
            </table>
        </div>
    }
}

/// Which rows are seen, and which one the keyboard is at.
#[derive(Clone, Copy)]
struct Sight {
    scroller: Scroller,
    row_height: Signal<f64>,
    count: Signal<usize>,
    active: RwSignal<usize>,
}

impl Sight {
    fn go(self, to: usize) {
        self.active.set(to);
        self.scroller.reveal(to, self.row_height.get_untracked(), HEAD);
        // The row may only be made by the scroll.
        request_animation_frame(move || self.focus(to));
    }

    fn focus(self, at: usize) {
        let Some(node) = self.scroller.node.get_untracked() else {
            return;
        };
        let row = node.query_selector(&format!("[data-row='{at}']")).ok().flatten();
        if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
            let _ = row.focus();
        }
    }

    /// What is pressed in the table itself never comes here.
    fn reach_from_anywhere(self) {
        let step = move |forth: bool| {
            let Some(last) = self.count.get_untracked().checked_sub(1) else {
                return;
            };
            let at = self.active.get_untracked();
            self.go(if forth { (at + 1).min(last) } else { at.saturating_sub(1) });
        };
        use_key(Scope::Page, "j", Key::UiNextRow, move || step(true));
        use_key(Scope::Page, "k", Key::UiPreviousRow, move || step(false));
    }

    fn call_at_the_end(self, on_near_end: Callback<()>) {
        let window = self.scroller.window(self.row_height, self.count);
        Effect::new(move || {
            let last = window.get().last;
            if last > 0 && last == self.count.get() {
                on_near_end.run(());
            }
        });
    }
}

/// Arrows and `j` `k` move, Enter opens, `x` and Space choose, with Shift a range.
fn press<R>(event: &KeyboardEvent, shape: &Shape<R>, sight: Sight)
where
    R: Clone + PartialEq + Send + Sync + 'static,
{
    let is_elsewhere = within(event, "input, select, textarea, button, a").is_some();
    let Some(last) = sight.count.get_untracked().checked_sub(1).filter(|_| !is_elsewhere) else {
        return;
    };
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let at = sight.active.get_untracked().min(last);
    let to = match event.key().as_str() {
        "ArrowDown" | "j" | "J" => (at + 1).min(last),
        "ArrowUp" | "k" | "K" => at.saturating_sub(1),
        "PageDown" => (at + PAGE).min(last),
        "PageUp" => at.saturating_sub(PAGE),
        "Home" => 0,
        "End" => last,
        "Enter" | "x" | " " => at,
        _ => return,
    };
    event.prevent_default();
    let row = shape.rows.read_untracked()[at].clone();
    let own = (shape.key)(&row);
    match (event.key().as_str(), shape.selection) {
        ("Enter", _) => {
            if let Some(on_open) = shape.on_open {
                on_open.run(row);
            }
        }
        ("x" | " ", Some(selection)) => selection.toggle(&own),
        ("x" | " ", None) => {}
        (_, selection) => {
            if let Some(selection) = selection.filter(|_| event.shift_key()) {
                if !untrack(|| selection.has(&own)) {
                    selection.toggle(&own);
                }
                let order = shape.order.run(());
                selection.extend_to(&order[to], &order);
            }
            sight.go(to);
        }
    }
}
