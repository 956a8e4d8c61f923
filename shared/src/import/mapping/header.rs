//! Headers as they are compared: `Close_Date*`, `closeDate` and `close date
//! (UTC)` are one.

use super::Target;
use crate::import::choices::{Word, slips_allowed, within};
use crate::text::half_width;

/// The words of a header.
pub struct Header {
    words: Vec<String>,
    joined: String,
    word: Word,
}

impl Header {
    pub fn of(text: &str) -> Self {
        let words = words(&half_width(text));
        let joined = words.concat();
        Self { words, word: Word::new(&joined), joined }
    }

    pub fn is(&self, other: &Self) -> bool {
        !self.joined.is_empty() && self.joined == other.joined
    }

    /// From 0 to 100. What a name is about stands at its end, in both
    /// languages: a sales price is a price, an account number no account.
    pub fn likeness(&self, other: &Self) -> u32 {
        let length = self.word.len().min(other.word.len());
        if within(&self.word, &other.word, slips_allowed(length)).is_some() {
            90
        } else if self.is_a(other) || other.is_a(self) {
            80
        } else if self.words.last() == other.words.last() {
            shared(&self.words, &other.words)
        } else {
            0
        }
    }

    fn is_a(&self, general: &Self) -> bool {
        let chinese = general.joined.chars().count() >= 2
            && general.joined.chars().all(|c| !c.is_ascii())
            && self.joined.ends_with(&general.joined);
        chinese || (!general.words.is_empty() && self.words.ends_with(&general.words))
    }
}

/// The names by which a field goes.
pub struct Name {
    pub labels: Vec<Header>,
    pub aliases: Vec<Header>,
}

impl Name {
    pub fn of(target: &Target) -> Self {
        Self {
            labels: [target.key, target.zh, target.en].map(Header::of).into(),
            aliases: target.aliases.iter().map(|alias| Header::of(alias)).collect(),
        }
    }
}

/// In lower case; cut at blanks, marks and humps; remarks in brackets dropped.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut depth = 0_u32;
    let mut after_small = false;
    for c in text.chars() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if c.is_alphanumeric() => {
                if c.is_uppercase() && after_small {
                    words.push(String::new());
                }
                after_small = c.is_lowercase();
                if let Some(word) = words.last_mut() {
                    word.extend(c.to_lowercase());
                }
                continue;
            }
            _ => {}
        }
        after_small = false;
        words.push(String::new());
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Twice the words that both have, of the words of both (Dice), in percent.
fn shared(a: &[String], b: &[String]) -> u32 {
    let both = a.iter().filter(|word| b.contains(word)).count();
    u32::try_from(200 * both / (a.len() + b.len()).max(1)).map_or(0, |share| share.min(80))
}
