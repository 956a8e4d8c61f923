//! What must hold of hours and days. A fault is told at its place in the list.

use super::{DAY, Hours, SpecialDays, WeekHours};
use crate::api::{FieldError, FieldErrors};

/// No stretch of work is longer than a day, none begins in the next one.
fn fits(start: i64, end: i64) -> bool {
    (0..DAY).contains(&start) && start < end && end - start <= DAY
}

pub fn week(week: &mut Vec<WeekHours>, errors: &mut FieldErrors) {
    if week.is_empty() {
        // Nothing would ever be due.
        errors.insert("week".into(), FieldError::new("no_hours"));
        return;
    }
    for (n, hours) in week.iter().enumerate() {
        if !(1..=7).contains(&hours.day) {
            errors.insert(format!("week.{n}.day"), FieldError::new("out_of_range").with("min", 1).with("max", 7));
        } else if !fits(hours.start, hours.end) {
            errors.insert(format!("week.{n}"), FieldError::new("bad_hours"));
        }
    }
    if !errors.is_empty() {
        return;
    }
    let begins = |hours: &WeekHours| (hours.day - 1) * DAY + hours.start;
    let ends = |hours: &WeekHours| (hours.day - 1) * DAY + hours.end;
    for (n, hours) in week.iter().enumerate() {
        // Sunday's night runs into Monday's morning.
        let meets = |other: &WeekHours| {
            [-7 * DAY, 0, 7 * DAY].iter().any(|by| begins(other) + by < ends(hours) && begins(hours) < ends(other) + by)
        };
        if week[..n].iter().any(meets) {
            errors.insert(format!("week.{n}"), FieldError::new("overlaps"));
        }
    }
    if errors.is_empty() {
        crate::order::sort_by(week, Ord::cmp);
    }
}

pub fn days(days: &mut Vec<SpecialDays>, errors: &mut FieldErrors) {
    let before = errors.len();
    for (n, special) in days.iter_mut().enumerate() {
        special.name = special.name.trim().to_owned();
        if let Some((place, error)) = fault(special) {
            errors.insert(format!("days.{n}{place}"), error);
        }
        crate::order::sort_by(&mut special.hours, Ord::cmp);
    }
    for (n, special) in days.iter().enumerate() {
        if days[..n].iter().any(|other| other.from <= special.to && special.from <= other.to) {
            errors.entry(format!("days.{n}")).or_insert_with(|| FieldError::new("overlaps"));
        }
    }
    if errors.len() == before {
        crate::order::sort_by(days, |a, b| a.from.cmp(&b.from));
    }
}

fn fault(special: &SpecialDays) -> Option<(&'static str, FieldError)> {
    use chrono::Datelike as _;
    if special.name.is_empty() {
        return Some((".name", FieldError::new("required")));
    }
    if special.name.chars().count() > 80 {
        return Some((".name", FieldError::new("too_long").with("max", 80)));
    }
    if !(1900..=2199).contains(&special.from.year()) || !(1900..=2199).contains(&special.to.year()) {
        return Some((".from", FieldError::new("date_out_of_range")));
    }
    if special.to < special.from {
        return Some((".to", FieldError::new("ends_before")));
    }
    if (special.to - special.from).num_days() > 366 {
        return Some((".to", FieldError::new("too_many_days")));
    }
    if special.hours.len() > 24 {
        return Some((".hours", FieldError::new("too_many").with("max", 24)));
    }
    if special.hours.iter().any(|hours| !fits(hours.start, hours.end)) {
        return Some((".hours", FieldError::new("bad_hours")));
    }
    overlap(&special.hours).then(|| (".hours", FieldError::new("overlaps")))
}

fn overlap(hours: &[Hours]) -> bool {
    let meets = |a: &Hours, b: &Hours| a.start < b.end && b.start < a.end;
    hours.iter().enumerate().any(|(n, one)| hours[..n].iter().any(|other| meets(one, other)))
}
