use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn read(text: &str, mark: Mark) -> Result<String, NumberError> {
    decimal(text, mark).map(|number| format!("{}e-{}", number.unscaled, number.scale))
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for (text, unscaled, scale) in [
        ("0", 0, 0),
        ("1,234.56", 123_456, 2),
        ("1 234.56", 123_456, 2),
        ("1'234.50", 12_345, 1),
        ("１２３", 123, 0),
        ("1，234", 1234, 0),
        ("¥1,234", 1234, 0),
        ("￥ 1,234.00", 1234, 0),
        ("$ 24,800", 24_800, 0),
        ("-$5", -5, 0),
        ("$-5", -5, 0),
        ("(1,000.50)", -10_005, 1),
        ("1,000-", -1000, 0),
        ("−7", -7, 0),
        ("+7", 7, 0),
        ("1.2万", 12_000, 0),
        ("3,000 万元", 30_000_000, 0),
        ("1.5亿", 150_000_000, 0),
        ("2百万", 2_000_000, 0),
        ("1.23456万", 123_456, 1),
        ("12.5k", 12_500, 0),
        ("US$1.2M", 1_200_000, 0),
        ("100 RMB", 100, 0),
        (".5", 5, 1),
        (".00", 0, 0),
        ("0012", 12, 0),
    ] {
        assert_eq!(decimal(text, Mark::Point), Ok(Decimal { unscaled, scale }), "{text}");
    }
    for text in ["1.234,56", "1 234,56", "1\u{202f}234,56", "1234,56 €"] {
        assert_eq!(read(text, Mark::Comma).as_deref(), Ok("123456e-2"), "{text}");
    }
}

#[test]
fn what_is_no_number_is_refused_with_its_reason() {
    for (text, reason) in [
        ("", NumberError::Unreadable),
        ("-", NumberError::Unreadable),
        ("万", NumberError::Unreadable),
        ("abc", NumberError::Unreadable),
        ("12 pieces", NumberError::Unreadable),
        ("2017-03-01", NumberError::Unreadable),
        ("--5", NumberError::Unreadable),
        ("(-5)", NumberError::Unreadable),
        ("1,23", NumberError::Grouping),
        ("1,2345", NumberError::Grouping),
        ("1234,567", NumberError::Grouping),
        ("1.234,56", NumberError::Grouping),
        ("1.234.567", NumberError::Grouping),
        ("1,234 567", NumberError::Grouping),
        ("1.38E+10", NumberError::Scientific),
        ("99999999999999999999999999999999999999999", NumberError::TooLarge),
    ] {
        assert_eq!(decimal(text, Mark::Point), Err(reason), "{text}");
    }
}

#[test]
fn money_is_exact_or_refused() {
    assert_eq!(money("¥1,234.5", 2, Mark::Point), Ok(123_450));
    assert_eq!(money("1100.04", 2, Mark::Point), Ok(110_004));
    assert_eq!(money("1.2万", 2, Mark::Point), Ok(1_200_000));
    assert_eq!(money("90071992547409.93", 2, Mark::Point), Ok(9_007_199_254_740_993));
    assert_eq!(money("1,234.000", 0, Mark::Point), Ok(1234));
    assert_eq!(money("0.005", 2, Mark::Point), Err(NumberError::TooPrecise));
    assert_eq!(money("1,234.5", 0, Mark::Point), Err(NumberError::TooPrecise));
    assert_eq!(money("92233720368547758.08", 2, Mark::Point), Err(NumberError::TooLarge));
    assert_eq!(money("-92233720368547758.08", 2, Mark::Point), Ok(i64::MIN));
    assert_eq!(integer("12.5", Mark::Point), Err(NumberError::TooPrecise));
}

#[test]
fn a_percentage_needs_no_sign() {
    for text in ["12.5%", "12.5", "１２．５％", " 12.5 % "] {
        assert_eq!(percent(text, Mark::Point).and_then(|p| p.scaled(1)), Ok(125), "{text}");
    }
}

#[test]
fn a_currency_is_named_only_when_it_is_certain() {
    assert_eq!(currency("US$ 5"), Some("USD"));
    assert_eq!(currency("5 ＥＵＲ"), Some("EUR"));
    assert_eq!(currency("人民币 5 元"), Some("CNY"));
    assert_eq!(currency("$5"), None);
    assert_eq!(currency("¥5"), None);
}

#[test]
fn a_column_tells_its_decimal_mark() {
    let known = |mark| MarkAnalysis::Known(mark);
    let unclear =
        |samples: &[&str]| MarkAnalysis::Ambiguous { samples: samples.iter().map(|s| String::from(*s)).collect() };
    assert_eq!(analyse(["1,234", "5.50"]), known(Mark::Point));
    assert_eq!(analyse(["1.234", "5,50"]), known(Mark::Comma));
    assert_eq!(analyse(["1.234.567"]), known(Mark::Comma));
    assert_eq!(analyse(["$ 24,800", "12", ""]), known(Mark::Point));
    assert_eq!(analyse(["1100.04", "718.62"]), known(Mark::Point));
    assert_eq!(analyse(["0.123"]), known(Mark::Point));
    assert_eq!(analyse(["7", "1.234"]), unclear(&["1.234"]));
    assert_eq!(analyse(["5.50", "5,50"]), unclear(&["5.50", "5,50"]));
    assert_eq!(analyse([]), known(Mark::Point));
}

/// Writes a number the long way, with groups and a fixed number of decimals.
fn write(minor: i64, digits: u32, mark: Mark) -> String {
    let (decimal, group) = match mark {
        Mark::Point => ('.', ','),
        Mark::Comma => (',', '.'),
    };
    let factor = 10_u64.pow(digits);
    let whole = (minor.unsigned_abs() / factor).to_string();
    let mut out = String::from(if minor < 0 { "-" } else { "" });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    if digits > 0 {
        let fraction = minor.unsigned_abs() % factor;
        out.push(decimal);
        let _ = write!(out, "{fraction:0width$}", width = digits as usize);
    }
    out
}

proptest! {
    #[test]
    fn money_written_is_money_read(minor: i64, digits in 0_u32..4, comma: bool) {
        let mark = if comma { Mark::Comma } else { Mark::Point };

        let text = write(minor, digits, mark);

        prop_assert_eq!(money(&text, digits, mark), Ok(minor), "{}", text);
    }

    #[test]
    fn no_text_is_too_strange(text: String, comma: bool) {
        let mark = if comma { Mark::Comma } else { Mark::Point };
        let number = decimal(&text, mark);
        prop_assert!(number.is_err() || text.chars().any(char::is_numeric));
    }
}
