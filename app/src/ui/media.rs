//! What the screen is like.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MediaQueryListEvent;

use super::live;

thread_local! {
    static PHONE: ArcRwSignal<bool> = watch("(max-width: 640px)");
}

/// Follows a query for as long as the page lives.
fn watch(query: &str) -> ArcRwSignal<bool> {
    let signal = ArcRwSignal::new(false);
    if let Ok(Some(list)) = window().match_media(query) {
        signal.set(list.matches());
        let follow = signal.clone();
        let changed = Closure::<dyn Fn(MediaQueryListEvent)>::new(move |event: MediaQueryListEvent| {
            follow.set(event.matches());
        });
        let _ = list.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
        changed.forget();
        // A list nobody holds may be collected with its listener.
        std::mem::forget(list);
    }
    signal
}

/// One column, sheets and the bottom bar; tracked.
pub fn is_phone() -> bool {
    PHONE.with(live::read)
}
