//! One clock: what it counted, where it stood still, and when it is due.

use serde::{Deserialize, Serialize};

use super::timetable::Timetables;
use super::{Category, Fault, Metric, NEAR_PERCENT, PolicyVersion, Target};
use crate::id::CalendarId;
use crate::time::Instant;

choices! {
    /// How a clock stands.
    pub enum State {
        Running = "running",
        Paused = "paused",
        /// Stopped in time.
        Met = "met",
        /// Overdue, and what was promised is still to be done.
        BreachedRunning = "breached_running",
        /// Done, but late.
        BreachedMet = "breached_met",
        /// It came to nothing: solved without a reply, merged, or no longer promised.
        Cancelled = "cancelled",
    }
}

choices! {
    /// What a clock did for a while.
    pub enum Span {
        Counted = "counted",
        Paused = "paused",
        /// Nothing was promised.
        Untargeted = "untargeted",
        /// The ticket was solved, before it was opened again.
        Stopped = "stopped",
    }
}

/// What was promised, and by which calendar it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub policy: PolicyVersion,
    pub calendar: CalendarId,
    pub target: Target,
    /// The steps to be told, in percent of the target.
    pub percents: Vec<i64>,
}

/// A stretch of one kind. Once written it stays, whatever changes later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    pub from: Instant,
    pub until: Instant,
    pub span: Span,
    /// Why it paused.
    pub category: Option<Category>,
    /// What it was counted by; none around the clock.
    pub calendar: Option<CalendarId>,
    pub calendar_version: Option<i64>,
    /// The seconds that were promised then.
    pub target: Option<i64>,
    pub counted: i64,
}

/// A step that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    pub percent: i64,
    pub at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    pub metric: Metric,
    /// Counts the clocks of a metric: every unanswered message has its own.
    pub run: i64,
    pub state: State,
    pub started_at: Instant,
    pub terms: Option<Terms>,
    pub segments: Vec<Segment>,
    /// Seconds taken over from a ticket that was merged into this one.
    pub carried: i64,
    /// Seconds counted, with those taken over.
    pub used: i64,
    /// When the time is over as things stand, or was; none while it pauses.
    pub due_at: Option<Instant>,
    pub breached_at: Option<Instant>,
    /// It was missed because what was promised changed.
    pub by_change: bool,
    pub stopped_at: Option<Instant>,
    /// When `NEAR_PERCENT` of the time is used as things stand, or was.
    pub near_at: Option<Instant>,
    pub steps: Vec<Reached>,
    /// The steps that will be reached if nothing happens; none while it pauses.
    pub ahead: Vec<Reached>,
}

impl Clock {
    pub(super) fn start(metric: Metric, run: i64, at: Instant, terms: Option<Terms>) -> Self {
        Self {
            metric,
            run,
            state: State::Running,
            started_at: at,
            terms,
            segments: Vec::new(),
            carried: 0,
            used: 0,
            due_at: None,
            breached_at: None,
            by_change: false,
            stopped_at: None,
            near_at: None,
            steps: Vec::new(),
            ahead: Vec::new(),
        }
    }

    pub fn is_unfinished(&self) -> bool {
        matches!(self.state, State::Running | State::Paused | State::BreachedRunning)
    }

    pub(super) fn span_in(&self, category: Category) -> Span {
        match &self.terms {
            None => Span::Untargeted,
            Some(terms) if terms.target.pauses.contains(&category) && self.metric.may_pause_in(category) => {
                Span::Paused
            }
            Some(_) => Span::Counted,
        }
    }

    /// Lets time pass in a status.
    pub(super) fn pass(
        &mut self,
        tables: &Timetables<'_>,
        category: Category,
        from: Instant,
        until: Instant,
    ) -> Result<(), Fault> {
        if until <= from {
            return Ok(());
        }
        let span = self.span_in(category);
        let target = self.terms.as_ref().map(|terms| terms.target.seconds);
        if let Some(terms) = self.terms.clone().filter(|_| span == Span::Counted) {
            return self.count(tables, &terms, from, until);
        }
        let category = (span == Span::Paused).then_some(category);
        self.note(Segment { from, until, span, category, target, ..Segment::default() });
        Ok(())
    }

    fn count(&mut self, tables: &Timetables<'_>, terms: &Terms, from: Instant, until: Instant) -> Result<(), Fault> {
        let before = self.used;
        for part in tables.count(terms, from, until)? {
            self.used += part.seconds;
            self.note(Segment {
                from: part.from,
                until: part.until,
                span: Span::Counted,
                category: None,
                calendar: part.version.map(|_| terms.calendar),
                calendar_version: part.version,
                target: Some(terms.target.seconds),
                counted: part.seconds,
            });
        }
        let promised = terms.target.seconds;
        if self.breached_at.is_none() && self.used >= promised {
            // Whoever answers at the very moment is in time.
            self.breached_at = tables.reach(terms, from, promised - before)?.filter(|due| *due < until);
        }
        if self.near_at.is_none() && self.used >= share(promised, NEAR_PERCENT) {
            self.near_at = tables.reach(terms, from, share(promised, NEAR_PERCENT) - before)?;
        }
        for percent in &terms.percents {
            let wanted = share(promised, *percent);
            if self.used < wanted || self.steps.iter().any(|step| step.percent == *percent) {
                continue;
            }
            if let Some(at) = tables.reach(terms, from, wanted - before)? {
                self.steps.push(Reached { percent: *percent, at });
            }
        }
        Ok(())
    }

    /// Writes a stretch down; one that goes on is one.
    pub(super) fn note(&mut self, new: Segment) {
        if let Some(last) = self.segments.last_mut() {
            let as_before = Segment { from: last.from, until: last.until, counted: last.counted, ..new.clone() };
            if last.until == new.from && *last == as_before {
                last.until = new.until;
                last.counted += new.counted;
                return;
            }
        }
        self.segments.push(new);
    }

    /// Something else is promised from now on. What was used stays used.
    pub(super) fn change(&mut self, terms: Option<Terms>, at: Instant) {
        let exceeded = terms.as_ref().is_some_and(|terms| self.used > terms.target.seconds);
        if exceeded && self.breached_at.is_none() {
            self.breached_at = Some(at);
            self.by_change = true;
        }
        let is_near = |terms: &Terms| self.used >= share(terms.target.seconds, NEAR_PERCENT);
        self.near_at = self.near_at.filter(|_| terms.as_ref().is_some_and(is_near));
        self.terms = terms;
    }

    /// When the time is over if nothing happens any more.
    pub(super) fn due(
        &self,
        tables: &Timetables<'_>,
        category: Category,
        at: Instant,
    ) -> Result<Option<Instant>, Fault> {
        match (&self.terms, self.breached_at) {
            (_, Some(breached)) => Ok(Some(breached)),
            (Some(terms), None) if self.span_in(category) == Span::Counted => {
                tables.reach(terms, at, terms.target.seconds - self.used)
            }
            _ => Ok(None),
        }
    }

    /// What will be reached if nothing happens any more.
    pub(super) fn foresee(&mut self, tables: &Timetables<'_>, category: Category, at: Instant) -> Result<(), Fault> {
        let Some(terms) = self.terms.clone().filter(|_| self.span_in(category) == Span::Counted) else {
            return Ok(());
        };
        let reach = |percent| tables.reach(&terms, at, share(terms.target.seconds, percent) - self.used);
        let mut ahead = Vec::new();
        for percent in &terms.percents {
            let is_reached = self.steps.iter().any(|step| step.percent == *percent);
            if let Some(at) = if is_reached { None } else { reach(*percent)? } {
                ahead.push(Reached { percent: *percent, at });
            }
        }
        let near_at = if self.near_at.is_none() { reach(NEAR_PERCENT)? } else { self.near_at };
        (self.near_at, self.ahead) = (near_at, ahead);
        Ok(())
    }

    /// What was promised is done.
    pub(super) fn stop(&mut self, at: Instant) {
        self.stopped_at = Some(at);
        self.state = match (self.breached_at, &self.terms) {
            (Some(_), _) => State::BreachedMet,
            (None, Some(_)) => State::Met,
            (None, None) => State::Cancelled,
        };
    }

    pub(super) fn cancel(&mut self, at: Instant) {
        self.stopped_at = Some(at);
        self.state = State::Cancelled;
        self.due_at = self.breached_at;
    }
}

/// The seconds after which so many percent of a target are used.
fn share(target: i64, percent: i64) -> i64 {
    target * percent / 100
}
