//! Long work in short pieces: between them the page answers.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// So many milliseconds at a stretch.
const STRETCH: f64 = 8.0;

/// Measures the stretch since the page had its last turn.
pub struct Pace {
    began: f64,
}

impl Pace {
    pub fn new() -> Self {
        Self { began: now() }
    }

    /// Lets the page have its turn, if it is time.
    pub async fn step(&mut self) {
        if now() - self.began >= STRETCH - 1.0 {
            yield_now().await;
            self.began = now();
        }
    }
}

fn now() -> f64 {
    let performance = Reflect::get(&js_sys::global(), &"performance".into()).unwrap_or(JsValue::UNDEFINED);
    let clock = Reflect::get(&performance, &"now".into()).ok().and_then(|clock| clock.dyn_into::<Function>().ok());
    let time = clock.and_then(|clock| clock.call0(&performance).ok());
    time.and_then(|time| time.as_f64()).unwrap_or_else(js_sys::Date::now)
}

/// The scheduler comes back before timers do; where there is none, a timer.
async fn yield_now() {
    match scheduler_yield() {
        Some(promise) => drop(JsFuture::from(promise).await),
        None => TimeoutFuture::new(0).await,
    }
}

fn scheduler_yield() -> Option<Promise> {
    let scheduler = Reflect::get(&js_sys::global(), &"scheduler".into()).ok().filter(|found| !found.is_undefined())?;
    let turn: Function = Reflect::get(&scheduler, &"yield".into()).ok()?.dyn_into().ok()?;
    turn.call0(&scheduler).ok()?.dyn_into().ok()
}
