//! Renews the session: once at a time, over all tabs of this browser.

use std::cell::RefCell;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use shared::api::{ApiError, Endpoint};
use shared::auth::Refresh;
use shared::time::Instant;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{Request, attempt, json, read};
use crate::ui::format;
use crate::ui::storage;

/// When any tab last renewed it, in milliseconds.
const RENEWED_AT: &str = "kith.renewed";

thread_local! {
    static UNDER_WAY: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Renews the session for a call that began at `began` and was turned away.
pub async fn renew(began: Instant) -> Result<(), ApiError> {
    let promise = UNDER_WAY.with_borrow_mut(|slot| slot.get_or_insert_with(|| under_lock(began)).clone());
    let outcome = JsFuture::from(promise).await;
    UNDER_WAY.with_borrow_mut(Option::take);
    let told = outcome.ok().and_then(|value| value.as_string()).unwrap_or_default();
    match told.as_str() {
        "" => Ok(()),
        told => Err(read(told).unwrap_or_default()),
    }
}

/// Resolves to an empty text, or to the error's JSON.
fn under_lock(began: Instant) -> Promise {
    let work =
        Closure::once_into_js(move |_lock: JsValue| future_to_promise(async move { Ok(once(began).await.into()) }));
    let work: Function = work.unchecked_into();
    // Absent on a page without a secure context; then this tab's own order must do.
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or_default();
    let request = Reflect::get(&locks, &"request".into()).ok().and_then(|request| request.dyn_into::<Function>().ok());
    let answer = match request {
        Some(request) => request.call2(&locks, &"kith.refresh".into(), &work),
        None => work.call1(&JsValue::NULL, &JsValue::NULL),
    };
    answer.ok().and_then(|answer| answer.dyn_into().ok()).unwrap_or_else(|| Promise::resolve(&JsValue::from_str("")))
}

async fn once(began: Instant) -> String {
    let renewed = storage::read(RENEWED_AT).and_then(|text| text.parse().ok()).unwrap_or(0);
    if renewed >= began.0 {
        return String::new();
    }
    let request = Request { method: Refresh::METHOD, url: Refresh::PATH.into(), body: Some("null".into()) };
    match attempt(&request, None, None).await {
        Ok(_) => {
            storage::write(RENEWED_AT, &format::now().0.to_string());
            String::new()
        }
        Err(error) => json(&error),
    }
}
