//! Numbers of a report in the reader's words.

use shared::i18n::Key;
use shared::reports::{GroupBy, Kind, Line, Measure, Number, Report, Step};
use shared::time::Date;

use crate::i18n::{fill, text};
use crate::ui::format;
use crate::words;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What a measure tells first: its count, its median or its share. `None` of nothing.
pub fn value(number: &Number) -> Option<i64> {
    match number.measure.kind() {
        Kind::Count => Some(number.n),
        Kind::Time => number.p50,
        Kind::Share => number.per_mille(),
    }
}

/// A value as it is read.
pub fn told(measure: Measure, value: Option<i64>) -> String {
    let Some(value) = value else { return text(Key::ValueNone).to_owned() };
    match measure.kind() {
        Kind::Count => format::number(value),
        Kind::Time => time(value, is_worked(measure)),
        Kind::Share => share(value),
    }
}

/// A share given in per mille.
fn share(per_mille: i64) -> String {
    let percent = format::decimal(per_mille, 1);
    format!("{percent}%")
}

/// Whether the clock stands still out of working hours: then a day is no unit.
fn is_worked(measure: Measure) -> bool {
    matches!(measure, Measure::ResponseWork | Measure::FirstResolutionWork | Measure::ResolutionWork)
}

fn time(seconds: i64, is_worked: bool) -> String {
    let fill_with = |key: Key, large: i64, small: i64, names: [&str; 2]| {
        fill(key, &[(names[0], &format::number(large)), (names[1], &format::number(small))])
    };
    match seconds {
        ..MINUTE => fill(Key::ReportsSeconds, &[("n", &format::number(seconds))]),
        MINUTE..HOUR => fill(Key::ReportsMinutes, &[("n", &format::number((seconds + 30) / MINUTE))]),
        _ if seconds < DAY || is_worked => {
            fill_with(Key::ReportsHours, seconds / HOUR, seconds % HOUR / MINUTE, ["h", "m"])
        }
        _ => fill_with(Key::ReportsDays, seconds / DAY, seconds % DAY / HOUR, ["d", "h"]),
    }
}

/// What a line is called.
pub fn group(report: &Report, line: &Line) -> String {
    let Some(key) = line.key.as_deref() else { return text(Key::ReportsNone).to_owned() };
    if let Some(step) = report.group.step() {
        return key.parse().map_or_else(|_| key.to_owned(), |day| stretch(report, step, day));
    }
    match report.group {
        GroupBy::Kind | GroupBy::Channel | GroupBy::Priority => words::choice(report.group.word(), key),
        _ => line.name.clone().unwrap_or_else(|| text(Key::ValueHidden).to_owned()),
    }
}

fn stretch(report: &Report, step: Step, day: Date) -> String {
    let parts = report.span.parts(step);
    let part = parts.iter().find(|part| part.from == day);
    match (step, part) {
        (Step::Week, Some(part)) if part.to() != day => format!("{} – {}", format::date(day), format::date(part.to())),
        (Step::Month, _) => format::month(day),
        _ => format::date(day),
    }
}

/// The days of the report.
pub fn days(report: &Report) -> String {
    let (from, to) = (format::date(report.span.from), format::date(report.span.to()));
    fill(Key::ReportsSpan, &[("from", &from), ("to", &to)])
}
