//! Where a floating thing stands beside what it belongs to.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Below,
    Above,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Start,
    Middle,
    End,
}

const GAP: f64 = 4.0;
const EDGE: f64 = 8.0;

/// Puts `floating` (fixed, shown) beside `anchor`, on the other side where there is no room.
pub fn beside(floating: &HtmlElement, anchor: &Element, side: Side, align: Align) {
    let at = anchor.get_bounding_client_rect();
    let own = floating.get_bounding_client_rect();
    let view = (extent(window().inner_width()), extent(window().inner_height()));
    let below = at.bottom() + GAP;
    let above = at.top() - GAP - own.height();
    let fits_below = below + own.height() + EDGE <= view.1;
    let top = match side {
        Side::Below if fits_below || above < EDGE => below,
        Side::Above if above < EDGE => below,
        _ => above,
    };
    let left = match align {
        Align::Start => at.left(),
        Align::Middle => f64::midpoint(at.left(), at.right()) - own.width() / 2.0,
        Align::End => at.right() - own.width(),
    };
    set_px(floating, "left", within(left, own.width(), view.0));
    set_px(floating, "top", within(top, own.height(), view.1));
}

/// Runs after anything on the page was scrolled, for as long as the component lives.
pub fn when_scrolled(run: impl Fn() + 'static) {
    let scrolled = Closure::<dyn Fn()>::new(run);
    // Caught on the way down: a scroll does not bubble.
    let function = scrolled.as_ref().unchecked_ref();
    let _ = window().add_event_listener_with_callback_and_bool("scroll", function, true);
    let scrolled = StoredValue::new_local(Some(scrolled));
    on_cleanup(move || {
        if let Some(scrolled) = scrolled.try_update_value(Option::take).flatten() {
            let function = scrolled.as_ref().unchecked_ref();
            let _ = window().remove_event_listener_with_callback_and_bool("scroll", function, true);
        }
    });
}

/// As wide as its anchor, for lists under a field.
pub fn match_width(floating: &HtmlElement, anchor: &Element) {
    set_px(floating, "min-width", anchor.get_bounding_client_rect().width());
}

fn extent(value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>) -> f64 {
    value.ok().and_then(|value| value.as_f64()).unwrap_or_default()
}

fn within(start: f64, size: f64, view: f64) -> f64 {
    start.min(view - size - EDGE).max(EDGE)
}

/// A length as styles write it. By the browser: Rust's own way of writing
/// fractions brings ten kilobytes of tables.
pub fn px(length: f64) -> String {
    let number = js_sys::Number::from(length).to_string_with_radix(10);
    let mut text = number.map(String::from).unwrap_or_default();
    text.push_str("px");
    text
}

/// A length through the CSSOM, which the content policy allows.
pub fn set_px(element: &HtmlElement, name: &str, px: f64) {
    let _ = element.style().set_property(name, &self::px((px * 10.0).round() / 10.0));
}
