//! The days of a report, and how it is grouped.

use chrono::{Datelike as _, Days, Months};
use serde::{Deserialize, Serialize};

use crate::query::Filter;
use crate::time::Date;

choices! {
    /// What the lines of a report are.
    pub enum GroupBy {
        Owner = "owner_id",
        Team = "team_id",
        Queue = "queue_id",
        Category = "category_id",
        Kind = "kind",
        Channel = "channel",
        Priority = "priority",
        Account = "account_id",
        Day = "day",
        Week = "week",
        Month = "month",
    }
}

/// A step of the calendar; weeks begin on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Day,
    Week,
    Month,
}

impl GroupBy {
    /// The step, where lines are stretches of time.
    pub fn step(self) -> Option<Step> {
        match self {
            Self::Day => Some(Step::Day),
            Self::Week => Some(Step::Week),
            Self::Month => Some(Step::Month),
            _ => None,
        }
    }

    /// The ticket's field, where lines are its values.
    pub fn field(self) -> Option<&'static str> {
        if self.step().is_some() { None } else { Some(self.word()) }
    }
}

/// The days of a report, in the organisation's zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub from: Date,
    /// The first day after it.
    pub until: Date,
    /// When it was asked for.
    pub today: Date,
}

impl Span {
    /// The last day.
    pub fn to(&self) -> Date {
        self.until.pred_opt().unwrap_or(self.until)
    }

    /// Its days, weeks or months; at both ends as much of them as lies in it.
    pub fn parts(&self, step: Step) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = self.from;
        while from < self.until {
            let until = after(from, step).min(self.until);
            parts.push(Self { from, until, today: self.today });
            from = until;
        }
        parts
    }

    /// The moments of a field that lie in it.
    pub fn holds(&self, key: &str) -> Filter {
        use crate::query::{Arg, Op};
        let day = |day: Date| Arg::Literal(day.to_string());
        let from = Filter::test(key, Op::Ge, [day(self.from)]);
        from.and(Filter::test(key, Op::Lt, [day(self.until)]))
    }
}

/// The first day of the step after that of `day`.
fn after(day: Date, step: Step) -> Date {
    match step {
        Step::Day => day + Days::new(1),
        Step::Week => day + Days::new(7 - u64::from(day.weekday().num_days_from_monday())),
        Step::Month => day - Days::new(u64::from(day.day0())) + Months::new(1),
    }
}

/// The smallest value that at least `percent` of the values do not exceed
/// (nearest rank, ISO 16269-4 without interpolation); `sorted` goes upwards.
pub fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, until: &str) -> Span {
        Span { from: from.parse().unwrap(), until: until.parse().unwrap(), today: from.parse().unwrap() }
    }

    fn parts(from: &str, until: &str, step: Step) -> Vec<String> {
        span(from, until).parts(step).iter().map(|part| format!("{} {}", part.from, part.to())).collect()
    }

    #[test]
    fn a_span_falls_into_whole_steps_and_their_rests() {
        assert_eq!(parts("2026-11-25", "2026-12-02", Step::Week), ["2026-11-25 2026-11-29", "2026-11-30 2026-12-01"]);
        assert_eq!(parts("2026-01-31", "2026-03-01", Step::Month), ["2026-01-31 2026-01-31", "2026-02-01 2026-02-28"]);
        assert_eq!(parts("2026-11-25", "2026-11-27", Step::Day).len(), 2);
        assert_eq!(parts("2026-11-25", "2026-11-25", Step::Day), Vec::<String>::new());
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!((percentile(&[7], 50), percentile(&[7], 90)), (Some(7), Some(7)));
        let ten: Vec<i64> = (1..=10).collect();
        assert_eq!((percentile(&ten, 50), percentile(&ten, 90)), (Some(5), Some(9)));
        assert_eq!(percentile(&[1, 2, 3], 50), Some(2));
    }
}
