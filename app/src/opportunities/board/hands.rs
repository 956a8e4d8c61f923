//! What hands do to a board: cards and columns by pointer, and everything by
//! keyboard. They come with what opens on a click, after the board is seen.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use shared::id::StageId;
use web_sys::{AddEventListenerOptions, Element, Event, HtmlElement, PointerEvent};

use super::desk::Desk;
use super::early::Early;
use super::hand::By;
use super::keys::Keys;
use super::moves;
use crate::opportunities::drag::columns::{self, Reorder};
use crate::opportunities::drag::session::Dragging;

#[component]
pub fn Hands(
    desk: Desk,
    dragging: Dragging,
    reorder: Reorder,
    has_focus: RwSignal<bool>,
    early: Early,
) -> impl IntoView {
    let on_cancel =
        Callback::new(move |()| if dragging.is_active() { dragging.cancel() } else { moves::give_up(desk) });
    Effect::new(move || {
        let Some(board) = desk.node.get() else { return };
        hear(&board, "pointerdown", move |event: &PointerEvent| {
            drop_what_keys_carry(desk);
            dragging.pressed(event);
            if let Some(stage) = head_of(event) {
                columns::press(reorder, stage, event);
            }
        });
        hear(&board, "pointermove", move |event: &PointerEvent| {
            dragging.moved(event);
            columns::moved(reorder, event);
        });
        hear(&board, "pointerup", move |event: &PointerEvent| {
            dragging.released(event);
            columns::released(reorder);
        });
        hear(&board, "pointercancel", move |_: &PointerEvent| {
            dragging.cancel();
            columns::cancelled(reorder);
        });
        hear(&board, "contextmenu", move |event: &Event| {
            if dragging.is_touching() {
                event.prevent_default();
            }
        });
        // A finger that carries a card does not scroll.
        hear(&board, "touchmove", move |event: &Event| {
            if dragging.is_active() {
                event.prevent_default();
            }
        });
        early.end();
    });
    view! { <Keys desk has_focus on_cancel/> }
}

/// Hears an event for as long as the element is there that holds the listener.
/// One that may refuse a scroll has to say so before a touch begins.
fn hear<E: JsCast>(board: &HtmlElement, name: &str, act: impl Fn(&E) + 'static) {
    let act = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if let Some(event) = event.dyn_ref() {
            act(event);
        }
    });
    let options = AddEventListenerOptions::new();
    options.set_passive(false);
    let function = act.as_ref().unchecked_ref();
    let _ = board.add_event_listener_with_callback_and_add_event_listener_options(name, function, &options);
    act.forget();
}

fn head_of(event: &Event) -> Option<StageId> {
    let head = event.target()?.dyn_into::<Element>().ok()?.closest("[data-column]").ok()??;
    head.get_attribute("data-column")?.parse().ok().map(StageId)
}

fn drop_what_keys_carry(desk: Desk) {
    let by_keys =
        desk.carried.with_untracked(|carried| carried.as_ref().is_some_and(|carried| carried.by == By::Keyboard));
    if by_keys {
        moves::give_up(desk);
    }
}
