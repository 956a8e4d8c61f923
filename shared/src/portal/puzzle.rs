//! A little work that is quickly checked: a number whose hash begins with zeros.
//!
//! The idea is that of Dwork and Naor, "Pricing via Processing" (1992), as
//! Hashcash uses it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Zero bits that the hash begins with: some 65,000 tries, a fraction of a second.
pub const PUZZLE_BITS: u32 = 16;

/// What the server gives out, and takes back unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Puzzle {
    pub salt: String,
    /// In milliseconds.
    pub issued_at: i64,
    /// Only the server can have written it.
    pub seal: String,
}

/// Whether a number answers a puzzle.
pub fn answers(puzzle: &Puzzle, answer: u64) -> bool {
    let hash = Sha256::new().chain_update(&puzzle.salt).chain_update(answer.to_be_bytes()).finalize();
    let head = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    head.leading_zeros() >= PUZZLE_BITS
}

/// The first number of a range that answers a puzzle.
pub fn solve(puzzle: &Puzzle, from: u64, tries: u64) -> Option<u64> {
    (from..from + tries).find(|answer| answers(puzzle, *answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_fits_its_own_puzzle_alone() {
        let puzzle = |salt: &str| Puzzle { salt: salt.into(), ..Puzzle::default() };

        let answer = solve(&puzzle("one"), 0, 10_000_000).unwrap();

        assert!(answers(&puzzle("one"), answer));
        assert!(!answers(&puzzle("two"), answer) && !answers(&puzzle("one"), answer + 1));
        assert_eq!(solve(&puzzle("one"), 0, answer), None);
    }
}
