//! What the values of a column look like.

use super::Kind;
use crate::import::choices::boolean;
use crate::import::dates::{DateAnalysis, analyse};
use crate::import::numbers::{Mark, decimal};
use crate::text::{Region, email, not_blank, phone};

/// The kind that nearly all cells have; none if there is no such kind.
pub fn seen(samples: &[&str]) -> Option<Kind> {
    let filled: Vec<&str> = samples.iter().copied().filter(|s| not_blank(s)).collect();
    if filled.is_empty() {
        return None;
    }
    let nearly_all = |is: &dyn Fn(&str) -> bool| {
        let count = filled.iter().filter(|cell| is(cell)).count();
        count * 5 >= filled.len() * 4
    };
    if nearly_all(&|cell| email(cell).is_ok()) {
        return Some(Kind::Email);
    }
    if analyse(filled.iter().copied()) != DateAnalysis::NoDates && nearly_all(&is_date) {
        return Some(Kind::Date);
    }
    if nearly_all(&|cell| phone(cell, Region::Cn).is_ok()) {
        return Some(Kind::Phone);
    }
    if nearly_all(&is_number) {
        return Some(Kind::Number);
    }
    if nearly_all(&|cell| boolean(cell).is_some()) {
        return Some(Kind::Boolean);
    }
    Some(Kind::Text)
}

/// Cells of the kind `seen` cannot go into a field of the kind `wanted`.
pub fn contradict(seen: Kind, wanted: Kind) -> bool {
    match wanted {
        Kind::Text => false,
        Kind::Choice => matches!(seen, Kind::Date | Kind::Email | Kind::Phone),
        Kind::Number | Kind::Money => matches!(seen, Kind::Text | Kind::Date | Kind::Email),
        // Numbers may be phones of another region, or days of a spreadsheet.
        Kind::Date | Kind::Phone => !matches!(seen, Kind::Number) && seen != wanted,
        Kind::Boolean => !matches!(seen, Kind::Boolean | Kind::Number),
        Kind::Email => seen != Kind::Email,
    }
}

fn is_date(cell: &str) -> bool {
    analyse([cell]) != DateAnalysis::NoDates
}

fn is_number(cell: &str) -> bool {
    decimal(cell, Mark::Point).is_ok() || decimal(cell, Mark::Comma).is_ok()
}
