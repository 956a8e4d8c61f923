//! Numbers and money as people write them, read exactly: no float anywhere.

mod body;

use serde::{Deserialize, Serialize};

use crate::text::half_width;
use body::Body;
pub use body::currency;

/// Which mark stands before the decimals; the other one groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// `1,234.56`
    #[default]
    Point,
    /// `1.234,56`
    Comma,
}

/// Why a text is not the number asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    Unreadable,
    /// `1,23`: the groups are not of three digits; perhaps the other mark.
    Grouping,
    /// Digits beyond those that the currency or field has.
    TooPrecise,
    TooLarge,
    /// `1.38E+10`: a spreadsheet has cut the last digits off.
    Scientific,
}

impl NumberError {
    pub const ALL: [Self; 5] = [Self::Unreadable, Self::Grouping, Self::TooPrecise, Self::TooLarge, Self::Scientific];

    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "number_unreadable",
            Self::Grouping => "number_grouping",
            Self::TooPrecise => "number_too_precise",
            Self::TooLarge => "number_too_large",
            Self::Scientific => "number_scientific",
        }
    }
}

/// What a column says about its decimal mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkAnalysis {
    Known(Mark),
    /// `1.234` may be one or a thousand, or the column has both marks.
    Ambiguous {
        samples: Vec<String>,
    },
}

/// An exact number: `unscaled` divided by ten to the power of `scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    pub unscaled: i128,
    pub scale: u32,
}

impl Decimal {
    /// In units of ten to the power of `-digits`; nothing is rounded.
    pub fn scaled(self, digits: u32) -> Result<i64, NumberError> {
        let unscaled = if digits >= self.scale {
            let factor = power_of_ten(digits - self.scale)?;
            self.unscaled.checked_mul(factor).ok_or(NumberError::TooLarge)?
        } else {
            let divisor = power_of_ten(self.scale - digits)?;
            if self.unscaled % divisor != 0 {
                return Err(NumberError::TooPrecise);
            }
            self.unscaled / divisor
        };
        i64::try_from(unscaled).map_err(|_| NumberError::TooLarge)
    }
}

/// Money in minor units of a currency with `digits` decimals; its sign, name
/// or unit may stand around the number: `¥1.2万`, `$ 24,800`, `(1,000.00)`.
pub fn money(text: &str, digits: u32, mark: Mark) -> Result<i64, NumberError> {
    decimal(text, mark)?.scaled(digits)
}

/// A whole number: `1,234`, `3万`, `12.0`.
pub fn integer(text: &str, mark: Mark) -> Result<i64, NumberError> {
    decimal(text, mark)?.scaled(0)
}

/// A number of percent, with or without its sign: `12.5%` and `12.5` are 12.5.
pub fn percent(text: &str, mark: Mark) -> Result<Decimal, NumberError> {
    let folded = half_width(text);
    let text = folded.trim();
    decimal(text.strip_suffix('%').unwrap_or(text), mark)
}

/// Any number, exactly.
pub fn decimal(text: &str, mark: Mark) -> Result<Decimal, NumberError> {
    let body = Body::of(text);
    if is_scientific(&body.number) {
        return Err(NumberError::Scientific);
    }
    let (whole, fraction) = split(&body.number, mark)?;
    let fraction = fraction.trim_end_matches('0');
    // `.00` has no digits but those that say nothing.
    let digits = whole + fraction;
    let digits: i128 = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| NumberError::TooLarge)? };
    let unscaled = if body.negative { -digits } else { digits };
    let scale = u32::try_from(fraction.len()).map_err(|_| NumberError::TooLarge)?;
    if scale >= body.zeros {
        let scale = scale - body.zeros;
        return Ok(Decimal { unscaled, scale });
    }
    let factor = power_of_ten(body.zeros - scale)?;
    let unscaled = unscaled.checked_mul(factor).ok_or(NumberError::TooLarge)?;
    Ok(Decimal { unscaled, scale: 0 })
}

fn power_of_ten(exponent: u32) -> Result<i128, NumberError> {
    10_i128.checked_pow(exponent).ok_or(NumberError::TooLarge)
}

/// The digits before and after the decimal mark.
fn split(number: &str, mark: Mark) -> Result<(String, &str), NumberError> {
    let (decimal, group) = match mark {
        Mark::Point => ('.', ','),
        Mark::Comma => (',', '.'),
    };
    let (whole, fraction) = number.split_once(decimal).unwrap_or((number, ""));
    let is_mark = |c: char| c == '.' || c == ',' || is_group_blank(c);
    if !number.contains(|c: char| c.is_ascii_digit()) || !number.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
        return Err(NumberError::Unreadable);
    }
    if fraction.contains(is_mark) {
        return Err(NumberError::Grouping);
    }
    let is_group = |c: char| c == group || is_group_blank(c);
    let separators: Vec<char> = whole.chars().filter(|c| is_group(*c)).collect();
    if separators.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(NumberError::Grouping);
    }
    let mut groups = whole.split(is_group);
    let first = groups.next().unwrap_or_default();
    let first_fits = separators.is_empty() || (1..=3).contains(&first.len());
    if !first_fits || groups.any(|group| group.len() != 3) {
        return Err(NumberError::Grouping);
    }
    Ok((whole.replace(is_group, ""), fraction))
}

/// Blanks and apostrophes group digits in some countries.
fn is_group_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '’')
}

fn is_scientific(number: &str) -> bool {
    number.split_once('e').is_some_and(|(number, power)| {
        let digits = |c: char| c.is_ascii_digit();
        number.starts_with(digits) && power.trim_start_matches(['+', '-']).starts_with(digits)
    })
}

/// Finds the decimal mark of a column.
pub fn analyse<'a>(values: impl IntoIterator<Item = &'a str>) -> MarkAnalysis {
    // The first value that proves the point, that proves the comma, and that
    // has one of them which may stand for either.
    let mut point = None;
    let mut comma = None;
    let mut unclear_point = None;
    let mut unclear_comma = None;
    for value in values {
        let found = match evidence(&Body::of(value).number) {
            Evidence::None => continue,
            Evidence::For(Mark::Point) => &mut point,
            Evidence::For(Mark::Comma) => &mut comma,
            Evidence::Unclear('.') => &mut unclear_point,
            Evidence::Unclear(_) => &mut unclear_comma,
        };
        found.get_or_insert(value);
    }
    let ambiguous = |samples: [Option<&str>; 2]| MarkAnalysis::Ambiguous {
        samples: samples.into_iter().flatten().map(String::from).collect(),
    };
    match (point, comma) {
        (Some(_), Some(_)) => ambiguous([point, comma]),
        (None, Some(_)) => MarkAnalysis::Known(Mark::Comma),
        (None, None) if unclear_point.is_some() => ambiguous([unclear_point, unclear_comma]),
        // Readers of both our languages take `24,800` for thousands.
        _ => MarkAnalysis::Known(Mark::Point),
    }
}

enum Evidence {
    None,
    For(Mark),
    /// This separator may group or stand before decimals.
    Unclear(char),
}

fn evidence(number: &str) -> Evidence {
    let points = number.matches('.').count();
    let commas = number.matches(',').count();
    match (points, commas) {
        (0, 0) => Evidence::None,
        (1, 0) if may_group(number, '.') => Evidence::Unclear('.'),
        (0, 1) if may_group(number, ',') => Evidence::Unclear(','),
        // What stands several times groups.
        (0, 2..) => Evidence::For(Mark::Point),
        (2.., 0) => Evidence::For(Mark::Comma),
        // Else the last one stands before the decimals.
        _ if number.rfind('.') > number.rfind(',') => Evidence::For(Mark::Point),
        _ => Evidence::For(Mark::Comma),
    }
}

/// A separator that stands once groups only before three digits and after one
/// to three.
fn may_group(number: &str, separator: char) -> bool {
    number
        .split_once(separator)
        .is_some_and(|(whole, rest)| rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0'))
}

#[cfg(test)]
mod tests;
