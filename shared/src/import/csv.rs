//! CSV in and out: RFC 4180 in pieces of any size, formulas disarmed.

mod guard;
mod write;

pub use guard::{guard, unguard};
pub use write::Writer;

/// The longest cell; longer means a quote that nobody closed.
const MAX_CELL: usize = 1 << 17;

/// Why a file is no CSV. Rows of a wrong width are no error, see
/// [`Record::fits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvError {
    /// A quote opened on this line is not closed.
    UnclosedQuote { line: u32 },
    /// A cell that begins on this line is longer than any sane one.
    CellTooLong { line: u32 },
}

impl CsvError {
    pub fn code(self) -> &'static str {
        match self {
            Self::UnclosedQuote { .. } => "csv_unclosed_quote",
            Self::CellTooLong { .. } => "csv_cell_too_long",
        }
    }

    pub fn line(self) -> u32 {
        match self {
            Self::UnclosedQuote { line } | Self::CellTooLong { line } => line,
        }
    }
}

/// One row: its cells, unquoted, and where it began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The line in the file, from 1; a cell may hold several lines.
    pub line: u32,
    /// How many cells the first record had.
    pub expected: usize,
    // One text for all cells: two allocations a row instead of one a cell.
    text: String,
    ends: Vec<usize>,
}

impl Record {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// As many cells as the first record.
    pub fn fits(&self) -> bool {
        self.len() == self.expected
    }

    pub fn get(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)?;
        let start = column.checked_sub(1).map_or(0, |left| self.ends[left]);
        Some(&self.text[start..end])
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// At the start of a cell, where a quote has its meaning.
    CellStart,
    Plain,
    Quoted,
    /// After a quote within quotes: the end, or the first half of `""`.
    QuoteInQuoted,
}

/// Reads CSV as it arrives. What it gives does not depend on where the text
/// was cut into pieces.
#[derive(Clone, Debug)]
pub struct Reader {
    delimiter: u8,
    place: Place,
    record: Record,
    cell_start: usize,
    /// The current cell was quoted, so that it counts even when it is empty.
    was_quoted: bool,
    line: u32,
    cell_line: u32,
    after_cr: bool,
    at_start: bool,
    expected: Option<usize>,
}

impl Reader {
    /// `delimiter` is an ASCII character, see [`sniff`].
    pub fn new(delimiter: char) -> Self {
        Self {
            delimiter: u8::try_from(delimiter).unwrap_or(b','),
            place: Place::CellStart,
            record: Record { line: 1, ..Record::default() },
            cell_start: 0,
            was_quoted: false,
            line: 1,
            cell_line: 1,
            after_cr: false,
            at_start: true,
            expected: None,
        }
    }

    /// Takes the next piece and adds the records that it completes to `out`.
    pub fn push(&mut self, chunk: &str, out: &mut Vec<Record>) -> Result<(), CsvError> {
        let mut rest = chunk;
        if self.at_start && !chunk.is_empty() {
            rest = chunk.strip_prefix('\u{feff}').unwrap_or(chunk);
            self.at_start = false;
        }
        while !rest.is_empty() {
            let run = self.run_length(rest.as_bytes());
            self.add(&rest[..run])?;
            let Some(mark) = rest.as_bytes().get(run) else {
                break;
            };
            self.mark(*mark, out)?;
            rest = &rest[run + 1..];
        }
        Ok(())
    }

    /// The record after the last line end, if there is one.
    pub fn finish(mut self) -> Result<Option<Record>, CsvError> {
        if self.place == Place::Quoted {
            return Err(CsvError::UnclosedQuote { line: self.cell_line });
        }
        let mut out = Vec::new();
        self.end_record(&mut out);
        Ok(out.pop())
    }

    /// How many bytes from here mean nothing but themselves.
    fn run_length(&self, bytes: &[u8]) -> usize {
        let quoted = self.place == Place::Quoted;
        bytes
            .iter()
            .position(|b| matches!(b, b'"' | b'\n' | b'\r') || (!quoted && *b == self.delimiter))
            .unwrap_or(bytes.len())
    }

    fn add(&mut self, run: &str) -> Result<(), CsvError> {
        if run.is_empty() {
            return Ok(());
        }
        self.after_cr = false;
        if self.place != Place::Quoted {
            self.place = Place::Plain;
        }
        self.record.text.push_str(run);
        if self.record.text.len() - self.cell_start <= MAX_CELL {
            return Ok(());
        }
        let line = self.cell_line;
        Err(match self.place {
            Place::Quoted => CsvError::UnclosedQuote { line },
            _ => CsvError::CellTooLong { line },
        })
    }

    fn mark(&mut self, mark: u8, out: &mut Vec<Record>) -> Result<(), CsvError> {
        let follows_cr = std::mem::replace(&mut self.after_cr, mark == b'\r');
        let in_quotes = self.place == Place::Quoted;
        match mark {
            b'"' => self.quote()?,
            b'\n' | b'\r' if in_quotes => {
                self.line += u32::from(mark == b'\r' || !follows_cr);
                let after_cr = self.after_cr;
                self.add(if mark == b'\r' { "\r" } else { "\n" })?;
                self.after_cr = after_cr;
            }
            // The second half of CRLF.
            b'\n' if follows_cr => {}
            b'\n' | b'\r' => {
                self.line += 1;
                self.end_record(out);
            }
            _ => self.end_cell(),
        }
        Ok(())
    }

    fn quote(&mut self) -> Result<(), CsvError> {
        match self.place {
            Place::CellStart => {
                self.was_quoted = true;
                self.place = Place::Quoted;
            }
            Place::Quoted => self.place = Place::QuoteInQuoted,
            Place::QuoteInQuoted => {
                self.place = Place::Quoted;
                self.add("\"")?;
            }
            // `6" pipe`: a quote within a plain cell is itself.
            Place::Plain => self.add("\"")?,
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        if guard::is_guarded(&self.record.text[self.cell_start..]) {
            self.record.text.remove(self.cell_start);
        }
        self.cell_start = self.record.text.len();
        self.record.ends.push(self.cell_start);
        self.cell_line = self.line;
        self.was_quoted = false;
        self.place = Place::CellStart;
    }

    /// Hands out the record, unless its line is blank.
    fn end_record(&mut self, out: &mut Vec<Record>) {
        let line = self.line;
        let blank = self.record.is_empty() && self.record.text.len() == self.cell_start && !self.was_quoted;
        if blank {
            self.record.line = line;
            self.cell_line = line;
            return;
        }
        self.end_cell();
        let expected = *self.expected.get_or_insert(self.record.len());
        let next = Record {
            line,
            expected,
            text: String::with_capacity(self.record.text.len()),
            ends: Vec::with_capacity(self.record.ends.len()),
        };
        self.cell_start = 0;
        let mut done = std::mem::replace(&mut self.record, next);
        done.expected = expected;
        out.push(done);
    }
}

/// The delimiter that makes the most regular table of a sample.
pub fn sniff(sample: &str) -> char {
    [',', ';', '\t', '|']
        .into_iter()
        .map(|delimiter| (regularity(sample, delimiter), delimiter))
        // The first of equals: a comma unless another is better.
        .fold((0, ','), |best, next| if next.0 > best.0 { next } else { best })
        .1
}

/// Higher when more rows are as wide as the first; 0 when that has one cell.
fn regularity(sample: &str, delimiter: char) -> usize {
    const ROWS: usize = 100;
    let mut reader = Reader::new(delimiter);
    let mut records = Vec::new();
    // A sample cut within quotes ends here; its whole rows still count.
    let cut = reader.push(sample, &mut records).is_err();
    if (!cut && sample.ends_with(['\n', '\r'])) || records.is_empty() {
        records.extend(reader.finish().ok().flatten());
    }
    records.truncate(ROWS);
    let Some(width) = records.first().map(Record::len).filter(|width| *width > 1) else {
        return 0;
    };
    let fitting = records.iter().filter(|record| record.fits()).count();
    // The share decides, the width only between equals.
    fitting * 1000 / records.len() * 1000 + width.min(999)
}

#[cfg(test)]
mod tests;
