//! Shows where a question is found in a text, and why it was.

use shared::knowledge::{Marked, Why, WhyKind};

use super::ask::{Ask, Probe, Shape};
use super::{sound, words};
use crate::ground::search::tokens::cut::{is_cjk, is_han, is_unified, normalise, simplified};

/// Characters of a snippet.
const SNIPPET: usize = 96;
/// Of those, before the first mark.
const LEAD: usize = 16;
/// Characters of a text that are looked at.
const MAX_TEXT: usize = 8_000;

type Range = (usize, usize);

/// A text in its normal form, with the place where each character came from.
pub struct Folded {
    original: Vec<char>,
    chars: Vec<char>,
    origin: Vec<usize>,
    /// Latin words and numbers with their stems.
    words: Vec<(usize, usize, String)>,
}

impl Folded {
    pub fn new(text: &str) -> Self {
        let original: Vec<char> = text.chars().take(MAX_TEXT).collect();
        let (mut chars, mut origin) = (Vec::with_capacity(original.len()), Vec::with_capacity(original.len()));
        for (at, c) in original.iter().enumerate() {
            if c.is_ascii() || is_unified(*c) {
                chars.push(if c.is_ascii() { c.to_ascii_lowercase() } else { simplified(*c) });
                origin.push(at);
                continue;
            }
            for folded in normalise(c.encode_utf8(&mut [0; 4])).chars() {
                chars.push(folded);
                origin.push(at);
            }
        }
        let words = words_in(&chars);
        Self { original, chars, origin, words }
    }

    /// Where a term stands, in the original's characters.
    fn places(&self, term: &str) -> Vec<Range> {
        if term.starts_with(words::INITIALS) {
            return Vec::new();
        }
        if !term.chars().any(is_cjk) {
            let fits = self.words.iter().filter(|(.., stem)| stem == term);
            return fits.map(|(start, end, _)| self.original_range(*start, *end)).collect();
        }
        let term: Vec<char> = term.chars().collect();
        let starts = 0..(self.chars.len() + 1).saturating_sub(term.len());
        let fits = starts.filter(|start| self.chars[*start..].starts_with(&term));
        fits.map(|start| self.original_range(start, start + term.len())).collect()
    }

    fn original_range(&self, start: usize, end: usize) -> Range {
        (self.origin[start], self.origin[end - 1] + 1)
    }

    fn text(&self, (start, end): Range) -> String {
        self.original[start..end].iter().collect()
    }

    /// How long a stretch of `phrase` stands in the text, as a share of it.
    #[expect(clippy::cast_precision_loss, reason = "a share of a few characters")]
    pub fn shares(&self, phrase: &[char]) -> f32 {
        let mut longest = 0;
        // How much of the phrase, up to each of its characters, ends here.
        let mut ending = vec![0_usize; phrase.len() + 1];
        for c in &self.chars {
            for at in (0..phrase.len()).rev() {
                ending[at + 1] = if *c == phrase[at] { ending[at] + 1 } else { 0 };
                longest = longest.max(ending[at + 1]);
            }
        }
        longest as f32 / phrase.len().max(1) as f32
    }

    /// The stretch that holds most of the marks, on one line.
    fn snippet(&self, marks: &[Range]) -> Marked {
        let inside = |start: usize| {
            let fits = |(from, to): &&Range| *from >= start && *to <= start + SNIPPET;
            marks.iter().filter(fits).map(|(from, to)| to - from).sum::<usize>()
        };
        let starts = marks.iter().map(|(start, _)| self.lead(*start));
        // The first of those that hold as much.
        let start = starts.rev().max_by_key(|start| inside(*start)).unwrap_or(0);
        let end = (start + SNIPPET).min(self.original.len());
        let text = self.original[start..end].iter().map(|c| if c.is_whitespace() { ' ' } else { *c }).collect();
        let within = marks.iter().filter(|(from, to)| *from >= start && *to <= end);
        Marked { text, marks: within.map(|(from, to)| (from - start, to - start)).collect() }
    }

    /// Some characters before a mark, or where its sentence begins.
    fn lead(&self, mark: usize) -> usize {
        let from = mark.saturating_sub(LEAD);
        let is_end = |c: &char| "。！？；.!?;\n".contains(*c);
        let sentence = (from..mark).rev().find(|at| is_end(&self.original[*at])).map(|at| at + 1);
        sentence.unwrap_or(from)
    }
}

fn words_in(chars: &[char]) -> Vec<(usize, usize, String)> {
    let is_letter = |c: &char| c.is_alphanumeric() && !is_cjk(*c);
    let mut words = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let end = start + chars[start..].iter().take_while(|c| is_letter(c)).count();
        if end > start {
            words.push((start, end, words::stem(&chars[start..end].iter().collect::<String>())));
        }
        start = end.max(start + 1);
    }
    words
}

/// A hit as it is shown.
pub struct Shown {
    pub title: Marked,
    pub snippet: Marked,
    pub why: Vec<Why>,
}

/// Marks a text; nothing where it was only found by letters that happen to be
/// the initials of something else.
pub fn show(ask: &Ask, title: &Folded, body: &Folded) -> Option<Shown> {
    let mut found = Finds::default();
    let spelt = ask.slots.iter().filter(|slot| slot.shape == Shape::Initials).map(|slot| slot.asked.as_str());
    for asked in spelt.collect::<std::collections::BTreeSet<_>>() {
        if let Some(ranges) = initials_in(title, asked) {
            found.add(WhyKind::Pinyin, asked, title, &ranges);
            found.title.extend(ranges);
        }
    }
    let mut terms = 0_u64;
    for slot in ask.slots.iter().filter(|slot| slot.shape != Shape::Initials) {
        for Probe { term, kind, .. } in &slot.probes {
            let (in_title, in_body) = (title.places(term), body.places(term));
            if *kind == WhyKind::Term && in_title.len() + in_body.len() > 0 {
                terms |= slot.covers;
            } else if !in_title.is_empty() {
                found.add(*kind, &slot.asked, title, &in_title);
            } else {
                found.add(*kind, &slot.asked, body, &in_body);
            }
            found.title.extend(in_title);
            found.body.extend(in_body);
        }
    }
    if found.title.is_empty() && found.body.is_empty() {
        return None;
    }
    let (in_title, in_body) = (merged(found.title), merged(found.body));
    let mut why = stretches(ask, terms);
    why.extend(found.why.into_iter().map(|(kind, asked, found)| Why { kind, asked, found }));
    let title = Marked { text: title.original.iter().collect(), marks: in_title };
    Some(Shown { title, snippet: body.snippet(&in_body), why })
}

#[derive(Default)]
struct Finds {
    title: Vec<Range>,
    body: Vec<Range>,
    why: Vec<(WhyKind, String, String)>,
}

impl Finds {
    fn add(&mut self, kind: WhyKind, asked: &str, text: &Folded, ranges: &[Range]) {
        let Some(first) = ranges.first() else { return };
        let stands = text.text(*first);
        let known = self.why.iter_mut().find(|(known, for_asked, _)| *known == kind && for_asked == asked);
        match known {
            // Pairs that overlap by a character are one stretch.
            Some((_, _, found)) if found.chars().last() == stands.chars().next() => {
                found.extend(stands.chars().skip(1));
            }
            Some((_, _, found)) if found.contains(&stands) => {}
            Some((_, _, found)) => {
                found.push(' ');
                found.push_str(&stands);
            }
            None => self.why.push((kind, asked.to_owned(), stands)),
        }
    }
}

/// Neighbouring units that were found as they were typed, as one stretch each.
fn stretches(ask: &Ask, covered: u64) -> Vec<Why> {
    let mut why: Vec<Why> = Vec::new();
    let mut is_open = false;
    for (at, unit) in ask.units.iter().enumerate() {
        if covered >> at & 1 == 0 {
            is_open = false;
            continue;
        }
        match why.last_mut().filter(|_| is_open && unit.size < 2.0) {
            Some(last) => {
                last.asked.push_str(&unit.text);
                last.found.push_str(&unit.text);
            }
            None => why.push(Why { kind: WhyKind::Term, asked: unit.text.clone(), found: unit.text.clone() }),
        }
        is_open = unit.size < 2.0;
    }
    why
}

/// Where letters are the initials of one or two words of a title, in their order.
fn initials_in(title: &Folded, letters: &str) -> Option<Vec<Range>> {
    let letters: Vec<char> = letters.chars().collect();
    let initials: Vec<char> =
        title.chars.iter().map(|c| if is_han(*c) { sound::initial(*c).unwrap_or(' ') } else { ' ' }).collect();
    let find = |piece: &[char], from: usize| {
        let starts = from..(initials.len() + 1).saturating_sub(piece.len());
        starts.into_iter().find(|start| initials[*start..].starts_with(piece))
    };
    if let Some(start) = find(&letters, 0) {
        return Some(vec![title.original_range(start, start + letters.len())]);
    }
    (2..letters.len().saturating_sub(1)).find_map(|cut| {
        let (first, second) = letters.split_at(cut);
        let start = find(first, 0)?;
        let next = find(second, start + cut)?;
        Some(vec![title.original_range(start, start + cut), title.original_range(next, next + second.len())])
    })
}

/// Ranges in their order, those that touch as one.
fn merged(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    let mut merged: Vec<Range> = Vec::new();
    for (start, end) in ranges {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::super::ask::ask;
    use super::*;

    fn marked(text: &Marked) -> String {
        let mut out = String::new();
        for (at, c) in text.text.chars().enumerate() {
            if text.marks.iter().any(|(start, _)| *start == at) {
                out.push('[');
            }
            out.push(c);
            if text.marks.iter().any(|(_, end)| *end == at + 1) {
                out.push(']');
            }
        }
        out
    }

    #[test]
    fn matched_words_are_marked_whatever_their_width_and_writing() {
        let shown =
            show(&ask("修改密碼 csv", &[]), &Folded::new("如何修改登录密码"), &Folded::new("导出为ＣＳＶ。")).unwrap();
        assert_eq!(marked(&shown.title), "如何[修改]登录[密码]");
        assert_eq!(marked(&shown.snippet), "导出为[ＣＳＶ]。");
        let why: Vec<_> = shown.why.iter().map(|why| (why.kind, why.asked.as_str())).collect();
        assert_eq!(why, [(WhyKind::Term, "修改密码"), (WhyKind::Term, "csv")]);
    }

    #[test]
    fn a_snippet_shows_where_most_is_found() {
        let body = format!("{}密码。{}请先修改密码,再保存。", "甲乙丙丁".repeat(30), "戊己庚辛".repeat(30));
        let shown = show(&ask("修改密码", &[]), &Folded::new(""), &Folded::new(&body)).unwrap();
        assert_eq!(marked(&shown.snippet), "庚辛戊己庚辛戊己庚辛戊己庚辛请先[修改密码],再保存。");
    }

    #[test]
    fn initials_stand_for_one_or_two_words_of_the_title() {
        let title = Folded::new("如何修改登录密码");
        assert_eq!(initials_in(&title, "dlmm"), Some(vec![(4, 8)]));
        assert_eq!(initials_in(&title, "xgmm"), Some(vec![(2, 4), (6, 8)]));
        assert_eq!(initials_in(&title, "mmxg"), None);
        assert_eq!(initials_in(&title, "xdm"), None);
    }
}
