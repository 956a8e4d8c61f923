//! The question of the page, as its address puts it.

use leptos::prelude::*;
use shared::access::Object;
use shared::id::PipelineId;
use shared::opportunities::Lanes;
use shared::query::{Filter, Op, text};
use shared::time::{DAY, Date, HOUR, Instant};

use crate::filters::Filters;
use crate::ui::{format, is_phone};
use crate::{links, store};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    #[default]
    Board,
    Table,
}

impl Layout {
    pub const ALL: [Self; 2] = [Self::Table, Self::Board];

    pub fn word(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Table => "table",
        }
    }

    /// Tracked.
    pub fn in_url() -> Self {
        let word = links::param("layout");
        Self::ALL.into_iter().find(|layout| word.as_deref() == Some(layout.word())).unwrap_or_default()
    }
}

/// What is asked, apart from the layout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// As the address names it.
    pub pipeline: Option<PipelineId>,
    /// The filter's text; `None` when the address holds none that can be read.
    pub filter: Option<Option<String>>,
    pub search: Option<String>,
    pub sort: Option<String>,
    pub lanes: Lanes,
    /// The day at whose end the board is looked at.
    pub day: Option<Date>,
}

impl Question {
    /// Tracked.
    pub fn in_url(filters: Filters) -> Self {
        let lanes = links::param("lanes").and_then(|word| word.parse().ok()).unwrap_or_default();
        Self {
            pipeline: links::param("pipeline").and_then(|id| id.parse().ok()),
            filter: filters.asked(),
            search: links::param("q").filter(|words| !words.trim().is_empty()),
            sort: links::param("sort"),
            // One stage fills a phone; lanes would leave no room.
            lanes: if is_phone() { Lanes::None } else { lanes },
            day: links::param("as_of").and_then(|day| day.parse().ok()),
        }
    }

    pub fn as_of(&self) -> Option<Instant> {
        self.day.map(end_of)
    }

    /// By hand: a card can be put between two others.
    pub fn is_by_hand(&self) -> bool {
        self.sort.is_none()
    }
}

/// The last moment of a day where the reader is.
pub fn end_of(day: Date) -> Instant {
    start_of(day.succ_opt().unwrap_or(day)).plus(-1)
}

/// The first moment of a day where the reader is. Zones lie within 14 hours of
/// UTC, and days follow each other in all of them.
pub fn start_of(day: Date) -> Instant {
    let utc = Instant((day - Date::default()).num_days() * DAY);
    let (mut before, mut reached) = (utc.plus(-15 * HOUR), utc.plus(15 * HOUR));
    while reached.0 - before.0 > 1 {
        let middle = Instant(i64::midpoint(before.0, reached.0));
        if format::day_of(middle) < day { before = middle } else { reached = middle }
    }
    reached
}

/// The pipeline that is shown: the address's, else the default one. Tracked.
pub fn pipeline(question: &Question) -> Option<PipelineId> {
    store::pipeline(question.pipeline).map(|pipeline| pipeline.id)
}

/// The table of the rows behind a number of this page. Tracked.
pub fn rows(filters: Filters, more: Filter) -> String {
    let Ok(filter) = filters.get() else { return links::opportunities() };
    let filter = if filter.is_everything() { more } else { more.and(filter) };
    links::with(&[
        ("layout", Some("table")),
        ("filter", Some(&text::print(&filter))),
        ("pipeline", None),
        ("lanes", None),
        ("sort", None),
        ("open", None),
        ("since", None),
        ("new", None),
    ])
}

/// The rows of a lane: an owner's, a team's, or nobody's.
pub fn in_lane(lanes: Lanes, lane: &str) -> Filter {
    if lane == "none" { Filter::test(lanes.word(), Op::Empty, []) } else { Filter::is(lanes.word(), lane) }
}

/// The filter of this page's records.
pub fn filters() -> Filters {
    Filters::in_url(Object::Opportunity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_day_begins_and_ends_where_the_reader_is() {
        let day: Date = "2026-11-22".parse().expect("a date");
        assert_eq!(format::day_of(start_of(day)), day);
        assert_eq!(format::day_of(start_of(day).plus(-1)), day.pred_opt().expect("a date"));
        assert_eq!(format::day_of(end_of(day)), day);
        assert_eq!(end_of(day).0 + 1, start_of(day.succ_opt().expect("a date")).0);
    }
}
