//! Text made alike, and cut where its writing changes.

use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A stretch of one way of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run<'a> {
    /// Written without blanks: Chinese, Japanese, Korean.
    Cjk(&'a str),
    Word(&'a str),
    Digits(&'a str),
}

/// NFKC, lower case, no accents, simplified characters. Each character is
/// converted by itself: in context, `乾` would be one in a name and another
/// in a query.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase) {
        if is_han(c) {
            out.push(simplified(c));
        } else if is_accented_latin(c) {
            decompose_canonical(c, |part| {
                if !is_combining_mark(part) {
                    out.push(part);
                }
            });
        } else if !('\u{300}'..='\u{36f}').contains(&c) {
            out.push(c);
        }
    }
    out
}

/// The simplified form of a character; of most it is looked up in a table.
pub fn simplified(c: char) -> char {
    static TABLE: OnceLock<Vec<char>> = OnceLock::new();
    let convert = |c: char| fast2s::convert(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c);
    if !is_unified(c) {
        return convert(c);
    }
    let table = TABLE.get_or_init(|| ('\u{4e00}'..='\u{9fff}').map(convert).collect());
    table.get(c as usize - 0x4e00).copied().unwrap_or(c)
}

/// Of the block where nearly all Chinese is written.
pub fn is_unified(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The runs of a normalised text.
pub fn runs(text: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        rest = &rest[start..];
        let cjk = rest.starts_with(is_cjk);
        let end = rest.find(|c: char| !c.is_alphanumeric() || is_cjk(c) != cjk).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        runs.push(match run {
            run if cjk => Run::Cjk(run),
            run if run.bytes().all(|b| b.is_ascii_digit()) => Run::Digits(run),
            run => Run::Word(run),
        });
        rest = tail;
    }
    runs
}

/// Neighbours in pairs, and the last character alone: with it, every
/// character begins exactly one of them.
pub fn pairs(run: &str) -> Vec<&str> {
    let starts: Vec<usize> = run.char_indices().map(|(start, _)| start).collect();
    let end = |index: usize| starts.get(index + 2).copied().unwrap_or(run.len());
    starts.iter().enumerate().map(|(index, start)| &run[*start..end(index)]).collect()
}

pub fn is_han(c: char) -> bool {
    matches!(
        c,
        '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}'
    )
}

pub fn is_cjk(c: char) -> bool {
    let syllables = matches!(
        c,
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{1100}'..='\u{11ff}'
            | '\u{ac00}'..='\u{d7af}'
    );
    (is_han(c) || syllables) && c.is_alphanumeric()
}

fn is_accented_latin(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}
