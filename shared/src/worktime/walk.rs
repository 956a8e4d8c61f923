//! Along the clock: how long it keeps its distance from UTC, and what a span
//! of working time consists of.

use super::hours::{DAY, Step};
use super::{Line, MOST_LINES, Zone, instant_of};
use crate::calendars::DayKind;

/// The shortest time for which a zone's clocks were ever moved and moved back
/// is just under four days (Freetown, 1939): nothing goes unseen in three.
const STRIDE: i64 = 3 * DAY;

/// How far the zone's clocks are ahead at `at`, and until when that holds, at
/// most to `limit`.
pub fn steady(zone: &dyn Zone, at: i64, limit: i64) -> (i64, i64) {
    let ahead = zone.ahead(at);
    let mut same = at;
    while same < limit {
        let ahead_at = (same + STRIDE).min(limit);
        if zone.ahead(ahead_at) == ahead {
            same = ahead_at;
            continue;
        }
        let mut moved = ahead_at;
        while moved - same > 1 {
            let middle = same + (moved - same) / 2;
            if zone.ahead(middle) == ahead { same = middle } else { moved = middle }
        }
        return (ahead, moved);
    }
    (ahead, limit)
}

/// Lines under way: stretches that touch are one.
#[derive(Default)]
pub struct Lines {
    told: Vec<Line>,
    total: i64,
    left_out: i64,
    /// The last stretch of work is open to its continuation.
    is_open: bool,
}

impl Lines {
    pub fn add(&mut self, step: &Step<'_>, ahead: i64) {
        match *step {
            Step::Work(from, until) => self.work(from - ahead, until - ahead),
            Step::Day(from, until, name, kind) => self.day(from - ahead, until - ahead, name, kind),
        }
    }

    /// The days of one holiday are one line.
    fn day(&mut self, from: i64, until: i64, name: &str, kind: DayKind) {
        let (from, until) = (instant_of(from), instant_of(until));
        let last = self.told.iter_mut().rev().find(|line| line.kind.is_some());
        if let Some(line) = last.filter(|line| line.until == from && line.name.as_deref() == Some(name)) {
            line.until = until;
            return;
        }
        let (name, kind) = (Some(name.to_owned()), Some(kind));
        self.push(Line { from, until, total: self.total, name, kind, ..Line::default() });
    }

    fn work(&mut self, from: i64, until: i64) {
        let seconds = until - from;
        self.total += seconds;
        let (from, until, total) = (instant_of(from), instant_of(until), self.total);
        let last = self.told.iter_mut().rev().find(|line| line.kind.is_none());
        match last.filter(|line| self.is_open && line.until == from) {
            Some(line) => {
                line.until = until;
                line.seconds += seconds;
                line.total = total;
            }
            None => self.push(Line { from, until, seconds, total, ..Line::default() }),
        }
    }

    fn push(&mut self, line: Line) {
        let fits = self.told.len() < MOST_LINES;
        if line.kind.is_none() {
            self.is_open = fits;
        }
        if fits {
            self.told.push(line);
        } else {
            self.left_out += 1;
        }
    }

    pub fn finish(self) -> (Vec<Line>, i64) {
        (self.told, self.left_out)
    }
}
