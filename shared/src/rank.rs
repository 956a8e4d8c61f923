//! Keys that order cards by hand: between any two there is room for a third.
//!
//! A key is a fraction in base 62 without trailing zeros, compared byte by
//! byte. Moving a card writes one row, never its neighbours.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn value(digit: u8) -> usize {
    DIGITS.iter().position(|d| *d == digit).unwrap_or(0)
}

/// A key after `low` and before `high`; an absent bound is open.
///
/// When the bounds are equal or crossed (two people dropped at one place),
/// the key follows `low`.
pub fn between(low: Option<&str>, high: Option<&str>) -> String {
    let low = low.unwrap_or("").as_bytes();
    let high = high.filter(|high| high.as_bytes() > low).map(str::as_bytes);
    let mut key = Vec::new();
    let mut bounded = high.is_some();
    let mut at = 0;
    loop {
        let floor = low.get(at).map_or(0, |d| value(*d));
        let ceiling = match high.filter(|_| bounded) {
            Some(high) => high.get(at).map_or(0, |d| value(*d)),
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

/// `count` keys in order after `low`, for imports and demos.
pub fn spread(low: Option<&str>, count: usize) -> Vec<String> {
    (1..=count).map(|n| nth(low, n)).collect()
}

/// The `n`th of the keys that `spread` gives, from 1.
pub fn nth(low: Option<&str>, n: usize) -> String {
    let head = low.unwrap_or("V");
    let mut rest = n;
    let mut tail = *b"00000";
    for slot in tail.iter_mut().rev() {
        *slot = DIGITS[rest % 62];
        rest /= 62;
    }
    // Ends in `V`, the middle digit: no key may end in zero.
    format!("{head}{}V", String::from_utf8_lossy(&tail))
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

    proptest! {
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
