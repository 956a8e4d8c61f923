//! The question of the page, as its address puts it.

use shared::access::Object;
use shared::id::{OpportunityId, PipelineId};
use shared::opportunities::Lanes;
use shared::query::{Arg, Filter, Op, text};
use shared::time::{Date, Instant};

use crate::filters::Filters;
use crate::record::as_of;
use crate::ui::format;
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
    /// The address holds no filter that cannot be read.
    pub is_readable: bool,
    /// The filter's text.
    pub filter: Option<String>,
    pub search: Option<String>,
    pub sort: Option<String>,
    pub lanes: Lanes,
    /// The moment in the past that is looked at.
    pub as_of: Option<Instant>,
}

impl Question {
    /// Tracked.
    pub fn in_url(filters: Filters) -> Self {
        let asked = filters.asked();
        let lanes = links::param("lanes").and_then(|word| word.parse().ok()).unwrap_or_default();
        Self {
            pipeline: links::param("pipeline").and_then(|id| id.parse().ok()),
            is_readable: asked.is_some(),
            filter: asked.flatten(),
            search: links::param("search").filter(|words| !words.trim().is_empty()),
            sort: links::param("sort"),
            lanes,
            as_of: as_of::moment(),
        }
    }

    /// By hand: a card can be put between two others.
    pub fn is_by_hand(&self) -> bool {
        self.sort.is_none()
    }
}

/// The first moment of a day where the reader is.
pub fn start_of(day: Date) -> Instant {
    as_of::end_of(day.pred_opt().unwrap_or(day)).plus(1)
}

/// The pipeline that is shown: the address's, else the default one. Tracked.
pub fn pipeline(question: &Question) -> Option<PipelineId> {
    store::pipeline(question.pipeline).map(|pipeline| pipeline.id)
}

/// The table of the rows behind a number of this page, on the same day. Tracked.
pub fn rows(filters: Filters, more: Filter) -> String {
    let Ok(filter) = filters.get() else { return links::opportunities() };
    let filter = if filter.is_everything() { more } else { more.and(filter) };
    links::with(&[table(&text::print(&filter)).as_slice(), OTHERWISE].concat())
}

/// The table of just these deals as they are now, if an address can name so many.
/// Tracked.
pub fn only(ids: &[OpportunityId]) -> Option<String> {
    if ids.is_empty() || ids.len() > NAMED {
        return None;
    }
    let ids = ids.iter().map(|id| Arg::Literal(id.to_string()));
    let filter = text::print(&Filter::test("id", Op::Is, ids));
    Some(links::with(&[table(&filter).as_slice(), OTHERWISE, &[("search", None), ("as_of", None)]].concat()))
}

/// As many values as one test may hold.
const NAMED: usize = 200;

fn table(filter: &str) -> [(&str, Option<&str>); 2] {
    [("layout", Some("table")), ("filter", Some(filter))]
}

/// What a board's address says that a table understands otherwise, or not at all.
const OTHERWISE: &[(&str, Option<&str>)] = &[
    ("pipeline", None),
    ("lanes", None),
    ("sort", None),
    ("open", None),
    ("since", None),
    ("new", None),
    ("archived", None),
];

/// The day that is shown, where it is past. Tracked.
pub fn past_day() -> Option<Date> {
    as_of::day().filter(|_| as_of::moment().is_some())
}

/// The day that is shown. Tracked.
pub fn day() -> Date {
    past_day().unwrap_or_else(format::today)
}

/// The moment that is shown. Tracked.
pub fn now() -> Instant {
    as_of::moment().unwrap_or_else(format::clock)
}

/// The rows of a lane: an owner's, a team's, or nobody's.
pub fn in_lane(lanes: Lanes, lane: &str) -> Filter {
    if lane == "none" { Filter::test(lanes.word(), Op::Empty, []) } else { Filter::is(lanes.word(), lane) }
}

/// The filter of this page's records.
pub fn filters() -> Filters {
    Filters::in_url(Object::Opportunity)
}
