//! Decimal numbers as people type them, kept as whole smallest units.

/// `units` of 10^-`digits` as a plain decimal: `plain(-1250, 2)` is `-12.50`.
pub fn plain(units: i64, digits: u32) -> String {
    let digits = digits as usize;
    let sign = if units < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", units.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Reads what was typed: grouping, full-width digits, and 万, 亿, k, m, b behind.
///
/// `None` when it is no number, too large, or finer than `digits`.
pub fn parse(text: &str, digits: u32) -> Option<i64> {
    let plain: String = text.chars().map(ascii).filter(|c| !c.is_whitespace() && !matches!(c, ',' | '_')).collect();
    let (number, zeros) = scale(&plain);
    let (sign, number) = number.strip_prefix('-').map_or((1, number), |rest| (-1, rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let places = (zeros + digits) as usize;
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return None;
    }
    let all = format!("{whole}{fraction:0<places$}");
    if !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    all.parse::<i64>().ok()?.checked_mul(sign)
}

fn ascii(c: char) -> char {
    match c {
        '０'..='９' | '．' | '，' | '－' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c.to_ascii_lowercase(),
    }
}

/// The number before a word for its size, and the size's zeros.
fn scale(text: &str) -> (&str, u32) {
    let sizes = [("万", 4), ("萬", 4), ("亿", 8), ("億", 8), ("k", 3), ("m", 6), ("b", 9)];
    let found = sizes.iter().find_map(|(word, zeros)| Some((text.strip_suffix(word)?, *zeros)));
    found.unwrap_or((text, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn smallest_units_are_written_as_a_decimal() {
        assert_eq!(plain(-1250, 2), "-12.50");
        assert_eq!(plain(5, 2), "0.05");
        assert_eq!(plain(5, 0), "5");
        assert_eq!(plain(i64::MIN, 2), "-92233720368547758.08");
    }

    #[test]
    fn what_people_type_is_read() {
        assert_eq!(parse("1,234.5", 2), Some(123_450));
        assert_eq!(parse(" －１２．５ ", 2), Some(-1250));
        assert_eq!(parse("1.2万", 2), Some(1_200_000));
        assert_eq!(parse("3.5k", 0), Some(3500));
        assert_eq!(parse(".5", 1), Some(5));
    }

    #[test]
    fn what_is_no_such_number_is_refused() {
        for text in ["", "-", ".", "abc", "1.234", "1.2.3", "1-2", "99999999999999999999"] {
            assert_eq!(parse(text, 2), None, "{text}");
        }
    }
}
