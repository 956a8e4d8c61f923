//! Trying a calendar out: when so many hours are over, and why then.

use chrono::Timelike as _;
use leptos::prelude::*;
use shared::api::ApiError;
use shared::calendars::{Trial, Tried, TryCalendar};
use shared::i18n::Key;
use shared::time::{Instant, MINUTE};
use shared::worktime::Line;
use uuid::Uuid;

use crate::i18n::{fill, t, text};
use crate::store::Asker;
use crate::ui::{Button, Field, NumberInput, TextInput, format};
use crate::words;

/// Tenths of an hour, as they are typed.
const TENTH: i64 = 360;

pub fn trial(id: Uuid) -> AnyView {
    let start = RwSignal::new(written(untrack(format::clock)));
    let tenths = RwSignal::new(Some(80_i64));
    let asker = Asker::new();
    let answer = RwSignal::new(None::<Result<Tried, ApiError>>);
    let ask = move || {
        let Some(start) = read(&start.read_untracked()) else { return };
        let seconds = tenths.get_untracked().unwrap_or(0) * TENTH;
        asker.ask::<TryCalendar>(id.into(), Trial { start, seconds }, move |told| answer.set(Some(told)));
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        ask();
    };
    let hours = Signal::derive(|| text(Key::CalendarsHours).to_owned());
    let told = move || match answer.get()? {
        Ok(tried) => Some(told(&tried)),
        Err(error) => Some(view! { <p class="bad" role="alert">{words::error(&error)}</p> }.into_any()),
    };
    view! {
        <form class="calendar-trial" on:submit=submit>
            <h3>{t(Key::CalendarsTry)}</h3>
            <Field label=Key::CalendarsTryStart><TextInput value=start kind="datetime-local"/></Field>
            <Field label=Key::CalendarsTryLength><NumberInput value=tenths digits=1_u32 min=0 max=100_000 unit=hours/></Field>
            <Button label=Key::CalendarsTryRun submit=true/>
            <div aria-live="polite">{told}</div>
        </form>
    }
    .into_any()
}

/// By the reader's own clock, to the minute.
fn written(at: Instant) -> String {
    let offset = js_sys::Date::new_0().get_timezone_offset();
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
    let local = Instant(at.0 - offset as i64 * MINUTE);
    let at = chrono::DateTime::from_timestamp_millis(local.0).unwrap_or_default();
    format!("{}T{:02}:{:02}", at.date_naive(), at.hour(), at.minute())
}

fn read(typed: &str) -> Option<Instant> {
    let ms = js_sys::Date::parse(typed);
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    ms.is_finite().then_some(Instant(ms as i64))
}

fn told(tried: &Tried) -> AnyView {
    let Some(due) = tried.due_at else {
        return view! { <p class="bad">{t(Key::CalendarsNever)}</p> }.into_any();
    };
    let due = fill(Key::CalendarsDue, &[("when", &format::date_time(due))]);
    let missing = tried.missing_year.map(|year| fill(Key::CalendarsMissing, &[("year", &year.to_string())]));
    let more = (tried.left_out > 0).then(|| fill(Key::CalendarsMore, &[("n", &tried.left_out.to_string())]));
    view! {
        <p><strong>{due}</strong></p>
        {missing.map(|text| view! { <p class="hint">{text}</p> })}
        <ol class="calendar-lines">{tried.lines.iter().map(line).collect_view()}</ol>
        {more.map(|text| view! { <p class="hint">{text}</p> })}
    }
    .into_any()
}

fn line(line: &Line) -> AnyView {
    if let Some(name) = &line.name {
        let (from, to) = (format::day_of(line.from), format::day_of(line.until.plus(-1)));
        let days =
            if from == to { format::date(from) } else { format!("{} – {}", format::date(from), format::date(to)) };
        return view! { <li class="special"><span class="grow">{days}" "{name.clone()}</span></li> }.into_any();
    }
    let span = format!("{} – {}", format::date_time(line.from), format::time(line.until));
    let length = format!("{}:{:02}", line.seconds / 3600, line.seconds / 60 % 60);
    view! { <li><span class="grow">{span}</span><span class="figures">{length}</span></li> }.into_any()
}
