use proptest::prelude::*;

use super::*;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn column(file: &str, index: usize) -> Vec<&str> {
    file.lines().skip(1).map(|line| line.split(',').nth(index).unwrap()).collect()
}

const PIPELINE: &str = include_str!("../../../../tests/data/maven-crm/sales_pipeline.csv");

#[test]
fn the_usual_forms_are_read() {
    for (text, form) in [
        ("2017-03-01", DateForm::Mdy),
        ("2017/3/1", DateForm::Dmy),
        ("2017.3.1", DateForm::Ymd),
        ("２０１７－０３－０１", DateForm::Ymd),
        ("2017年3月1日", DateForm::Dmy),
        ("2017年03月01号", DateForm::Dmy),
        ("17年3月1日", DateForm::Dmy),
        ("2017年3月1日星期三", DateForm::Ymd),
        ("20170301", DateForm::Dmy),
        ("01-03-17", DateForm::Dmy),
        ("1.3.2017", DateForm::Dmy),
        ("01032017", DateForm::Dmy),
        ("3/1/2017", DateForm::Mdy),
        ("03/01/17", DateForm::Mdy),
        ("17-03-01", DateForm::Ymd),
        ("Mar 1, 2017", DateForm::Dmy),
        ("March 1st, 2017", DateForm::Ymd),
        ("1 Mar 2017", DateForm::Mdy),
        ("1-Mar-17", DateForm::Mdy),
        ("2017 Mar 1", DateForm::Mdy),
        ("Wed, 1 March 2017", DateForm::Mdy),
        ("42795", DateForm::Serial),
        ("2017-03-01", DateForm::Serial),
    ] {
        assert_eq!(parse(text, form), Ok(date(2017, 3, 1)), "{text}");
    }
}

#[test]
fn a_time_is_kept_or_dropped() {
    for (text, hour, minute, offset) in [
        ("2017-03-01 09:30", 9, 30, None),
        ("2017-03-01T21:30:15", 21, 30, None),
        ("2017-03-01T21:30:15.123Z", 21, 30, Some(0)),
        ("2017-03-01T21:30:15+08:00", 21, 30, Some(480)),
        ("2017-03-01 21:30 -0330", 21, 30, Some(-210)),
        ("3/1/2017 9:30 PM", 21, 30, None),
        ("3/1/2017 12:30 am", 0, 30, None),
        ("2017年3月1日 下午9:30", 21, 30, None),
        ("2017/3/1 上午9时30分", 9, 30, None),
        ("2017年3月1日9点", 9, 0, None),
        ("2017年3月1日 9时30分15秒", 9, 30, None),
        ("2017-03-01", 0, 0, None),
    ] {
        let moment = parse_moment(text, DateForm::Mdy).unwrap();
        let clock = moment.at.format("%Y-%m-%d %H:%M").to_string();
        assert_eq!(clock, format!("2017-03-01 {hour:02}:{minute:02}"), "{text}");
        assert_eq!(moment.offset, offset, "{text}");
        assert_eq!(parse(text, DateForm::Mdy), Ok(date(2017, 3, 1)), "{text}");
    }
}

#[test]
fn years_of_two_digits_turn_at_70() {
    for (short, year) in [("00", 2000), ("69", 2069), ("70", 1970), ("99", 1999)] {
        assert_eq!(parse(&format!("1.3.{short}"), DateForm::Dmy), Ok(date(year, 3, 1)));
    }
}

#[test]
fn spreadsheet_days_are_counted_as_spreadsheets_count_them() {
    assert_eq!(parse("1", DateForm::Serial), Ok(date(1900, 1, 1)));
    assert_eq!(parse("59", DateForm::Serial), Ok(date(1900, 2, 28)));
    assert_eq!(parse("60", DateForm::Serial), Err(DateError::NoSuchDay));
    assert_eq!(parse("61", DateForm::Serial), Ok(date(1900, 3, 1)));
    assert_eq!(parse("109574", DateForm::Serial), Ok(date(2199, 12, 31)));
    assert_eq!(parse("109575", DateForm::Serial), Err(DateError::OutOfRange));
    let noon = parse_moment("42795.5", DateForm::Serial).unwrap();
    assert_eq!(noon.at.to_string(), "2017-03-01 12:00:00");
    assert_eq!(parse("42795", DateForm::Ymd), Err(DateError::Unreadable));
}

#[test]
fn what_is_no_date_is_refused_with_its_reason() {
    for (text, reason) in [
        ("", DateError::Unreadable),
        ("soon", DateError::Unreadable),
        ("2017", DateError::Unreadable),
        ("12345", DateError::Unreadable),
        ("1-2-3-4", DateError::Unreadable),
        ("1-2017-3", DateError::Unreadable),
        ("20170301-1-1", DateError::Unreadable),
        ("2017-3-1 and more", DateError::Unreadable),
        ("2017年3月", DateError::Incomplete),
        ("Mar 2017", DateError::Incomplete),
        ("03/2017", DateError::Incomplete),
        ("31.02.2017", DateError::NoSuchDay),
        ("2017-02-29", DateError::NoSuchDay),
        ("2017-13-01", DateError::NoSuchDay),
        ("00.03.17", DateError::NoSuchDay),
        ("03/13/2017", DateError::OtherForm),
        ("01.03.0217", DateError::OutOfRange),
        ("2200-01-01", DateError::OutOfRange),
        ("2017-03-01 25:00", DateError::Time),
        ("2017-03-01 13:00 pm", DateError::Time),
        ("2017-03-01 10:20:30:40", DateError::Time),
    ] {
        assert_eq!(parse(text, DateForm::Dmy), Err(reason), "{text}");
    }
    assert_eq!(parse("01.03.2017", DateForm::Ymd), Err(DateError::OtherForm));
}

#[test]
fn a_value_beyond_12_decides_the_order() {
    let known = |form| DateAnalysis::Known(form);
    assert_eq!(analyse(["01/02/2017", "13/02/2017"]), known(DateForm::Dmy));
    assert_eq!(analyse(["01/02/2017", "02/13/2017", ""]), known(DateForm::Mdy));
    assert_eq!(analyse(["2017-03-01", "20170302", "Mar 3, 2017"]), known(DateForm::Ymd));
    assert_eq!(analyse(["2017-03-01", "13.02.2017"]), known(DateForm::Dmy));
    assert_eq!(analyse(["99-03-01", "98-04-02"]), known(DateForm::Ymd));
    assert_eq!(
        analyse(["01-03-99"]),
        DateAnalysis::Ambiguous { forms: vec![DateForm::Dmy, DateForm::Mdy], samples: vec!["01-03-99".into()] }
    );
    assert_eq!(analyse(["01.03.99", "31.02.99"]), known(DateForm::Dmy));
}

#[test]
fn short_years_are_told_from_days_by_their_spread() {
    let known = |form| DateAnalysis::Known(form);
    assert_eq!(analyse(["20-10-16", "25-10-16", "01-03-17"]), known(DateForm::Dmy));
    assert_eq!(analyse(["16/10/20", "16/10/25", "17/3/1"]), known(DateForm::Ymd));
    assert_eq!(
        analyse(["20-10-16"]),
        DateAnalysis::Ambiguous { forms: vec![DateForm::Ymd, DateForm::Dmy], samples: vec!["20-10-16".into()] }
    );
}

#[test]
fn day_and_month_that_cannot_be_told_apart_are_a_question() {
    let question = analyse(["01/02/2017", "03/03/2017", "05/04/2017", "01/02/2017"]);

    assert_eq!(
        question,
        DateAnalysis::Ambiguous {
            forms: vec![DateForm::Dmy, DateForm::Mdy],
            samples: vec!["01/02/2017".into(), "05/04/2017".into()],
        }
    );
    let slips = ["13/02/2017"; 10].into_iter().chain(["02/13/2017"]);
    assert_eq!(analyse(slips), DateAnalysis::Known(DateForm::Dmy));
    let contradiction = analyse(["13/02/2017", "02/13/2017"]);
    assert!(matches!(contradiction, DateAnalysis::Ambiguous { samples, .. } if samples.len() == 2));
}

#[test]
fn columns_without_dates_are_told_apart() {
    assert_eq!(analyse(["Acme", "Beta", "2017-03-01"]), DateAnalysis::NoDates);
    assert_eq!(analyse(["", " "]), DateAnalysis::NoDates);
    assert_eq!(analyse(column(PIPELINE, 7)), DateAnalysis::NoDates);
}

#[test]
fn the_real_sales_history_is_day_first() {
    for (index, filled) in [(5, 8300), (6, 6711)] {
        let values = column(PIPELINE, index);
        assert_eq!(analyse(values.iter().copied()), DateAnalysis::Known(DateForm::Dmy));
        let dates = values.iter().filter(|v| !v.is_empty()).map(|v| parse(v, DateForm::Dmy).unwrap());
        assert!(dates.clone().all(|d| d >= date(2016, 10, 20) && d <= date(2017, 12, 31)));
        assert_eq!(dates.count(), filled);
    }
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0..127_000_i64).prop_map(|days| date(1850, 1, 1) + Duration::days(days))
}

proptest! {
    #[test]
    fn a_date_written_is_the_date_read(day in any_date()) {
        for (pattern, form) in [
            ("%Y-%m-%d", DateForm::Mdy), ("%Y/%-m/%-d", DateForm::Dmy), ("%Y年%-m月%-d日", DateForm::Dmy),
            ("%Y%m%d", DateForm::Ymd), ("%d.%m.%Y", DateForm::Dmy), ("%-d-%-m-%Y", DateForm::Dmy),
            ("%m/%d/%Y", DateForm::Mdy), ("%b %-d, %Y", DateForm::Dmy), ("%-d %B %Y", DateForm::Mdy),
            ("%a, %d %b %Y %H:%M:%S", DateForm::Ymd), ("%Y-%m-%dT%H:%M:%SZ", DateForm::Dmy),
        ] {
            let text = day.and_time(NaiveTime::MIN).format(pattern).to_string();
            prop_assert_eq!(parse(&text, form), Ok(day), "{}", text);
        }
    }

    #[test]
    fn short_years_written_are_read(days in 0..36_524_i64) {
        let day = date(1970, 1, 1) + Duration::days(days);
        for (pattern, form) in [("%y-%m-%d", DateForm::Ymd), ("%d-%m-%y", DateForm::Dmy), ("%m/%d/%y", DateForm::Mdy), ("%d-%b-%y", DateForm::Ymd)] {
            let text = day.format(pattern).to_string();
            prop_assert_eq!(parse(&text, form), Ok(day), "{}", text);
        }
    }

    #[test]
    fn a_form_that_is_known_reads_every_date_of_its_column(
        days in prop::collection::vec(0..36_524_i64, 1..30),
        form in prop::sample::select(vec![DateForm::Ymd, DateForm::Dmy, DateForm::Mdy]),
        long: bool,
    ) {
        let pattern = match (form, long) {
            (DateForm::Ymd, true) => "%Y-%m-%d", (DateForm::Ymd, false) => "%y-%m-%d",
            (DateForm::Dmy, true) => "%d-%m-%Y", (DateForm::Dmy, false) => "%d-%m-%y",
            (_, true) => "%m-%d-%Y", (_, false) => "%m-%d-%y",
        };
        let days: Vec<_> = days.into_iter().map(|n| date(1970, 1, 1) + Duration::days(n)).collect();
        let texts: Vec<_> = days.iter().map(|day| day.format(pattern).to_string()).collect();
        // Over a century the spread of short years says nothing.
        if long && let DateAnalysis::Known(found) = analyse(texts.iter().map(String::as_str)) {
            for (text, day) in texts.iter().zip(&days) {
                prop_assert_eq!(parse(text, found), Ok(*day), "{}", text);
            }
        }
    }

    #[test]
    fn no_text_is_too_strange(text in "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}.{0,8}", form in prop::sample::select(vec![DateForm::Ymd, DateForm::Serial])) {
        let _ = parse_moment(&text, form);
    }

    #[test]
    fn no_date_is_too_strange(text in "[0-9年月日/:. TZ+apm-]{0,20}", form in prop::sample::select(vec![DateForm::Ymd, DateForm::Dmy, DateForm::Mdy, DateForm::Serial])) {
        if let Ok(moment) = parse_moment(&text, form) {
            let rewritten = moment.at.format("%Y-%m-%d %H:%M:%S").to_string();
            prop_assert_eq!(parse_moment(&rewritten, form).map(|m| m.at), Ok(moment.at));
        }
    }
}
