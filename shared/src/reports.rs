//! Service reports: what each number means, said once. The server counts by
//! it, the page tells it, and the list of tickets opens it.

use serde::{Deserialize, Serialize};

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::Route;
use crate::query::{Filter, Period};
use crate::time::Date;

mod measure;
mod span;
mod words;

pub use measure::{Anchor, COHORT_DAYS, Kind, Measure, Why, counted, of_group};
pub use span::{GroupBy, Span, Step, percentile};
pub use words::{definition, group_label, label, why_label};

crate::endpoints! {
    /// Numbers about the tickets of a period, by group. What one may not read is in none of them.
    ServiceReport: GET "/api/reports/service" (ReportQuery) -> Report, Staff(Object::Ticket, Read);
}

/// The same table as CSV.
pub const CSV: &str = "/api/reports/service.csv";

/// Files, not JSON.
pub const FILES: &[Route] = &[Route {
    name: "ServiceReportFile",
    doc: " The table of a service report as CSV: of the tickets that the caller may export.",
    method: http::Method::GET,
    path: CSV,
    access: Staff(Object::Ticket, Export),
    input: "ReportQuery",
    output: "text/csv",
}];

/// A report's longest period, in days.
pub const MOST_DAYS: i64 = 3 * 366;
/// Groups that are told; the others are only counted.
pub const MOST_LINES: usize = 200;

/// Which tickets, when, and how they are grouped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportQuery {
    /// This month, if neither it nor the days are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// The first day, in the organisation's zone; goes before `period`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Default `owner_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupBy>,
    /// A filter over tickets, in its text form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub span: Span,
    pub group: GroupBy,
    /// Of all tickets, whatever their group.
    pub total: Line,
    /// Groups by their size; days, weeks and months in their order.
    pub lines: Vec<Line>,
    /// Groups beyond the first `MOST_LINES`.
    pub left_out: i64,
    pub excluded: Vec<Excluded>,
}

/// The numbers of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The group's value as a filter writes it, a stretch of time by its first
    /// day; absent where tickets have none.
    pub key: Option<String>,
    /// What the record is called, if the group is one that the caller may read.
    pub name: Option<String>,
    /// In the order of `Measure::ALL`.
    pub numbers: Vec<Number>,
}

/// What was counted for a measure; which of it there is, `Measure::kind` tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    pub measure: Measure,
    /// The tickets it is about: the count itself, those measured, or the whole of a share.
    pub n: i64,
    /// Of a share: how many of the whole, or for `resolution_rate` how many against it.
    pub part: Option<i64>,
    /// Of a time: half took at most so many seconds.
    pub p50: Option<i64>,
    /// Nine of ten took at most so many seconds.
    pub p90: Option<i64>,
}

impl Number {
    /// A share in per mille, rounded; none of nothing.
    pub fn per_mille(&self) -> Option<i64> {
        let part = self.part?;
        (self.n > 0).then(|| (part * 2_000 + self.n) / (2 * self.n))
    }
}

impl Line {
    pub fn number(&self, measure: Measure) -> Number {
        let found = self.numbers.iter().find(|number| number.measure == measure).copied();
        found.unwrap_or(Number { measure, ..Number::default() })
    }
}

impl Report {
    /// The tickets behind a number of one of its lines, or of its total: what
    /// it counts, or for `is_part` the part of a share. `asked` is the
    /// question's filter.
    pub fn rows(&self, asked: &Filter, line: Option<&Line>, measure: Measure, is_part: bool) -> Option<Filter> {
        let key = line.and_then(|line| line.key.as_deref());
        let within = |line: &Line| {
            let parts = self.span.parts(self.group.step()?);
            parts.into_iter().find(|part| Some(part.from.to_string()) == line.key)
        };
        let span = line.and_then(within).unwrap_or(self.span);
        let rows = if is_part { measure.part(&span)? } else { measure.whole(&span) };
        let group = line.map(|_| of_group(self.group, key)).unwrap_or_default();
        Some(asked.clone().and(counted()).and(group).and(rows))
    }

    /// The tickets that are left out for a reason.
    pub fn left_out_rows(&self, asked: &Filter, why: Why) -> Filter {
        asked.clone().and(why.rows(&self.span))
    }
}

/// Tickets that no number counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    pub why: Why,
    pub n: i64,
}
