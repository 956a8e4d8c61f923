//! A question taken apart: its units, of which enough must be found, and the
//! slots in which terms may fit, each with its alternatives.

use shared::knowledge::WhyKind;

use super::{stop, words};
use crate::ground::search::tokens::cut::{Run, normalise, runs};

/// Units of a question that are looked at; one bit for each.
pub const MAX_UNITS: usize = 48;
/// Characters of a question that are read.
const MAX_QUERY: usize = 200;
/// What stands for a synonym counts a little less than the word itself.
const SYNONYM: f32 = 0.8;

/// A character of Chinese, or a whole word.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub text: String,
    /// Characters it counts for.
    pub size: f32,
    /// Tells nothing about the subject.
    pub is_stopped: bool,
}

/// A term that may stand in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    pub term: String,
    pub kind: WhyKind,
    pub weight: f32,
}

/// A place of the question. The best of its probes counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    pub asked: String,
    /// The units that are found with it, as bits.
    pub covers: u64,
    /// What kind of text it is, and so what else it may mean.
    pub shape: Shape,
    pub probes: Vec<Probe>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Two neighbouring characters.
    Pair,
    /// A character alone: whatever begins with it.
    Single,
    /// A Latin word; typed last, it may be unfinished.
    Word {
        is_last: bool,
    },
    Number,
    /// Two neighbouring characters of a title by their initials.
    Initials,
    /// Comes from the table of synonyms.
    Synonym,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ask {
    pub units: Vec<Unit>,
    pub slots: Vec<Slot>,
    /// The question without blanks, marks and stop words: the phrase to look for.
    pub phrase: String,
}

/// Takes a question apart. `synonyms` are groups of words that mean the same.
pub fn ask(question: &str, synonyms: &[Vec<String>]) -> Ask {
    let question: String = question.chars().take(MAX_QUERY).collect();
    let text = normalise(&question);
    let mut draft = Draft::default();
    let runs = runs(&text);
    for (index, run) in runs.iter().enumerate() {
        let is_last = index + 1 == runs.len() && text.ends_with(|c: char| c.is_alphanumeric());
        match run {
            Run::Cjk(run) => draft.cjk(run),
            Run::Word(run) => draft.word(run, Shape::Word { is_last }, stop::is_english(run)),
            Run::Digits(run) => draft.word(run, Shape::Number, false),
        }
    }
    draft.finish(synonyms)
}

#[derive(Default)]
struct Draft {
    units: Vec<Unit>,
    /// Units of a run stand beside each other.
    runs: Vec<(std::ops::Range<usize>, Option<Shape>)>,
}

impl Draft {
    fn cjk(&mut self, run: &str) {
        let chars: Vec<char> = run.chars().collect();
        let start = self.units.len();
        for (c, is_stopped) in chars.iter().zip(stop::in_cjk(&chars)) {
            self.units.push(Unit { text: c.to_string(), size: 1.0, is_stopped });
        }
        self.runs.push((start..self.units.len(), None));
    }

    fn word(&mut self, run: &str, shape: Shape, is_stopped: bool) {
        let start = self.units.len();
        // A word says about as much as two characters do.
        self.units.push(Unit { text: run.to_owned(), size: 2.0, is_stopped });
        self.runs.push((start..start + 1, Some(shape)));
    }

    fn finish(mut self, synonyms: &[Vec<String>]) -> Ask {
        self.units.truncate(MAX_UNITS);
        // A question of nothing but stop words is about them.
        if self.units.iter().all(|unit| unit.is_stopped) {
            self.units.iter_mut().for_each(|unit| unit.is_stopped = false);
        }
        let mut slots = Vec::new();
        for (range, shape) in &self.runs {
            let range = range.start.min(self.units.len())..range.end.min(self.units.len());
            match shape {
                Some(shape) => slots.extend(range.filter_map(|at| self.word_slot(at, *shape))),
                None => self.pair_slots(range, &mut slots),
            }
        }
        for group in synonyms {
            self.synonym_slots(group, &mut slots);
        }
        let phrase = self.units.iter().filter(|unit| !unit.is_stopped).map(|unit| unit.text.as_str()).collect();
        Ask { units: self.units, slots, phrase }
    }

    fn word_slot(&self, at: usize, shape: Shape) -> Option<Slot> {
        let unit = self.units.get(at).filter(|unit| !unit.is_stopped)?;
        let term = if shape == Shape::Number { unit.text.clone() } else { words::stem(&unit.text) };
        Some(Slot { asked: unit.text.clone(), covers: 1 << at, shape, probes: vec![exact(term)] })
    }

    fn pair_slots(&self, range: std::ops::Range<usize>, slots: &mut Vec<Slot>) {
        let told = |at: usize| self.units.get(at).is_some_and(|unit| !unit.is_stopped);
        for at in range.clone() {
            let has_next = at + 1 < range.end;
            if has_next && (told(at) || told(at + 1)) {
                let pair = format!("{}{}", self.units[at].text, self.units[at + 1].text);
                let covers = 0b11 << at;
                slots.push(Slot { asked: pair.clone(), covers, shape: Shape::Pair, probes: vec![exact(pair)] });
            }
            let stands_alone = told(at) && !(at > range.start && told(at - 1)) && !(has_next && told(at + 1));
            if stands_alone {
                let asked = self.units[at].text.clone();
                slots.push(Slot { probes: vec![exact(asked.clone())], asked, covers: 1 << at, shape: Shape::Single });
            }
        }
    }

    /// Where a word of the group stands in the question, the others may stand in a document.
    fn synonym_slots(&self, group: &[String], slots: &mut Vec<Slot>) {
        for word in group {
            let wanted: Vec<String> = units_of(word);
            for range in self.places(&wanted) {
                for other in group.iter().filter(|other| *other != word) {
                    slots.extend(share_out(word, range.clone(), &words::terms_of(other)));
                }
            }
        }
    }

    /// Where a row of units stands in the question.
    fn places(&self, wanted: &[String]) -> Vec<std::ops::Range<usize>> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let fits = |start: usize| self.units[start..].iter().zip(wanted).all(|(unit, wanted)| same(&unit.text, wanted));
        let starts = 0..(self.units.len() + 1).saturating_sub(wanted.len());
        starts.filter(|start| fits(*start)).map(|start| start..start + wanted.len()).collect()
    }
}

fn same(unit: &str, wanted: &str) -> bool {
    unit == wanted || words::stem(unit) == words::stem(wanted)
}

fn exact(term: String) -> Probe {
    Probe { term, kind: WhyKind::Term, weight: 1.0 }
}

fn units_of(word: &str) -> Vec<String> {
    let word = normalise(word);
    let mut units = Vec::new();
    for run in runs(&word) {
        match run {
            Run::Cjk(run) => units.extend(run.chars().map(String::from)),
            Run::Word(run) | Run::Digits(run) => units.push(run.to_owned()),
        }
    }
    units
}

/// A slot for each term of a synonym; together they cover what it stands for.
fn share_out(asked: &str, range: std::ops::Range<usize>, terms: &[String]) -> Vec<Slot> {
    // The last character alone only says again what the last pair says.
    let terms = match terms {
        [pairs @ .., last] if !pairs.is_empty() && last.chars().count() == 1 && !last.is_ascii() => pairs,
        terms => terms,
    };
    let slot = |(index, term): (usize, &String)| {
        let from = range.start + range.len() * index / terms.len();
        let to =
            (range.start + range.len() * (index + 1)).div_ceil(terms.len()).clamp(from + 1, range.end.max(from + 1));
        let covers = (from..to).fold(0, |bits, at| bits | 1_u64 << at);
        let probe = Probe { term: term.clone(), kind: WhyKind::Synonym, weight: SYNONYM };
        Slot { asked: asked.to_owned(), covers, shape: Shape::Synonym, probes: vec![probe] }
    };
    terms.iter().enumerate().map(slot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(question: &str, synonyms: &[&[&str]]) -> Vec<(String, u64)> {
        let groups: Vec<Vec<String>> =
            synonyms.iter().map(|group| group.iter().map(|word| (*word).to_owned()).collect()).collect();
        let slots = ask(question, &groups).slots;
        slots.into_iter().map(|slot| (slot.probes[0].term.clone(), slot.covers)).collect()
    }

    fn pairs(of: &[(&str, u64)]) -> Vec<(String, u64)> {
        of.iter().map(|(term, covers)| ((*term).to_owned(), *covers)).collect()
    }

    #[test]
    fn a_question_is_asked_by_its_pairs_and_words() {
        assert_eq!(told("改密碼 ＶＰＮ", &[]), pairs(&[("改密", 0b11), ("密码", 0b110), ("vpn", 0b1000)]));
        assert_eq!(told("怎么退", &[]), pairs(&[("么退", 0b110), ("退", 0b100)]));
        assert_eq!(told("how to export invoices", &[]), pairs(&[("export", 0b100), ("invoic", 0b1000)]));
    }

    #[test]
    fn nothing_but_stop_words_is_a_question_all_the_same() {
        assert_eq!(told("怎么办", &[]), pairs(&[("怎么", 0b11), ("么办", 0b110)]));
        assert_eq!(told("？！", &[]), []);
    }

    #[test]
    fn a_synonym_stands_for_the_whole_of_its_word() {
        assert_eq!(told("口令", &[&["口令", "密码"]]), pairs(&[("口令", 0b11), ("密码", 0b11)]));
        let both = told("password", &[&["密码", "password"]]);
        assert_eq!(both, pairs(&[("password", 1), ("密码", 1)]));
        assert_eq!(told("付款", &[&["付款", "支付方式"]])[1..], pairs(&[("支付", 1), ("付方", 0b11), ("方式", 0b10)]));
    }

    #[test]
    fn a_long_question_is_read_to_its_bound() {
        let ask = ask(&"修改密码".repeat(200), &[]);
        assert_eq!(ask.units.len(), MAX_UNITS);
        assert!(ask.slots.iter().all(|slot| slot.covers < 1 << MAX_UNITS));
    }
}
