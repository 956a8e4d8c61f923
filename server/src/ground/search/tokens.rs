//! Names cut into tokens, so that a record is found by what people type: a
//! character, a word, the end of a phone number, the initials in pinyin.
//!
//! The class of a token stands before its text: `w:` Latin words, `c:` pairs
//! of CJK characters, `d:` digits, `p:` pinyin.

pub mod cut;
mod pinyin;

use shared::text::phone::split_code;

use cut::{Run, normalise, pairs, runs};

/// Tokens of one record; what matters most comes first.
const MAX_TOKENS: usize = 64;
/// Pieces of one query.
const MAX_PIECES: usize = 8;
/// Characters of a query that are read.
const MAX_QUERY: usize = 200;
/// Characters of a token. Nobody types the whole of a longer one.
const MAX_LENGTH: usize = 40;
/// From so many digits on, a number is looked for by its end, as phones are.
const PHONE_DIGITS: usize = 7;

const TITLE: u8 = 4;
const PINYIN: u8 = 3;
const PHONE: u8 = 2;
const EXTRA: u8 = 1;
/// For standing at the start of the title.
const FIRST: u8 = 1;
/// No token weighs more.
pub const FULL: u8 = TITLE + FIRST;

/// A token of a record. The higher the weights of what a query finds, the
/// better the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub weight: u8,
}

/// What to look for: a record is found if all pieces are found in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub pieces: Vec<Piece>,
}

/// A piece is found if one of its matches is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub matches: Vec<Match>,
}

/// A token, or the start of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Match {
    Exact(String),
    Prefix(String),
}

/// The tokens of a record: of its name, and of what else finds it, such as
/// phones, addresses and other names.
pub fn index_tokens(title: &str, extra: &[&str]) -> Vec<Token> {
    let title = normalise(title);
    let title = runs(&title);
    let extra: Vec<String> = extra.iter().map(|text| normalise(text)).collect();
    let mut tokens = Tokens::default();
    // The shares leave room for each kind, however long the name is.
    tokens.add(16, TITLE + FIRST, title.iter().take(1).flat_map(word));
    tokens.add(1, TITLE + FIRST, title.iter().take(1).flat_map(cjk));
    tokens.add(16, TITLE, title.iter().skip(1).flat_map(word));
    tokens.add(8, PINYIN, title.iter().flat_map(pinyin_of));
    tokens.add(24, TITLE, title.iter().flat_map(cjk));
    tokens.add(16, PHONE, extra.iter().flat_map(|text| numbers(text)));
    let rest: Vec<Run> = extra.iter().flat_map(|text| runs(text)).collect();
    tokens.add(MAX_TOKENS, EXTRA, rest.iter().flat_map(word));
    tokens.add(MAX_TOKENS, EXTRA, rest.iter().flat_map(cjk));
    tokens.0
}

/// What a person types, as the tokens to look for.
pub fn query_tokens(text: &str) -> Query {
    let text: String = text.chars().take(MAX_QUERY).collect();
    let text = normalise(&text);
    if let Some(digits) = phone_digits(&text) {
        return Query { pieces: vec![phone_piece(&digits)] };
    }
    let runs = runs(&text);
    let mut pieces = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let is_last = index + 1 == runs.len();
        match run {
            Run::Cjk(run) => pieces.extend(cjk_pieces(run)),
            Run::Digits(run) => pieces.push(digits_piece(run, is_last)),
            Run::Word(run) => pieces.push(word_piece(run, is_last)),
        }
    }
    let mut query = Query::default();
    for piece in pieces {
        if query.pieces.len() < MAX_PIECES && !query.pieces.contains(&piece) {
            query.pieces.push(piece);
        }
    }
    query
}

/// Tokens without repetition; the first mention keeps its weight.
#[derive(Default)]
struct Tokens(Vec<Token>);

impl Tokens {
    /// Adds at most `share` of the texts.
    fn add(&mut self, share: usize, weight: u8, texts: impl Iterator<Item = String>) {
        let limit = MAX_TOKENS.min(self.0.len() + share);
        for text in texts {
            if self.0.len() >= limit {
                return;
            }
            if !self.0.iter().any(|token| token.text == text) {
                self.0.push(Token { text, weight });
            }
        }
    }
}

fn word(run: &Run) -> Vec<String> {
    match run {
        Run::Cjk(_) => Vec::new(),
        Run::Word(run) => vec![format!("w:{}", shorten(run))],
        Run::Digits(run) => number(run, None),
    }
}

fn cjk(run: &Run) -> Vec<String> {
    match run {
        Run::Cjk(run) => pairs(run).iter().map(|pair| format!("c:{pair}")).collect(),
        _ => Vec::new(),
    }
}

fn pinyin_of(run: &Run) -> Vec<String> {
    match run {
        Run::Cjk(run) => pinyin::readings(run).iter().map(|reading| format!("p:{}", shorten(reading))).collect(),
        _ => Vec::new(),
    }
}

/// The numbers of a text; one that is nothing but a phone is one number,
/// whatever its groups are.
fn numbers(text: &str) -> Vec<String> {
    if let Some(digits) = phone_digits(text) {
        let e164 = format!("+{digits}");
        let national = split_code(&e164).filter(|_| text.trim().starts_with('+'));
        return number(&digits, national.map(|(_, rest)| rest));
    }
    let digits = runs(text).into_iter().filter_map(|run| match run {
        Run::Digits(run) => Some(number(run, None)),
        _ => None,
    });
    digits.flatten().collect()
}

/// A number whole and, if it is long, by its last eight and four digits.
fn number(digits: &str, national: Option<&str>) -> Vec<String> {
    let mut forms = vec![digits];
    if digits.len() >= PHONE_DIGITS {
        forms = vec![digits.trim_start_matches('0')];
        forms.extend(national);
        forms.extend([8, 4].map(|length| &digits[digits.len().saturating_sub(length)..]));
    }
    forms.iter().map(|form| format!("d:{}", shorten(form))).collect()
}

/// The digits of a text that is nothing but a phone number.
fn phone_digits(text: &str) -> Option<String> {
    let is_mark = |c: char| " +-().".contains(c);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let only = text.chars().all(|c| c.is_ascii_digit() || is_mark(c));
    (only && (PHONE_DIGITS..=17).contains(&digits.len())).then_some(digits)
}

/// As it was typed, and without the zeros that are dialled before it.
fn phone_piece(digits: &str) -> Piece {
    let bare = digits.trim_start_matches('0');
    let mut matches = vec![prefix("d:", digits)];
    if bare.len() < digits.len() && bare.len() >= 4 {
        matches.push(prefix("d:", bare));
    }
    Piece { matches }
}

/// What is typed last may not be finished; `3` also begins `3m`.
fn digits_piece(run: &str, is_last: bool) -> Piece {
    let matches = if is_last { vec![prefix("d:", run), prefix("w:", run)] } else { vec![exact("d:", run)] };
    Piece { matches }
}

/// A Latin word may also be pinyin, of which people type any part.
fn word_piece(run: &str, is_last: bool) -> Piece {
    let word = if is_last { prefix } else { exact };
    let mut matches = vec![word("w:", run)];
    if run.bytes().all(|b| b.is_ascii_lowercase()) {
        matches.push(prefix("p:", run));
    }
    Piece { matches }
}

/// Each pair, or whatever begins with a single character.
fn cjk_pieces(run: &str) -> Vec<Piece> {
    let one = |matches| Piece { matches: vec![matches] };
    match pairs(run).as_slice() {
        [single] => vec![one(prefix("c:", single))],
        [pairs @ .., _] => pairs.iter().map(|pair| one(exact("c:", pair))).collect(),
        [] => Vec::new(),
    }
}

fn exact(class: &str, text: &str) -> Match {
    Match::Exact(format!("{class}{}", shorten(text)))
}

fn prefix(class: &str, text: &str) -> Match {
    Match::Prefix(format!("{class}{}", shorten(text)))
}

fn shorten(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_LENGTH).map(|(end, _)| end);
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests;
