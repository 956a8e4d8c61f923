use super::days::{merged, read};
use super::*;

fn hours(start: i64, end: i64) -> Hours {
    Hours { start: start * 60, end: end * 60 }
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn special(from: &str, to: &str, name: &str, kind: DayKind) -> SpecialDays {
    SpecialDays { from: date(from), to: date(to), name: name.into(), kind, hours: Vec::new() }
}

fn office() -> Calendar {
    let of_day = |day: i64| [(9, 12), (13, 18)].map(|(start, end)| WeekHours { day, start: start * 60, end: end * 60 });
    Calendar { week: (1..=5).flat_map(of_day).collect(), ..Calendar::default() }
}

fn told(mut calendar: Calendar) -> Vec<(String, String)> {
    calendar.check().into_iter().map(|(key, error)| (key, error.code)).collect()
}

#[test]
fn hours_that_overlap_are_told_at_the_later_one() {
    let mut calendar = office();
    calendar.week.push(WeekHours { day: 2, start: 11 * 60, end: 14 * 60 });
    assert_eq!(told(calendar), [("week.10".to_owned(), "overlaps".to_owned())]);
    let mut touching = office();
    touching.week.push(WeekHours { day: 2, start: 12 * 60, end: 13 * 60 });
    assert_eq!(told(touching), []);
}

#[test]
fn sundays_night_overlaps_mondays_morning() {
    let mut calendar = office();
    calendar.week.push(WeekHours { day: 7, start: 22 * 60, end: 34 * 60 });
    assert_eq!(told(calendar), [("week.10".to_owned(), "overlaps".to_owned())]);
}

#[test]
fn days_are_put_in_order_and_two_for_one_day_are_refused() {
    let mut calendar = office();
    calendar.days = vec![
        special("2026-10-01", "2026-10-07", "国庆节", DayKind::Holiday),
        special("2026-02-15", "2026-02-23", "春节", DayKind::Holiday),
    ];
    assert_eq!(calendar.check().len(), 0);
    assert_eq!(calendar.days[0].name, "春节");
    calendar.days.push(special("2026-10-07", "2026-10-08", "x", DayKind::Special));
    assert_eq!(told(calendar), [("days.2".to_owned(), "overlaps".to_owned())]);
}

#[test]
fn the_statutory_days_are_a_calendar_as_they_are() {
    let mut calendar = office();
    calendar.days = statutory::days(&calendar.plain_hours());
    let before = calendar.days.clone();
    assert_eq!(calendar.check().len(), 0);
    assert_eq!(calendar.days, before);
    let count = |year: i32, kind: DayKind| -> i64 {
        let of = |days: &&SpecialDays| days.from.year() == year && days.kind == kind;
        before.iter().filter(of).map(|days| (days.to - days.from).num_days() + 1).sum()
    };
    assert_eq!((count(2025, DayKind::Holiday), count(2025, DayKind::Makeup)), (28, 5));
    assert_eq!((count(2026, DayKind::Holiday), count(2026, DayKind::Makeup)), (33, 6));
}

#[test]
fn every_makeup_day_is_a_weekend_and_every_holiday_holds_a_weekday() {
    use chrono::Weekday::{Sat, Sun};
    for days in statutory::days(&[hours(9, 18)]) {
        let weekend =
            days.from.iter_days().take_while(|day| *day <= days.to).filter(|day| [Sat, Sun].contains(&day.weekday()));
        let length = (days.to - days.from).num_days() + 1;
        match days.kind {
            DayKind::Makeup => assert_eq!((weekend.count(), length), (1, 1), "{days:?}"),
            _ => assert_ne!(i64::try_from(weekend.count()).unwrap(), length, "{days:?}"),
        }
    }
}

#[test]
fn the_coming_year_is_missed_from_november_on() {
    let mut calendar = office();
    assert_eq!(calendar.missing_year(date("2026-11-25")), None);
    calendar.days = statutory::days(&[]);
    assert_eq!(calendar.missing_year(date("2026-10-31")), None);
    assert_eq!(calendar.missing_year(date("2026-11-01")), Some(2027));
    assert_eq!(calendar.missing_year(date("2027-03-01")), Some(2027));
}

const ICAL: &str = "BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20271001\r
DTEND;VALUE=DATE:20271008\r
SUMMARY;LANGUAGE=zh:国庆节\\, 中\r
 秋节\r
BEGIN:VALARM\r
SUMMARY:not this\r
TRIGGER:-PT15M\r
END:VALARM\r
END:VEVENT\r
BEGIN:VEVENT\r
SUMMARY:国庆节（班）\r
DTSTART;TZID=\"Asia:x\";VALUE=DATE:20271009\r
DURATION:P1D\r
END:VEVENT\r
BEGIN:VEVENT\r
SUMMARY:Standup\r
DTSTART:20271010T010000Z\r
END:VEVENT\r
BEGIN:VEVENT\r
SUMMARY:Birthday\r
DTSTART;VALUE=DATE:20270101\r
RRULE:FREQ=YEARLY\r
END:VEVENT\r
BEGIN:VEVENT\r
SUMMARY:Backwards\r
DTSTART;VALUE=DATE:20270105\r
DTEND;VALUE=DATE:20270101\r
END:VEVENT\r
END:VCALENDAR\r
";

#[test]
fn an_icalendar_gives_its_whole_days_and_tells_what_it_leaves_out() {
    let found = read(ICAL, &[hours(9, 18)]).unwrap();
    let mut makeup = special("2027-10-09", "2027-10-09", "国庆节（班）", DayKind::Makeup);
    makeup.hours = vec![hours(9, 18)];
    assert_eq!(found.days, [special("2027-10-01", "2027-10-07", "国庆节, 中秋节", DayKind::Holiday), makeup]);
    let left_out: Vec<_> = found.left_out.iter().map(|one| (one.line, one.name.as_str(), one.why)).collect();
    assert_eq!(
        left_out,
        [(18, "Standup", Why::NotWholeDays), (22, "Birthday", Why::Repeats), (27, "Backwards", Why::BadDate)]
    );
}

#[test]
fn a_list_of_single_days_becomes_spans() {
    let list = r#"{ "year": 2027, "days": [
        { "name": "元旦", "date": "2027-01-01", "isOffDay": true },
        { "name": "元旦", "date": "2027-01-02", "isOffDay": true },
        { "name": "元旦", "date": "2027-01-09", "isOffDay": false },
        { "name": "元旦", "date": "2027-13-09", "isOffDay": false }
    ] }"#;
    let found = read(list, &[hours(9, 18)]).unwrap();
    let mut makeup = special("2027-01-09", "2027-01-09", "元旦", DayKind::Makeup);
    makeup.hours = vec![hours(9, 18)];
    assert_eq!(found.days, [special("2027-01-01", "2027-01-02", "元旦", DayKind::Holiday), makeup]);
    assert_eq!(found.left_out, [LeftOut { line: 4, name: "元旦".into(), why: Why::BadDate }]);
}

#[test]
fn the_days_of_one_calendar_are_read_by_another() {
    let days = statutory::days(&[hours(8, 16)]);
    let text = serde_json::to_string(&days).unwrap();
    assert_eq!(read(&text, &[hours(9, 18)]).unwrap().days, days);
}

#[test]
fn what_is_no_file_of_days_is_refused() {
    let code = |text: &str| read(text, &[]).unwrap_err().code;
    assert_eq!(code("hello"), "bad_days_file");
    assert_eq!(code("7"), "bad_days_file");
    assert_eq!(code("[]"), "no_days");
    assert_eq!(code(&" ".repeat(1_000_001)), "too_long");
}

#[test]
fn new_days_take_theirs_out_of_those_that_were_there() {
    let held = vec![special("2027-02-01", "2027-02-10", "休假", DayKind::Special)];
    let new = [special("2027-02-05", "2027-02-06", "春节", DayKind::Holiday)];
    assert_eq!(
        merged(held, &new),
        [
            special("2027-02-01", "2027-02-04", "休假", DayKind::Special),
            new[0].clone(),
            special("2027-02-07", "2027-02-10", "休假", DayKind::Special),
        ]
    );
}

#[test]
fn hours_are_read_as_people_write_them() {
    let office = vec![hours(9, 12), hours(13, 18)];
    for text in ["09:00–12:00, 13:00–18:00", "9-12，13:00 - 18:00", "9：00至12：00、13到18", " 9~12 ;13—18; "]
    {
        assert_eq!(written::read(text), Some(office.clone()), "{text}");
    }
    assert_eq!(written::print(&office), "09:00–12:00, 13:00–18:00");
    assert_eq!(written::read("22:00-6:00"), Some(vec![hours(22, 30)]));
    assert_eq!(written::print(&[hours(22, 30), hours(0, 24)]), "22:00–06:00, 00:00–24:00");
    assert_eq!(written::read(""), Some(vec![]));
    for text in ["9", "9-25", "9:60-10", "24:00-25:00", "a-b"] {
        assert_eq!(written::read(text), None, "{text}");
    }
}

#[test]
fn a_day_has_its_special_hours_or_those_of_its_weekday() {
    let mut calendar = office();
    calendar.days = statutory::days(&calendar.plain_hours());
    let told = |day: &str| {
        let (hours, special) = calendar.on(date(day));
        (written::print(&hours), special.map(|special| special.name.clone()))
    };
    assert_eq!(told("2026-10-02"), (String::new(), Some("国庆节".into())));
    assert_eq!(told("2026-10-10"), ("09:00–12:00, 13:00–18:00".into(), Some("国庆节补班".into())));
    assert_eq!(told("2026-10-09"), ("09:00–12:00, 13:00–18:00".into(), None));
    assert_eq!(told("2026-10-11"), (String::new(), None));
}
