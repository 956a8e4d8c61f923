//! Ranks documents: BM25 with the title four times as heavy, and only what
//! holds enough of what was asked.

use std::collections::HashMap;

use super::ask::Ask;
use super::blocks::{self, BLOCK};

const K1: f32 = 1.2;
const B: f32 = 0.75;
const TITLE: f32 = 4.0;
/// What stands only in the text says less about what an article is for.
const IN_BODY: f32 = 0.55;
/// A word in fewer than one of a dozen documents says what is meant by itself.
const TELLING: f32 = 2.5;
/// So many telling characters are asked to be found at most: who writes a
/// whole sentence writes much that stands in no article.
const ASKED: f32 = 6.0 * TELLING;
/// The least share of what was asked that has to be found.
const ENOUGH: f32 = 0.3;
/// Of postings of common terms, so many are read; rarer terms come first.
const BUDGET: i64 = 400_000;

/// What is known of all documents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stats {
    pub docs: i64,
    pub words: i64,
}

/// A document that fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    pub doc: i64,
    pub score: f32,
}

/// Block by block, the stored postings of each term.
pub type Blocks = HashMap<i64, HashMap<String, Vec<u8>>>;

/// Which terms to read: the rarest of them until the budget is used.
pub fn chosen(ask: &Ask, docs: &HashMap<String, i64>) -> Vec<String> {
    let mut terms: Vec<(&str, i64)> = Vec::new();
    for probe in ask.slots.iter().flat_map(|slot| &slot.probes) {
        if let Some(count) = docs.get(&probe.term).filter(|count| **count > 0)
            && !terms.iter().any(|(term, _)| *term == probe.term)
        {
            terms.push((&probe.term, *count));
        }
    }
    terms.sort_by_key(|(_, count)| *count);
    let mut left = BUDGET;
    let affordable = terms.iter().enumerate().take_while(|(index, (_, count))| {
        left -= count;
        left >= 0 || *index == 0
    });
    affordable.map(|(_, (term, _))| (*term).to_owned()).collect()
}

/// The documents that hold enough of the question, the best first.
pub fn rank(ask: &Ask, stats: Stats, docs: &HashMap<String, i64>, blocks: &Blocks) -> Vec<Candidate> {
    let scale = Scale::new(ask, stats, docs);
    let mut found = Vec::new();
    for (block, terms) in blocks {
        scale.block(ask, *block, terms, &mut found);
    }
    found.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(b.doc.cmp(&a.doc)));
    found
}

struct Scale<'a> {
    stats: Stats,
    docs: &'a HashMap<String, i64>,
    average: f32,
    /// What finding each unit is worth.
    worth: Vec<f32>,
    asked: f32,
}

impl<'a> Scale<'a> {
    #[expect(clippy::cast_precision_loss, reason = "an average of words")]
    fn new(ask: &Ask, stats: Stats, docs: &'a HashMap<String, i64>) -> Self {
        let average = (stats.words as f32 / stats.docs.max(1) as f32).max(1.0);
        let mut scale = Self { stats, docs, average, worth: Vec::new(), asked: 0.0 };
        scale.worth = (0..ask.units.len()).map(|unit| scale.worth_of(ask, unit)).collect();
        scale.asked = scale.worth.iter().sum::<f32>().min(ASKED);
        scale
    }

    #[expect(clippy::cast_precision_loss, reason = "a logarithm of counts")]
    fn idf(&self, docs: i64) -> f32 {
        let (all, docs) = (self.stats.docs.max(docs) as f32, docs as f32);
        (1.0 + (all - docs + 0.5) / (docs + 0.5)).ln()
    }

    fn worth_of(&self, ask: &Ask, unit: usize) -> f32 {
        let unit_is = &ask.units[unit];
        if unit_is.is_stopped {
            return 0.0;
        }
        let covering = ask.slots.iter().filter(|slot| slot.covers >> unit & 1 == 1);
        let known = covering.flat_map(|slot| &slot.probes).filter_map(|probe| self.docs.get(&probe.term));
        let best = known.filter(|docs| **docs > 0).map(|docs| self.idf(*docs)).max_by(f32::total_cmp);
        unit_is.size * best.unwrap_or(TELLING).min(TELLING)
    }

    /// Scores the documents of one block.
    fn block(&self, ask: &Ask, block: i64, terms: &HashMap<String, Vec<u8>>, found: &mut Vec<Candidate>) {
        let mut cells = vec![Cell::default(); usize::try_from(BLOCK).unwrap_or(0)];
        for slot in &ask.slots {
            let mut touched: Vec<u16> = Vec::new();
            for probe in &slot.probes {
                let Some(data) = terms.get(&probe.term) else { continue };
                let idf = self.idf(self.docs.get(&probe.term).copied().unwrap_or(0)) * probe.weight;
                for posting in blocks::decode(data) {
                    let Some(cell) = cells.get_mut(usize::from(posting.at)) else { continue };
                    let times = TITLE * f32::from(posting.title) + f32::from(posting.body);
                    let length = blocks::length_of(posting.length) / self.average;
                    let gain = idf * times * (K1 + 1.0) / (times + K1 * (1.0 - B + B * length));
                    if cell.slot == 0.0 {
                        touched.push(posting.at);
                    }
                    cell.slot = cell.slot.max(gain);
                    if posting.title > 0 {
                        cell.title |= slot.covers;
                    }
                    cell.any |= slot.covers;
                }
            }
            for at in touched {
                let cell = &mut cells[usize::from(at)];
                cell.score += cell.slot;
                cell.slot = 0.0;
            }
        }
        for (at, cell) in (0..).zip(&cells).filter(|(_, cell)| cell.any != 0) {
            let share = self.share(cell);
            if share >= ENOUGH {
                found.push(Candidate { doc: block * BLOCK + at, score: cell.score * (0.4 + 0.6 * share) });
            }
        }
    }

    /// How much of the question a document holds.
    fn share(&self, cell: &Cell) -> f32 {
        let mut found = 0.0;
        for (unit, worth) in self.worth.iter().enumerate() {
            if cell.title >> unit & 1 == 1 {
                found += worth;
            } else if cell.any >> unit & 1 == 1 {
                found += worth * IN_BODY;
            }
        }
        (found / self.asked.max(f32::MIN_POSITIVE)).min(1.0)
    }
}

/// What is known of one document while its block is read.
#[derive(Clone, Copy, Default)]
struct Cell {
    score: f32,
    /// The best of the slot that is read.
    slot: f32,
    /// Units found in the title, and anywhere.
    title: u64,
    any: u64,
}
