//! Moments as the reader's language writes them, by `Intl`, in the browser's zone.

use js_sys::{Array, Function, Object, Reflect};
use shared::time::{DAY, Instant};
use wasm_bindgen::JsCast;

use crate::words;

pub fn now() -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    Instant(js_sys::Date::now() as i64)
}

/// A moment as short as it stays clear: only the time for today, the day beside it otherwise.
pub fn moment(at: Instant) -> String {
    let (day, today) = (date(at, &[("dateStyle", "short")]), date(now(), &[("dateStyle", "short")]));
    let time = date(at, &[("timeStyle", "short")]);
    if day == today {
        return time;
    }
    let is_near = (at.0 - now().0).abs() < 300 * DAY;
    let options: &[(&str, &str)] = if is_near {
        &[("month", "short"), ("day", "numeric")]
    } else {
        &[("year", "numeric"), ("month", "short"), ("day", "numeric")]
    };
    format!("{} {time}", date(at, options))
}

/// With everything, for those who point at it.
pub fn exact(at: Instant) -> String {
    date(at, &[("dateStyle", "full"), ("timeStyle", "short")])
}

fn date(at: Instant, options: &[(&str, &str)]) -> String {
    written(at, options).unwrap_or_default()
}

fn written(at: Instant, options: &[(&str, &str)]) -> Option<String> {
    let bag = Object::new();
    for (name, value) in options {
        Reflect::set(&bag, &(*name).into(), &(*value).into()).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    let format = Reflect::construct(&class, &Array::of2(&words::locale().tag().into(), &bag)).ok()?;
    let method: Function = Reflect::get(&format, &"format".into()).ok()?.dyn_into().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "whole milliseconds, far below 2^53")]
    method.call1(&format, &(at.0 as f64).into()).ok()?.as_string()
}
