//! The writing half.

use super::guard;

/// Writes records with CRLF, quoted where needed, formulas disarmed.
#[derive(Clone, Debug)]
pub struct Writer {
    delimiter: char,
    out: String,
}

impl Writer {
    pub fn new(delimiter: char) -> Self {
        Self { delimiter, out: String::new() }
    }

    /// Commas, and the mark by which spreadsheets know UTF-8.
    pub fn for_spreadsheets() -> Self {
        Self { delimiter: ',', out: "\u{feff}".into() }
    }

    /// Adds a record of at least one cell.
    pub fn record<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let start = self.out.len();
        let mut first = true;
        for cell in cells {
            if !std::mem::take(&mut first) {
                self.out.push(self.delimiter);
            }
            self.cell(cell.as_ref());
        }
        // A bare line end would be a blank line, which readers skip.
        if self.out.len() == start {
            self.out.push_str("\"\"");
        }
        self.out.push_str("\r\n");
    }

    /// What was written since the last call.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    fn cell(&mut self, cell: &str) {
        let cell = guard(cell);
        let needs_quotes = cell.contains([self.delimiter, '"', '\r', '\n'])
            || cell.starts_with([' ', '\t', '\u{feff}'])
            || cell.ends_with([' ', '\t']);
        if !needs_quotes {
            self.out.push_str(&cell);
            return;
        }
        self.out.push('"');
        for piece in cell.split_inclusive('"') {
            self.out.push_str(piece);
            if piece.ends_with('"') {
                self.out.push('"');
            }
        }
        self.out.push('"');
    }
}
