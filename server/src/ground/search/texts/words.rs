//! Long texts cut into terms: pairs of CJK characters, Latin words by their
//! stem, numbers, and of titles the initials in pinyin.

use std::collections::BTreeMap;

use super::sound;
use crate::ground::search::tokens::cut::{Run, normalise, pairs, runs};

/// Longer words are cut: nobody types the whole of one.
const MAX_WORD: usize = 40;
/// Before the initials of two neighbouring characters of a title; no word holds it.
pub const INITIALS: char = ':';

/// How often a term stands in the title and in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub title: u32,
    pub body: u32,
}

/// The terms of a document, and how many words its title and text have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    pub counts: BTreeMap<String, Count>,
    pub title_words: u32,
    pub body_words: u32,
}

/// Cuts a document. Keywords stand for words of the title that had no room in it.
pub fn index_terms(title: &str, keywords: &[&str], body: &str) -> Terms {
    let mut terms = Terms::default();
    for text in std::iter::once(&title).chain(keywords) {
        for term in terms_of(text) {
            terms.counts.entry(term).or_default().title += 1;
        }
        for term in initials_of(text) {
            terms.counts.entry(term).or_default().title += 1;
        }
    }
    terms.title_words = count(terms_of(title).len());
    let body = terms_of(body);
    terms.body_words = count(body.len());
    for term in body {
        terms.counts.entry(term).or_default().body += 1;
    }
    terms
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The terms of a text in their order.
pub fn terms_of(text: &str) -> Vec<String> {
    let text = normalise(text);
    let mut terms = Vec::new();
    for run in runs(&text) {
        match run {
            // The last character alone as well: with it, each begins a term.
            Run::Cjk(run) => terms.extend(pairs(run).iter().map(|pair| (*pair).to_owned())),
            Run::Word(run) => terms.push(stem(run)),
            Run::Digits(run) => terms.push(shorten(run).to_owned()),
        }
    }
    terms
}

/// The initials of each two neighbouring characters.
fn initials_of(text: &str) -> Vec<String> {
    let text = normalise(text);
    let mut terms = Vec::new();
    for run in runs(&text) {
        let Run::Cjk(run) = run else { continue };
        let initials: Vec<Option<char>> = run.chars().map(sound::initial).collect();
        for pair in initials.windows(2) {
            if let [Some(first), Some(second)] = pair {
                terms.push(String::from_iter([INITIALS, *first, *second]));
            }
        }
    }
    terms
}

/// A Latin word without the endings that tell nothing about the subject:
/// `invoices`, `invoicing` and `invoiced` are one term.
pub fn stem(word: &str) -> String {
    let word = shorten(word);
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) || word.len() < 4 {
        return word.to_owned();
    }
    let one = if let Some(rest) = word.strip_suffix("ies").filter(|rest| rest.len() > 1) {
        format!("{rest}y")
    } else if ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        word.to_owned()
    } else {
        word.strip_suffix('s').unwrap_or(word).to_owned()
    };
    let without = |ending| one.strip_suffix(ending).filter(|rest| rest.len() > 2 && rest.contains(is_vowel));
    let stem = ["ing", "ed"].into_iter().find_map(without).map_or(one.as_str(), undoubled);
    stem.strip_suffix('e').filter(|rest| rest.len() > 2).unwrap_or(stem).to_owned()
}

fn is_vowel(c: char) -> bool {
    "aeiouy".contains(c)
}

/// `logg` of `logged` is `log`; `install` keeps its two letters.
fn undoubled(word: &str) -> &str {
    match word.as_bytes() {
        [.., before, last] if before == last && !b"lsz".contains(last) => &word[..word.len() - 1],
        _ => word,
    }
}

fn shorten(word: &str) -> &str {
    let end = word.char_indices().nth(MAX_WORD).map(|(end, _)| end);
    &word[..end.unwrap_or(word.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_pairs_words_and_numbers() {
        assert_eq!(
            terms_of("如何開發票？See FAQ 2.0 票"),
            ["如何", "何开", "开发", "发票", "票", "see", "faq", "2", "0", "票"]
        );
        assert_eq!(terms_of("ＣＳＶ导出"), terms_of("csv導出"));
    }

    #[test]
    fn forms_of_a_word_are_one_term() {
        for forms in [
            ["invoice", "invoices", "invoicing", "invoiced"],
            ["export", "exports", "exporting", "exported"],
            ["log", "logs", "logging", "logged"],
            ["install", "installs", "installing", "installed"],
            ["reply", "replies", "reply", "reply"],
        ] {
            let stems: Vec<String> = forms.iter().map(|word| stem(word)).collect();
            assert!(stems.iter().all(|one| *one == stems[0]), "{stems:?}");
        }
        for word in ["vpn", "status", "access", "this", "bring", "need", "win10"] {
            assert_eq!(stem(word), word);
        }
    }

    #[test]
    fn a_title_is_known_by_its_initials_too() {
        let terms = index_terms("修改密码", &["口令"], "密码");
        let count = |term: &str| terms.counts.get(term).copied().unwrap_or_default();
        assert_eq!(count("密码"), Count { title: 1, body: 1 });
        assert_eq!(count(":mm"), Count { title: 1, body: 0 });
        assert_eq!(count(":kl"), Count { title: 1, body: 0 });
        assert_eq!((terms.title_words, terms.body_words), (4, 2));
    }
}
