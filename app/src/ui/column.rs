//! The head of a table: sort by a click, width and place by a drag or the arrows.

use leptos::prelude::*;
use shared::i18n::Key;
use web_sys::PointerEvent;

use super::icon::{Glyph, Icon};
use super::table::next_sort;
use crate::i18n::{fill, t};

/// A column as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub id: String,
    pub label: String,
    /// px
    pub width: f64,
    /// Figures stand right.
    pub is_figure: bool,
    pub is_sortable: bool,
}

impl Column {
    pub fn new(id: impl Into<String>, label: impl Into<String>, width: f64) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            width,
            is_figure: false,
            is_sortable: true,
        }
    }

    pub fn figure(self) -> Self {
        Self {
            is_figure: true,
            ..self
        }
    }

    pub fn unsorted(self) -> Self {
        Self {
            is_sortable: false,
            ..self
        }
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

const NARROWEST: f64 = 56.0;
const WIDEST: f64 = 800.0;

#[component]
pub fn HeaderCell(
    id: String,
    columns: RwSignal<Vec<Column>>,
    sort: Signal<Option<SortBy>>,
    on_sort: Option<Callback<SortBy>>,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let column = move || {
        columns
            .read()
            .iter()
            .find(|column| column.id == *id.read_value())
            .cloned()
    };
    let own_order = Memo::new(move |_| {
        sort.read()
            .as_ref()
            .filter(|sort| sort.column == *id.read_value())
            .map(|sort| sort.order)
    });
    let aria_sort = move || match own_order.get() {
        Some(Order::Ascending) => Some("ascending"),
        Some(Order::Descending) => Some("descending"),
        None => None,
    };
    let label = Memo::new(move |_| column().map(|column| column.label).unwrap_or_default());
    let sorts = on_sort.filter(|_| untrack(column).is_some_and(|column| column.is_sortable));
    let words = match sorts {
        Some(on_sort) => view! {
            <button
                type="button"
                class="head-words"
                on:click=move |_| on_sort.run(next_sort(sort.get_untracked().as_ref(), &id.read_value()))
            >
                <span class="clip">{label}</span>
                {move || own_order.get().map(|order| view! {
                    <Icon glyph=if order == Order::Ascending { Glyph::ArrowUp } else { Glyph::ArrowDown }/>
                })}
            </button>
        }
        .into_any(),
        None => view! { <span class="head-words clip">{label}</span> }.into_any(),
    };
    let is_over = RwSignal::new(false);
    view! {
        <th
            scope="col"
            aria-sort=aria_sort
            class:figures=move || column().is_some_and(|column| column.is_figure)
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
            on:drop=move |event| {
                event.prevent_default();
                is_over.set(false);
                let moved = event.data_transfer().and_then(|data| data.get_data(COLUMN_MIME).ok());
                if let Some(moved) = moved {
                    columns.update(|columns| put_before(columns, &moved, &id.read_value()));
                }
            }
        >
            {words}
            <Resizer id columns/>
        </th>
    }
}

const COLUMN_MIME: &str = "text/x-kith-column";

/// Moves a column to where another stands.
fn put_before(columns: &mut Vec<Column>, moved: &str, target: &str) {
    let place = |columns: &[Column], id: &str| columns.iter().position(|column| column.id == id);
    let (Some(from), Some(to)) = (place(columns, moved), place(columns, target)) else {
        return;
    };
    let column = columns.remove(from);
    columns.insert(to, column);
}

#[component]
fn Resizer(id: StoredValue<String>, columns: RwSignal<Vec<Column>>) -> impl IntoView {
    let from = StoredValue::new(None::<(f64, f64)>);
    let width = move || {
        columns
            .read()
            .iter()
            .find(|column| column.id == *id.read_value())
            .map_or(0.0, |column| column.width)
    };
    let label = move || {
        columns
            .read()
            .iter()
            .find(|column| column.id == *id.read_value())
            .map(|column| column.label.clone())
    };
    let set = move |to: f64| {
        columns.update(|columns| {
            if let Some(column) = columns
                .iter_mut()
                .find(|column| column.id == *id.read_value())
            {
                column.width = to.clamp(NARROWEST, WIDEST).round();
            }
        });
    };
    let grab = move |event: PointerEvent| {
        event.prevent_default();
        event.stop_propagation();
        let target: web_sys::HtmlElement = event_target(&event);
        let _ = target.set_pointer_capture(event.pointer_id());
        from.set_value(Some((f64::from(event.client_x()), untrack(width))));
    };
    view! {
        <span
            class="resizer"
            role="separator"
            aria-orientation="vertical"
            tabindex="0"
            aria-label=move || fill(Key::UiResizeColumn, &[("name", &label().unwrap_or_default())])
            aria-valuenow=move || width().to_string()
            aria-valuemin=NARROWEST.to_string()
            aria-valuemax=WIDEST.to_string()
            data-tip=t(Key::UiResize)
            draggable="true"
            on:dragstart=|event| {
                event.prevent_default();
                event.stop_propagation();
            }
            on:pointerdown=grab
            on:pointermove=move |event| if let Some((x, start)) = from.get_value() { set(start + f64::from(event.client_x()) - x) }
            on:pointerup=move |_| from.set_value(None)
            on:pointercancel=move |_| from.set_value(None)
            on:keydown=move |event| match event.key().as_str() {
                "ArrowLeft" => set(untrack(width) - 16.0),
                "ArrowRight" => set(untrack(width) + 16.0),
                _ => {}
            }
        ></span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_takes_the_place_it_is_dropped_on() {
        let mut columns = ["a", "b", "c"]
            .map(|id| Column::new(id, id, 100.0))
            .to_vec();
        put_before(&mut columns, "a", "c");
        assert_eq!(
            columns.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(),
            ["b", "c", "a"]
        );
        put_before(&mut columns, "a", "b");
        assert_eq!(
            columns.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(),
            ["a", "b", "c"]
        );
    }

    #[test]
    fn a_second_click_turns_the_order() {
        let first = next_sort(None, "name");
        assert_eq!(first.order, Order::Ascending);
        assert_eq!(next_sort(Some(&first), "name").order, Order::Descending);
        assert_eq!(next_sort(Some(&first), "amount").order, Order::Ascending);
    }
}
