//! Stretches of the calendar around a day.

use chrono::{Datelike, Days, Months};

use super::Period;
use crate::time::Date;

/// The first day of the period and the first day after it.
pub fn bounds(period: Period, today: Date) -> (Date, Date) {
    let week = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let month = today - Days::new(u64::from(today.day0()));
    let quarter = month - Months::new(month.month0() % 3);
    let year = month - Months::new(month.month0());
    match period {
        Period::ThisWeek => (week, week + Days::new(7)),
        Period::LastWeek => (week - Days::new(7), week),
        Period::NextWeek => (week + Days::new(7), week + Days::new(14)),
        Period::ThisMonth => (month, month + Months::new(1)),
        Period::LastMonth => (month - Months::new(1), month),
        Period::NextMonth => (month + Months::new(1), month + Months::new(2)),
        Period::ThisQuarter => (quarter, quarter + Months::new(3)),
        Period::LastQuarter => (quarter - Months::new(3), quarter),
        Period::NextQuarter => (quarter + Months::new(3), quarter + Months::new(6)),
        Period::ThisYear => (year, year + Months::new(12)),
        Period::LastYear => (year - Months::new(12), year),
        Period::NextYear => (year + Months::new(12), year + Months::new(24)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(period: Period, today: &str) -> String {
        let (from, to) = bounds(period, today.parse().unwrap());
        format!("{from} {to}")
    }

    #[test]
    fn periods_begin_where_people_expect() {
        assert_eq!(span(Period::ThisWeek, "2026-11-22"), "2026-11-16 2026-11-23");
        assert_eq!(span(Period::LastMonth, "2026-03-31"), "2026-02-01 2026-03-01");
        assert_eq!(span(Period::ThisQuarter, "2026-11-22"), "2026-10-01 2027-01-01");
        assert_eq!(span(Period::LastQuarter, "2026-01-01"), "2025-10-01 2026-01-01");
        assert_eq!(span(Period::NextYear, "2024-02-29"), "2025-01-01 2026-01-01");
    }
}
