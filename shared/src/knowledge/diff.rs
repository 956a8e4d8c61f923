//! Two texts line by line, by their longest common subsequence.

use serde::{Deserialize, Serialize};

choices! {
    pub enum DiffKind {
        Same = "same",
        Removed = "removed",
        Added = "added",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    pub kind: DiffKind,
    pub text: String,
}

/// Longer texts are compared as a whole: the table of the comparison grows by
/// the product of both.
const MAX_CELLS: usize = 4_000_000;

/// What became of `old`'s lines in `new`; removed lines stand before those that
/// took their place.
pub fn diff(old: &str, new: &str) -> Vec<DiffLine> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut lines = Vec::with_capacity(old.len().max(new.len()));
    let mut put = |kind, text: &str| lines.push(DiffLine { kind, text: text.to_owned() });
    old[..head].iter().for_each(|line| put(DiffKind::Same, line));
    for (kind, line) in middle(a, b) {
        put(kind, line);
    }
    old[old.len() - tail..].iter().for_each(|line| put(DiffKind::Same, line));
    lines
}

fn middle<'a>(a: &[&'a str], b: &[&'a str]) -> Vec<(DiffKind, &'a str)> {
    let removed = |lines: &[&'a str]| lines.iter().map(|line| (DiffKind::Removed, *line)).collect::<Vec<_>>();
    let added = |lines: &[&'a str]| lines.iter().map(|line| (DiffKind::Added, *line)).collect::<Vec<_>>();
    if a.len() * b.len() > MAX_CELLS {
        return [removed(a), added(b)].concat();
    }
    let common = common(a, b);
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            lines.push((DiffKind::Same, a[i]));
            (i, j) = (i + 1, j + 1);
        } else if common[i + 1][j] >= common[i][j + 1] {
            lines.push((DiffKind::Removed, a[i]));
            i += 1;
        } else {
            lines.push((DiffKind::Added, b[j]));
            j += 1;
        }
    }
    lines.extend(removed(&a[i..]));
    lines.extend(added(&b[j..]));
    lines
}

/// How many lines the rests of both texts have in common, from each pair of places.
fn common(a: &[&str], b: &[&str]) -> Vec<Vec<u32>> {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            table[i][j] = if a[i] == b[j] { table[i + 1][j + 1] + 1 } else { table[i + 1][j].max(table[i][j + 1]) };
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> String {
        let mark = |kind| match kind {
            DiffKind::Same => ' ',
            DiffKind::Removed => '-',
            DiffKind::Added => '+',
        };
        let lines: Vec<String> =
            diff(old, new).iter().map(|line| format!("{}{}|", mark(line.kind), line.text)).collect();
        lines.concat()
    }

    #[test]
    fn only_the_lines_that_changed_are_told() {
        assert_eq!(told("一\n二\n三\n四", "一\n贰\n三\n四\n五"), " 一|-二|+贰| 三| 四|+五|");
        assert_eq!(told("a\nb\nc", "c\na\nb"), "+c| a| b|-c|");
        assert_eq!(told("", "x"), "+x|");
        assert_eq!(told("x", ""), "-x|");
        assert_eq!(told("same", "same"), " same|");
    }

    #[test]
    fn both_texts_can_be_read_back_from_the_difference() {
        let (old, new) = ("a\nb\nb\nc\nd", "b\na\nb\nd\ne\nb");
        let lines = diff(old, new);
        let side = |gone: DiffKind| {
            let kept = lines.iter().filter(|line| line.kind != gone);
            kept.map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
        };
        assert_eq!((side(DiffKind::Added).as_str(), side(DiffKind::Removed).as_str()), (old, new));
    }
}
