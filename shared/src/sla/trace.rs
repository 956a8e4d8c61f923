//! Why a clock is due when it is: everything it counted, and everything it
//! did not, in order.

use serde::{Deserialize, Serialize};

use super::clock::{Clock, Segment, Span, Terms};
use super::timetable::Timetables;
use super::{Category, Fault};
use crate::calendars::DayKind;
use crate::id::CalendarId;
use crate::time::Instant;
use crate::worktime::Line;

choices! {
    /// What a line of a trace says.
    pub enum LineKind {
        Started = "started",
        /// Time that counted.
        Counted = "counted",
        /// Days that are not like their weekdays.
        SpecialDays = "special_days",
        Paused = "paused",
        Untargeted = "untargeted",
        Stopped = "stopped",
        /// Another length was promised from here on.
        Target = "target",
        /// Other hours hold from here on.
        Calendar = "calendar",
        /// Taken over from a merged ticket.
        Carried = "carried",
        /// Time that will count if nothing happens.
        Ahead = "ahead",
        Due = "due",
        Breached = "breached",
        Done = "done",
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceLine {
    pub kind: LineKind,
    pub from: Instant,
    pub until: Instant,
    /// Counted by this line.
    pub seconds: i64,
    /// Counted so far.
    pub total: i64,
    pub category: Option<Category>,
    pub name: Option<String>,
    pub day_kind: Option<DayKind>,
    /// The seconds promised, or the calendar's version.
    pub value: Option<i64>,
}

/// A trace that grows.
struct Trace<'a> {
    tables: &'a Timetables<'a>,
    lines: Vec<TraceLine>,
    total: i64,
}

/// The trace of a clock folded up to `now`.
pub fn trace(clock: &Clock, tables: &Timetables<'_>, now: Instant) -> Result<Vec<TraceLine>, Fault> {
    let mut trace = Trace { tables, lines: Vec::new(), total: 0 };
    trace.at(LineKind::Started, clock.started_at);
    let (mut target, mut version) = (None, None);
    for segment in &clock.segments {
        if segment.target != target && segment.target.is_some() {
            trace.value(LineKind::Target, segment.from, segment.target);
            target = segment.target;
        }
        if segment.calendar_version != version && segment.calendar_version.is_some() {
            if version.is_some() {
                trace.value(LineKind::Calendar, segment.from, segment.calendar_version);
            }
            version = segment.calendar_version;
        }
        trace.segment(segment)?;
    }
    // No second has passed yet: what was promised is all there is to tell.
    if let (None, Some(terms)) = (target, &clock.terms) {
        trace.value(LineKind::Target, clock.started_at, Some(terms.target.seconds));
    }
    if clock.carried != 0 {
        trace.total += clock.carried;
        let at = clock.segments.last().map_or(clock.started_at, |segment| segment.until);
        trace.push(LineKind::Carried, at, at, clock.carried);
    }
    match (&clock.terms, clock.due_at, clock.breached_at, clock.stopped_at) {
        (Some(terms), Some(due), None, None) => trace.ahead(terms, now, due)?,
        (_, _, Some(breached), _) => trace.at(LineKind::Breached, breached),
        _ => {}
    }
    if let Some(stopped) = clock.stopped_at {
        trace.at(LineKind::Done, stopped);
    }
    // It may have gone on after it was missed.
    crate::order::sort_by_key(&mut trace.lines, |line| line.from);
    Ok(trace.lines)
}

impl Trace<'_> {
    fn push(&mut self, kind: LineKind, from: Instant, until: Instant, seconds: i64) {
        self.lines.push(TraceLine { kind, from, until, seconds, total: self.total, ..TraceLine::default() });
    }

    fn at(&mut self, kind: LineKind, at: Instant) {
        self.push(kind, at, at, 0);
    }

    fn value(&mut self, kind: LineKind, at: Instant, value: Option<i64>) {
        self.lines.push(TraceLine { kind, from: at, until: at, total: self.total, value, ..TraceLine::default() });
    }

    fn segment(&mut self, segment: &Segment) -> Result<(), Fault> {
        let kind = match segment.span {
            Span::Counted => return self.counted(segment),
            Span::Paused => LineKind::Paused,
            Span::Untargeted => LineKind::Untargeted,
            Span::Stopped => LineKind::Stopped,
        };
        self.push(kind, segment.from, segment.until, 0);
        self.lines.iter_mut().last().into_iter().for_each(|line| line.category = segment.category);
        Ok(())
    }

    fn counted(&mut self, segment: &Segment) -> Result<(), Fault> {
        let (Some(calendar), Some(version)) = (segment.calendar, segment.calendar_version) else {
            self.total += segment.counted;
            self.push(LineKind::Counted, segment.from, segment.until, segment.counted);
            return Ok(());
        };
        self.hours(LineKind::Counted, calendar, version, (segment.from, segment.until))
    }

    /// What lies between now and the moment it is due.
    fn ahead(&mut self, terms: &Terms, now: Instant, due: Instant) -> Result<(), Fault> {
        let parts = self.tables.count(terms, now, due)?;
        for part in parts {
            if let Some(version) = part.version {
                self.hours(LineKind::Ahead, terms.calendar, version, (part.from, part.until))?;
                continue;
            }
            self.total += part.seconds;
            self.push(LineKind::Ahead, part.from, part.until, part.seconds);
        }
        self.at(LineKind::Due, due);
        Ok(())
    }

    fn hours(
        &mut self,
        kind: LineKind,
        calendar: CalendarId,
        version: i64,
        (from, until): (Instant, Instant),
    ) -> Result<(), Fault> {
        let table = self.tables.version(calendar, version).ok_or(Fault::UnknownCalendar(calendar))?;
        let before = self.total;
        let (lines, _) = table.working.explain(from, until);
        for line in lines {
            self.lines.push(told(kind, before, line));
        }
        self.total = before + table.working.working_between(from, until);
        Ok(())
    }
}

fn told(kind: LineKind, before: i64, line: Line) -> TraceLine {
    TraceLine {
        kind: if line.kind.is_some() { LineKind::SpecialDays } else { kind },
        from: line.from,
        until: line.until,
        seconds: line.seconds,
        total: before + line.total,
        name: line.name,
        day_kind: line.kind,
        ..TraceLine::default()
    }
}
