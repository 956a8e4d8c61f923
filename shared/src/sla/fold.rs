//! Clocks out of events: the same events give the same clocks, whenever and
//! however often they are folded.

use super::clock::{Clock, Segment, Span, State, Terms};
use super::events::{Author, Event, Origin, PolicyVersion, What};
use super::timetable::Timetables;
use super::{Category, Metric, Priority, SlaPolicy};
use crate::id::CalendarId;
use crate::time::Instant;
use crate::worktime::whole_second;

/// What a fold needs beside the events.
pub struct Facts<'a> {
    /// Every version of a policy that the events name.
    pub policies: &'a [SlaPolicy],
    pub timetables: &'a Timetables<'a>,
}

/// Why events cannot be folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first event, and it alone, is the ticket's creation.
    NoBeginning,
    UnknownPolicy(PolicyVersion),
    UnknownCalendar(CalendarId),
}

/// Who is waiting for whose first word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    /// The customer has not written yet.
    Unasked,
    Asked,
    /// Answered, or solved without an answer.
    Over,
}

struct Fold<'a> {
    facts: &'a Facts<'a>,
    live: Vec<Live>,
    category: Category,
    priority: Priority,
    policy: Option<&'a SlaPolicy>,
    first: First,
    is_merged: bool,
    now: Instant,
}

/// A clock under way.
struct Live {
    clock: Clock,
    /// Counted up to here.
    passed: Instant,
    /// Solved, and may be opened again.
    is_halted: bool,
    had_terms: bool,
}

/// The clocks of a ticket as they stand at `now`, in the order they started.
pub fn replay(events: &[Event], facts: &Facts<'_>, now: Instant) -> Result<Vec<Clock>, Fault> {
    let mut events = events.iter();
    let Some(first) = events.next() else { return Ok(Vec::new()) };
    let What::Created { origin, priority, policy } = first.what else { return Err(Fault::NoBeginning) };
    let mut fold = Fold {
        facts,
        live: Vec::new(),
        category: Category::New,
        priority,
        policy: known(facts, policy)?,
        first: First::Unasked,
        is_merged: false,
        now: whole_second(first.at),
    };
    fold.create(origin);
    for event in events {
        fold.pass(whole_second(event.at))?;
        fold.happen(&event.what)?;
    }
    fold.pass(whole_second(now))?;
    fold.finish()
}

fn known<'a>(facts: &Facts<'a>, wanted: Option<PolicyVersion>) -> Result<Option<&'a SlaPolicy>, Fault> {
    let Some(wanted) = wanted else { return Ok(None) };
    let found = facts.policies.iter().find(|policy| policy.id == wanted.id && policy.version == wanted.version);
    found.map(Some).ok_or(Fault::UnknownPolicy(wanted))
}

impl Fold<'_> {
    fn create(&mut self, origin: Origin) {
        if origin == Origin::Customer {
            self.ask();
        }
        self.open(Metric::FirstResolution);
        self.open(Metric::TotalResolution);
    }

    fn pass(&mut self, until: Instant) -> Result<(), Fault> {
        let until = until.max(self.now);
        for live in &mut self.live {
            if live.clock.is_unfinished() {
                live.clock.pass(self.facts.timetables, self.category, live.passed, until)?;
                live.passed = until;
            }
        }
        self.now = until;
        Ok(())
    }

    fn happen(&mut self, what: &What) -> Result<(), Fault> {
        match what {
            What::Created { .. } => return Err(Fault::NoBeginning),
            // What goes on, goes on in the other ticket.
            _ if self.is_merged => {}
            What::Note | What::PublicReply { by: Author::Automatic } => {}
            What::CustomerMessage => self.ask(),
            What::PublicReply { by: Author::Human } => {
                self.first = First::Over;
                self.stop(Metric::is_response)?;
            }
            What::Status { category } => self.enter(*category)?,
            What::Matched { priority, policy } => {
                self.priority = *priority;
                self.policy = known(self.facts, *policy)?;
                self.change_terms();
            }
            What::Absorbed { clocks } => self.absorb(clocks)?,
            What::MergedAway => {
                self.unfinished().for_each(|(live, now)| live.clock.cancel(now));
                self.is_merged = true;
            }
        }
        Ok(())
    }

    /// The customer has written.
    fn ask(&mut self) {
        match self.first {
            First::Unasked => {
                self.first = First::Asked;
                self.open(Metric::FirstResponse);
            }
            First::Over if self.response().is_none() => self.open(Metric::NextResponse),
            // The oldest unanswered message is what counts.
            First::Asked | First::Over => {}
        }
    }

    fn enter(&mut self, category: Category) -> Result<(), Fault> {
        let was_solved = self.category.is_solved();
        if category.is_solved() && !was_solved {
            self.solve()?;
        } else if was_solved && !category.is_solved() {
            self.reopen();
        }
        self.category = category;
        Ok(())
    }

    fn solve(&mut self) -> Result<(), Fault> {
        if self.first == First::Asked {
            self.first = First::Over;
        }
        for (live, now) in self.unfinished().filter(|(live, _)| live.clock.metric.is_response()) {
            // Nobody will reply; what was late by then stays late.
            match live.clock.breached_at {
                Some(_) => live.clock.stop(now),
                None => live.clock.cancel(now),
            }
            live.clock.due_at = live.clock.breached_at;
        }
        for (live, _) in self.unfinished() {
            live.is_halted = live.clock.metric == Metric::TotalResolution;
        }
        self.stop(|metric| !metric.is_response())
    }

    fn reopen(&mut self) {
        let terms = self.terms(Metric::TotalResolution);
        let now = self.now;
        for live in self.live.iter_mut().filter(|live| live.is_halted) {
            let target = live.clock.terms.as_ref().map(|terms| terms.target.seconds);
            let (from, span) = (live.passed, Span::Stopped);
            live.clock.note(Segment { from, until: now, span, target, ..Segment::default() });
            live.clock.stopped_at = None;
            live.clock.state = State::Running;
            live.change(terms.clone(), now);
            (live.passed, live.is_halted) = (now, false);
        }
    }

    fn change_terms(&mut self) {
        let now = self.now;
        for metric in Metric::ALL {
            let terms = self.terms(*metric);
            let of_metric = self.live.iter_mut().filter(|live| live.clock.metric == *metric);
            of_metric.filter(|live| live.clock.is_unfinished()).for_each(|live| live.change(terms.clone(), now));
        }
    }

    /// What the merged ticket's customer was promised holds where it is earlier.
    fn absorb(&mut self, clocks: &[Clock]) -> Result<(), Fault> {
        for theirs in clocks.iter().filter(|clock| clock.is_unfinished()) {
            let both_responses = |mine: Metric| mine.is_response() && theirs.metric.is_response();
            let of_kind = |live: &Live| {
                let mine = live.clock.metric;
                live.clock.is_unfinished() && (mine == theirs.metric || both_responses(mine))
            };
            if let Some(at) = self.live.iter().position(of_kind) {
                let (mine, other) = (self.running_due(&self.live[at].clock)?, self.running_due(theirs)?);
                if other.is_some_and(|other| mine.is_none_or(|mine| other < mine)) {
                    self.live[at].adopt(theirs);
                }
            } else if theirs.metric.is_response() {
                // Their customer's message is unanswered here as well.
                self.ask();
                if let Some(live) = self.live.last_mut() {
                    live.clock.started_at = theirs.started_at;
                    live.adopt(theirs);
                }
            }
        }
        Ok(())
    }

    /// When a clock is due if it runs from now on.
    fn running_due(&self, clock: &Clock) -> Result<Option<Instant>, Fault> {
        match (&clock.terms, clock.breached_at) {
            (_, Some(breached)) => Ok(Some(breached)),
            (Some(terms), None) => self.facts.timetables.reach(terms, self.now, terms.target.seconds - clock.used),
            (None, None) => Ok(None),
        }
    }

    fn response(&self) -> Option<&Live> {
        self.live.iter().find(|live| live.clock.metric.is_response() && live.clock.is_unfinished())
    }

    fn unfinished(&mut self) -> impl Iterator<Item = (&mut Live, Instant)> {
        let now = self.now;
        self.live.iter_mut().filter(|live| live.clock.is_unfinished()).map(move |live| (live, now))
    }

    fn stop(&mut self, wanted: impl Fn(Metric) -> bool) -> Result<(), Fault> {
        let (tables, category) = (self.facts.timetables, self.category);
        for (live, now) in self.unfinished().filter(|(live, _)| wanted(live.clock.metric)) {
            live.clock.due_at = live.clock.due(tables, category, now)?;
            live.clock.stop(now);
        }
        Ok(())
    }

    fn open(&mut self, metric: Metric) {
        let run = self.live.iter().filter(|live| live.clock.metric == metric).count();
        let run = i64::try_from(run).unwrap_or(i64::MAX - 1) + 1;
        let terms = self.terms(metric);
        let had_terms = terms.is_some();
        let clock = Clock::start(metric, run, self.now, terms);
        self.live.push(Live { clock, passed: self.now, is_halted: false, had_terms });
    }

    fn terms(&self, metric: Metric) -> Option<Terms> {
        let policy = self.policy?;
        let target = policy.target(metric, self.priority)?.clone();
        let of_metric = policy.steps.iter().filter(|step| step.metric == metric);
        let mut percents: Vec<i64> = of_metric.map(|step| step.at_percent).collect();
        crate::order::sort_by(&mut percents, Ord::cmp);
        percents.dedup();
        let version = PolicyVersion { id: policy.id, version: policy.version };
        Some(Terms { policy: version, calendar: policy.calendar_id, target, percents })
    }

    fn finish(mut self) -> Result<Vec<Clock>, Fault> {
        let (tables, category, now) = (self.facts.timetables, self.category, self.now);
        for (live, _) in self.unfinished() {
            let clock = &mut live.clock;
            clock.due_at = clock.due(tables, category, now)?;
            clock.foresee(tables, category, now)?;
            clock.state = match (clock.breached_at, clock.span_in(category)) {
                (Some(_), _) => State::BreachedRunning,
                (None, Span::Paused) => State::Paused,
                (None, _) => State::Running,
            };
        }
        // Nobody promised anything where there never was a target.
        Ok(self.live.into_iter().filter(|live| live.had_terms).map(|live| live.clock).collect())
    }
}

impl Live {
    fn change(&mut self, terms: Option<Terms>, at: Instant) {
        self.had_terms |= terms.is_some();
        self.clock.change(terms, at);
    }

    fn adopt(&mut self, theirs: &Clock) {
        let mine = &mut self.clock;
        mine.carried += theirs.used - mine.used;
        mine.used = theirs.used;
        mine.terms.clone_from(&theirs.terms);
        mine.steps.clone_from(&theirs.steps);
        mine.near_at = theirs.near_at;
        (mine.breached_at, mine.by_change) = (theirs.breached_at, theirs.by_change);
        self.had_terms |= theirs.terms.is_some();
    }
}
