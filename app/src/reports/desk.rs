//! What a report is asked, kept in the address, and where its numbers lead.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::api::query_string;
use shared::query::{Filter, Period, text};
use shared::reports::{CSV, GroupBy, Line, Measure, Report, ReportQuery, ServiceReport, Why};
use shared::time::Date;

use crate::filters::Filters;
use crate::links;
use crate::store::{self, Query};

/// The page's state; all of it follows the address.
#[derive(Clone, Copy)]
pub struct Desk {
    pub filters: Filters,
    pub report: Query<Report>,
    /// What the picture shows.
    pub measure: Memo<Measure>,
}

impl Desk {
    pub fn new() -> Self {
        let filters = Filters::in_url(Object::Ticket);
        // It stands as it was asked: numbers that change while one reads them cannot be compared.
        let report = store::query::<ServiceReport>(move || Some(((), asked(filters)?)), &[]);
        let measure = Memo::new(|_| links::param("measure").and_then(|word| word.parse().ok()).unwrap_or_default());
        Self { filters, report, measure }
    }

    /// The tickets behind a number of a line, or of the total. Tracked.
    pub fn rows(self, report: &Report, line: Option<&Line>, measure: Measure, is_part: bool) -> String {
        let rows = report.rows(&self.filter(), line, measure, is_part);
        links::filtered(Object::Ticket, &rows.unwrap_or_default())
    }

    /// The tickets that are left out. Tracked.
    pub fn left_out(self, report: &Report, why: Why) -> String {
        let rows = links::filtered(Object::Ticket, &report.left_out_rows(&self.filter(), why));
        if why == Why::Archived { rows + "&archived=only" } else { rows }
    }

    fn filter(self) -> Filter {
        let text = self.filters.asked().flatten().unwrap_or_default();
        text::parse(&text).unwrap_or_default()
    }

    /// The address of the table as a file. Tracked.
    pub fn file(self) -> String {
        let asked = asked(self.filters).unwrap_or_default();
        format!("{CSV}?{}", query_string(&asked))
    }

    /// The answer, as it is shown. Tracked.
    pub fn shown(self) -> Option<Arc<Report>> {
        self.report.data()
    }
}

/// Nothing, while the filter cannot be read. Tracked.
fn asked(filters: Filters) -> Option<ReportQuery> {
    let (from, to) = days().unzip();
    Some(ReportQuery {
        period: from.is_none().then(|| period().unwrap_or(Period::ThisMonth)),
        from,
        to,
        group: Some(group()),
        filter: filters.asked()?,
    })
}

/// The period by its name. Tracked.
pub fn period() -> Option<Period> {
    links::param("period")?.parse().ok()
}

/// The days, where they were chosen one by one. Tracked.
pub fn days() -> Option<(Date, Date)> {
    let day = |key: &str| links::param(key)?.parse().ok();
    day("from").zip(day("to"))
}

/// What the lines are. Tracked.
pub fn group() -> GroupBy {
    links::param("group").and_then(|word| word.parse().ok()).unwrap_or_default()
}
