//! Several values in one cell.

use crate::text::collapse_spaces;

/// One a line, as an export writes them.
pub fn join<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> String {
    let mut joined = String::new();
    for (n, value) in values.into_iter().enumerate() {
        if n > 0 {
            joined.push('\n');
        }
        joined.push_str(value.as_ref());
    }
    joined
}

/// The values of a cell: one a line, else parted by one of `marks`. Empty
/// lines keep their place, since another column's lines stand beside them.
pub fn pieces(cell: &str, marks: &[char]) -> Vec<String> {
    let parts: Vec<&str> = if cell.contains('\n') { cell.lines().collect() } else { cell.split(marks).collect() };
    parts.into_iter().map(collapse_spaces).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_win_over_marks_and_keep_their_place() {
        assert_eq!(pieces("a; b；c", &[';', '；']), ["a", "b", "c"]);
        assert_eq!(pieces("R&D; Sales\n\nBoard", &[';']), ["R&D; Sales", "", "Board"]);
        assert_eq!(pieces(&join(["x", "", "z"]), &[',']), ["x", "", "z"]);
    }
}
