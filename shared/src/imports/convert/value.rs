//! One cell as one value.

use serde_json::{Value, json};

use super::super::labels::word;
use super::super::{ColumnPlan, Holds, Named, Part, Target, pieces};
use crate::api::FieldError;
use crate::contacts::PointKind;
use crate::i18n::Locale;
use crate::import::choices::{Match, Vocabulary, boolean};
use crate::import::dates::{self, DateForm};
use crate::import::numbers::{self, Decimal, Mark, NumberError};
use crate::money::{CURRENCIES, digits};
use crate::text::{self, Region, collapse_spaces, half_width};
use crate::time::Date;

type Outcome<T> = Result<T, FieldError>;

/// How the cells of a column are read.
pub struct Reading<'a> {
    pub target: &'a Target,
    pub column: Option<&'a ColumnPlan>,
    pub words: Option<&'a Vocabulary>,
    pub is_answered: bool,
    pub currency: &'a str,
    pub region: Region,
}

impl Reading<'_> {
    pub fn value(&self, cell: &str) -> Outcome<Value> {
        let mark = self.column.map_or_else(Mark::default, |column| column.mark);
        let zeros = self.column.map_or(0, |column| column.zeros);
        match self.target.holds {
            Holds::LongText => Ok(cell.trim().into()),
            Holds::Int => number(cell, mark, zeros, 0).map(Value::from),
            Holds::Money => number(cell, mark, zeros, digits(self.currency)).map(Value::from),
            Holds::Currency => currency_code(cell).map(Value::from),
            Holds::Bool => boolean(cell).map(Value::from).ok_or_else(|| FieldError::new("not_bool")),
            Holds::Date => date(cell, self.column.and_then(|column| column.date)).map(|date| date.to_string().into()),
            Holds::Word(words) => match self.words {
                Some(vocabulary) => one_of(words, vocabulary, cell),
                None => one_of(words, &vocabulary(self.target.key, words), cell),
            },
            Holds::Id => {
                let id = uuid::Uuid::parse_str(cell.trim()).map_err(|_| FieldError::new("not_id"))?;
                Ok(id.to_string().into())
            }
            Holds::Ref(_) => Ok(reference(cell, self.is_answered)),
            _ => Ok(collapse_spaces(cell).into()),
        }
    }

    pub fn tags(cell: &str) -> Vec<Value> {
        let tags = pieces(cell, &[',', ';', '，', '；', '、']);
        tags.into_iter().filter(|tag| !tag.is_empty()).map(Value::from).collect()
    }

    /// Ways to reach somebody. The first of a kind is the one to use.
    pub fn points(&self, kind: PointKind, cell: &str) -> Outcome<Vec<Value>> {
        let marks: &[char] = match kind {
            PointKind::Phone | PointKind::Email => &[',', ';', '，', '；', '、', '/'],
            _ => &[';', '；'],
        };
        let mut points = Vec::new();
        for value in pieces(cell, marks).into_iter().filter(|value| !value.is_empty()) {
            let value = match kind {
                // Kith takes numbers without a country code for Chinese ones.
                PointKind::Phone => match text::phone(&value, self.region) {
                    Ok(phone) if self.region != Region::Cn => phone.e164,
                    Ok(_) => value,
                    Err(error) => return Err(FieldError::new(error.code())),
                },
                PointKind::Email => text::email(&value).map_err(|error| FieldError::new(error.code()))?,
                _ => value,
            };
            points.push(json!({ "kind": kind, "value": value, "is_primary": points.is_empty() }));
        }
        Ok(points)
    }
}

/// The name or the id of a record.
pub fn reference(cell: &str, is_answered: bool) -> Value {
    let name = collapse_spaces(cell);
    match uuid::Uuid::parse_str(&name) {
        Ok(id) => id.to_string().into(),
        Err(_) => serde_json::to_value(Named { name, is_new: is_answered, ..Named::default() }).unwrap_or_default(),
    }
}

fn number(cell: &str, mark: Mark, zeros: u32, digits: u32) -> Outcome<i64> {
    let told = |error: NumberError| FieldError::new(error.code());
    let Decimal { unscaled, scale } = numbers::decimal(cell, mark).map_err(told)?;
    let shifted = if scale >= zeros {
        Decimal { unscaled, scale: scale - zeros }
    } else {
        let factor = 10_i128.checked_pow(zeros - scale).ok_or_else(|| told(NumberError::TooLarge))?;
        let unscaled = unscaled.checked_mul(factor).ok_or_else(|| told(NumberError::TooLarge))?;
        Decimal { unscaled, scale: 0 }
    };
    shifted.scaled(digits).map_err(told)
}

/// A code of ISO 4217, or a name or sign that means one currency only.
pub fn currency_code(cell: &str) -> Outcome<&'static str> {
    let code = half_width(cell).trim().to_uppercase();
    let known = CURRENCIES.iter().find(|known| **known == code).copied();
    known.or_else(|| numbers::currency(cell)).ok_or_else(|| FieldError::new("not_offered"))
}

/// A year alone is its first day.
fn date(cell: &str, form: Option<DateForm>) -> Outcome<Date> {
    let cell = cell.trim();
    let form = form.unwrap_or(DateForm::Ymd);
    if form != DateForm::Serial
        && cell.len() == 4
        && let Some(first) = cell.parse().ok().and_then(|year| Date::from_ymd_opt(year, 1, 1))
    {
        return Ok(first);
    }
    dates::parse(cell, form).map_err(|error| FieldError::new(error.code()))
}

/// The words of a field with their names in both languages.
pub fn vocabulary(field: &str, words: &[&str]) -> Vocabulary {
    let mut vocabulary = Vocabulary::new();
    for choice in words {
        let names = Locale::ALL.map(|locale| word(field, choice, locale));
        vocabulary.add(choice, names.into_iter().filter(|name| !name.is_empty()));
    }
    vocabulary
}

fn one_of(words: &[&str], vocabulary: &Vocabulary, cell: &str) -> Outcome<Value> {
    match vocabulary.find(cell) {
        Match::Exact(at) | Match::Alias(at) => Ok(words[at].into()),
        Match::Suggest { entry, .. } => Err(FieldError::new("near_miss").with("near", words[entry])),
        Match::Several(_) | Match::Unknown => Err(FieldError::new("not_offered")),
    }
}

/// What stands in a list beside a name.
pub fn part(part: Part, cell: &str, mark: Mark, currency: &str, words: Option<&Vocabulary>) -> Outcome<Value> {
    match part {
        Part::Job => Ok(cell.into()),
        Part::HasLeft | Part::IsPrimary => boolean(cell).map(Value::from).ok_or_else(|| FieldError::new("not_bool")),
        Part::DealRole => {
            let words_of = crate::opportunities::DealRole::WORDS;
            match words {
                Some(vocabulary) => one_of(words_of, vocabulary, cell),
                None => one_of(words_of, &vocabulary("deal_role", words_of), cell),
            }
        }
        Part::Quantity => number(cell, mark, 0, 0).map(Value::from),
        Part::Price => number(cell, mark, 0, digits(currency)).map(Value::from),
    }
}

pub fn part_key(part: Part) -> &'static str {
    match part {
        Part::Job | Part::DealRole => "role",
        Part::HasLeft => "has_left",
        Part::IsPrimary => "is_primary",
        Part::Quantity => "quantity",
        Part::Price => "price",
    }
}
