//! Dates in the usual forms, and which of them a column has.

mod analyse;
mod shape;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

pub use analyse::{DateAnalysis, analyse};
use shape::Shape;

/// How a column writes its dates. Dates that begin with four digits, name
/// their month or are Chinese are read alike in every form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// `2017-03-01`, `17/3/1`
    Ymd,
    /// `01-03-17`, `1.3.2017`
    Dmy,
    /// `03/01/17`, `3/1/2017`
    Mdy,
    /// Days since 1900, as spreadsheets keep them.
    Serial,
}

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    Unreadable,
    /// `2017年3月`: day, month or year is missing.
    Incomplete,
    /// The 31st of February.
    NoSuchDay,
    /// A date, but not in the column's form.
    OtherForm,
    /// Not between the years 1800 and 2199.
    OutOfRange,
    /// A date followed by something that is no time.
    Time,
}

impl DateError {
    pub const ALL: [Self; 6] =
        [Self::Unreadable, Self::Incomplete, Self::NoSuchDay, Self::OtherForm, Self::OutOfRange, Self::Time];

    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "date_unreadable",
            Self::Incomplete => "date_incomplete",
            Self::NoSuchDay => "date_no_such_day",
            Self::OtherForm => "date_other_form",
            Self::OutOfRange => "date_out_of_range",
            Self::Time => "date_time",
        }
    }
}

/// A day and a time as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub at: NaiveDateTime,
    /// Minutes east of UTC, if the text says so.
    pub offset: Option<i32>,
}

/// The day; a time behind it is checked and dropped.
pub fn parse(text: &str, form: DateForm) -> Result<NaiveDate, DateError> {
    parse_moment(text, form).map(|moment| moment.at.date())
}

/// The day and the time, which is midnight if there is none.
pub fn parse_moment(text: &str, form: DateForm) -> Result<Moment, DateError> {
    if form == DateForm::Serial
        && let Some(at) = serial(text)
    {
        return at.map(|at| Moment { at, offset: None });
    }
    let (shape, clock) = shape::read(text)?;
    let date = to_date(shape, form)?;
    let (time, offset) = clock.unwrap_or((NaiveTime::MIN, None));
    Ok(Moment { at: date.and_time(time), offset })
}

fn to_date(shape: Shape, form: DateForm) -> Result<NaiveDate, DateError> {
    let (year, month, day) = shape.in_form(form).ok_or(DateError::OtherForm)?;
    if !(1800..2200).contains(&year) {
        return Err(DateError::OutOfRange);
    }
    let date = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    date.ok_or(match shape {
        // Where day and month may have changed places, the form is to blame.
        Shape::Open { .. } if month > 12 => DateError::OtherForm,
        _ => DateError::NoSuchDay,
    })
}

/// `42795.5`; none if the text is no number.
fn serial(text: &str) -> Option<Result<NaiveDateTime, DateError>> {
    let text = text.trim();
    let (days, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let days: i64 = days.parse().ok()?;
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Day 60 is the 29th of February 1900, which never was; the count before
    // it is one day behind.
    let epoch = NaiveDate::from_ymd_opt(1899, 12, if days < 60 { 31 } else { 30 })?;
    if days == 60 {
        return Some(Err(DateError::NoSuchDay));
    }
    if !(1..=109_574).contains(&days) {
        return Some(Err(DateError::OutOfRange));
    }
    let digits = fraction.len().min(9);
    let part: i64 = fraction[..digits].parse().ok()?;
    let scale = 10_i64.pow(u32::try_from(digits).ok()?);
    // A fraction of a day, to the nearest second.
    let seconds = (part * 86_400 + scale / 2) / scale;
    let at = epoch.and_time(NaiveTime::MIN) + Duration::days(days) + Duration::seconds(seconds);
    Some(Ok(at))
}

#[cfg(test)]
mod tests;
