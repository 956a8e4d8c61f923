//! A cell against the words it may hold: options of a field, or the names of
//! records to link.

mod distance;

use std::collections::HashMap;

use crate::text::fold;
pub use distance::distance;
pub(super) use distance::{Word, within};

/// What a cell means. Only the first two may be taken without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// This entry, up to case, width and blanks.
    Exact(usize),
    /// Another name of this entry.
    Alias(usize),
    /// Several entries have this name.
    Several(Vec<usize>),
    /// Nearly this entry, at so many slips of the pen.
    Suggest {
        entry: usize,
        distance: usize,
    },
    Unknown,
}

/// The entries of a list, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    names: Vec<String>,
    exact: HashMap<String, Vec<usize>>,
    aliases: HashMap<String, Vec<usize>>,
    /// Names and aliases, as near misses are looked for.
    words: Vec<(Word, usize)>,
}

impl Vocabulary {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry and returns its number.
    pub fn add<'a>(&mut self, name: &str, aliases: impl IntoIterator<Item = &'a str>) -> usize {
        let entry = self.names.len();
        self.names.push(name.to_owned());
        let folded = fold(name);
        self.words.push((Word::new(&folded), entry));
        self.exact.entry(folded).or_default().push(entry);
        for alias in aliases {
            let folded = fold(alias);
            self.words.push((Word::new(&folded), entry));
            let entries = self.aliases.entry(folded).or_default();
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        entry
    }

    /// The name of an entry as it was added.
    pub fn name(&self, entry: usize) -> &str {
        &self.names[entry]
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub fn find(&self, cell: &str) -> Match {
        let cell = fold(cell);
        match self.exact.get(&cell).map(Vec::as_slice) {
            Some([entry]) => return Match::Exact(*entry),
            Some(entries) => return Match::Several(entries.to_vec()),
            None => {}
        }
        match self.aliases.get(&cell).map(Vec::as_slice) {
            Some([entry]) => Match::Alias(*entry),
            Some(entries) => Match::Several(entries.to_vec()),
            None => self.nearest(&cell),
        }
    }

    fn nearest(&self, cell: &str) -> Match {
        let cell = Word::new(cell);
        let mut best = None;
        let mut limit = slips_allowed(cell.len());
        for (word, entry) in &self.words {
            if let Some(distance) = within(&cell, word, limit.min(slips_allowed(word.len()))) {
                best = Some((*entry, distance));
                // The first of equals stays.
                limit = distance.saturating_sub(1);
                if limit == 0 {
                    break;
                }
            }
        }
        best.map_or(Match::Unknown, |(entry, distance)| Match::Suggest { entry, distance })
    }
}

/// Short words are too near to each other for guessing.
pub(super) fn slips_allowed(length: usize) -> usize {
    match length {
        0..4 => 0,
        4..8 => 1,
        8..15 => 2,
        _ => 3,
    }
}

/// Yes or no in the words of both languages; none if it is neither.
pub fn boolean(cell: &str) -> Option<bool> {
    match fold(cell).as_str() {
        "true" | "yes" | "y" | "t" | "1" | "on" | "x" | "是" | "对" | "有" | "真" | "√" | "✓" | "✔" => {
            Some(true)
        }
        "false" | "no" | "n" | "f" | "0" | "off" | "否" | "不" | "不是" | "无" | "没有" | "假" | "×" | "✗" => {
            Some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(entries: &[(&str, &[&str])]) -> Vocabulary {
        let mut vocabulary = Vocabulary::new();
        for (name, aliases) in entries {
            vocabulary.add(name, aliases.iter().copied());
        }
        vocabulary
    }

    fn sectors() -> Vocabulary {
        vocabulary(&[
            ("technology", &["tech", "科技", "技术"]),
            ("retail", &["零售"]),
            ("telecommunications", &["telecom", "电信"]),
            ("software", &["软件"]),
        ])
    }

    #[test]
    fn case_width_and_blanks_make_no_difference() {
        let products = vocabulary(&[("GTX Pro", &[]), ("GTX Basic", &[])]);
        for cell in ["GTX Pro", " gtx  pro ", "ＧＴＸ　Ｐｒｏ"] {
            assert_eq!(products.find(cell), Match::Exact(0), "{cell}");
        }
        assert_eq!(products.name(0), "GTX Pro");
    }

    #[test]
    fn aliases_are_of_both_languages() {
        assert_eq!(sectors().find("Tech"), Match::Alias(0));
        assert_eq!(sectors().find("零售"), Match::Alias(1));
    }

    #[test]
    fn near_misses_are_suggested_never_taken() {
        let suggestion = |entry, distance| Match::Suggest { entry, distance };
        assert_eq!(sectors().find("technolgy"), suggestion(0, 1));
        assert_eq!(sectors().find("Tehcnology"), suggestion(0, 1));
        assert_eq!(sectors().find("telcomunications"), suggestion(2, 2));
        let products = vocabulary(&[("GTX Plus Pro", &[]), ("GTX Pro", &[]), ("GTK 500", &[])]);
        assert_eq!(products.find("GTXPro"), suggestion(1, 1));
        let countries = vocabulary(&[("Philippines", &["菲律宾"]), ("Belgium", &[])]);
        assert_eq!(countries.find("Philipines"), suggestion(0, 1));
        let companies = vocabulary(&[("北京星辰科技有限公司", &[])]);
        assert_eq!(companies.find("北京星晨科技有限公司"), suggestion(0, 1));
    }

    #[test]
    fn short_words_and_other_numbers_are_no_near_misses() {
        let names = vocabulary(&[("张伟", &[]), ("USA", &[]), ("GTK 500", &[])]);
        for cell in ["张三", "UAS", "GTK 600", "", "nothing like it"] {
            assert_eq!(names.find(cell), Match::Unknown, "{cell}");
        }
    }

    #[test]
    fn the_nearest_is_suggested_and_the_first_of_equals() {
        let words = vocabulary(&[("retailers", &[]), ("retail", &[]), ("retain", &[])]);
        assert_eq!(words.find("retaii"), Match::Suggest { entry: 1, distance: 1 });
    }

    #[test]
    fn a_name_of_several_records_is_no_answer() {
        let people = vocabulary(&[("Li Na", &[]), ("li  na", &[]), ("Wang", &["W"]), ("Wu", &["W"])]);
        assert_eq!(people.find("LI NA"), Match::Several(vec![0, 1]));
        assert_eq!(people.find("w"), Match::Several(vec![2, 3]));
    }

    #[test]
    fn yes_and_no_are_read_in_both_languages() {
        for (cell, value) in [
            ("是", Some(true)),
            (" TRUE", Some(true)),
            ("０", Some(false)),
            ("否", Some(false)),
            ("maybe", None),
            ("", None),
        ] {
            assert_eq!(boolean(cell), value, "{cell}");
        }
    }
}
