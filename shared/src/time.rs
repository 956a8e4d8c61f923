//! Instants and dates. Nothing here reads a clock: the caller brings `now`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A calendar day without a time zone, written `2026-11-22`.
pub type Date = chrono::NaiveDate;

/// A moment in UTC: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let at = Self(i64::deserialize(reader)?);
        if at.is_in_range() { Ok(at) } else { Err(D::Error::custom(OUT_OF_RANGE)) }
    }
}

/// How a moment is refused that is none; the server gives it words.
pub const OUT_OF_RANGE: &str = "a moment out of range";

pub const SECOND: i64 = 1000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

impl Instant {
    /// 1900-01-01 and 2200-01-01, UTC: what lies outside is a mistake.
    pub const FIRST: Self = Self(-2_208_988_800_000);
    pub const LAST: Self = Self(7_258_118_400_000);

    /// Whether it is a moment that Kith counts with.
    pub fn is_in_range(self) -> bool {
        (Self::FIRST..=Self::LAST).contains(&self)
    }

    /// The moment `ms` milliseconds later (earlier when negative).
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}
