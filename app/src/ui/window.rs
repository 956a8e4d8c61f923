//! The window on a long list: only the rows in sight, and some around, are made.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

/// Rows made beyond each edge.
const OVERSCAN: usize = 12;
/// The window moves in steps of so many rows, not with every pixel.
const STEP: usize = 6;

/// The rows to make, and the room of those before and after them in px.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    pub first: usize,
    pub last: usize,
    pub before: f64,
    pub after: f64,
}

impl Window {
    /// The window of a list of `count` rows, each `row` px, scrolled down by `top`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "rows on a screen"
    )]
    pub fn at(top: f64, height: f64, row: f64, count: usize) -> Self {
        if row <= 0.0 {
            return Self { last: count, ..Self::default() };
        }
        let start = (top.max(0.0) / row) as usize;
        let shown = (height / row).ceil() as usize + 1;
        let first = start.saturating_sub(OVERSCAN) / STEP * STEP;
        let last = ((start + shown + OVERSCAN).div_ceil(STEP) * STEP).min(count);
        let first = first.min(last);
        Self { first, last, before: first as f64 * row, after: (count - last) as f64 * row }
    }
}

/// A scrolling element and how far it is scrolled.
#[derive(Clone, Copy)]
pub struct Scroller {
    pub node: NodeRef<html::Div>,
    top: RwSignal<f64>,
    height: RwSignal<f64>,
}

impl Scroller {
    /// Follows the element's size; call `scrolled` from its `on:scroll`.
    pub fn new() -> Self {
        let scroller = Self { node: NodeRef::new(), top: RwSignal::new(0.0), height: RwSignal::new(600.0) };
        let watcher = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn Fn()>)>);
        Effect::new(move || {
            let Some(node) = scroller.node.get() else {
                return;
            };
            let resized = Closure::<dyn Fn()>::new(move || scroller.measure());
            let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) else {
                return;
            };
            observer.observe(&node);
            watcher.set_value(Some((observer, resized)));
        });
        on_cleanup(move || {
            if let Some((observer, _)) = watcher.try_update_value(Option::take).flatten() {
                observer.disconnect();
            }
        });
        scroller
    }

    fn measure(self) {
        let Some(node) = self.node.try_get_untracked().flatten() else {
            return;
        };
        let _ = self.height.try_set(f64::from(node.client_height()));
        self.scrolled();
    }

    pub fn scrolled(self) {
        if let Some(node) = self.node.try_get_untracked().flatten() {
            let _ = self.top.try_set(f64::from(node.scroll_top()));
        }
    }

    /// The window on `count` rows of `row` px; changes only when other rows are to be made.
    pub fn window(self, row: Signal<f64>, count: Signal<usize>) -> Memo<Window> {
        Memo::new(move |_| Window::at(self.top.get(), self.height.get(), row.get(), count.get()))
    }

    /// Scrolls no further than needed for row `at` to be seen below a header of `head` px.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "px on a screen")]
    pub fn reveal(self, at: usize, row: f64, head: f64) {
        let Some(node) = self.node.get_untracked() else {
            return;
        };
        let (top, height) = (f64::from(node.scroll_top()), f64::from(node.client_height()));
        let start = at as f64 * row;
        if start < top {
            node.set_scroll_top(start as i32);
        } else if start + row + head > top + height {
            node.set_scroll_top((start + row + head - height) as i32);
        }
        self.scrolled();
    }
}

impl Default for Scroller {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn rows_in_sight_and_some_around_are_made() {
        let window = Window::at(3600.0, 720.0, 36.0, 10_000);
        assert!(window.first <= 100 - OVERSCAN && window.last >= 120 + OVERSCAN);
        assert!(window.last - window.first < 100);
    }

    #[test]
    fn the_room_is_that_of_all_rows() {
        for top in [0.0, 35.0, 5000.0, 1e9] {
            let window = Window::at(top, 700.0, 36.0, 5000);
            let made = f64::from(u32::try_from(window.last - window.first).unwrap()) * 36.0;
            assert!((window.before + made + window.after - 180_000.0).abs() < 0.01, "at {top}");
        }
    }

    #[test]
    fn a_short_list_is_made_whole() {
        assert_eq!(Window::at(0.0, 700.0, 36.0, 5), Window { first: 0, last: 5, before: 0.0, after: 0.0 });
    }
}
