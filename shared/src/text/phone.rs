//! Phone numbers to E.164, from the ways people write them.

use serde::{Deserialize, Serialize};

use super::{TextError, half_width};

/// Where a number belongs, as far as its numbering plan is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Region {
    Cn,
    Hk,
    Tw,
    Sg,
    Jp,
    /// And with it the whole North American plan.
    Us,
    Gb,
    De,
}

impl Region {
    pub const ALL: [Self; 8] = [Self::Cn, Self::Hk, Self::Tw, Self::Sg, Self::Jp, Self::Us, Self::Gb, Self::De];

    /// ISO 3166.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cn => "CN",
            Self::Hk => "HK",
            Self::Tw => "TW",
            Self::Sg => "SG",
            Self::Jp => "JP",
            Self::Us => "US",
            Self::Gb => "GB",
            Self::De => "DE",
        }
    }

    /// The region of an ISO 3166 code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.code() == code)
    }

    fn calling_code(self) -> &'static str {
        match self {
            Self::Cn => "86",
            Self::Hk => "852",
            Self::Tw => "886",
            Self::Sg => "65",
            Self::Jp => "81",
            Self::Us => "1",
            Self::Gb => "44",
            Self::De => "49",
        }
    }

    /// What is dialled before a national number and is no part of it.
    fn trunk(self) -> &'static str {
        match self {
            Self::Hk | Self::Sg => "",
            Self::Us => "1",
            _ => "0",
        }
    }

    /// `digits`, without trunk and calling code, can be a number here.
    fn has(self, digits: &str) -> bool {
        let first = digits.bytes().next().unwrap_or(b'0');
        let length = digits.len();
        match self {
            Self::Cn => is_chinese(digits),
            Self::Hk => length == 8 && first >= b'2',
            Self::Tw => matches!(length, 8 | 9) && first >= b'2',
            Self::Sg => length == 8 && b"3689".contains(&first),
            Self::Jp => matches!(length, 9 | 10) && first != b'0',
            Self::Us => length == 10 && first >= b'2' && digits.as_bytes()[3] >= b'2',
            Self::Gb => matches!(length, 9 | 10) && b"1235789".contains(&first),
            Self::De => (6..=12).contains(&length) && first != b'0',
        }
    }

    /// `digits` are a whole number even without the trunk digit, which
    /// spreadsheets drop: too long for a number within a town.
    fn is_whole_without_trunk(self, digits: &str) -> bool {
        match self {
            Self::De => false,
            Self::Tw => digits.len() == 9,
            Self::Gb | Self::Jp => digits.len() == 10,
            Self::Cn | Self::Hk | Self::Sg | Self::Us => true,
        }
    }
}

/// A number one can dial from anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// `+8613800138000`
    pub e164: String,
    /// None where the country's plan is not known here.
    pub region: Option<Region>,
    pub extension: Option<String>,
}

/// Reads a number; one without a country code is of the region `home`.
pub fn phone(text: &str, home: Region) -> Result<Phone, TextError> {
    let folded = half_width(text);
    let text = folded.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    // A number that a spreadsheet saved as a float.
    let text = match text.strip_suffix(".0") {
        Some(whole) if is_digits(whole) => whole,
        _ => text,
    };
    if is_scientific(text) {
        return Err(TextError::PhoneScientific);
    }
    let (number, extension) = split_extension(text)?;
    match read_number(number, home) {
        Ok((e164, region)) => Ok(Phone { e164, region, extension }),
        Err(_) if is_several(text) => Err(TextError::PhoneSeveral),
        Err(error) => with_dashed_extension(number, home).filter(|_| extension.is_none()).ok_or(error),
    }
}

/// The country code and the rest of an E.164 number.
pub fn split_code(e164: &str) -> Option<(&str, &str)> {
    let digits = e164.strip_prefix('+')?;
    digits.split_at_checked(calling_code_length(digits)?)
}

/// `010-62345678-801`, as Chinese cards print an extension.
fn with_dashed_extension(number: &str, home: Region) -> Option<Phone> {
    let (number, extension) = number.rsplit_once('-')?;
    if !is_digits(extension) || !(2..=5).contains(&extension.len()) {
        return None;
    }
    let (e164, region) = read_number(number, home).ok()?;
    Some(Phone { e164, region, extension: Some(extension.to_owned()) })
}

/// Cuts off `转801`, `ext. 801`, `x801` or `#801`.
fn split_extension(text: &str) -> Result<(&str, Option<String>), TextError> {
    let is_mark = |c: char| c == '#' || c.is_alphabetic();
    let Some(start) = text.find(is_mark) else {
        return Ok((text, None));
    };
    let (number, rest) = text.split_at(start);
    let mark = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    let extension = &rest[mark.len()..];
    let mark = mark.trim_end_matches([' ', '.', ':', ')']).to_lowercase();
    let known = ["转", "轉", "分机", "分機", "转分机", "ext", "extension", "x", "#"];
    if !known.contains(&mark.as_str()) || !(1..=6).contains(&extension.len()) {
        return Err(TextError::PhoneCharacters);
    }
    let number = number.trim_end_matches([' ', ',', '-', '(']);
    Ok((number, Some(extension.to_owned())))
}

/// The E.164 form of a number without extension.
fn read_number(text: &str, home: Region) -> Result<(String, Option<Region>), TextError> {
    let is_mark = |c: char| " \u{a0}-‐‑–—.()/·".contains(c);
    let text = text.trim_start_matches(is_mark);
    let plus = text.starts_with('+');
    // `+44 (0)20 …`: the bracket says "only within the country".
    let text = if plus { text.replacen("(0)", "", 1) } else { text.to_owned() };
    let mut digits = String::with_capacity(text.len());
    for c in text[usize::from(plus)..].chars() {
        if c.is_ascii_digit() {
            digits.push(c);
        } else if !is_mark(c) {
            return Err(TextError::PhoneCharacters);
        }
    }
    let abroad = if home == Region::Us { "011" } else { "00" };
    if plus {
        international(&digits)
    } else if let Some(rest) = digits.strip_prefix(abroad) {
        international(rest)
    } else {
        national(&digits, home)
    }
}

fn international(digits: &str) -> Result<(String, Option<Region>), TextError> {
    let length = calling_code_length(digits).ok_or(TextError::PhoneCountry)?;
    let (code, rest) = digits.split_at_checked(length).ok_or(TextError::PhoneShape)?;
    let Some(region) = Region::ALL.into_iter().find(|r| r.calling_code() == code) else {
        // E.164 allows 15 digits; no country has numbers of fewer than 7 with the code.
        let fits = (7..=15).contains(&digits.len());
        return fits.then(|| (format!("+{digits}"), None)).ok_or(TextError::PhoneShape);
    };
    let without_trunk = rest.strip_prefix(region.trunk()).unwrap_or(rest);
    [rest, without_trunk]
        .into_iter()
        .find(|digits| region.has(digits))
        .map(|digits| (format!("+{code}{digits}"), Some(region)))
        .ok_or(TextError::PhoneShape)
}

fn national(digits: &str, home: Region) -> Result<(String, Option<Region>), TextError> {
    let whole = |digits: &str| (format!("+{}{digits}", home.calling_code()), Some(home));
    if let Some(rest) = digits.strip_prefix(home.trunk())
        && !home.trunk().is_empty()
        && home.has(rest)
    {
        return Ok(whole(rest));
    }
    if home.has(digits) && home.is_whole_without_trunk(digits) {
        return Ok(whole(digits));
    }
    // `86 138 0013 8000`, the plus forgotten.
    if let Some(rest) = digits.strip_prefix(home.calling_code())
        && home.has(rest)
        && home.is_whole_without_trunk(rest)
    {
        return Ok(whole(rest));
    }
    if home == Region::Cn && matches!(digits.len(), 7 | 8) && digits.as_bytes()[0] >= b'2' {
        return Err(TextError::PhoneAreaCode);
    }
    Err(TextError::PhoneShape)
}

/// A mobile, a landline with its area code, or a 400 or 800 number.
fn is_chinese(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let subscriber = |area: usize| matches!(digits.len() - area, 7 | 8) && bytes[area] >= b'2';
    match bytes {
        [b'1', b'3'..=b'9', ..] if bytes.len() == 11 => true,
        [b'4' | b'8', b'0', b'0', ..] if bytes.len() == 10 => true,
        [b'1', b'0', _, ..] | [b'2', _, _, ..] => subscriber(2),
        [b'3'..=b'9', _, _, _, ..] => subscriber(3),
        _ => false,
    }
}

/// How many of the first digits are the country code (ITU-T E.164).
fn calling_code_length(digits: &str) -> Option<usize> {
    const TWO: [&str; 43] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95",
    ];
    const THREE: [&str; 19] = [
        "21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69", "85", "87",
        "88",
    ];
    let two = digits.get(..2)?;
    match two {
        "98" => Some(2),
        "80" | "96" | "97" | "99" => Some(3),
        _ if two.starts_with(['1', '7']) => Some(1),
        _ if TWO.contains(&two) => Some(2),
        _ if THREE.contains(&two) => Some(3),
        _ => None,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// `1.38E+10`
fn is_scientific(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    is_digits(&number.replacen('.', "", 1)) && is_digits(power.trim_start_matches('+'))
}

/// `13800138000 / 13900139000`
fn is_several(text: &str) -> bool {
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    text.contains(['/', ';', ',', '、', '|', '\n'])
        && text.split(['/', ';', ',', '、', '|', '\n']).all(|part| digits(part) >= 7)
}

#[cfg(test)]
mod tests;
