//! How much of the bar's data set is measured.

use std::env;
use std::time::Duration;

use crate::shell::Outcome;

const VARIABLE: &str = "KITH_BENCH_SCALE";
const USUAL: f64 = 0.1;

/// A share of the data set; 1 is all of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale(f64);

impl Scale {
    pub fn of_environment() -> Outcome<Self> {
        match env::var(VARIABLE) {
            Ok(share) => Self::read(&share),
            Err(_) => Ok(Self(USUAL)),
        }
    }

    fn read(share: &str) -> Outcome<Self> {
        let read = share.parse().ok().filter(|share: &f64| *share > 0.0 && *share <= 10.0);
        Ok(Self(read.ok_or_else(|| format!("{VARIABLE} is a number up to 10, not `{share}`"))?))
    }

    pub fn tenth(self) -> Self {
        Self(self.0 / 10.0)
    }

    pub fn tickets(self) -> usize {
        self.part(100_000, 20)
    }

    pub fn messages(self) -> usize {
        self.tickets() * 10
    }

    pub fn contacts(self) -> usize {
        self.part(50_000, 10)
    }

    pub fn articles(self) -> usize {
        self.part(2_000, 10)
    }

    /// Who can sign in. As many as there are at work, at least.
    pub fn agents(self) -> usize {
        self.part(200, 100)
    }

    pub fn streams(self) -> usize {
        self.part(1_000, 20)
    }

    /// How long the agents work: ten minutes at the whole.
    pub fn span(self) -> Duration {
        Duration::from_secs_f64(self.0 * 600.0).clamp(Duration::from_secs(5), Duration::from_mins(10))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "far fewer than 2^52"
    )]
    fn part(self, whole: usize, least: usize) -> usize {
        ((whole as f64 * self.0).round() as usize).max(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_data_is_one_of_everything() {
        let whole = Scale::read("1").unwrap();
        assert_eq!((whole.tickets(), whole.messages(), whole.agents()), (100_000, 1_000_000, 200));
        assert_eq!((whole.contacts(), whole.articles(), whole.streams()), (50_000, 2_000, 1_000));
        assert_eq!(whole.span(), Duration::from_mins(10));
        let tenth = whole.tenth();
        assert_eq!((tenth.tickets(), tenth.messages(), tenth.span()), (10_000, 100_000, Duration::from_mins(1)));
    }

    #[test]
    fn a_share_that_is_none_is_refused() {
        for share in ["", "0", "-1", "much", "NaN", "11"] {
            assert!(Scale::read(share).is_err(), "{share}");
        }
        assert_eq!(Scale::read("0.002").unwrap().tickets(), 200);
    }
}
