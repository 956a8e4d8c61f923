//! The head of a table: sort by a click, order by a drag.

use super::place::px;
use leptos::prelude::*;
use shared::i18n::Key;
use web_sys::DragEvent;

use super::icon::{Glyph, Icon};
use super::resizer::Resizer;
use super::selection::Selection;
use crate::i18n::{named, t};

/// A column as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub id: String,
    /// A name in the catalogue, such as `field.account.name`; any other text stands as it is.
    pub label: String,
    /// px
    pub width: f64,
    /// Figures stand right.
    pub is_figure: bool,
    pub is_sortable: bool,
}

impl Column {
    pub fn new(id: impl Into<String>, label: impl Into<String>, width: f64) -> Self {
        Self { id: id.into(), label: label.into(), width, is_figure: false, is_sortable: true }
    }

    pub fn figure(self) -> Self {
        Self { is_figure: true, ..self }
    }

    pub fn unsorted(self) -> Self {
        Self { is_sortable: false, ..self }
    }

    pub fn find<'a>(columns: &'a [Self], id: &str) -> Option<&'a Self> {
        columns.iter().find(|column| column.id == id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Ascending,
    Descending,
}

/// What a table is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortBy {
    pub column: String,
    pub order: Order,
}

/// How a table is sorted, and who changes it.
#[derive(Clone, Copy)]
pub struct Sorting {
    pub now: Signal<Option<SortBy>>,
    pub on_sort: Option<Callback<SortBy>>,
}

/// Widths and heads of all columns; `order` gives the keys of all rows.
pub fn head(
    columns: RwSignal<Vec<Column>>,
    selection: Option<Selection>,
    order: Callback<(), Vec<String>>,
    sorting: Sorting,
) -> impl IntoView {
    let width = move |id: String| move || Column::find(&columns.read(), &id).map(|column| px(column.width));
    view! {
        <colgroup>
            {selection.map(|_| view! { <col class="choose"/> })}
            <For
                each=move || columns.get()
                key=|column| column.id.clone()
                children=move |column| view! { <col style:width=width(column.id)/> }
            />
            <col/>
        </colgroup>
        <thead>
            <tr>
                {selection.map(|selection| choose_all(selection, order))}
                <For
                    each=move || columns.get()
                    key=|column| column.id.clone()
                    children=move |column| header_cell(StoredValue::new(column.id), columns, sorting)
                />
                <td></td>
            </tr>
        </thead>
    }
}

fn choose_all(selection: Selection, order: Callback<(), Vec<String>>) -> impl IntoView {
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
}

fn header_cell(id: StoredValue<String>, columns: RwSignal<Vec<Column>>, sorting: Sorting) -> impl IntoView {
    let column = Memo::new(move |_| Column::find(&columns.read(), &id.read_value()).cloned());
    let own_order = Memo::new(move |_| {
        let sort = sorting.now.read();
        sort.as_ref().filter(|sort| sort.column == *id.read_value()).map(|sort| sort.order)
    });
    let aria_sort = move || match own_order.get() {
        Some(Order::Ascending) => Some("ascending"),
        Some(Order::Descending) => Some("descending"),
        None => None,
    };
    let is_over = RwSignal::new(false);
    let put = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let moved = event.data_transfer().and_then(|data| data.get_data(COLUMN_MIME).ok());
        if let Some(moved) = moved {
            columns.update(|columns| put_before(columns, &moved, &id.read_value()));
        }
    };
    view! {
        <th
            scope="col"
            aria-sort=aria_sort
            class:figures=move || column.read().as_ref().is_some_and(|column| column.is_figure)
            class:over=is_over
            draggable="true"
            on:dragstart=move |event| {
                if let Some(data) = event.data_transfer() {
                    let _ = data.set_data(COLUMN_MIME, &id.read_value());
                }
            }
            on:dragover=move |event| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=put
        >
            {header_words(column, own_order, sorting)}
            <Resizer id columns/>
        </th>
    }
}

/// The column's name, a button where it sorts.
fn header_words(column: Memo<Option<Column>>, order: Memo<Option<Order>>, sorting: Sorting) -> impl IntoView {
    let label = move || column.read().as_ref().map(|column| named(&column.label)).unwrap_or_default();
    let is_sortable = column.read_untracked().as_ref().is_some_and(|column| column.is_sortable);
    let Some(on_sort) = sorting.on_sort.filter(|_| is_sortable) else {
        return view! { <span class="head-words clip">{label}</span> }.into_any();
    };
    let sort = move |_| {
        if let Some(column) = column.get_untracked() {
            on_sort.run(next_sort(sorting.now.get_untracked().as_ref(), &column.id));
        }
    };
    view! {
        <button type="button" class="head-words" on:click=sort>
            <span class="clip">{label}</span>
            {move || order.get().map(|order| view! {
                <Icon glyph=if order == Order::Ascending { Glyph::ArrowUp } else { Glyph::ArrowDown }/>
            })}
        </button>
    }
    .into_any()
}

/// The other direction, or ascending for another column.
fn next_sort(now: Option<&SortBy>, column: &str) -> SortBy {
    let order = match now {
        Some(now) if now.column == column && now.order == Order::Ascending => Order::Descending,
        _ => Order::Ascending,
    };
    SortBy { column: column.to_owned(), order }
}

const COLUMN_MIME: &str = "text/x-kith-column";

/// Moves a column to where another stands.
fn put_before(columns: &mut Vec<Column>, moved: &str, target: &str) {
    let place = |id: &str| columns.iter().position(|column| column.id == id);
    let (Some(from), Some(to)) = (place(moved), place(target)) else {
        return;
    };
    let column = columns.remove(from);
    columns.insert(to, column);
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_column_takes_the_place_it_is_dropped_on() {
        let mut columns = ["a", "b", "c"].map(|id| Column::new(id, id, 100.0)).to_vec();
        put_before(&mut columns, "a", "c");
        assert_eq!(columns.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["b", "c", "a"]);
        put_before(&mut columns, "a", "b");
        assert_eq!(columns.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn a_second_click_turns_the_order() {
        let first = next_sort(None, "name");
        assert_eq!(first.order, Order::Ascending);
        assert_eq!(next_sort(Some(&first), "name").order, Order::Descending);
        assert_eq!(next_sort(Some(&first), "amount").order, Order::Ascending);
    }
}
