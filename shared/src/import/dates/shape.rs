//! What a date looks like before anyone knows which part is which.

use chrono::NaiveTime;

use super::{DateError, DateForm};
use crate::text::half_width;

/// The three numbers of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Year, month and day are certain.
    Clear(u32, u32, u32),
    /// In the order in which they stand; the last may have four digits.
    Open { parts: [u32; 3], long_year: bool },
}

impl Shape {
    /// Year, month and day in this form, whether there is such a day or not.
    pub fn in_form(self, form: DateForm) -> Option<(u32, u32, u32)> {
        let (parts, long_year) = match self {
            Self::Clear(year, month, day) => return Some((year, month, day)),
            Self::Open { parts, long_year } => (parts, long_year),
        };
        let [first, second, third] = parts;
        let (year, month, day) = match form {
            DateForm::Ymd if !long_year => (first, second, third),
            DateForm::Dmy => (third, second, first),
            DateForm::Mdy => (third, first, second),
            DateForm::Ymd | DateForm::Serial => return None,
        };
        Some((if long_year { year } else { full_year(year) }, month, day))
    }
}

/// 70 to 99 are of the last century.
fn full_year(short: u32) -> u32 {
    short + if short < 70 { 2000 } else { 1900 }
}

/// A time of day and, if it is given, its minutes east of UTC.
type Clock = (NaiveTime, Option<i32>);

pub(super) fn read(text: &str) -> Result<(Shape, Option<Clock>), DateError> {
    let text = half_width(text).trim().to_lowercase();
    let (date, time) = split_time(&text);
    let shape = read_date(date)?;
    let clock = match time {
        "" => None,
        time => Some(read_time(time).ok_or(DateError::Time)?),
    };
    Ok((shape, clock))
}

/// Cuts before the hour of the first `:`, else behind a Chinese day.
fn split_time(text: &str) -> (&str, &str) {
    let cut = if let Some(colon) = text.find([':', '时', '点']) {
        let before = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit());
        let before = before.trim_end();
        let before =
            ["上午", "下午", "am", "pm"].into_iter().find_map(|word| before.strip_suffix(word)).unwrap_or(before);
        before.len()
    } else {
        text.len()
    };
    let (date, time) = text.split_at(cut);
    let date = date.trim_end();
    // ISO 8601 puts a `T` between them.
    let joined = date.strip_suffix('t').filter(|date| date.ends_with(|c: char| c.is_ascii_digit()));
    (joined.unwrap_or(date), time.trim())
}

fn read_date(text: &str) -> Result<Shape, DateError> {
    let parts = Parts::of(text)?;
    let digits: Vec<_> = parts.numbers.iter().map(|n| n.digits).collect();
    let values: Vec<_> = parts.numbers.iter().map(|n| n.value).collect();
    match (parts.month, values.as_slice(), digits.as_slice()) {
        (None, [compact], [8]) => Ok(compact_date(*compact)),
        (None, [year, month, day], [4, 1 | 2, 1 | 2]) => Ok(Shape::Clear(*year, *month, *day)),
        (None, [year, month, day], [1 | 2, 1 | 2, 1 | 2]) if parts.chinese => {
            Ok(Shape::Clear(full_year(*year), *month, *day))
        }
        (None, [first, second, third], [1 | 2, 1 | 2, last @ (1 | 2 | 4)]) => {
            Ok(Shape::Open { parts: [*first, *second, *third], long_year: *last == 4 })
        }
        (Some(month), [year, day], [4, 1 | 2]) | (Some(month), [day, year], [1 | 2, 4]) => {
            Ok(Shape::Clear(*year, month, *day))
        }
        (Some(month), [day, year], [1 | 2, 1 | 2]) => Ok(Shape::Clear(full_year(*year), month, *day)),
        (Some(_), [_], _) | (None, [_, _], _) => Err(DateError::Incomplete),
        _ => Err(DateError::Unreadable),
    }
}

/// `20170301`; the year last if it cannot be first.
fn compact_date(value: u32) -> Shape {
    let year = value / 10_000;
    if (1800..2200).contains(&year) {
        Shape::Clear(year, value / 100 % 100, value % 100)
    } else {
        Shape::Open { parts: [value / 1_000_000, value / 10_000 % 100, value % 10_000], long_year: true }
    }
}

struct Number {
    value: u32,
    digits: usize,
}

/// The words and numbers of a date.
#[derive(Default)]
struct Parts {
    numbers: Vec<Number>,
    /// A month that is named.
    month: Option<u32>,
    /// With 年, so that the order is certain.
    chinese: bool,
}

impl Parts {
    fn of(text: &str) -> Result<Self, DateError> {
        let mut parts = Self::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let kind = |c: char| (c.is_ascii_digit(), c.is_alphabetic());
            let end = rest.find(|c| kind(c) != kind(first)).unwrap_or(rest.len());
            let (piece, tail) = rest.split_at(end);
            rest = tail;
            if first.is_ascii_digit() {
                parts.number(piece)?;
            } else if first.is_alphabetic() {
                parts.word(piece)?;
            } else if !piece.chars().all(|c| "-/., ()‐‑–\u{a0}\t".contains(c)) {
                return Err(DateError::Unreadable);
            }
        }
        Ok(parts)
    }

    fn number(&mut self, piece: &str) -> Result<(), DateError> {
        let fits = matches!(piece.len(), 1 | 2 | 4 | 8) && self.numbers.len() < 3;
        let value = piece.parse().ok().filter(|_| fits);
        self.numbers.push(Number { value: value.ok_or(DateError::Unreadable)?, digits: piece.len() });
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), DateError> {
        let month = month(word);
        match word {
            "年" => self.chinese = true,
            "月" | "日" | "号" | "號" | "st" | "nd" | "rd" | "th" | "of" => {}
            _ if is_weekday(word) => {}
            _ if month.is_some() && self.month.is_none() => self.month = month,
            _ => return Err(DateError::Unreadable),
        }
        Ok(())
    }
}

/// `mar`, `march` or `sept`.
fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    (1..).zip(MONTHS).find(|(_, name)| is_short_for(word, name)).map(|(number, _)| number)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let chinese = ["星期", "周", "週", "日星期", "日周", "日週"]
        .into_iter()
        .filter_map(|start| word.strip_prefix(start))
        .any(|day| "一二三四五六日天".contains(day) && !day.is_empty());
    chinese || DAYS.into_iter().any(|name| is_short_for(word, name))
}

fn is_short_for(word: &str, name: &str) -> bool {
    word.len() >= 3 && name.starts_with(word)
}

/// `10:20`, `10:20:30.5Z`, `9:30 PM`, `下午3时30分`, `10:20+08:00`.
fn read_time(text: &str) -> Option<Clock> {
    let text = text.replace(['时', '点', '分'], ":");
    let text = text.trim_end_matches([':', '秒', ' ']);
    let (text, afternoon) = take_half(text);
    let (text, offset) = take_offset(text)?;
    let mut parts = text.trim().split(':');
    let mut next = || match parts.next() {
        None | Some("") => Some(0),
        Some(part) if part.len() <= 2 => part.trim().parse::<u32>().ok(),
        Some(_) => None,
    };
    let (hour, minute) = (next()?, next()?);
    let second = match parts.next() {
        None => 0,
        // Fractions of a second are nobody's business here.
        Some(part) => part.split('.').next()?.parse().ok()?,
    };
    let hour = match afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    parts.next().is_none().then_some((time, offset))
}

/// Takes 上午, 下午, am or pm away from either end.
fn take_half(text: &str) -> (&str, Option<bool>) {
    let words = [("上午", false), ("下午", true), ("am", false), ("pm", true)];
    let stripped = words.into_iter().find_map(|(word, afternoon)| {
        text.strip_prefix(word).or_else(|| text.strip_suffix(word)).map(|rest| (rest.trim(), Some(afternoon)))
    });
    stripped.unwrap_or((text, None))
}

/// Takes `Z` or `+08:00` away from the end; none if it is malformed.
fn take_offset(text: &str) -> Option<(&str, Option<i32>)> {
    if let Some(rest) = text.strip_suffix('z') {
        return Some((rest, Some(0)));
    }
    let Some(sign) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let (rest, offset) = text.split_at(sign);
    let digits = offset[1..].replace(':', "");
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let minutes: i32 = match digits.len() {
        2 => digits.parse::<i32>().ok()? * 60,
        4 => digits[..2].parse::<i32>().ok()? * 60 + digits[2..].parse::<i32>().ok()?,
        _ => return None,
    };
    if minutes > 14 * 60 {
        return None;
    }
    let minutes = if offset.starts_with('-') { -minutes } else { minutes };
    Some((rest.trim_end(), Some(minutes)))
}
