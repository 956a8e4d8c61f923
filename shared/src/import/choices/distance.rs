//! How many slips of the pen lie between two words.

/// A word prepared for comparing it with many others.
#[derive(Clone, Debug)]
pub struct Word {
    chars: Vec<char>,
    digits: Vec<char>,
    /// One bit for each kind of character; most pairs are ruled out by it.
    bag: u64,
}

impl Word {
    pub fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        Self {
            digits: chars.iter().copied().filter(char::is_ascii_digit).collect(),
            bag: chars.iter().fold(0, |bag, c| bag | 1 << (u32::from(*c) % 64)),
            chars,
        }
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }
}

/// The distance, if it is between one and `limit`. Words with other numbers
/// in them are other things: `GTX 500` is not a slip of `GTX 600`.
pub fn within(a: &Word, b: &Word, limit: usize) -> Option<usize> {
    if limit == 0 || a.len().abs_diff(b.len()) > limit || a.digits != b.digits {
        return None;
    }
    // A slip changes at most one kind into another.
    if (a.bag ^ b.bag).count_ones() as usize > 2 * limit {
        return None;
    }
    Some(distance(&a.chars, &b.chars)).filter(|distance| (1..=limit).contains(distance))
}

/// Damerau–Levenshtein, each pair of neighbours swapped at most once.
pub fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i);
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut slips = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                slips = slips.min(before[j - 2] + 1);
            }
            row.push(slips);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(a: &str, b: &str) -> usize {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn each_slip_counts_one() {
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("acme", "acme"), 0);
        assert_eq!(between("acme", "acne"), 1);
        assert_eq!(between("acme", "acm"), 1);
        assert_eq!(between("acme", "aacme"), 1);
        assert_eq!(between("acme", "amce"), 1);
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("张伟", "张韦"), 1);
    }
}
