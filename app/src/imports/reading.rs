//! A file as rows, read in slices so that the page never freezes.

use js_sys::{Function, Object, Reflect, Uint8Array};
use shared::import::csv::{self, CsvError, Record};
use shared::import::encoding::{Encoding, detect};
use shared::imports::{Column, MAX_ROWS};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, TextDecoder};

use super::pace::Pace;

const SLICE: f64 = 131_072.0;
/// So much of a file tells its delimiter.
const SAMPLE: usize = 65_536;

/// A file that has been read.
#[derive(Debug)]
pub struct Loaded {
    pub records: Vec<Record>,
    pub columns: Vec<Column>,
    pub encoding: Encoding,
    /// The encoding is more than a good guess.
    pub is_sure: bool,
    /// Some characters do not exist in this encoding.
    pub is_lossy: bool,
    pub delimiter: char,
}

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Empty,
    /// A spreadsheet or an archive, not text.
    NotText,
    TooManyRows,
    Csv(CsvError),
    Unreadable,
}

/// What the reader of the page has said about the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    pub encoding: Option<Encoding>,
    pub delimiter: Option<char>,
}

/// Reads the file; `progress` hears the share that is read, and says whether to go on.
pub async fn read(file: &File, how: How, progress: impl Fn(f64) -> bool) -> Result<Loaded, Trouble> {
    let found = find_encoding(file).await?;
    let encoding = how.encoding.unwrap_or(found.0);
    let mut text = Text::new(file, encoding)?;
    let mut table = Table::new(how.delimiter);
    let mut pace = Pace::new();
    while let Some(piece) = text.next().await? {
        table.push(&piece, &mut pace).await?;
        if !progress(text.at / text.size) {
            return Err(Trouble::Unreadable);
        }
        pace.step().await;
    }
    let (records, columns, delimiter) = table.finish(&mut pace).await?;
    if records.is_empty() {
        return Err(Trouble::Empty);
    }
    for column in &columns {
        // Found out now, piece by piece, for the page to ask at will.
        column.dates();
        pace.step().await;
        column.marks();
        pace.step().await;
    }
    let is_sure = found.1 || how.encoding.is_some();
    Ok(Loaded { records, columns, encoding, is_sure, is_lossy: text.is_lossy, delimiter })
}

/// The encoding, looked for where the file first leaves ASCII.
async fn find_encoding(file: &File) -> Result<(Encoding, bool), Trouble> {
    let size = file.size();
    if size == 0.0 {
        return Err(Trouble::Empty);
    }
    let mut at = 0.0;
    while at < size {
        let piece = bytes(file, at, at + SLICE).await?;
        if at == 0.0 && (piece.starts_with(b"PK\x03\x04") || piece.starts_with(b"\xd0\xcf\x11\xe0")) {
            return Err(Trouble::NotText);
        }
        if let Some(first) = piece.iter().position(|byte| !byte.is_ascii()) {
            #[expect(clippy::cast_precision_loss, reason = "a place within a slice")]
            let from = at + first as f64;
            let sample = if at == 0.0 && first == 0 { piece } else { bytes(file, from, from + SLICE).await? };
            let detected = detect(&sample);
            return Ok((detected.encoding, detected.sure));
        }
        at += SLICE;
    }
    Ok((Encoding::Utf8, true))
}

async fn bytes(file: &File, from: f64, to: f64) -> Result<Vec<u8>, Trouble> {
    buffer(file, from, to).await.map(|array| array.to_vec())
}

async fn buffer(file: &File, from: f64, to: f64) -> Result<Uint8Array, Trouble> {
    let slice = file.slice_with_f64_and_f64(from, to.min(file.size())).map_err(|_| Trouble::Unreadable)?;
    let buffer = JsFuture::from(slice.array_buffer()).await.map_err(|_| Trouble::Unreadable)?;
    Ok(Uint8Array::new(&buffer))
}

/// The text of a file, slice by slice; a character may lie across two.
struct Text<'a> {
    file: &'a File,
    decoder: TextDecoder,
    at: f64,
    size: f64,
    is_lossy: bool,
}

impl<'a> Text<'a> {
    fn new(file: &'a File, encoding: Encoding) -> Result<Self, Trouble> {
        let decoder = TextDecoder::new_with_label(encoding.label()).map_err(|_| Trouble::Unreadable)?;
        Ok(Self { file, decoder, at: 0.0, size: file.size(), is_lossy: false })
    }

    async fn next(&mut self) -> Result<Option<String>, Trouble> {
        if self.at >= self.size {
            return Ok(None);
        }
        let piece = buffer(self.file, self.at, self.at + SLICE).await?;
        self.at += SLICE;
        let text = decode(&self.decoder, &piece, self.at < self.size).ok_or(Trouble::Unreadable)?;
        self.is_lossy |= text.contains('\u{fffd}');
        Ok(Some(text))
    }
}

/// `decoder.decode(bytes, { stream })`.
fn decode(decoder: &TextDecoder, bytes: &Uint8Array, goes_on: bool) -> Option<String> {
    let options = Object::new();
    Reflect::set(&options, &"stream".into(), &JsValue::from_bool(goes_on)).ok()?;
    let decode: Function = Reflect::get(decoder, &"decode".into()).ok()?.dyn_into().ok()?;
    decode.call2(decoder, bytes, &options).ok()?.as_string()
}

/// The rows as they come in.
struct Table {
    delimiter: Option<char>,
    reader: Option<csv::Reader>,
    /// Text that waits for its delimiter to be known.
    waiting: String,
    records: Vec<Record>,
    columns: Vec<Column>,
}

impl Table {
    fn new(delimiter: Option<char>) -> Self {
        let reader = delimiter.map(csv::Reader::new);
        Self { delimiter, reader, waiting: String::new(), records: Vec::new(), columns: Vec::new() }
    }

    async fn push(&mut self, piece: &str, pace: &mut Pace) -> Result<(), Trouble> {
        if self.reader.is_none() {
            self.waiting.push_str(piece);
            if self.waiting.len() < SAMPLE {
                return Ok(());
            }
            let text = self.begin();
            return self.take(&text, pace).await;
        }
        self.take(piece, pace).await
    }

    /// Decides on the delimiter and gives back what waited for it.
    fn begin(&mut self) -> String {
        let text = std::mem::take(&mut self.waiting);
        let delimiter = csv::sniff(&text);
        self.delimiter = Some(delimiter);
        self.reader = Some(csv::Reader::new(delimiter));
        text
    }

    async fn take(&mut self, text: &str, pace: &mut Pace) -> Result<(), Trouble> {
        let Some(reader) = &mut self.reader else { return Ok(()) };
        let mut new = Vec::new();
        reader.push(text, &mut new).map_err(Trouble::Csv)?;
        self.note(new, pace).await
    }

    async fn note(&mut self, new: Vec<Record>, pace: &mut Pace) -> Result<(), Trouble> {
        for record in new {
            if self.columns.is_empty() {
                self.columns = record.iter().map(Column::new).collect();
                continue;
            }
            record.iter().zip(&mut self.columns).for_each(|(cell, column)| column.add(cell));
            self.records.push(record);
            if self.records.len() > MAX_ROWS {
                return Err(Trouble::TooManyRows);
            }
            if self.records.len().is_multiple_of(64) {
                pace.step().await;
            }
        }
        Ok(())
    }

    async fn finish(mut self, pace: &mut Pace) -> Result<(Vec<Record>, Vec<Column>, char), Trouble> {
        if self.reader.is_none() {
            let text = self.begin();
            self.take(&text, pace).await?;
        }
        if let Some(reader) = self.reader.take() {
            let last = reader.finish().map_err(Trouble::Csv)?;
            self.note(last.into_iter().collect(), pace).await?;
        }
        Ok((self.records, self.columns, self.delimiter.unwrap_or(',')))
    }
}
