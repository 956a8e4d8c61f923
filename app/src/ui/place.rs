//! Where a floating thing stands beside what it belongs to.

use leptos::prelude::window;
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
    let size = floating.get_bounding_client_rect();
    let view = (
        extent(window().inner_width()),
        extent(window().inner_height()),
    );
    let below = at.bottom() + GAP;
    let above = at.top() - GAP - size.height();
    let fits_below = below + size.height() + EDGE <= view.1;
    let top = match side {
        Side::Below if fits_below || above < EDGE => below,
        Side::Above if above < EDGE => below,
        _ => above,
    };
    let left = match align {
        Align::Start => at.left(),
        Align::Middle => f64::midpoint(at.left(), at.right()) - size.width() / 2.0,
        Align::End => at.right() - size.width(),
    };
    set_px(floating, "left", within(left, size.width(), view.0));
    set_px(floating, "top", within(top, size.height(), view.1));
}

/// As wide as its anchor, for lists under a field.
pub fn match_width(floating: &HtmlElement, anchor: &Element) {
    set_px(
        floating,
        "min-width",
        anchor.get_bounding_client_rect().width(),
    );
}

fn extent(value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>) -> f64 {
    value
        .ok()
        .and_then(|value| value.as_f64())
        .unwrap_or_default()
}

fn within(start: f64, size: f64, view: f64) -> f64 {
    start.min(view - size - EDGE).max(EDGE)
}

/// A length through the CSSOM, which the content policy allows.
pub fn set_px(element: &HtmlElement, name: &str, px: f64) {
    let _ = element.style().set_property(name, &format!("{px:.1}px"));
}
