//! The measures: which tickets each is about, as filters of the list.

use chrono::Days;

use super::{GroupBy, Span};
use crate::query::{Arg, Filter, Op};
use crate::tickets::{Resolution, Verdict};

/// A cohort is what was created at least so many days ago; it counts as solved
/// if it was within so many days.
pub const COHORT_DAYS: u64 = 7;

choices! {
    /// What is measured. Each is explained by `definition`.
    pub enum Measure {
        Created = "created",
        Solved = "solved",
        Backlog = "backlog",
        ResponseWork = "response_work",
        ResponseSecs = "response_secs",
        FirstResolutionWork = "first_resolution_work",
        FirstResolutionSecs = "first_resolution_secs",
        ResolutionWork = "resolution_work",
        ResolutionSecs = "resolution_secs",
        ResolutionRate = "resolution_rate",
        CohortRate = "cohort_rate",
        FirstContact = "first_contact",
        ReopenRate = "reopen_rate",
        ResponseSla = "response_sla",
        NextResponseSla = "next_response_sla",
        FirstResolutionSla = "first_resolution_sla",
        ResolutionSla = "resolution_sla",
        PromiseKept = "promise_kept",
    }
}

/// How a measure is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Count,
    /// Percentiles of a field, in seconds.
    Time,
    /// A part of a whole.
    Share,
}

/// The moment by which a ticket belongs to a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Created,
    FirstSolved,
    /// Solved and not opened again since.
    Solved,
    /// Of all that is still open at the period's end.
    End,
}

impl Anchor {
    /// The ticket's field.
    pub fn field(self) -> &'static str {
        match self {
            Self::Created | Self::End => "created_at",
            Self::FirstSolved => "first_solved_at",
            Self::Solved => "solved_at",
        }
    }

    fn holds(self, span: &Span) -> Filter {
        if self != Self::End {
            return span.holds(self.field());
        }
        let before = |key: &str| Filter::test(key, Op::Lt, [Arg::Literal(span.until.to_string())]);
        before("created_at").and(not(before("solved_at")))
    }
}

impl Measure {
    pub fn kind(self) -> Kind {
        match self {
            Self::Created | Self::Solved | Self::Backlog => Kind::Count,
            Self::ResponseWork
            | Self::ResponseSecs
            | Self::FirstResolutionWork
            | Self::FirstResolutionSecs
            | Self::ResolutionWork
            | Self::ResolutionSecs => Kind::Time,
            _ => Kind::Share,
        }
    }

    /// By what its tickets, or the whole of its share, belong to a period.
    pub fn anchor(self) -> Anchor {
        match self {
            Self::Backlog => Anchor::End,
            Self::FirstResolutionWork | Self::FirstResolutionSecs | Self::FirstResolutionSla | Self::ReopenRate => {
                Anchor::FirstSolved
            }
            Self::Solved
            | Self::ResolutionWork
            | Self::ResolutionSecs
            | Self::FirstContact
            | Self::ResolutionSla
            | Self::PromiseKept => Anchor::Solved,
            _ => Anchor::Created,
        }
    }

    /// By what the part of its share does.
    pub fn part_anchor(self) -> Anchor {
        if self == Self::ResolutionRate { Anchor::Solved } else { self.anchor() }
    }

    /// The field that holds a time.
    pub fn field(self) -> Option<&'static str> {
        (self.kind() == Kind::Time).then(|| self.word())
    }

    /// The tickets it counts, or the whole of its share.
    pub fn whole(self, span: &Span) -> Filter {
        let within = self.anchor().holds(span);
        match self {
            Self::CohortRate => {
                let old_enough = span.today.checked_sub_days(Days::new(COHORT_DAYS)).unwrap_or(span.today);
                within.and(Filter::test("created_at", Op::Lt, [Arg::Literal(old_enough.to_string())]))
            }
            Self::PromiseKept => within.and(any_verdict(|key| not(empty(key)))),
            _ if self.verdict().is_some() || self.kind() == Kind::Time => within.and(not(empty(self.word()))),
            _ => within,
        }
    }

    /// The tickets of the part, for shares.
    pub fn part(self, span: &Span) -> Option<Filter> {
        let whole = self.whole(span);
        let at_most = |key: &str, value: u64| Filter::test(key, Op::Le, [Arg::Literal(value.to_string())]);
        Some(match self {
            Self::ResolutionRate => self.part_anchor().holds(span),
            Self::CohortRate => whole.and(at_most("first_resolution_secs", COHORT_DAYS * 86_400)),
            Self::FirstContact => whole.and(at_most("replies", 1)).and(Filter::is("reopened", 0)),
            Self::ReopenRate => whole.and(Filter::test("reopened", Op::Ge, [Arg::Literal("1".into())])),
            Self::PromiseKept => whole.and(not(any_verdict(|key| Filter::is(key, Verdict::Missed)))),
            _ => whole.and(Filter::is(self.verdict()?, Verdict::Met)),
        })
    }

    fn verdict(self) -> Option<&'static str> {
        VERDICTS.contains(&self.word()).then(|| self.word())
    }
}

/// The fields that say whether a promise was kept.
const VERDICTS: [&str; 4] = ["response_sla", "next_response_sla", "first_resolution_sla", "resolution_sla"];

fn any_verdict(each: impl Fn(&str) -> Filter) -> Filter {
    Filter::Any(VERDICTS.iter().map(|key| each(key)).collect())
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn empty(key: &str) -> Filter {
    Filter::test(key, Op::Empty, [])
}

choices! {
    /// Why a ticket counts in no number.
    pub enum Why {
        Archived = "archived",
        Withdrawn = "withdrawn",
        /// It was somebody's second ticket of one matter.
        Duplicate = "duplicate",
    }
}

impl Why {
    /// Those it leaves out: created or solved in the period. Archived ones are
    /// asked for by the list's `archived`, the others are not archived.
    pub fn rows(self, span: &Span) -> Filter {
        let touched = Filter::Any(vec![span.holds("created_at"), span.holds("solved_at")]);
        match self {
            Self::Archived => touched,
            Self::Withdrawn => touched.and(Filter::is("resolution", Resolution::Withdrawn)),
            Self::Duplicate => touched.and(Filter::is("resolution", Resolution::Duplicate)),
        }
    }
}

/// The tickets that count, beside being in use.
pub fn counted() -> Filter {
    let left_out = [Resolution::Withdrawn, Resolution::Duplicate].map(|one| Arg::Literal(one.to_string()));
    not(Filter::test("resolution", Op::Is, left_out))
}

/// The tickets of a line; a stretch of time narrows the span instead.
pub fn of_group(group: GroupBy, key: Option<&str>) -> Filter {
    match (group.field(), key) {
        (None, _) => Filter::default(),
        (Some(field), Some(key)) => Filter::is(field, key),
        (Some(field), None) => empty(field),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::text::print;

    fn november() -> Span {
        let day = |text: &str| text.parse().unwrap();
        Span { from: day("2026-11-01"), until: day("2026-12-01"), today: day("2026-11-25") }
    }

    #[test]
    fn each_measure_says_which_tickets_it_counts() {
        let whole = |measure: Measure| print(&measure.whole(&november()));
        let part = |measure: Measure| measure.part(&november()).map(|part| print(&part));
        let created = "created_at.ge.2026-11-01,created_at.lt.2026-12-01";
        let solved = "solved_at.ge.2026-11-01,solved_at.lt.2026-12-01";
        assert_eq!(whole(Measure::Created), format!("all({created})"));
        assert_eq!(whole(Measure::Backlog), "all(created_at.lt.2026-12-01,not(solved_at.lt.2026-12-01))");
        assert_eq!(whole(Measure::ResponseWork), format!("all({created},not(response_work.empty))"));
        assert_eq!(part(Measure::Created), None);
        assert_eq!(part(Measure::ResolutionRate), Some(format!("all({solved})")));
        assert_eq!(whole(Measure::CohortRate), format!("all({created},created_at.lt.2026-11-18)"));
        assert_eq!(part(Measure::FirstContact), Some(format!("all({solved},replies.le.1,reopened.is.0)")));
        assert_eq!(
            part(Measure::ResponseSla),
            Some(format!("all({created},not(response_sla.empty),response_sla.is.met)"))
        );
    }

    #[test]
    fn shares_and_only_shares_have_a_part() {
        for measure in Measure::ALL {
            assert_eq!(measure.part(&november()).is_some(), measure.kind() == Kind::Share, "{measure}");
            assert_eq!(measure.field().is_some(), measure.kind() == Kind::Time, "{measure}");
        }
    }

    #[test]
    fn what_a_line_holds_is_a_filter() {
        assert_eq!(print(&of_group(GroupBy::Owner, None)), "owner_id.empty");
        assert_eq!(print(&of_group(GroupBy::Kind, Some("question"))), "kind.is.question");
        assert_eq!(print(&of_group(GroupBy::Week, Some("2026-11-02"))), "all()");
        assert_eq!(print(&counted()), "not(resolution.is.withdrawn~duplicate)");
    }
}
