//! A month of a calendar: open hours, holidays and make-up days.

use chrono::{Datelike as _, Days, Months};
use leptos::prelude::*;
use shared::calendars::{Calendar, DayKind, written};
use shared::i18n::Key;
use shared::time::Date;
use uuid::Uuid;

use crate::i18n::{t, text};
use crate::store;
use crate::ui::{Glyph, IconButton, IconKind, format};

pub fn month(id: Uuid) -> AnyView {
    let first = RwSignal::new(first_of(untrack(format::today)));
    let back = move || first.update(|first| *first = first.checked_sub_months(Months::new(1)).unwrap_or(*first));
    let on = move || first.update(|first| *first = first.checked_add_months(Months::new(1)).unwrap_or(*first));
    let title = Signal::derive(move || format::month(first.get()));
    let heads = move || {
        let days = (0..7).map(|day| monday_before(first.get()) + Days::new(day));
        days.map(|day| view! { <th scope="col">{format::weekday(day)}</th> }).collect_view()
    };
    let rows = move || {
        let Some(calendar) = store::get::<Calendar>(id).here() else { return Vec::new() };
        let first = first.get();
        let weeks = (0..6).map(|week| monday_before(first) + Days::new(7 * week));
        let shown = weeks.filter(|monday| *monday < first + Months::new(1));
        shown.map(|monday| week(&calendar, monday, first.month())).collect()
    };
    view! {
        <div class="calendar-month">
            <div class="row">
                <IconButton kind=IconKind::Small glyph=Glyph::ChevronLeft label=Key::CalendarsMonthBefore on_click=back/>
                <strong aria-live="polite">{title}</strong>
                <IconButton kind=IconKind::Small glyph=Glyph::ChevronRight label=Key::CalendarsMonthAfter on_click=on/>
            </div>
            <table aria-label=title>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="calendar-key">
                <span class="holiday">{t(Key::ChoiceDayKindHoliday)}</span>
                <span class="makeup">{t(Key::ChoiceDayKindMakeup)}</span>
                <span class="special">{t(Key::ChoiceDayKindSpecial)}</span>
            </p>
        </div>
    }
    .into_any()
}

fn first_of(day: Date) -> Date {
    day.with_day(1).unwrap_or(day)
}

fn monday_before(day: Date) -> Date {
    day - Days::new(day.weekday().num_days_from_monday().into())
}

fn week(calendar: &Calendar, monday: Date, month: u32) -> AnyView {
    let days = (0..7).map(|day| cell(calendar, monday + Days::new(day), month));
    view! { <tr>{days.collect_view()}</tr> }.into_any()
}

fn cell(calendar: &Calendar, day: Date, month: u32) -> AnyView {
    if day.month() != month {
        return view! { <td class="beyond"></td> }.into_any();
    }
    let (hours, special) = calendar.on(day);
    let class = match special.map(|special| special.kind) {
        Some(DayKind::Holiday) => "holiday",
        Some(DayKind::Makeup) => "makeup",
        Some(DayKind::Special) => "special",
        None if hours.is_empty() => "closed",
        None => "",
    };
    let name = special.map(|special| special.name.clone());
    let spans = hours.iter().map(|one| written::print(std::slice::from_ref(one)));
    let open =
        if hours.is_empty() { text(Key::CalendarsClosed).to_owned() } else { spans.collect::<Vec<_>>().join("\n") };
    let current = (day == format::today()).then_some("date");
    view! {
        <td class=class aria-current=current>
            <span class="figures">{day.day()}</span>
            <span class="clip">{name}</span>
            <small>{open}</small>
        </td>
    }
    .into_any()
}
