//! How high an element is, for as long as it is there.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

/// Keeps `height` in step with the element.
pub fn follow_height(node: NodeRef<html::Div>, height: RwSignal<f64>) {
    let watcher = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn Fn()>)>);
    Effect::new(move || {
        let Some(element) = node.get() else { return };
        let resized = Closure::<dyn Fn()>::new(move || {
            if let Some(element) = node.try_get_untracked().flatten() {
                let _ = height.try_set(f64::from(element.client_height()));
            }
        });
        let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        watcher.set_value(Some((observer, resized)));
    });
    on_cleanup(move || {
        if let Some((observer, _)) = watcher.try_update_value(Option::take).flatten() {
            observer.disconnect();
        }
    });
}
