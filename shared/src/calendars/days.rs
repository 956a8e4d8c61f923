//! Holidays and make-up days out of files: iCalendar, or JSON.

use chrono::Days;
use serde_json::Value;

use super::{DayKind, Hours, LeftOut, SpecialDays, Why};
use crate::api::FieldError;
use crate::time::Date;

mod ical;

/// A file of more characters is none with holidays.
const LONGEST_FILE: usize = 1_000_000;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub days: Vec<SpecialDays>,
    pub left_out: Vec<LeftOut>,
}

/// Reads a file. `hours` are worked on a make-up day that names none.
pub fn read(text: &str, hours: &[Hours]) -> Result<Found, FieldError> {
    if text.len() > LONGEST_FILE {
        return Err(FieldError::new("too_long").with("max", LONGEST_FILE));
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut found = if text.starts_with("BEGIN:VCALENDAR") { ical::read(text) } else { json(text)? };
    if found.days.is_empty() {
        return Err(FieldError::new("no_days"));
    }
    for special in &mut found.days {
        if special.kind == DayKind::Makeup && special.hours.is_empty() {
            special.hours = hours.to_vec();
        }
    }
    found.days = merged(Vec::new(), &found.days);
    Ok(found)
}

/// Days with others laid over them: a day that the new ones name is as they say.
pub fn merged(mut days: Vec<SpecialDays>, new: &[SpecialDays]) -> Vec<SpecialDays> {
    for special in new {
        days = days.into_iter().flat_map(|held| without(held, special)).collect();
        days.push(special.clone());
    }
    crate::order::sort_by(&mut days, |a, b| a.from.cmp(&b.from));
    let mut joined: Vec<SpecialDays> = Vec::with_capacity(days.len());
    for special in days {
        match joined.last_mut() {
            Some(last) if goes_on(last, &special) => last.to = special.to,
            _ => joined.push(special),
        }
    }
    joined
}

/// What is left of days when others take theirs: a part before, a part after.
fn without(held: SpecialDays, taken: &SpecialDays) -> Vec<SpecialDays> {
    if held.to < taken.from || taken.to < held.from {
        return vec![held];
    }
    let before = taken.from.checked_sub_days(Days::new(1)).filter(|to| *to >= held.from);
    let after = taken.to.checked_add_days(Days::new(1)).filter(|from| *from <= held.to);
    let before = before.map(|to| SpecialDays { to, ..held.clone() });
    let after = after.map(|from| SpecialDays { from, ..held.clone() });
    before.into_iter().chain(after).collect()
}

fn goes_on(last: &SpecialDays, next: &SpecialDays) -> bool {
    last.to.checked_add_days(Days::new(1)) == Some(next.from)
        && last.name == next.name
        && last.kind == next.kind
        && last.hours == next.hours
}

/// A list of days, bare or under `days`. An entry has `from` and `to`, or one
/// `date`; `isOffDay`, as public lists of Chinese holidays have it, tells
/// holidays from make-up days.
fn json(text: &str) -> Result<Found, FieldError> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| FieldError::new("bad_days_file").with("line", error.line()))?;
    let entries = value.get("days").unwrap_or(&value).as_array();
    let entries = entries.ok_or_else(|| FieldError::new("bad_days_file").with("line", 1))?;
    let mut found = Found::default();
    for (line, entry) in (1_i64..).zip(entries) {
        match entry_of(entry) {
            Ok(special) => found.days.push(special),
            Err(why) => {
                let name = entry.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
                found.left_out.push(LeftOut { line, name, why });
            }
        }
    }
    Ok(found)
}

fn entry_of(entry: &Value) -> Result<SpecialDays, Why> {
    let date = |key: &str| entry.get(key).and_then(Value::as_str).and_then(|text| text.parse::<Date>().ok());
    let from = date("from").or_else(|| date("date")).ok_or(Why::BadDate)?;
    let to = if entry.get("to").is_some() { date("to").ok_or(Why::BadDate)? } else { from };
    if to < from {
        return Err(Why::BadDate);
    }
    let name = entry.get("name").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let hours: Vec<Hours> = match entry.get("hours") {
        None => Vec::new(),
        Some(hours) => serde_json::from_value(hours.clone()).map_err(|_| Why::Unreadable)?,
    };
    let kind = match (entry.get("kind"), entry.get("isOffDay").and_then(Value::as_bool)) {
        (Some(kind), _) => serde_json::from_value(kind.clone()).map_err(|_| Why::Unreadable)?,
        (None, Some(false)) => DayKind::Makeup,
        (None, Some(true)) => DayKind::Holiday,
        (None, None) => kind_of(&name),
    };
    if name.is_empty() {
        return Err(Why::Unreadable);
    }
    Ok(SpecialDays { from, to, hours, name, kind })
}

/// Chinese calendars write 班 behind the day that is worked.
fn kind_of(name: &str) -> DayKind {
    if name.contains('班') { DayKind::Makeup } else { DayKind::Holiday }
}
