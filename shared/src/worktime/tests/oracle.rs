//! Working time once more, minute by minute and without a thought: what the
//! clock on the wall shows is looked up in the calendar as it was written.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Timelike as _};
use chrono_tz::Tz;

use crate::calendars::Calendar;

pub struct Oracle {
    /// The first minute, and the seconds worked before each minute after it.
    first: i64,
    before: Vec<i64>,
}

impl Oracle {
    pub fn scan(calendar: &Calendar, zone: Tz, first: i64, minutes: i64) -> Self {
        let mut before = vec![0];
        for minute in first..first + minutes {
            let worked = if is_worked(calendar, zone, minute) { 60 } else { 0 };
            before.push(before[before.len() - 1] + worked);
        }
        Self { first, before }
    }

    fn until(&self, second: i64) -> i64 {
        let minute = usize::try_from(second.div_euclid(60) - self.first).unwrap();
        let within = if self.before[minute + 1] > self.before[minute] { second.rem_euclid(60) } else { 0 };
        self.before[minute] + within
    }

    pub fn between(&self, from: i64, until: i64) -> i64 {
        self.until(until) - self.until(from)
    }

    /// The first second at which so much is worked; none within what was scanned.
    pub fn add(&self, start: i64, seconds: i64) -> Option<i64> {
        let wanted = self.until(start) + seconds;
        let minute = self.before.iter().position(|before| *before >= wanted)?;
        let missing = wanted - self.before[minute - 1];
        Some((self.first + i64::try_from(minute).unwrap() - 1) * 60 + missing)
    }
}

fn is_worked(calendar: &Calendar, zone: Tz, minute: i64) -> bool {
    let local = DateTime::from_timestamp(minute * 60, 0).unwrap().with_timezone(&zone).naive_local();
    let shown = i64::from(local.hour() * 60 + local.minute());
    let (today, yesterday) = (local.date(), local.date() - Days::new(1));
    holds(calendar, today, shown) || holds(calendar, yesterday, shown + 24 * 60)
}

fn holds(calendar: &Calendar, day: NaiveDate, shown: i64) -> bool {
    for special in &calendar.days {
        if special.from <= day && day <= special.to {
            return special.hours.iter().any(|hours| hours.start <= shown && shown < hours.end);
        }
    }
    let weekday = i64::from(day.weekday().number_from_monday());
    calendar.week.iter().any(|hours| hours.day == weekday && hours.start <= shown && shown < hours.end)
}
