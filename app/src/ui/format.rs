//! Numbers, money, dates and times as the reader's language writes them, by `Intl`.
//!
//! Every function reads the language and so re-runs when it changes.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use shared::money;
use shared::time::{DAY, Date, HOUR, Instant, MINUTE};
use wasm_bindgen::{JsCast, JsValue};

use super::live;
use crate::i18n::locale;

type Options<'a> = &'a [(&'a str, &'a str)];

/// An `Intl` object and its `format`.
#[derive(Clone)]
struct Formatter(JsValue, Function);

thread_local! {
    static FORMATTERS: RefCell<HashMap<String, Option<Formatter>>> = RefCell::default();
    static ZONE: ArcRwSignal<Option<String>> = ArcRwSignal::new(None);
    static CLOCK: ArcRwSignal<Instant> = ArcRwSignal::new(now());
}

/// Made once for each class, language and options: making one takes a millisecond.
fn formatter(class: &str, tag: &str, options: Options) -> Option<Formatter> {
    let key = options.iter().fold(format!("{class} {tag}"), |key, (name, value)| key + " " + name + "=" + value);
    if let Some(known) = FORMATTERS.with_borrow(|known| known.get(&key).cloned()) {
        return known;
    }
    let made = construct(class, tag, options);
    FORMATTERS.with_borrow_mut(|known| known.insert(key, made.clone()));
    made
}

/// `None` for what the browser does not know, such as a currency of tomorrow.
fn construct(class: &str, tag: &str, options: Options) -> Option<Formatter> {
    let bag = Object::new();
    for (name, value) in options {
        Reflect::set(&bag, &(*name).into(), &(*value).into()).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &class.into()).ok()?.dyn_into().ok()?;
    let object = Reflect::construct(&class, &Array::of2(&tag.into(), &bag)).ok()?;
    let method = if options.iter().any(|(name, _)| *name == "type") { "of" } else { "format" };
    let format = Reflect::get(&object, &method.into()).ok()?.dyn_into().ok()?;
    Some(Formatter(object, format))
}

fn written(formatter: Option<&Formatter>, value: &JsValue) -> Option<String> {
    let Formatter(object, format) = formatter?;
    format.call1(object, value).ok()?.as_string()
}

/// A whole number, grouped.
pub fn number(value: i64) -> String {
    decimal(value, 0)
}

/// A number of `digits` decimals given in its smallest units: `decimal(1250, 2)` is 12.5.
pub fn decimal(units: i64, digits: u32) -> String {
    let plain = super::decimal::plain(units, digits);
    let most = digits.to_string();
    let formatter = formatter("NumberFormat", locale().tag(), &[("maximumFractionDigits", &most)]);
    written(formatter.as_ref(), &plain.as_str().into()).unwrap_or(plain)
}

/// A share in percent: `percent(54)` is 54 %.
pub fn percent(value: i64) -> String {
    let formatter = formatter("NumberFormat", locale().tag(), &[("style", "percent"), ("maximumFractionDigits", "1")]);
    let share = super::decimal::plain(value, 2);
    written(formatter.as_ref(), &share.as_str().into()).unwrap_or_else(|| format!("{value}%"))
}

/// An amount in minor units, with its currency; cents only where there are any.
pub fn money(minor: i64, currency: &str) -> String {
    money_as(minor, currency, &[("trailingZeroDisplay", "stripIfInteger")])
}

/// The amount in a few characters, for a narrow column: ¥328.4万.
pub fn money_short(minor: i64, currency: &str) -> String {
    money_as(
        minor,
        currency,
        &[("notation", "compact"), ("minimumFractionDigits", "0"), ("maximumFractionDigits", "1")],
    )
}

fn money_as(minor: i64, currency: &str, options: Options) -> String {
    let plain = super::decimal::plain(minor, money::digits(currency));
    let all = [&[("style", "currency"), ("currency", currency)], options].concat();
    let formatter = formatter("NumberFormat", locale().tag(), &all);
    // As text, so that no digit of a large amount is lost.
    written(formatter.as_ref(), &plain.as_str().into()).unwrap_or_else(|| format!("{currency} {plain}"))
}

/// The currency's name: 人民币, US dollars.
pub fn currency_name(currency: &str) -> String {
    let names = formatter("DisplayNames", locale().tag(), &[("type", "currency")]);
    written(names.as_ref(), &currency.into()).unwrap_or_else(|| currency.to_owned())
}

/// A country by its ISO 3166 code, in the reader's language.
pub fn region_name(code: &str) -> String {
    let names = formatter("DisplayNames", locale().tag(), &[("type", "region")]);
    written(names.as_ref(), &code.into()).unwrap_or_else(|| code.to_owned())
}

/// The reader's time zone, from their profile; `None` is the browser's.
pub fn set_time_zone(zone: Option<String>) {
    ZONE.with(|signal| signal.set(zone));
}

/// The moment by the browser's clock.
pub fn now() -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    Instant(js_sys::Date::now() as i64)
}

/// The moment, tracked: moves every half minute, for "3 minutes ago".
pub fn clock() -> Instant {
    CLOCK.with(live::read)
}

/// Sets the tracked clock going. Called once, by the root component.
pub fn start_clock() {
    let tick = || CLOCK.with(|signal| signal.set(now()));
    let _ = set_interval_with_handle(tick, std::time::Duration::from_secs(30));
}

/// The day it is where the reader is.
pub fn today() -> Date {
    day_of(clock())
}

/// The day of a moment where the reader is.
pub fn day_of(at: Instant) -> Date {
    // Swedish writes dates as ISO does.
    let text = dated("sv-SE", at, &[("year", "numeric"), ("month", "2-digit"), ("day", "2-digit")]);
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn dated(tag: &str, at: Instant, options: Options) -> Option<String> {
    let zone = ZONE.with(live::read);
    let zoned = zone.as_deref().map(|zone| ("timeZone", zone));
    let all: Vec<_> = options.iter().copied().chain(zoned).collect();
    #[expect(clippy::cast_precision_loss, reason = "dates lie far below 2^53 ms")]
    let ms = at.0 as f64;
    written(formatter("DateTimeFormat", tag, &all).as_ref(), &ms.into())
}

fn in_locale(at: Instant, options: Options) -> String {
    dated(locale().tag(), at, options).unwrap_or_default()
}

/// Noon of the day in UTC, which is that day wherever `options` say UTC.
fn noon(date: Date) -> Instant {
    let days = (date - Date::default()).num_days();
    Instant(days * DAY + 12 * HOUR)
}

fn date_as(date: Date, options: Options) -> String {
    let all: Vec<_> = options.iter().copied().filter(|(name, _)| *name != "timeZone").collect();
    #[expect(clippy::cast_precision_loss, reason = "dates lie far below 2^53 ms")]
    let ms = noon(date).0 as f64;
    let all = [all.as_slice(), &[("timeZone", "UTC")]].concat();
    written(formatter("DateTimeFormat", locale().tag(), &all).as_ref(), &ms.into()).unwrap_or_else(|| date.to_string())
}

/// A day: 12月20日; with its year when that is another one.
pub fn date(date: Date) -> String {
    use chrono::Datelike as _;
    let short = [("month", "short"), ("day", "numeric")];
    if date.year() == today().year() {
        return date_as(date, &short);
    }
    date_as(date, &[short.as_slice(), &[("year", "numeric")]].concat())
}

/// A day in full, for tooltips: Sunday, 20 December 2026.
pub fn date_long(date: Date) -> String {
    date_as(date, &[("dateStyle", "full")])
}

/// A month and its year: 2026年10月.
pub fn month(first: Date) -> String {
    date_as(first, &[("month", "long"), ("year", "numeric")])
}

/// The weekday of a day: 周一.
pub fn weekday(date: Date) -> String {
    date_as(date, &[("weekday", "short")])
}

/// A day as people say it when it is near: tomorrow, in 3 days; else its date.
pub fn day(at: Date) -> String {
    let away = (at - today()).num_days();
    if away.abs() > 6 {
        return date(at);
    }
    relative(away, "day")
}

/// The time of day: 15:00.
pub fn time(at: Instant) -> String {
    in_locale(at, &[("hour", "numeric"), ("minute", "2-digit")])
}

/// A moment: its day and its time.
pub fn date_time(at: Instant) -> String {
    format!("{} {}", date(day_of(at)), time(at))
}

/// A moment in full, for the tooltip of a relative time.
pub fn exact(at: Instant) -> String {
    in_locale(at, &[("dateStyle", "full"), ("timeStyle", "long")])
}

/// How long ago, or ahead: 3 minutes ago, 明天. Follows the clock.
pub fn ago(at: Instant) -> String {
    let away = at.0 - clock().0;
    match away.abs() {
        0..MINUTE => relative(0, "second"),
        MINUTE..HOUR => relative(rounded(away, MINUTE), "minute"),
        HOUR..DAY => relative(rounded(away, HOUR), "hour"),
        _ => day(day_of(at)),
    }
}

/// How many of `unit`, to the nearest.
fn rounded(ms: i64, unit: i64) -> i64 {
    (ms + ms.signum() * unit / 2) / unit
}

fn relative(value: i64, unit: &str) -> String {
    let formatter = formatter("RelativeTimeFormat", locale().tag(), &[("numeric", "auto")]);
    #[expect(clippy::cast_precision_loss, reason = "minutes, hours and days are small")]
    let value = JsValue::from(value as f64);
    let text = formatter.and_then(|Formatter(object, format)| format.call2(&object, &value, &unit.into()).ok());
    text.and_then(|text| text.as_string()).unwrap_or_default()
}

/// The first character people know a name by: 李 of 李静, AC of Acme Corporation.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let Some(first) = words.next() else {
        return "?".into();
    };
    if !first.is_ascii() {
        return first.to_string();
    }
    let last = words.next_back().filter(char::is_ascii);
    [Some(first), last].into_iter().flatten().map(|letter| letter.to_ascii_uppercase()).collect()
}

/// A moment as people say it, with the exact one in a tooltip.
#[component]
pub fn Ago(#[prop(into)] at: Signal<Instant>) -> impl IntoView {
    view! { <time data-tip=move || exact(at.get())>{move || ago(at.get())}</time> }
}

/// A day as people say it, with the exact one in a tooltip.
#[component]
pub fn Day(#[prop(into)] on: Signal<Date>) -> impl IntoView {
    view! {
        <time datetime=move || on.get().to_string() data-tip=move || date_long(on.get())>
            {move || day(on.get())}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_name_is_known_by_its_surname_or_its_initials() {
        let known = ["李静", "Acme Corporation", "maya", "Anna Maria Berg", "  "].map(initials);
        assert_eq!(known, ["李", "AC", "M", "AB", "?"]);
    }

    #[test]
    fn a_span_is_told_to_the_nearest_unit() {
        assert_eq!(rounded(-2 * HOUR + 400, HOUR), -2);
        assert_eq!(rounded(89 * MINUTE, HOUR), 1);
        assert_eq!(rounded(90 * MINUTE, HOUR), 2);
    }
}
