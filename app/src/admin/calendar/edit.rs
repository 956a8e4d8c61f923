//! A calendar's form: a line of hours for each weekday.

use chrono::Days;
use leptos::prelude::*;
use shared::access::Object;
use shared::api::FieldError;
use shared::calendars::{Calendar, WeekHours, written};
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::CalendarId;
use shared::time::Date;
use uuid::Uuid;

use crate::admin::form::{FormEnd, Sending, form, hint};
use crate::i18n::t;
use crate::ui::{Field, Switch, TextInput, format};
use crate::{id, store, words};

/// A weekday with what is typed for it.
type Line = (i64, RwSignal<String>);

pub fn calendar_form(edited: Option<Uuid>, open: RwSignal<bool>) -> AnyView {
    let sending = Sending::new(open);
    let known = untrack(|| edited.and_then(|id| store::get::<Calendar>(id).here()));
    let old = known.as_deref().cloned().unwrap_or_else(blank);
    let before = known.map(|_| row_of(&old));
    let (name, zone) = (RwSignal::new(old.name.clone()), RwSignal::new(old.zone.clone()));
    let is_default = RwSignal::new(old.is_default);
    let lines: Vec<Line> = (1..=7).map(|day| (day, RwSignal::new(written::print(&old.of_weekday(day))))).collect();
    let wrong = RwSignal::new(None::<String>);
    let rows = lines.iter().map(|(day, value)| line(*day, *value)).collect_view();
    let save = move || {
        let mut new = Calendar {
            name: name.get_untracked().trim().to_owned(),
            zone: zone.get_untracked().trim().to_owned(),
            is_default: is_default.get_untracked(),
            ..old.clone()
        };
        match week_of(&lines) {
            Ok(week) => new.week = week,
            Err(error) => return wrong.set(Some(words::field_error(&error))),
        }
        let faults = new.check();
        wrong.set(faults.iter().find(|(key, _)| key.starts_with("week")).map(|(_, error)| words::field_error(error)));
        if wrong.read_untracked().is_none() {
            sending.save(Object::Calendar, before.clone(), row_of(&new));
        }
    };
    let fields = view! {
        <Field label=Key::FieldCalendarName required=true error=sending.error("name")>
            <TextInput value=name autofocus=true maxlength=80/>
        </Field>
        <Field label=Key::FieldCalendarZone required=true hint=hint(Key::CalendarsZoneHint) error=sending.error("zone")>
            <TextInput value=zone maxlength=64/>
        </Field>
        <fieldset class="calendar-week">
            <legend>{t(Key::FieldCalendarWeek)}</legend>
            <p class="hint">{t(Key::CalendarsHoursHint)}</p>
            {rows}
            {move || wrong.get().map(|text| view! { <p class="bad" role="alert">{text}</p> })}
        </fieldset>
        <Switch checked=is_default label=Key::FieldCalendarIsDefault/>
        <FormEnd sending/>
    };
    form("form", save, fields.into_any())
}

fn line(day: i64, value: RwSignal<String>) -> impl IntoView {
    let label = Signal::derive(move || format::weekday(weekday(day)));
    view! { <Field label><TextInput value maxlength=200/></Field> }
}

/// Any day of that weekday: 2024 began with a Monday.
fn weekday(day: i64) -> Date {
    Date::from_ymd_opt(2024, 1, 1).unwrap_or_default() + Days::new(day.unsigned_abs() - 1)
}

fn week_of(lines: &[Line]) -> Result<Vec<WeekHours>, FieldError> {
    let mut week = Vec::new();
    for (day, typed) in lines {
        let hours = written::read(&typed.read_untracked()).ok_or_else(|| FieldError::new("not_hours"))?;
        week.extend(hours.into_iter().map(|hours| WeekHours { day: *day, start: hours.start, end: hours.end }));
    }
    Ok(week)
}

fn blank() -> Calendar {
    let zone = untrack(store::calendars).first().map_or_else(String::new, |calendar| calendar.zone.clone());
    Calendar { id: CalendarId(id::new()), zone, ..Calendar::default() }
}
