//! Which column of a file goes into which field.

mod header;
mod values;

use serde::{Deserialize, Serialize};

use header::{Header, Name};

/// What a field holds, as far as its values can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Number,
    Money,
    Date,
    Email,
    Phone,
    Boolean,
    /// One of a list, or the name of another record.
    Choice,
}

/// A field that a column may go into.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    pub key: &'a str,
    pub kind: Kind,
    pub zh: &'a str,
    pub en: &'a str,
    /// Other names that files use for it, of either language.
    pub aliases: &'a [&'a str],
}

/// A column of the file: its header and some of its cells.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub header: &'a str,
    pub samples: &'a [&'a str],
}

/// Why a column is thought to belong to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    HeaderEqual,
    Alias,
    Similar,
    /// The header says nothing, the values look like dates, addresses, ….
    Values,
}

impl Why {
    pub const ALL: [Self; 4] = [Self::HeaderEqual, Self::Alias, Self::Similar, Self::Values];

    /// The catalogue's text is `import.why.<code>`.
    pub fn code(self) -> &'static str {
        match self {
            Self::HeaderEqual => "header_equal",
            Self::Alias => "alias",
            Self::Similar => "similar",
            Self::Values => "values",
        }
    }
}

/// A field for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its place among the targets.
    pub target: usize,
    /// From 1 to 100; below 60 it wants a look.
    pub score: u32,
    pub why: Why,
}

const EQUAL: u32 = 100;
const ALIAS: u32 = 95;
const SIMILAR_AT_MOST: u32 = 85;
const VALUES: u32 = 50;
/// What values of another kind cost.
const CONTRADICTED: u32 = 40;
/// Less than this is no suggestion.
const LEAST: u32 = 45;

/// The best field for each column; no field is given twice.
pub fn suggest(columns: &[Column], targets: &[Target]) -> Vec<Option<Suggestion>> {
    let names: Vec<_> = targets.iter().map(Name::of).collect();
    let mut pairs = Vec::new();
    for (column, source) in columns.iter().enumerate() {
        let header = Header::of(source.header);
        let seen = values::seen(source.samples);
        for (target, name) in names.iter().enumerate() {
            if let Some((score, why)) = rate(&header, name, targets[target].kind, seen) {
                pairs.push((column, Suggestion { target, score, why }));
            }
        }
    }
    // A stable sort: of equals, the earlier column and the earlier field win.
    crate::order::sort_by_key(&mut pairs, |(_, suggestion)| std::cmp::Reverse(suggestion.score));
    let mut chosen = vec![None; columns.len()];
    let mut taken = vec![false; targets.len()];
    for (column, suggestion) in pairs {
        if chosen[column].is_none() && !taken[suggestion.target] {
            taken[suggestion.target] = true;
            chosen[column] = Some(suggestion);
        }
    }
    chosen
}

fn rate(header: &Header, name: &Name, kind: Kind, seen: Option<Kind>) -> Option<(u32, Why)> {
    let (score, why) = if name.labels.iter().any(|label| label.is(header)) {
        (EQUAL, Why::HeaderEqual)
    } else if name.aliases.iter().any(|alias| alias.is(header)) {
        (ALIAS, Why::Alias)
    } else {
        let all = name.labels.iter().chain(&name.aliases);
        let percent = all.map(|name| name.likeness(header)).max().unwrap_or(0);
        (percent * SIMILAR_AT_MOST / 100, Why::Similar)
    };
    let (score, why) = match seen {
        Some(seen) if values::contradict(seen, kind) => (score.saturating_sub(CONTRADICTED), why),
        // Values alone tell only kinds that are rare and unmistakable.
        Some(seen) if score < LEAST && seen == kind && seen.is_telling() => (VALUES, Why::Values),
        _ => (score, why),
    };
    (score >= LEAST).then_some((score, why))
}

impl Kind {
    fn is_telling(self) -> bool {
        matches!(self, Self::Date | Self::Email | Self::Phone)
    }
}

#[cfg(test)]
mod tests;
