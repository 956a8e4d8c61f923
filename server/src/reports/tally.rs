//! The numbers of a report while its tickets are counted.

use std::collections::HashMap;

use shared::reports::*;
use shared::time::Date;

use super::count::{Narrow, Sides, numbers};

/// A line that is a stretch of time: from (included) to (excluded).
pub struct Stretch {
    pub day: Date,
    pub from: i64,
    pub until: i64,
}

/// By the measure: its count and its part, and its times.
#[derive(Clone)]
pub struct Tally {
    pub counts: Vec<(i64, i64)>,
    pub times: Vec<Vec<i64>>,
}

pub struct Tallies<'a> {
    sides: &'a Sides,
    group: GroupBy,
    stretches: Vec<Stretch>,
    total: Tally,
    /// By the group's value; of stretches by their place.
    lines: Vec<Tally>,
    places: HashMap<Option<String>, usize>,
}

impl Tally {
    fn new() -> Self {
        Self { counts: vec![(0, 0); Measure::ALL.len()], times: vec![Vec::new(); Measure::ALL.len()] }
    }
}

impl<'a> Tallies<'a> {
    pub fn new(sides: &'a Sides, group: GroupBy, stretches: Vec<Stretch>) -> Self {
        let lines = vec![Tally::new(); stretches.len()];
        Self { sides, group, stretches, total: Tally::new(), lines, places: HashMap::new() }
    }

    /// Adds a ticket of a group.
    pub fn add(&mut self, key: Option<String>, row: &Narrow) {
        let line = if self.group.step().is_some() {
            None
        } else {
            let next = self.lines.len();
            let place = *self.places.entry(key).or_insert(next);
            if place == next {
                self.lines.push(Tally::new());
            }
            Some(place)
        };
        let mut time = 0;
        for (at, measure) in Measure::ALL.iter().enumerate() {
            let (whole, part) = self.sides.bits[at];
            let is_in = |bit: usize| row.mask >> bit & 1 == 1;
            let value = measure.field().and_then(|_| {
                time += 1;
                row.times[time - 1]
            });
            if is_in(whole) {
                self.count(line, measure.anchor(), row, |tally| {
                    tally.counts[at].0 += 1;
                    tally.times[at].extend(value);
                });
            }
            if part.is_some_and(is_in) {
                self.count(line, measure.part_anchor(), row, |tally| tally.counts[at].1 += 1);
            }
        }
        self.count_open(row);
    }

    /// In the total, and in the line of the ticket or of its moment.
    fn count(&mut self, line: Option<usize>, anchor: Anchor, row: &Narrow, add: impl Fn(&mut Tally)) {
        add(&mut self.total);
        let line = match (line, anchor) {
            (Some(line), _) => Some(line),
            // How many were open is counted stretch by stretch.
            (None, Anchor::End) => None,
            (None, Anchor::Created) => self.stretch_of(Some(row.created)),
            (None, Anchor::FirstSolved) => self.stretch_of(row.first_solved),
            (None, Anchor::Solved) => self.stretch_of(row.solved),
        };
        if let Some(tally) = line.and_then(|line| self.lines.get_mut(line)) {
            add(tally);
        }
    }

    /// At the end of which stretches it was open.
    fn count_open(&mut self, row: &Narrow) {
        let Some(at) = Measure::ALL.iter().position(|measure| measure.anchor() == Anchor::End) else { return };
        let first_end_after = |moment: i64| self.stretches.partition_point(|stretch| stretch.until <= moment);
        let begins = first_end_after(row.created);
        let ends = row.solved.map_or(self.stretches.len(), first_end_after);
        for tally in self.lines.get_mut(begins..ends).unwrap_or_default() {
            tally.counts[at].0 += 1;
        }
    }

    fn stretch_of(&self, moment: Option<i64>) -> Option<usize> {
        let moment = moment?;
        let at = self.stretches.partition_point(|stretch| stretch.until <= moment);
        self.stretches.get(at).filter(|stretch| stretch.from <= moment).map(|_| at)
    }

    /// Writes the numbers into the report.
    pub fn told(self, report: &mut Report) {
        report.total = Line { numbers: numbers(self.total), ..Line::default() };
        if self.group.step().is_some() {
            let lines = self.stretches.iter().zip(self.lines);
            let line = |(stretch, tally): (&Stretch, Tally)| Line {
                key: Some(stretch.day.to_string()),
                name: None,
                numbers: numbers(tally),
            };
            report.lines = lines.map(line).collect();
            return;
        }
        let mut keys: Vec<(Option<String>, usize)> = self.places.into_iter().collect();
        // The largest first: by what came in, then by what is open; the rest by their keys.
        let size = |place: usize| {
            let counts = &self.lines[place].counts;
            (counts[0].0, counts.iter().map(|count| count.0).sum::<i64>())
        };
        keys.sort_by(|a, b| size(b.1).cmp(&size(a.1)).then_with(|| a.0.cmp(&b.0)));
        let left_out = keys.len().saturating_sub(MOST_LINES);
        report.left_out = i64::try_from(left_out).unwrap_or(i64::MAX);
        keys.truncate(MOST_LINES);
        let line = |(key, place): (Option<String>, usize)| Line {
            key,
            name: None,
            numbers: numbers(self.lines[place].clone()),
        };
        report.lines = keys.into_iter().map(line).collect();
    }
}
