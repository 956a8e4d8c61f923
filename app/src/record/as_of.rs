//! A look at the past: the record as it was at the end of a day.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::time::{DAY, Date, Instant, MINUTE};

use crate::i18n::{fill, t};
use crate::links;
use crate::ui::{Button, DateInput, Glyph, Icon, format};

/// The day in the address. Tracked.
pub fn day() -> Option<Date> {
    links::param("as_of")?.parse().ok()
}

/// The last moment of that day, if the day is over. Tracked.
pub fn moment() -> Option<Instant> {
    day().filter(|day| *day < format::today()).map(end_of)
}

/// The last moment of a day where the reader is.
pub fn end_of(day: Date) -> Instant {
    // The reader's midnight lies within 14 hours of UTC's; the day ends where
    // the next quarter of an hour belongs to another.
    let utc = (day - Date::default()).num_days() * DAY;
    let quarters = (-14 * 4..=38 * 4).rev().map(|quarter| Instant(utc + quarter * QUARTER - 1));
    quarters.into_iter().find(|at| format::day_of(*at) <= day).unwrap_or(Instant(utc + DAY - 1))
}

const QUARTER: i64 = 15 * MINUTE;

#[component]
pub fn AsOfPicker() -> impl IntoView {
    let value = RwSignal::new(untrack(day));
    Effect::new(move || value.set(day()));
    let go = |date: Option<Date>| links::set_params(&[("as_of", date.map(|date| date.to_string()).as_deref())]);
    view! {
        <div class="as-of" class:past=move || moment().is_some()>
            <Icon glyph=Glyph::History/>
            <span class="faint">{t(Key::RecordAsOf)}</span>
            <DateInput value label=Key::RecordAsOf on_commit=go/>
        </div>
    }
}

/// Says that what is shown is the past.
#[component]
pub fn PastNote() -> impl IntoView {
    move || {
        let day = day().filter(|_| moment().is_some())?;
        let words = fill(Key::RecordAsItWas, &[("date", &format::date_long(day))]);
        Some(view! {
            <p class="past-note" role="status">
                <span class="grow">{words}</span>
                <Button label=Key::RecordBackToNow on_click=move |()| links::set_params(&[("as_of", None)])/>
            </p>
        })
    }
}
