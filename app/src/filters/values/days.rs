//! A day: by the calendar, or so many days from today.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::query::Arg;
use shared::time::Date;

use super::super::condition::Condition;
use super::put;
use crate::i18n::text;
use crate::ui::{Choice, DateInput, NumberInput, Select};

/// The furthest that a relative day may lie away.
const FURTHEST: i64 = 3650;

#[component]
pub fn DayValue(condition: RwSignal<Condition>, at: usize) -> impl IntoView {
    let now = untrack(|| condition.read().args.get(at).cloned());
    let (mode, days, date) = match now {
        Some(Arg::Today(0)) => ("today", None, None),
        Some(Arg::Today(days)) => (if days < 0 { "ago" } else { "ahead" }, Some(i64::from(days.unsigned_abs())), None),
        Some(Arg::Literal(text)) => ("date", None, text.parse::<Date>().ok()),
        _ => ("date", None, None),
    };
    let (mode, days, date) = (RwSignal::new(mode.to_owned()), RwSignal::new(days), RwSignal::new(date));
    let options = || {
        let option = |value: &str, key| Choice::new(value, text(key));
        vec![
            option("date", Key::FilterDate),
            option("today", Key::FilterToday),
            option("ago", Key::FilterAgo),
            option("ahead", Key::FilterAhead),
        ]
    };
    let write = move || {
        let away = days.get_untracked().and_then(|days| i32::try_from(days).ok());
        let arg = match mode.get_untracked().as_str() {
            "today" => Some(Arg::Today(0)),
            "ago" => away.map(|days| Arg::Today(-days)),
            "ahead" => away.map(Arg::Today),
            _ => date.get_untracked().map(|date| Arg::Literal(date.to_string())),
        };
        put(condition, at, arg);
    };
    let counted = move |_: Option<i64>| write();
    let dated = move |_: Option<Date>| write();
    let value = move || match mode.read().as_str() {
        "today" => ().into_any(),
        "ago" | "ahead" => view! {
            <NumberInput value=days min=0 max=FURTHEST label=Key::FilterDays unit=Key::FilterDays on_commit=counted/>
        }
        .into_any(),
        _ => view! { <DateInput value=date label=Key::FilterValue on_commit=dated/> }.into_any(),
    };
    view! {
        <div class="filter-day">
            <Select value=mode options=Signal::derive(options) label=Key::FilterDayKind on_commit=move |_: String| write()/>
            {value}
        </div>
    }
}
