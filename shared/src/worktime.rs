//! Counting working time: whole seconds between instants in UTC, by the hours
//! of a calendar as the clocks of its zone show them.
//!
//! A second is worked when the wall clock stands within working hours. So a
//! night shift is an hour longer when clocks are set back, and shorter when
//! they are set forward. Of an instant its whole second counts.

use chrono::Offset as _;
use serde::{Deserialize, Serialize};

use crate::calendars::{Calendar, DayKind};
use crate::time::{Date, Instant, SECOND};

mod hours;
mod walk;

use hours::Plan;

/// The clocks of a place. The database of zones is the server's.
pub trait Zone: Send + Sync {
    /// Seconds by which clocks are ahead of UTC at so many seconds since 1970.
    fn ahead(&self, second: i64) -> i64;
}

impl<T> Zone for T
where
    T: chrono::TimeZone + Send + Sync,
{
    fn ahead(&self, second: i64) -> i64 {
        let at = chrono::DateTime::from_timestamp(second, 0).unwrap_or_default();
        i64::from(self.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
    }
}

/// How far ahead a due time is looked for.
const HORIZON: i64 = 50 * 366 * hours::DAY;

/// At most so many lines explain a span.
pub const MOST_LINES: usize = 500;

/// A calendar ready to count with.
pub struct WorkingTime {
    plan: Plan,
    zone: Box<dyn Zone>,
}

/// A stretch of working time, or days that are not like their weekdays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub from: Instant,
    pub until: Instant,
    /// Seconds worked in it.
    pub seconds: i64,
    /// Seconds worked since the start, at its end.
    pub total: i64,
    /// What the days are called, for days that are not like their weekdays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<DayKind>,
}

impl WorkingTime {
    pub fn new(calendar: &Calendar, zone: impl Zone + 'static) -> Self {
        Self { plan: Plan::of(&calendar.week, &calendar.days), zone: Box::new(zone) }
    }

    /// The first instant at which `seconds` of work are over since `start`;
    /// none when that takes longer than fifty years.
    pub fn add_working(&self, start: Instant, seconds: i64) -> Option<Instant> {
        let start = second_of(start);
        if seconds <= 0 {
            return Some(instant_of(start));
        }
        let (end, worked) = self.advance(start, start + HORIZON, seconds);
        (worked == seconds).then(|| instant_of(end))
    }

    /// Seconds of work from `from` to `until`; none when that lies before.
    pub fn working_between(&self, from: Instant, until: Instant) -> i64 {
        self.advance(second_of(from), second_of(until), i64::MAX).1
    }

    /// Goes on from `at` until `wanted` seconds are worked, at most to `limit`:
    /// where that is, and how many seconds were worked.
    fn advance(&self, mut at: i64, limit: i64, wanted: i64) -> (i64, i64) {
        let mut worked = 0;
        while at < limit && worked < wanted {
            let (ahead, until) = walk::steady(&*self.zone, at, limit);
            let (local, counted) = self.plan.advance(at + ahead, until + ahead, wanted - worked);
            at = local - ahead;
            worked += counted;
        }
        (at, worked)
    }

    /// What was worked from `from` to `until`, stretch by stretch, and which
    /// special days lie between; and how many lines are left out.
    pub fn explain(&self, from: Instant, until: Instant) -> (Vec<Line>, i64) {
        let mut lines = walk::Lines::default();
        let (mut at, end) = (second_of(from), second_of(until));
        while at < end {
            let (ahead, until) = walk::steady(&*self.zone, at, end);
            self.plan.each(at + ahead, until + ahead, &mut |step| lines.add(&step, ahead));
            at = until;
        }
        lines.finish()
    }

    /// The day on which clocks of the zone stand at an instant.
    pub fn day_of(&self, at: Instant) -> Date {
        let second = second_of(at);
        hours::date_of((second + self.zone.ahead(second)).div_euclid(hours::DAY))
    }
}

/// The second that an instant lies in.
fn second_of(at: Instant) -> i64 {
    at.0.div_euclid(SECOND)
}

/// Of a moment its whole second counts.
pub(crate) fn whole_second(at: Instant) -> Instant {
    instant_of(second_of(at))
}

fn instant_of(second: i64) -> Instant {
    Instant(second * SECOND)
}

#[cfg(test)]
mod tests;
