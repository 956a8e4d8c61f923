//! What stands around a number: its sign, its currency, its unit.

use crate::text::half_width;

/// Names and signs of currencies; what contains another comes first.
const CURRENCIES: [(&str, Option<&str>); 40] = [
    ("us$", Some("USD")),
    ("hk$", Some("HKD")),
    ("nt$", Some("TWD")),
    ("s$", Some("SGD")),
    ("a$", Some("AUD")),
    ("c$", Some("CAD")),
    ("cny", Some("CNY")),
    ("rmb", Some("CNY")),
    ("usd", Some("USD")),
    ("eur", Some("EUR")),
    ("gbp", Some("GBP")),
    ("hkd", Some("HKD")),
    ("twd", Some("TWD")),
    ("jpy", Some("JPY")),
    ("krw", Some("KRW")),
    ("sgd", Some("SGD")),
    ("aud", Some("AUD")),
    ("cad", Some("CAD")),
    ("chf", Some("CHF")),
    ("inr", Some("INR")),
    ("人民币", Some("CNY")),
    ("美元", Some("USD")),
    ("美金", Some("USD")),
    ("欧元", Some("EUR")),
    ("英镑", Some("GBP")),
    ("港元", Some("HKD")),
    ("港币", Some("HKD")),
    ("新台币", Some("TWD")),
    ("日元", Some("JPY")),
    ("円", Some("JPY")),
    ("€", Some("EUR")),
    ("£", Some("GBP")),
    ("₩", Some("KRW")),
    ("₹", Some("INR")),
    // Several currencies use these.
    ("¥", None),
    ("￥", None),
    ("$", None),
    ("元", None),
    ("圆", None),
    ("块", None),
];

/// Units behind a number and their zeros; what ends in another comes first.
const UNITS: [(&str, u32); 18] = [
    ("万亿", 12),
    ("千万", 7),
    ("百万", 6),
    ("十万", 5),
    ("亿", 8),
    ("億", 8),
    ("万", 4),
    ("萬", 4),
    ("千", 3),
    ("百", 2),
    ("thousand", 3),
    ("million", 6),
    ("billion", 9),
    ("mn", 6),
    ("bn", 9),
    ("k", 3),
    ("m", 6),
    ("b", 9),
];

/// The ISO 4217 code that a cell names beyond doubt; `¥` and `$` do not.
pub fn currency(text: &str) -> Option<&'static str> {
    let text = half_width(text).to_lowercase();
    CURRENCIES.into_iter().find_map(|(name, code)| code.filter(|_| text.contains(name)))
}

/// A cell taken apart.
pub(super) struct Body {
    /// In lower case and half width; empty if the cell has two signs.
    pub number: String,
    pub negative: bool,
    /// How many zeros a unit such as 万 adds.
    pub zeros: u32,
}

impl Body {
    pub fn of(text: &str) -> Self {
        let text = half_width(text).to_lowercase().replace('−', "-");
        let mut rest = text.as_str();
        let mut signs = 0;
        let mut negative = false;
        let mut zeros = None;
        loop {
            rest = rest.trim();
            if let Some((sign, inner)) = strip_sign(rest) {
                signs += 1;
                negative = sign;
                rest = inner;
            } else if let Some(inner) = strip_currency(rest) {
                rest = inner;
            } else if let Some((unit, inner)) = strip_unit(rest).filter(|_| zeros.is_none()) {
                zeros = Some(unit);
                rest = inner;
            } else {
                break;
            }
        }
        Self { number: if signs > 1 { String::new() } else { rest.into() }, negative, zeros: zeros.unwrap_or(0) }
    }
}

/// Whether the sign is a minus, and the rest. Accountants put it behind, or
/// use brackets.
fn strip_sign(text: &str) -> Option<(bool, &str)> {
    let bracketed = || text.strip_prefix('(')?.strip_suffix(')');
    if let Some(rest) = text.strip_prefix('+') {
        return Some((false, rest));
    }
    text.strip_prefix('-').or_else(|| text.strip_suffix('-')).or_else(bracketed).map(|rest| (true, rest))
}

fn strip_currency(text: &str) -> Option<&str> {
    CURRENCIES.iter().find_map(|(name, _)| text.strip_prefix(name).or_else(|| text.strip_suffix(name)))
}

fn strip_unit(text: &str) -> Option<(u32, &str)> {
    UNITS.iter().find_map(|(name, zeros)| text.strip_suffix(name).map(|rest| (*zeros, rest)))
}
