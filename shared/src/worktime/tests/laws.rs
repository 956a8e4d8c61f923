//! What holds of any calendar in any zone. Together some 100,000 cases.

use chrono::Days;
use proptest::prelude::*;

use super::oracle::Oracle;
use super::*;

const ZONES: [Tz; 8] = [
    CHINA,
    BERLIN,
    chrono_tz::Asia::Kolkata,
    chrono_tz::America::New_York,
    // Half an hour of summer time.
    chrono_tz::Australia::Lord_Howe,
    // Clocks are moved at midnight.
    chrono_tz::Asia::Beirut,
    // Summer time is interrupted by Ramadan.
    chrono_tz::Africa::Casablanca,
    // A day that never was: 2011-12-30.
    chrono_tz::Pacific::Apia,
];

/// First days of spans in which something happens somewhere.
const BEGINS: [&str; 7] =
    ["2026-03-10", "2026-10-01", "2026-03-01", "2011-12-10", "2028-02-20", "2025-09-15", "2026-02-01"];

const SCANNED: i64 = 40 * 24 * 60;

fn some_hours() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop_oneof![
        Just(vec![]),
        Just(vec![(540, 720), (780, 1080)]),
        Just(vec![(1320, 1800)]),
        Just(vec![(0, 1440)]),
        (0..1440_i64, 1..1440_i64).prop_map(|(start, length)| vec![(start, start + length)]),
        (0..700_i64, 1..300_i64, 1..300_i64).prop_map(|(start, length, gap)| {
            let second = start + length + gap;
            vec![(start, start + length), (second, second + 97)]
        }),
    ]
}

fn some_days(begin: Date) -> impl Strategy<Value = SpecialDays> {
    (0..40_u64, 0..6_u64, some_hours()).prop_map(move |(from, length, hours)| {
        let from = begin + Days::new(from);
        let hours = hours.into_iter().map(|(start, end)| Hours { start, end }).collect();
        SpecialDays { from, to: from + Days::new(length), hours, name: "x".into(), kind: DayKind::Special }
    })
}

/// A calendar that is accepted, its zone, and the first minute to look at.
fn some_calendar() -> impl Strategy<Value = (Calendar, Tz, i64)> {
    let begin = (0..BEGINS.len()).prop_map(|n| BEGINS[n].parse::<Date>().unwrap());
    begin
        .prop_flat_map(|begin| {
            let week = prop::collection::vec(some_hours(), 7);
            let days = prop::collection::vec(some_days(begin), 0..4);
            (week, days, 0..ZONES.len(), Just(begin))
        })
        .prop_map(|(week, days, zone, begin)| {
            let mut calendar = Calendar::default();
            // What would overlap is left out, as it is refused.
            for (day, hours) in (1..).zip(week) {
                for (start, end) in hours {
                    let held = calendar.week.clone();
                    calendar.week.push(WeekHours { day, start, end });
                    if !calendar.check().is_empty() {
                        calendar.week = held;
                    }
                }
            }
            for special in days {
                let held = calendar.days.clone();
                calendar.days.push(special);
                if calendar.check().keys().any(|key| key.starts_with("days")) {
                    calendar.days = held;
                }
            }
            (calendar, ZONES[zone], begin.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp() / 60)
        })
        .prop_filter("a calendar without hours is refused", |(calendar, ..)| !calendar.week.is_empty())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

/// Numbers that do not look alike, from one.
fn scattered(seed: u64) -> impl Iterator<Item = i64> {
    let mut state = seed | 1;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).ok()
    })
}

proptest! {
    #![proptest_config(config(60))]

    // 60 calendars, 1,000 spans in each.
    #[test]
    fn every_span_is_as_long_as_the_minute_scan_says((calendar, zone, first) in some_calendar(), seed: u64) {
        let oracle = Oracle::scan(&calendar, zone, first, SCANNED);
        let working = WorkingTime::new(&calendar, zone);
        let mut numbers = scattered(seed);
        let mut next = |below: i64| numbers.next().unwrap() % below;
        for _ in 0..1_000 {
            let from = first * 60 + next(SCANNED * 60 - 1);
            let until = from + next(SCANNED * 60 + first * 60 - from);
            let worked = oracle.between(from, until);
            prop_assert_eq!(working.working_between(instant_of(from), instant_of(until)), worked);
            if worked > 0 {
                let wanted = 1 + next(worked);
                let reached = working.add_working(instant_of(from), wanted);
                prop_assert_eq!(reached, oracle.add(from, wanted).map(instant_of));
            }
        }
    }
}

proptest! {
    #![proptest_config(config(400))]

    // 400 calendars, 100 spans in each.
    #[test]
    fn adding_and_counting_agree_grow_and_add_up((calendar, zone, first) in some_calendar(), seed: u64) {
        let working = WorkingTime::new(&calendar, zone);
        let mut numbers = scattered(seed);
        let mut next = |below: i64| numbers.next().unwrap() % below;
        for _ in 0..100 {
            let (start, wanted, more) = (first * 60 + next(SCANNED * 60), 1 + next(200_000), next(5_000));
            let start = Instant(start * 1000 + next(1000));
            let due = working.add_working(start, wanted).unwrap();
            prop_assert_eq!(working.working_between(start, due), wanted);
            // Not a second earlier.
            prop_assert_eq!(working.working_between(start, due.plus(-1000)), wanted - 1);
            prop_assert!(working.add_working(start, wanted + more).unwrap() >= due);
            prop_assert!(working.add_working(start.plus(more * 1000), wanted).unwrap() >= due);
            let middle = Instant(start.0 + next(due.0 - start.0 + 1));
            let parts = working.working_between(start, middle) + working.working_between(middle, due);
            prop_assert_eq!(parts, wanted);
        }
    }

    #[test]
    fn what_is_explained_adds_up((calendar, zone, first) in some_calendar(), days in 1..30_i64) {
        let working = WorkingTime::new(&calendar, zone);
        let (from, until) = (instant_of(first * 60), instant_of(first * 60 + days * 86_400));
        let (lines, left_out) = working.explain(from, until);
        prop_assert_eq!(left_out, 0);
        prop_assert_eq!(lines.iter().map(|line| line.seconds).sum::<i64>(), working.working_between(from, until));
        prop_assert!(lines.iter().filter(|line| line.kind.is_none()).all(|line| line.until.0 - line.from.0 == line.seconds * 1000));
        for line in lines.iter().filter(|line| line.kind.is_none()) {
            prop_assert_eq!(working.working_between(line.from, line.until), line.seconds);
        }
    }

    #[test]
    fn around_the_clock_is_plain_subtraction(zone in 0..ZONES.len(), from in 0..2_000_000_000_i64, length in 0..40_000_000_i64) {
        let working = WorkingTime::new(&always(), ZONES[zone]);
        let (from, until) = (instant_of(from), instant_of(from + length));
        prop_assert_eq!(working.working_between(from, until), length);
        prop_assert_eq!(working.add_working(from, length), Some(until));
    }

    #[test]
    fn closed_days_hold_nothing((mut calendar, zone, first) in some_calendar(), length in 1..30_i64) {
        let working = WorkingTime::new(&calendar, zone);
        let begin = working.day_of(instant_of(first * 60)) + Days::new(2);
        // A night shift of the eve would reach in.
        let eve = begin - Days::new(1);
        let to = begin + Days::new(length.unsigned_abs());
        calendar.days = vec![SpecialDays { from: eve, to, name: "closed".into(), ..SpecialDays::default() }];
        let working = WorkingTime::new(&calendar, zone);
        let noon = |day: Date| day.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp() - zone.ahead(first * 60);
        let (from, until) = (instant_of(noon(begin)), instant_of(noon(to) - 3 * 3600));
        // A day that never was shifts what follows.
        prop_assume!(working.day_of(until) <= to);
        prop_assert_eq!(working.working_between(from, until), 0);
    }
}
