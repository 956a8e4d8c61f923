//! Checks and normal forms of typed text that several rooms use.

pub mod phone;

use std::borrow::Cow;

pub use crate::import::numbers::money;
pub use phone::{Phone, Region, phone};

/// Why a text is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Not the shape `name@host.tld`.
    Email,
    /// Characters that no phone number has.
    PhoneCharacters,
    /// Too few or too many digits, or a start its region does not use.
    PhoneShape,
    /// A Chinese landline without its area code.
    PhoneAreaCode,
    /// The digits after `+` begin with no country code.
    PhoneCountry,
    /// A spreadsheet cut the number to `1.38E+10`; its last digits are lost.
    PhoneScientific,
    /// Several numbers in one cell.
    PhoneSeveral,
}

impl TextError {
    /// All of them, for the test of the catalogues.
    pub const ALL: [Self; 7] = [
        Self::Email,
        Self::PhoneCharacters,
        Self::PhoneShape,
        Self::PhoneAreaCode,
        Self::PhoneCountry,
        Self::PhoneScientific,
        Self::PhoneSeveral,
    ];

    /// Its name in the catalogues.
    pub fn code(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneCharacters => "phone_characters",
            Self::PhoneShape => "phone_shape",
            Self::PhoneAreaCode => "phone_area_code",
            Self::PhoneCountry => "phone_country",
            Self::PhoneScientific => "phone_scientific",
            Self::PhoneSeveral => "phone_several",
        }
    }
}

/// There is something to read in it.
pub fn not_blank(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !is_invisible(c))
}

/// Trimmed, each run of white space as one blank, invisible marks gone.
pub fn collapse_spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
    out
}

/// A mark of no width, as it comes along from web pages and spreadsheets.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Full-width letters, digits, marks and blanks (`ＡＢＣ１２３　`) as ASCII.
pub fn half_width(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| half_width_char(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(half_width_char).collect())
}

fn half_width_char(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// What is compared when case, width and blanks make no difference.
pub fn fold(text: &str) -> String {
    collapse_spaces(&half_width(text)).to_lowercase()
}

/// The address with its host in lower case. Whether it exists, only a mail can tell.
pub fn email(text: &str) -> Result<String, TextError> {
    let text = collapse_spaces(&half_width(text));
    let (name, host) = text.rsplit_once('@').ok_or(TextError::Email)?;
    let host = host.to_lowercase();
    // The limits are those of RFC 5321, section 4.5.3.1.
    let fits = name.len() <= 64 && name.len() + 1 + host.len() <= 254;
    if fits && is_mail_name(name) && is_host(&host) { Ok(format!("{name}@{host}")) } else { Err(TextError::Email) }
}

fn is_mail_name(name: &str) -> bool {
    name.split('.')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)))
}

fn is_host(host: &str) -> bool {
    let mut labels = 0;
    for label in host.split('.') {
        let inside = label.chars().all(|c| c.is_alphanumeric() || c == '-');
        if !inside || !(1..=63).contains(&label.len()) {
            return false;
        }
        if label.starts_with('-') || label.ends_with('-') {
            return false;
        }
        labels += 1;
    }
    let top = host.rsplit('.').next().unwrap_or_default();
    labels >= 2 && top.chars().count() >= 2 && !top.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_name_and_lowers_its_host() {
        assert_eq!(email(" Li.Na@Example.COM ").as_deref(), Ok("Li.Na@example.com"));
        assert_eq!(email("a+b@mail.例子.中国").as_deref(), Ok("a+b@mail.例子.中国"));
        assert_eq!(email("wang＠ａｃｍｅ．cn").as_deref(), Ok("wang@acme.cn"));
    }

    #[test]
    fn what_has_not_the_shape_of_an_address_is_refused() {
        for bad in [
            "",
            "@",
            "li.na",
            "li@na",
            "li na@a.cn",
            "li@@a.cn",
            ".li@a.cn",
            "li..na@a.cn",
            "li@a..cn",
            "li@-a.cn",
            "li@a-.cn",
            "li@10.0.0.1",
            "li@a.c",
            "li@a.cn,na@a.cn",
            "<li@a.cn>",
        ] {
            assert_eq!(email(bad), Err(TextError::Email), "{bad}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_bytes() {
        let host = format!("{}.{}.{}.cn", "a".repeat(60), "b".repeat(60), "c".repeat(60));
        let name = "n".repeat(254 - 1 - host.len());
        assert!(email(&format!("{name}@{host}")).is_err(), "64 for the name");
        assert!(email(&format!("{}@{host}", "n".repeat(64))).is_ok());
        assert!(email(&format!("{}@{host}", "n".repeat(65))).is_err());
    }

    #[test]
    fn blanks_of_every_kind_are_one_blank() {
        assert_eq!(collapse_spaces(" \u{feff}张 \u{3000}\t伟\u{a0}\r\n "), "张 伟");
        assert_eq!(collapse_spaces("Ac\u{200b}me"), "Acme");
        assert!(!not_blank(" \u{3000}\u{200b}"));
        assert!(not_blank(" - "));
    }

    #[test]
    fn full_width_ascii_becomes_ascii_and_nothing_else_changes() {
        assert_eq!(half_width("ＡＣＭＥ　（１２３）"), "ACME (123)");
        assert!(matches!(half_width("知客，CRM"), Cow::Owned(_)));
        assert!(matches!(half_width("知客。CRM"), Cow::Borrowed(_)));
        assert_eq!(fold("  ＧＴＸ   Pro "), "gtx pro");
    }
}
