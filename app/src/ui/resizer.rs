//! The edge of a column's head: its width, by a drag or the arrows.

use leptos::prelude::*;
use shared::i18n::Key;
use web_sys::PointerEvent;

use super::column::Column;
use crate::i18n::{fill, named, t};

const NARROWEST: f64 = 56.0;
const WIDEST: f64 = 800.0;
/// What an arrow key adds or takes, in px.
const ARROW: f64 = 16.0;

#[component]
pub fn Resizer(id: StoredValue<String>, columns: RwSignal<Vec<Column>>) -> impl IntoView {
    let from = StoredValue::new(None::<(f64, f64)>);
    let column = move || Column::find(&columns.read(), &id.read_value()).cloned();
    let width = move || column().map_or(0.0, |column| column.width);
    let name = move || column().map(|column| named(&column.label)).unwrap_or_default();
    let set = move |to: f64| {
        columns.update(|columns| {
            let column = columns.iter_mut().find(|column| column.id == *id.read_value());
            if let Some(column) = column {
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
    let drag = move |event: PointerEvent| {
        if let Some((x, start)) = from.get_value() {
            set(start + f64::from(event.client_x()) - x);
        }
    };
    view! {
        <span
            class="resizer"
            role="separator"
            aria-orientation="vertical"
            tabindex="0"
            aria-label=move || fill(Key::UiResizeColumn, &[("name", &name())])
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
            on:pointermove=drag
            on:pointerup=move |_| from.set_value(None)
            on:pointercancel=move |_| from.set_value(None)
            on:keydown=move |event| match event.key().as_str() {
                "ArrowLeft" => set(untrack(width) - ARROW),
                "ArrowRight" => set(untrack(width) + ARROW),
                _ => {}
            }
        ></span>
    }
}
