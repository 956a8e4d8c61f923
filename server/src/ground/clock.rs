//! The one place that reads the system's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{NaiveDate, TimeZone as _};
use chrono_tz::Tz;
use shared::time::{Date, Instant};

/// The time, which tests can move.
#[derive(Clone)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
    pub zone: Tz,
}

impl Clock {
    pub fn new(zone: Tz) -> Self {
        Self { ahead: Arc::default(), zone }
    }

    pub fn now(&self) -> Instant {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Instant(ms + self.ahead.load(Ordering::Relaxed))
    }

    /// Moves this clock by so many milliseconds.
    pub fn advance(&self, ms: i64) {
        self.ahead.fetch_add(ms, Ordering::Relaxed);
    }

    /// The day that `now` lies in, in the organisation's zone.
    pub fn day_of(&self, now: Instant) -> Date {
        self.zone.timestamp_millis_opt(now.0).earliest().map_or(NaiveDate::MIN, |at| at.date_naive())
    }

    /// When a day begins in the organisation's zone. A day whose midnight a
    /// change of clocks skips begins at its first hour that exists.
    pub fn midnight(&self, day: Date) -> Instant {
        let begins = (0..24).find_map(|hour| {
            let local = day.and_hms_opt(hour, 0, 0)?;
            self.zone.from_local_datetime(&local).earliest()
        });
        begins.map_or(Instant(0), |at| Instant(at.timestamp_millis()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_its_zones_midnight() {
        let clock = Clock::new(chrono_tz::Asia::Shanghai);
        let day: Date = "2026-11-22".parse().unwrap();
        assert_eq!(clock.midnight(day), Instant(1_795_276_800_000));
        assert_eq!(clock.day_of(clock.midnight(day)), day);
        assert_eq!(clock.day_of(clock.midnight(day).plus(-1)), "2026-11-21".parse::<Date>().unwrap());
    }

    #[test]
    fn a_day_without_a_midnight_begins_an_hour_later() {
        // Beirut skipped from 00:00 to 01:00 on 2024-03-31.
        let clock = Clock::new(chrono_tz::Asia::Beirut);
        let day: Date = "2024-03-31".parse().unwrap();
        assert_eq!(clock.day_of(clock.midnight(day)), day);
    }
}
