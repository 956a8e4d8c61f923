//! Which form the dates of a column have.

use std::collections::BTreeSet;

use super::DateForm;
use super::shape::{self, Shape};

/// How many values are shown with a question.
const SAMPLES: usize = 3;

/// What a column says about its dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateAnalysis {
    Known(DateForm),
    /// Ask which of the forms is meant: all of them fit, or none fits all
    /// values. The samples are values that the forms read differently.
    Ambiguous {
        forms: Vec<DateForm>,
        samples: Vec<String>,
    },
    /// Fewer than half of the values look like dates.
    NoDates,
}

/// Finds the form of a column; empty values are passed over.
pub fn analyse<'a>(values: impl IntoIterator<Item = &'a str>) -> DateAnalysis {
    let mut column = Column::default();
    for value in values.into_iter().filter(|value| !value.trim().is_empty()) {
        column.add(value);
    }
    column.verdict()
}

/// What has been seen of a column.
#[derive(Default)]
struct Column<'a> {
    values: usize,
    dates: usize,
    /// Two or three numbers in an order that must be found out.
    open: Vec<(&'a str, Shape)>,
}

impl<'a> Column<'a> {
    fn add(&mut self, value: &'a str) {
        self.values += 1;
        let Ok((shape, _)) = shape::read(value) else {
            return;
        };
        self.dates += 1;
        if !matches!(shape, Shape::Clear(..)) {
            self.open.push((value, shape));
        }
    }

    fn verdict(&self) -> DateAnalysis {
        if self.dates * 2 < self.values || self.dates == 0 {
            return DateAnalysis::NoDates;
        }
        if self.open.is_empty() {
            return DateAnalysis::Known(DateForm::Ymd);
        }
        let all = [DateForm::Ymd, DateForm::Dmy, DateForm::Mdy];
        let misfits = all.map(|form| self.misfits(form));
        let least = misfits.into_iter().min().unwrap_or(0);
        let fits = all.into_iter().zip(misfits).filter(|(_, n)| *n == least);
        let mut forms: Vec<_> = fits.map(|(form, _)| form).collect();
        if forms.len() > 1 && forms[0] == DateForm::Ymd {
            match self.year_is_first() {
                Some(true) => forms.truncate(1),
                Some(false) => drop(forms.remove(0)),
                None => {}
            }
        }
        // A few slips do not hide the form; an argument among the values does.
        let others = misfits.into_iter().filter(|n| *n > least);
        let disputed = least > 0 && others.min().is_none_or(|n| n < least * 10);
        match forms.as_slice() {
            _ if disputed => self.question(&[DateForm::Dmy, DateForm::Mdy]),
            [form] => DateAnalysis::Known(*form),
            forms => self.question(forms),
        }
    }

    /// How many dates cannot be of this form.
    fn misfits(&self, form: DateForm) -> usize {
        let fits = |shape: &Shape| {
            let date = shape.in_form(form);
            date.is_some_and(|(_, month, day)| (1..=12).contains(&month) && (1..=31).contains(&day))
        };
        self.open.iter().filter(|(_, shape)| !fits(shape)).count()
    }

    /// Of `20-10-16` the first or the last may be the year. Days spread over
    /// a month, years of one file lie close together.
    fn year_is_first(&self) -> Option<bool> {
        let mut first = BTreeSet::new();
        let mut last = BTreeSet::new();
        for (_, shape) in &self.open {
            if let Shape::Open { parts, long_year: false } = shape {
                first.insert(parts[0]);
                last.insert(parts[2]);
            }
        }
        let span = |set: &BTreeSet<u32>| Some(set.last()? - set.first()?);
        let (first, last) = (span(&first)?, span(&last)?);
        if first >= 3 && last * 2 <= first {
            Some(false)
        } else if last >= 3 && first * 2 <= last {
            Some(true)
        } else {
            None
        }
    }

    fn question(&self, forms: &[DateForm]) -> DateAnalysis {
        let readings = |shape| {
            let read = |form: &DateForm| super::to_date(shape, *form).ok();
            forms.iter().map(read).collect::<BTreeSet<_>>().len()
        };
        let samples = self.open.iter().filter(|(_, shape)| readings(*shape) > 1);
        let mut seen = BTreeSet::new();
        DateAnalysis::Ambiguous {
            forms: forms.to_vec(),
            samples: samples
                .filter(|(value, _)| seen.insert(*value))
                .take(SAMPLES)
                .map(|(value, _)| String::from(*value))
                .collect(),
        }
    }
}
