//! The words of Kith in its languages, read from `locales/` when it is built.

use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// A language Kith speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Locale {
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// What a reader of neither language gets.
    #[default]
    #[serde(rename = "en")]
    En,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// What it calls itself.
    pub fn endonym(self) -> &'static str {
        match self {
            Self::ZhCn => "简体中文",
            Self::En => "English",
        }
    }

    /// The language of a BCP 47 tag, whatever its region: `zh-Hant-TW` is Chinese.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_']).next()?;
        match language.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::ZhCn),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The best of an `Accept-Language` header, else the default.
    pub fn negotiate(header: &str) -> Self {
        let mut best = (0.0_f32, Self::default());
        for range in header.split(',') {
            let (tag, quality) = range.split_once(';').unwrap_or((range, "q=1"));
            let quality = quality.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
            if let Some(locale) = Self::from_tag(tag)
                && quality > best.0
            {
                best = (quality, locale);
            }
        }
        best.1
    }

    #[cfg(not(feature = "split"))]
    fn texts(self, volume: Volume) -> &'static [&'static str] {
        let table = match (self, volume) {
            (Self::ZhCn, Volume::First) => ZH_CN,
            (Self::ZhCn, Volume::Later) => ZH_CN_LATER,
            (Self::En, Volume::First) => EN,
            (Self::En, Volume::Later) => EN_LATER,
        };
        TEXTS[self as usize][volume as usize].get_or_init(|| parts(table))
    }

    /// Nothing until [`Locale::learn`] was told of them.
    #[cfg(feature = "split")]
    fn texts(self, volume: Volume) -> &'static [&'static str] {
        TEXTS[self as usize][volume as usize].get().map_or(&[], Vec::as_slice)
    }

    /// Takes the texts of a language, such as [`ZH_CN`], which an app in parts fetches apart.
    #[cfg(feature = "split")]
    pub fn learn(self, volume: Volume, table: &'static str) {
        TEXTS[self as usize][volume as usize].get_or_init(|| parts(table));
    }
}

/// The texts of a language are two tables, each with a gap where the other has the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Volume {
    /// What may stand on the first page.
    First,
    Later,
}

impl Volume {
    pub const ALL: [Self; 2] = [Self::First, Self::Later];
}

static TEXTS: [[OnceLock<Vec<&str>>; Volume::ALL.len()]; Locale::ALL.len()] =
    [const { [const { OnceLock::new() }; Volume::ALL.len()] }; Locale::ALL.len()];

/// The texts of a table that was joined when Kith was built.
fn parts(table: &'static str) -> Vec<&'static str> {
    table.split('\u{1f}').collect()
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl Key {
    /// The text; empty while its table is still to be fetched.
    pub fn text(self, locale: Locale) -> &'static str {
        let of = |volume| locale.texts(volume).get(self as usize).copied().filter(|text| !text.is_empty());
        of(Volume::First).or_else(|| of(Volume::Later)).unwrap_or_default()
    }

    /// The text of a key of the portal. Apart from the others, so that the
    /// portal carries none of theirs.
    pub fn of_portal(self, locale: Locale) -> &'static str {
        static PORTAL: [OnceLock<Vec<&str>>; Locale::ALL.len()] = [const { OnceLock::new() }; Locale::ALL.len()];
        let table = match locale {
            Locale::ZhCn => ZH_CN_PORTAL,
            Locale::En => EN_PORTAL,
        };
        let texts = PORTAL[locale as usize].get_or_init(|| parts(table));
        texts.get(self as usize).copied().unwrap_or_default()
    }

    /// The key of a name that is only known at run time, such as `error.<code>`.
    pub fn from_name(name: &str) -> Option<Self> {
        static PARTS: OnceLock<Vec<&str>> = OnceLock::new();
        let names = PARTS.get_or_init(|| parts(NAMES));
        names.binary_search(&name).ok().map(|at| KEYS[at])
    }
}

/// The text with its `{name}`s filled; a name without a value stays as it is.
pub fn fill(locale: Locale, key: Key, values: &[(&str, &str)]) -> String {
    replace(key.text(locale), values)
}

/// The text for `n` things; `{n}` is filled with the grouped number.
pub fn count(locale: Locale, plural: Plural, n: u64, values: &[(&str, &str)]) -> String {
    let (one, other) = plural.keys();
    let key = if n == 1 && locale == Locale::En { one } else { other };
    let number = grouped(n);
    let values: Vec<_> = values.iter().copied().chain([("n", number.as_str())]).collect();
    replace(key.text(locale), &values)
}

/// A text of the catalogues with its `{name}`s filled.
pub fn replace(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value =
            after.split_once('}').and_then(|(name, tail)| Some((values.iter().find(|(key, _)| *key == name)?.1, tail)));
        if let Some((value, tail)) = value {
            filled.push_str(value);
            rest = tail;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled + rest
}

/// 1204 as `1,204`: both languages group by three.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_read_from_its_tag_whatever_the_region() {
        assert_eq!(Locale::from_tag("zh-Hant-TW"), Some(Locale::ZhCn));
        assert_eq!(Locale::from_tag("EN_gb"), Some(Locale::En));
        assert_eq!(Locale::from_tag("english"), None);
        assert_eq!(Locale::from_tag(""), None);
    }

    #[test]
    fn the_language_the_reader_likes_best_is_chosen() {
        assert_eq!(Locale::negotiate("fr-CH, en;q=0.7, zh-CN;q=0.8"), Locale::ZhCn);
        assert_eq!(Locale::negotiate("en-GB,zh;q=0.9"), Locale::En);
        assert_eq!(Locale::negotiate("zh;q=0"), Locale::En);
        assert_eq!(Locale::negotiate("fr"), Locale::En);
    }

    #[test]
    fn a_locale_travels_as_its_tag() {
        for locale in Locale::ALL {
            let json = serde_json::to_string(&locale).unwrap();
            assert_eq!(json, format!("\"{locale}\""));
            assert_eq!(serde_json::from_str::<Locale>(&json).unwrap(), locale);
        }
    }

    #[test]
    fn a_key_is_found_by_a_name_put_together_at_run_time() {
        assert_eq!(Key::from_name("field.account.industry"), Some(Key::FieldAccountIndustry));
        assert_eq!(Key::from_name("object.account"), Some(Key::ObjectAccount));
        assert_eq!(Key::from_name("no.such.key"), None);
        assert_eq!(parts(NAMES).len(), KEYS.len());
    }

    #[test]
    fn every_key_has_its_text_in_one_of_the_tables() {
        for locale in Locale::ALL {
            let [first, later] = Volume::ALL.map(|volume| locale.texts(volume));
            assert_eq!([first.len(), later.len()], [NUMBER; 2]);
            let portal: Vec<&str> = parts(if locale == Locale::En { EN_PORTAL } else { ZH_CN_PORTAL });
            let tables = first.iter().zip(later).zip(&portal);
            let filled = tables.map(|((first, later), portal)| [first, later, portal].map(|text| !text.is_empty()));
            assert!(filled.into_iter().all(|each| each.into_iter().filter(|is_filled| *is_filled).count() == 1));
        }
        assert_eq!(Key::NavTickets.text(Locale::En), "Tickets");
        assert_eq!(Key::InboxSend.text(Locale::En), "Send");
        assert_eq!(Key::PortalSend.of_portal(Locale::ZhCn), "发送");
    }

    #[test]
    fn placeholders_are_filled_once_and_unknown_ones_stay() {
        let values = [("a", "{b}"), ("b", "x")];
        assert_eq!(replace("{a} and {b}, {c} {", &values), "{b} and x, {c} {");
    }

    #[test]
    fn english_counts_one_apart_and_chinese_does_not() {
        let selected = |locale, n| count(locale, Plural::UiRowsSelected, n, &[]);
        assert_eq!(selected(Locale::En, 1), "1 row selected");
        assert_eq!(selected(Locale::En, 1204), "1,204 rows selected");
        assert_eq!(selected(Locale::ZhCn, 1), "已选 1 行");
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!([0, 12, 999, 1000, 1_234_567].map(grouped), ["0", "12", "999", "1,000", "1,234,567"]);
    }
}
