//! A calendar's hours on the axis of its wall clock, in seconds since
//! 1970-01-01 00:00 as the clock shows it.

use chrono::Datelike as _;

use crate::calendars::{DayKind, SpecialDays, WeekHours};
use crate::time::Date;

/// The seconds of a day.
pub const DAY: i64 = 86_400;
const MINUTE: i64 = 60;

/// Days from the first of January of the year 1 to 1970.
const EPOCH: i64 = 719_163;

/// Begin and end, in seconds after a day's midnight.
type Span = (i64, i64);

pub struct Plan {
    week: [Vec<Span>; 7],
    /// Ascending, without a day in two of them.
    special: Vec<Special>,
    /// Seconds of a week that nothing disturbs.
    of_week: i64,
}

struct Special {
    from: i64,
    to: i64,
    spans: Vec<Span>,
    name: String,
    kind: DayKind,
}

/// What a walk along the clock passes.
pub enum Step<'a> {
    Work(i64, i64),
    Day(i64, i64, &'a str, DayKind),
}

impl Plan {
    pub fn of(week: &[WeekHours], days: &[SpecialDays]) -> Self {
        let mut plan = Self { week: Default::default(), special: Vec::new(), of_week: 0 };
        for hours in week {
            let day = usize::try_from(hours.day - 1).ok().and_then(|day| plan.week.get_mut(day));
            if let Some(day) = day {
                day.push((hours.start * MINUTE, hours.end * MINUTE));
            }
        }
        plan.week.iter_mut().for_each(|day| day.sort_unstable());
        plan.of_week = plan.by_day(0, 7 * DAY, i64::MAX).1;
        plan.special = days.iter().map(Special::of).collect();
        plan.special.sort_by_key(|special| special.from);
        plan
    }

    fn special(&self, day: i64) -> Option<&Special> {
        let after = self.special.partition_point(|special| special.from <= day);
        self.special[..after].last().filter(|special| day <= special.to)
    }

    /// The hours that begin on a day.
    fn day(&self, day: i64) -> &[Span] {
        match self.special(day) {
            Some(special) => &special.spans,
            None => &self.week[weekday(day)],
        }
    }

    /// Goes on from `at` until `wanted` seconds are worked, at most to `limit`.
    pub fn advance(&self, mut at: i64, limit: i64, wanted: i64) -> (i64, i64) {
        let mut worked = 0;
        while at < limit && worked < wanted {
            let weeks = self.quiet_weeks(at, limit, wanted - worked);
            if weeks > 0 {
                worked += weeks * self.of_week;
                at += weeks * 7 * DAY;
                continue;
            }
            let midnight = (at.div_euclid(DAY) + 1) * DAY;
            let (reached, counted) = self.by_day(at, midnight.min(limit), wanted - worked);
            (at, worked) = (reached, worked + counted);
        }
        (at, worked)
    }

    /// Whole weeks from a midnight on that nothing disturbs and that end
    /// before the limit and before the work wanted is done.
    fn quiet_weeks(&self, at: i64, limit: i64, wanted: i64) -> i64 {
        let day = at.div_euclid(DAY);
        // The night before reaches into the day.
        if at.rem_euclid(DAY) != 0 || limit - at < 7 * DAY || self.special(day - 1).is_some() {
            return 0;
        }
        let next = self.special.partition_point(|special| special.to < day);
        let until = self.special.get(next).map_or(i64::MAX, |special| special.from);
        let free = (limit.div_euclid(DAY).min(until) - day).max(0) / 7;
        // The last second wanted is looked for day by day.
        if self.of_week == 0 { free } else { free.min((wanted - 1) / self.of_week) }
    }

    fn by_day(&self, at: i64, limit: i64, wanted: i64) -> (i64, i64) {
        let (mut worked, mut done) = (0, at);
        for day in at.div_euclid(DAY) - 1..=(limit - 1).div_euclid(DAY) {
            for (from, until) in self.day(day) {
                // Hours that meet those of the day before count once.
                let (from, until) = ((day * DAY + from).max(done), (day * DAY + until).min(limit));
                if from >= until {
                    continue;
                }
                if worked + until - from >= wanted {
                    return (from + wanted - worked, wanted);
                }
                worked += until - from;
                done = until;
            }
        }
        (limit, worked)
    }

    /// Every stretch of work and every special day from `at` to `limit`.
    pub fn each<'a>(&'a self, at: i64, limit: i64, tell: &mut dyn FnMut(Step<'a>)) {
        let first = at.div_euclid(DAY);
        let mut done = at;
        for day in first - 1..=(limit - 1).div_euclid(DAY) {
            if let Some(special) = self.special(day).filter(|_| day >= first) {
                let (from, until) = (at.max(day * DAY), limit.min((day + 1) * DAY));
                tell(Step::Day(from, until, &special.name, special.kind));
            }
            for (from, until) in self.day(day) {
                let (from, until) = ((day * DAY + from).max(done), (day * DAY + until).min(limit));
                if from < until {
                    tell(Step::Work(from, until));
                    done = until;
                }
            }
        }
    }
}

impl Special {
    fn of(days: &SpecialDays) -> Self {
        let mut spans: Vec<Span> = days.hours.iter().map(|hours| (hours.start * MINUTE, hours.end * MINUTE)).collect();
        spans.sort_unstable();
        Self { from: number(days.from), to: number(days.to), spans, name: days.name.clone(), kind: days.kind }
    }
}

fn number(date: Date) -> i64 {
    i64::from(date.num_days_from_ce()) - EPOCH
}

pub fn date_of(day: i64) -> Date {
    i32::try_from(day + EPOCH).ok().and_then(Date::from_num_days_from_ce_opt).unwrap_or_default()
}

/// 0 is Monday; 1970 began with a Thursday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default()
}
