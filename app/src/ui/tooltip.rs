//! One tooltip for the whole app, for every element with `data-tip`.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, PointerEvent};

use super::place::{self, Align, Side};
use super::tag::Kbd;

const WAIT: Duration = Duration::from_millis(450);

#[derive(Clone, PartialEq)]
struct Tip {
    text: String,
    keys: Option<String>,
}

impl Tip {
    fn of(anchor: &HtmlElement) -> Option<Self> {
        let text = anchor.get_attribute("data-tip").filter(|text| !text.is_empty())?;
        Some(Self { text, keys: anchor.get_attribute("data-keys") })
    }
}

/// Mounted once, by the root component. Names stay in the elements' own labels;
/// this only shows them to those who see.
#[component]
pub fn TooltipHost() -> impl IntoView {
    let tip = RwSignal::new(None::<Tip>);
    let popover = NodeRef::<leptos::html::Div>::new();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let hide = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        if let Some(popover) = popover.get_untracked() {
            let _ = popover.hide_popover();
        }
    };
    let show = move |anchor: HtmlElement| {
        let Some(popover) = popover.get_untracked().filter(|_| anchor.is_connected()) else {
            return;
        };
        let Some(now) = Tip::of(&anchor) else { return };
        tip.set(Some(now));
        let _ = popover.show_popover();
        // A tip below a row would hide the next one.
        let in_list = anchor.closest("td, .card").is_ok_and(|row| row.is_some());
        let side = if in_list { Side::Above } else { Side::Below };
        request_animation_frame(move || place::beside(&popover, &anchor, side, Align::Middle));
    };
    let point = move |event: Event| {
        hide();
        let Some(anchor) = tipped(&event) else { return };
        let handle = set_timeout_with_handle(move || show(anchor.clone()), WAIT).ok();
        timer.set_value(handle);
    };
    let focus = move |event: Event| {
        hide();
        if let Some(anchor) = tipped(&event).filter(|anchor| anchor.matches(":focus-visible").unwrap_or(false)) {
            show(anchor);
        }
    };
    // A finger has no hover; its long press is the page's.
    let hover = move |event: Event| {
        if is_mouse(&event) {
            point(event);
        }
    };
    let handles = [
        window_event_listener_untyped("pointerover", hover),
        window_event_listener_untyped("focusin", focus),
        window_event_listener_untyped("focusout", move |_| hide()),
        window_event_listener_untyped("pointerdown", move |_| hide()),
        window_event_listener_untyped("keydown", move |_| hide()),
    ];
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
    view! {
        <div class="tooltip" popover="manual" aria-hidden="true" node_ref=popover>
            {move || tip.get().map(|tip| view! {
                <span>{tip.text}</span>
                {tip.keys.map(|combo| view! { <Kbd combo/> })}
            })}
        </div>
    }
}

fn is_mouse(event: &Event) -> bool {
    event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() == "mouse")
}

fn tipped(event: &Event) -> Option<HtmlElement> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest("[data-tip]").ok()??.dyn_into().ok()
}
