//! Calendars through time: what was counted stays as it was counted.

use super::clock::Terms;
use super::{Counting, Fault};
use crate::id::CalendarId;
use crate::time::Instant;
use crate::worktime::{WorkingTime, whole_second};

/// A calendar as it is from a moment on.
pub struct Timetable<'a> {
    pub calendar: CalendarId,
    pub version: i64,
    pub from: Instant,
    pub working: &'a WorkingTime,
}

/// All versions of all calendars that a ticket's policies name. The oldest
/// version of a calendar holds for what lies before it, too.
pub struct Timetables<'a>(Vec<Timetable<'a>>);

/// A stretch counted by one version of a calendar.
pub struct Counted {
    pub from: Instant,
    pub until: Instant,
    pub version: Option<i64>,
    pub seconds: i64,
}

impl<'a> Timetables<'a> {
    pub fn new(mut versions: Vec<Timetable<'a>>) -> Self {
        for one in &mut versions {
            one.from = whole_second(one.from);
        }
        crate::order::sort_by_key(&mut versions, |one| (one.calendar, one.from, one.version));
        Self(versions)
    }

    pub fn version(&self, calendar: CalendarId, version: i64) -> Option<&Timetable<'a>> {
        self.0.iter().find(|one| one.calendar == calendar && one.version == version)
    }

    /// The version that holds at a moment, and when the next one takes over.
    pub fn at(&self, calendar: CalendarId, at: Instant) -> Result<(&Timetable<'a>, Option<Instant>), Fault> {
        let mut held = None;
        for one in self.0.iter().filter(|one| one.calendar == calendar) {
            if held.is_some() && one.from > at {
                return held.map(|held| (held, Some(one.from))).ok_or(Fault::UnknownCalendar(calendar));
            }
            held = Some(one);
        }
        held.map(|held| (held, None)).ok_or(Fault::UnknownCalendar(calendar))
    }

    /// What counts from one moment to another, version by version.
    pub fn count(&self, terms: &Terms, from: Instant, until: Instant) -> Result<Vec<Counted>, Fault> {
        if terms.target.counting == Counting::Always {
            let seconds = (until.0 - from.0).div_euclid(1000);
            return Ok(vec![Counted { from, until, version: None, seconds }]);
        }
        self.worked(terms.calendar, from, until)
    }

    /// What is worked from one moment to another, version by version.
    pub fn worked(&self, calendar: CalendarId, mut from: Instant, until: Instant) -> Result<Vec<Counted>, Fault> {
        let mut parts = Vec::new();
        while from < until {
            let (table, next) = self.at(calendar, from)?;
            let end = next.map_or(until, |next| next.min(until));
            let seconds = table.working.working_between(from, end);
            parts.push(Counted { from, until: end, version: Some(table.version), seconds });
            from = end;
        }
        Ok(parts)
    }

    /// When so many more seconds have counted; none when they never do.
    pub fn reach(&self, terms: &Terms, mut from: Instant, seconds: i64) -> Result<Option<Instant>, Fault> {
        let mut left = seconds.max(0);
        if terms.target.counting == Counting::Always {
            return Ok(Some(from.plus(left * 1000)));
        }
        loop {
            let (table, next) = self.at(terms.calendar, from)?;
            let due = table.working.add_working(from, left);
            match next {
                Some(next) if due.is_none_or(|due| due > next) => {
                    left -= table.working.working_between(from, next);
                    from = next;
                }
                _ => return Ok(due),
            }
        }
    }
}
