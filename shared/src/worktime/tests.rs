use chrono::TimeZone as _;
use chrono_tz::Tz;

use super::*;
use crate::calendars::{Hours, SpecialDays, WeekHours, statutory};

mod laws;
mod oracle;

/// Nine to twelve and one to six, Monday to Friday, Chinese holidays.
pub fn office() -> Calendar {
    let hours = [Hours { start: 9 * 60, end: 12 * 60 }, Hours { start: 13 * 60, end: 18 * 60 }];
    let week = (1..=5).flat_map(|day| hours.map(|hours| WeekHours { day, start: hours.start, end: hours.end }));
    let mut calendar = Calendar { week: week.collect(), days: statutory::days(&hours), ..Calendar::default() };
    assert_eq!(calendar.check().len(), 0);
    calendar
}

/// From ten in the evening to six in the morning, every night.
fn nights() -> Calendar {
    let week = (1..=7).map(|day| WeekHours { day, start: 22 * 60, end: 30 * 60 });
    Calendar { week: week.collect(), ..Calendar::default() }
}

fn always() -> Calendar {
    let week = (1..=7).map(|day| WeekHours { day, start: 0, end: 24 * 60 });
    Calendar { week: week.collect(), ..Calendar::default() }
}

const CHINA: Tz = chrono_tz::Asia::Shanghai;
const BERLIN: Tz = chrono_tz::Europe::Berlin;
const HOUR: i64 = 3600;

fn at(zone: Tz, local: &str) -> Instant {
    let local = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
    Instant(zone.from_local_datetime(&local).earliest().unwrap().timestamp_millis())
}

#[track_caller]
fn due(calendar: &Calendar, zone: Tz, start: &str, seconds: i64, end: &str) {
    let working = WorkingTime::new(calendar, zone);
    let reached = working.add_working(at(zone, start), seconds);
    assert_eq!(reached, Some(at(zone, end)), "{start} and {seconds} s");
    assert_eq!(working.working_between(at(zone, start), at(zone, end)), seconds);
}

#[test]
fn lunch_and_the_night_do_not_count() {
    due(&office(), CHINA, "2026-11-24 11:30", HOUR, "2026-11-24 13:30");
    due(&office(), CHINA, "2026-11-24 17:00", 2 * HOUR, "2026-11-25 10:00");
    due(&office(), CHINA, "2026-11-24 03:00", HOUR, "2026-11-24 10:00");
    due(&office(), CHINA, "2026-11-24 16:00", 2 * HOUR, "2026-11-24 18:00");
    due(&office(), CHINA, "2026-11-27 17:00", 2 * HOUR, "2026-11-30 10:00");
}

#[test]
fn national_day_is_closed_and_its_two_makeup_days_are_worked() {
    // 2025: off 10/1 to 10/8, worked on Sunday 9/28 and Saturday 10/11.
    due(&office(), CHINA, "2025-09-26 17:00", 9 * HOUR, "2025-09-28 18:00");
    due(&office(), CHINA, "2025-09-30 17:00", 2 * HOUR, "2025-10-09 10:00");
    due(&office(), CHINA, "2025-10-10 17:00", 9 * HOUR, "2025-10-11 18:00");
    due(&office(), CHINA, "2025-10-11 17:00", 2 * HOUR, "2025-10-13 10:00");
}

#[test]
fn spring_festival_is_nine_days_between_two_worked_saturdays() {
    // 2026: off 2/15 to 2/23, worked on 2/14 and 2/28.
    due(&office(), CHINA, "2026-02-13 17:00", 9 * HOUR, "2026-02-14 18:00");
    due(&office(), CHINA, "2026-02-14 17:00", 2 * HOUR, "2026-02-24 10:00");
    due(&office(), CHINA, "2026-02-27 17:00", 2 * HOUR, "2026-02-28 10:00");
    let working = WorkingTime::new(&office(), CHINA);
    assert_eq!(working.working_between(at(CHINA, "2026-02-15 00:00"), at(CHINA, "2026-02-24 00:00")), 0);
}

#[test]
fn a_night_shift_goes_on_past_midnight() {
    due(&nights(), CHINA, "2026-11-24 23:00", 3 * HOUR, "2026-11-25 02:00");
    due(&nights(), CHINA, "2026-11-24 05:00", 2 * HOUR, "2026-11-24 23:00");
}

#[test]
fn the_shift_before_a_holiday_ends_in_its_morning() {
    let mut calendar = nights();
    let day = "2026-10-01".parse().unwrap();
    calendar.days = vec![SpecialDays { from: day, to: day, name: "国庆节".into(), ..SpecialDays::default() }];
    due(&calendar, CHINA, "2026-10-01 05:00", 2 * HOUR, "2026-10-02 23:00");
}

#[test]
fn hours_that_meet_those_of_the_night_before_count_once() {
    let mut calendar = nights();
    let day = "2026-10-01".parse().unwrap();
    let hours = vec![Hours { start: 5 * 60, end: 8 * 60 }];
    calendar.days = vec![SpecialDays { from: day, to: day, hours, name: "盘点".into(), kind: DayKind::Special }];
    due(&calendar, CHINA, "2026-10-01 04:00", 4 * HOUR, "2026-10-01 08:00");
}

#[test]
fn berlins_clocks_take_an_hour_in_spring_and_give_one_in_autumn() {
    // 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00.
    due(&nights(), BERLIN, "2026-03-28 22:00", 7 * HOUR, "2026-03-29 06:00");
    due(&nights(), BERLIN, "2026-10-24 22:00", 9 * HOUR, "2026-10-25 06:00");
    due(&always(), BERLIN, "2026-03-29 00:00", 23 * HOUR, "2026-03-30 00:00");
    due(&always(), BERLIN, "2026-10-25 00:00", 25 * HOUR, "2026-10-26 00:00");
    due(&office(), BERLIN, "2026-03-27 17:00", 2 * HOUR, "2026-03-30 10:00");
    due(&office(), BERLIN, "2026-10-23 17:00", 2 * HOUR, "2026-10-26 10:00");
}

#[test]
fn calcutta_stands_half_an_hour_off() {
    let zone = chrono_tz::Asia::Kolkata;
    due(&office(), zone, "2026-11-24 17:15", HOUR, "2026-11-25 09:15");
    assert_eq!(at(zone, "2026-11-25 09:15"), Instant(1_795_578_300_000));
}

#[test]
fn a_leap_day_can_be_worked_otherwise() {
    let mut calendar = office();
    let day = "2028-02-29".parse().unwrap();
    let hours = vec![Hours { start: 10 * 60, end: 11 * 60 }];
    calendar.days = vec![SpecialDays { from: day, to: day, hours, name: "闰日".into(), kind: DayKind::Special }];
    due(&calendar, CHINA, "2028-02-28 17:00", 3 * HOUR, "2028-03-01 10:00");
}

#[test]
fn forty_years_are_counted_in_no_time_and_beyond_fifty_nothing_is_due() {
    let working = WorkingTime::new(&always(), CHINA);
    let (from, until) = (at(CHINA, "2026-01-01 00:00"), at(CHINA, "2066-01-01 00:00"));
    assert_eq!(working.working_between(from, until), (until.0 - from.0) / 1000);
    let minute = Calendar { week: vec![WeekHours { day: 1, start: 0, end: 1 }], ..Calendar::default() };
    let rarely = WorkingTime::new(&minute, CHINA);
    assert_eq!(rarely.add_working(from, 60 * 52), Some(at(CHINA, "2026-12-28 00:01")));
    assert_eq!(rarely.add_working(from, 60 * 52 * 60), None);
}

#[test]
fn nothing_to_work_is_done_at_once_and_backwards_is_nothing() {
    let working = WorkingTime::new(&office(), CHINA);
    let night = at(CHINA, "2026-11-24 03:00");
    assert_eq!(working.add_working(night.plus(700), 0), Some(night));
    assert_eq!(working.working_between(night, night.plus(-DAY_MS)), 0);
}

const DAY_MS: i64 = 24 * HOUR * 1000;

#[test]
fn a_span_is_explained_stretch_by_stretch_with_its_special_days() {
    let working = WorkingTime::new(&office(), CHINA);
    let (lines, left_out) = working.explain(at(CHINA, "2025-09-30 11:00"), at(CHINA, "2025-10-09 10:00"));
    let told: Vec<_> = lines.iter().map(|line| (line.from, line.seconds, line.total, line.name.as_deref())).collect();
    assert_eq!(
        told,
        [
            (at(CHINA, "2025-09-30 11:00"), HOUR, HOUR, None),
            (at(CHINA, "2025-09-30 13:00"), 5 * HOUR, 6 * HOUR, None),
            (at(CHINA, "2025-10-01 00:00"), 0, 6 * HOUR, Some("国庆节、中秋节")),
            (at(CHINA, "2025-10-09 09:00"), HOUR, 7 * HOUR, None),
        ]
    );
    assert_eq!(lines[2].until, at(CHINA, "2025-10-09 00:00"));
    assert_eq!(left_out, 0);
    let (all_day, _) =
        WorkingTime::new(&always(), BERLIN).explain(at(BERLIN, "2026-10-01 00:00"), at(BERLIN, "2026-11-01 00:00"));
    assert_eq!((all_day.len(), all_day[0].seconds), (1, (31 * 24 + 1) * HOUR));
}

#[test]
fn years_of_lines_are_cut_and_the_rest_is_counted() {
    let working = WorkingTime::new(&office(), CHINA);
    let (lines, left_out) = working.explain(at(CHINA, "2027-01-01 00:00"), at(CHINA, "2029-01-01 00:00"));
    assert_eq!((lines.len(), left_out), (MOST_LINES, 2 * 521 - 500));
}
