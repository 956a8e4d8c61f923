//! What somebody does to a board before its hands are here: given to them when they come.

use leptos::prelude::*;
use web_sys::PointerEvent;

use crate::ui::wait_for_keys;

/// A press that still lasts, with the last of its moves, until the hands are here.
#[derive(Clone, Copy)]
pub struct Early {
    are_here: RwSignal<bool>,
    press: StoredValue<Vec<PointerEvent>, LocalStorage>,
}

impl Early {
    pub fn new() -> Self {
        let are_here = RwSignal::new(false);
        wait_for_keys("[data-card]", are_here.into());
        Self { are_here, press: StoredValue::new_local(Vec::new()) }
    }

    pub fn note(self, event: PointerEvent) {
        if self.are_here.get_untracked() {
            return;
        }
        self.press.update_value(|press| match event.type_().as_str() {
            "pointerdown" => *press = vec![event],
            "pointermove" if !press.is_empty() => {
                press.truncate(1);
                press.push(event);
            }
            "pointermove" => {}
            _ => press.clear(),
        });
    }

    /// The hands listen from now on.
    pub fn end(self) {
        self.are_here.set(true);
        for event in self.press.try_update_value(std::mem::take).unwrap_or_default() {
            if let Some(target) = event.target() {
                let _ = target.dispatch_event(&event);
            }
        }
    }
}
