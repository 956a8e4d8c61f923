//! Keys that order cards by hand: between any two there is room for a third.
//!
//! A key is a fraction in base 62 without trailing zeros, compared byte by
//! byte. Moving a card writes one row, never its neighbours.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn value(digit: u8) -> usize {
    DIGITS.iter().position(|d| *d == digit).unwrap_or(0)
}

/// Towards an open end, keys count in digits of this place, so that they stay
/// short however often a card is put first or last: there is room for 10¹⁴.
const PLACES: u32 = 8;

/// A key after `low` and before `high`; an absent bound is open.
///
/// Where no key fits between (two people dropped at one place), the key
/// follows `low`.
pub fn between(low: Option<&str>, high: Option<&str>) -> String {
    let beside = match (low, high) {
        (Some(low), None) => counted(low, 1),
        (None, Some(high)) => counted(high, -1),
        _ => None,
    };
    if let Some(key) = beside {
        return key;
    }
    let low = low.unwrap_or("").as_bytes();
    let high = high.filter(|high| high.as_bytes() > low).map(str::as_bytes);
    let mut key = Vec::new();
    let mut bounded = high.is_some();
    let mut at = 0;
    loop {
        let floor = low.get(at).map_or(0, |d| value(*d));
        let ceiling = match high.filter(|_| bounded) {
            // A bound that ends here leaves no room below it.
            Some(high) => high.get(at).map_or(DIGITS.len(), |d| value(*d)),
            None => DIGITS.len(),
        };
        if ceiling > floor + 1 {
            key.push(DIGITS[usize::midpoint(floor, ceiling)]);
            break;
        }
        key.push(DIGITS[floor]);
        // Once below the upper bound, only the lower one still holds.
        bounded = bounded && ceiling == floor;
        at += 1;
    }
    String::from_utf8(key).unwrap_or_default()
}

/// Whether a text is such a key: a fraction in base 62 without trailing zeros.
pub fn is_key(text: &str) -> bool {
    text.bytes().all(|digit| DIGITS.contains(&digit)) && !text.is_empty() && !text.ends_with('0')
}

/// `count` keys in order after `low`, for imports and demos.
pub fn spread(low: Option<&str>, count: usize) -> Vec<String> {
    (1..=count).map(|n| nth(low, n)).collect()
}

/// The `n`th of the keys that `spread` gives, from 1.
pub fn nth(low: Option<&str>, n: usize) -> String {
    let low = low.unwrap_or("V");
    let key = i64::try_from(n).ok().and_then(|n| counted(low, n));
    key.unwrap_or_else(|| format!("{low}{n:08}V"))
}

/// The key so many steps above `key`, or below it; none where the places end.
fn counted(key: &str, steps: i64) -> Option<String> {
    let digits = key.bytes().chain(std::iter::repeat(DIGITS[0])).take(PLACES as usize);
    let number = digits.fold(0_i64, |number, digit| number * 62 + i64::try_from(value(digit)).unwrap_or(0));
    let mut rest = number.checked_add(steps).filter(|number| *number > 0 && *number < 62_i64.pow(PLACES))?;
    let mut digits = [DIGITS[0]; PLACES as usize];
    for slot in digits.iter_mut().rev() {
        *slot = DIGITS[usize::try_from(rest % 62).unwrap_or(0)];
        rest /= 62;
    }
    let text = String::from_utf8_lossy(&digits);
    // A trailing zero would leave no room below it.
    Some(text.trim_end_matches('0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_key_stands_in_the_middle() {
        assert_eq!(between(None, None), "V");
    }

    #[test]
    fn spread_keys_are_ordered_and_leave_room() {
        let keys = spread(None, 10_000);
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        let middle = between(Some(&keys[0]), Some(&keys[1]));
        assert!(keys[0] < middle && middle < keys[1]);
        assert!(between(None, Some(&keys[0])) < keys[0]);
    }

    #[test]
    fn keys_stay_short_however_often_a_card_is_put_first_or_last() {
        let (mut first, mut last) = (between(None, None), between(None, None));
        for _ in 0..5_000 {
            let (before, after) = (between(None, Some(&first)), between(Some(&last), None));
            assert!(before < first && last < after);
            (first, last) = (before, after);
        }
        assert!(first.len() <= PLACES as usize && last.len() <= PLACES as usize, "{first} {last}");
    }

    #[test]
    fn one_import_after_another_leaves_keys_short() {
        let mut last = between(None, None);
        for _ in 0..50 {
            let keys = spread(Some(&last), 1_000);
            assert!(last < keys[0] && keys.windows(2).all(|pair| pair[0] < pair[1]));
            last.clone_from(&keys[999]);
        }
        assert!(last.len() <= PLACES as usize, "{last}");
    }

    #[test]
    fn where_the_places_end_there_is_still_room() {
        let (low, high) = ("zzzzzzzzV", "00000000V");
        assert!(between(Some(low), None).as_str() > low);
        assert!(between(None, Some(high)).as_str() < high);
        assert!(nth(Some(low), 1).as_str() > low);
    }

    #[test]
    fn bounds_without_room_between_are_no_reason_to_search_on() {
        for (low, high) in
            [(None, Some("0")), (Some("V"), Some("V0")), (Some("V"), Some("V00")), (Some("b"), Some("a"))]
        {
            let key = between(low, high);
            assert!(is_key(&key) && low.is_none_or(|low| key.as_str() > low), "{low:?} {high:?} {key}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_found_between_any_texts(low in prop::option::of(".{0,12}"), high in prop::option::of(".{0,12}")) {
            prop_assert!(is_key(&between(low.as_deref(), high.as_deref())));
        }

        #[test]
        fn a_key_lies_between_two_keys(one in "[0-9A-Za-z]{0,6}[1-9A-Za-z]", other in "[0-9A-Za-z]{0,6}[1-9A-Za-z]") {
            prop_assume!(one != other);
            let (low, high) = if one < other { (one, other) } else { (other, one) };
            let key = between(Some(&low), Some(&high));
            prop_assert!(is_key(&key) && low < key && key < high, "{} {} {}", low, key, high);
        }

        #[test]
        fn there_is_always_room(places in prop::collection::vec(0usize..1000, 1..200)) {
            let mut keys: Vec<String> = Vec::new();
            for place in places {
                let at = place % (keys.len() + 1);
                let low = at.checked_sub(1).map(|i| keys[i].clone());
                let key = between(low.as_deref(), keys.get(at).map(String::as_str));
                keys.insert(at, key);
            }
            prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
