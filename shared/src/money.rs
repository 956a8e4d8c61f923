//! Money is whole minor units and a currency; it is never a float.

use serde::{Deserialize, Serialize};

/// ISO 4217 currencies Kith offers. An unknown code is refused, not defaulted.
pub const CURRENCIES: &[&str] = &[
    "CNY", "USD", "EUR", "GBP", "HKD", "TWD", "JPY", "KRW", "SGD", "AUD", "CAD", "CHF", "INR", "MYR", "THB", "VND",
    "BRL", "MXN", "SEK", "NZD",
];

/// The largest amount of a field, minor units. A hundred billion: thousands of
/// such deals, weighted, still sum exactly.
pub const MAX_MONEY: i64 = 10_000_000_000_000;

/// Digits after the decimal point, ISO 4217.
pub fn digits(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "VND" => 0,
        _ => 2,
    }
}

/// An amount in minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: String,
}

/// The share of `minor` at `percent`, rounded half away from zero.
pub fn percent_of(minor: i64, percent: i64) -> i64 {
    let product = i128::from(minor) * i128::from(percent);
    let half = if product < 0 { -50 } else { 50 };
    i64::try_from((product + half) / 100).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_half_away_from_zero() {
        assert_eq!(percent_of(101, 50), 51);
        assert_eq!(percent_of(-101, 50), -51);
        assert_eq!(percent_of(328_400_000, 20), 65_680_000);
    }

    #[test]
    fn a_share_of_the_largest_amount_does_not_overflow() {
        assert_eq!(percent_of(i64::MAX, 100), i64::MAX);
    }
}
