//! iCalendar (RFC 5545), as far as whole days with a name need it.

use chrono::Days;

use super::{Found, kind_of};
use crate::calendars::{LeftOut, SpecialDays, Why};
use crate::time::Date;

/// An event under way.
#[derive(Default)]
struct Event {
    line: i64,
    name: String,
    start: Option<Moment>,
    end: Option<Moment>,
    length: Option<String>,
    repeats: bool,
}

/// A date, or something else.
type Moment = Result<Date, Why>;

pub fn read(text: &str) -> Found {
    let mut found = Found::default();
    let mut event: Option<Event> = None;
    // Alarms lie inside events and have lengths of their own.
    let mut inside = 0;
    for (line, text) in unfolded(text) {
        let Some((name, value)) = property(&text) else { continue };
        match (name.as_str(), value) {
            ("BEGIN", "VEVENT") => event = Some(Event { line, ..Event::default() }),
            ("END", "VEVENT") => {
                if let Some(event) = event.take() {
                    event.finish(&mut found);
                }
            }
            ("BEGIN", _) => inside += i32::from(event.is_some()),
            ("END", _) => inside -= i32::from(event.is_some()),
            _ if inside > 0 => {}
            _ => {
                if let Some(event) = &mut event {
                    event.take(&name, value);
                }
            }
        }
    }
    found
}

impl Event {
    fn take(&mut self, name: &str, value: &str) {
        match name {
            "SUMMARY" => self.name = plain(value),
            "DTSTART" => self.start = Some(moment(value)),
            "DTEND" => self.end = Some(moment(value)),
            "DURATION" => self.length = Some(value.to_owned()),
            "RRULE" | "RDATE" => self.repeats = true,
            _ => {}
        }
    }

    fn finish(self, found: &mut Found) {
        let line = self.line;
        let name = self.name.clone();
        match self.days() {
            Ok(days) => found.days.push(days),
            Err(why) => found.left_out.push(LeftOut { line, name, why }),
        }
    }

    fn days(self) -> Result<SpecialDays, Why> {
        if self.repeats {
            return Err(Why::Repeats);
        }
        if self.name.is_empty() {
            return Err(Why::Unreadable);
        }
        let from = self.start.ok_or(Why::BadDate)??;
        // The end is the first day that is not meant any more.
        let end = match (self.end, self.length) {
            (Some(end), _) => end?,
            (None, Some(length)) => from.checked_add_days(Days::new(days_of(&length)?)).ok_or(Why::BadDate)?,
            (None, None) => from.succ_opt().ok_or(Why::BadDate)?,
        };
        // Some writers end a single day on itself.
        let to = if end == from { from } else { end.pred_opt().ok_or(Why::BadDate)? };
        if to < from {
            return Err(Why::BadDate);
        }
        Ok(SpecialDays { from, to, hours: Vec::new(), kind: kind_of(&self.name), name: self.name })
    }
}

/// Long lines go on in the next one behind a blank. Each with its number.
fn unfolded(text: &str) -> Vec<(i64, String)> {
    let mut lines: Vec<(i64, String)> = Vec::new();
    for (number, line) in (1_i64..).zip(text.lines()) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines
}

/// Name and value of `NAME;PARAMETER="a:b":VALUE`.
fn property(line: &str) -> Option<(String, &str)> {
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    });
    let (at, _) = colon?;
    let name = line[..at].split(';').next().unwrap_or_default();
    Some((name.to_ascii_uppercase(), line[at + 1..].trim_end()))
}

fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push(' '),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

fn moment(value: &str) -> Moment {
    if value.contains('T') {
        return Err(Why::NotWholeDays);
    }
    Date::parse_from_str(value, "%Y%m%d").map_err(|_| Why::BadDate)
}

/// `P3D` and `P1W`.
fn days_of(length: &str) -> Result<u64, Why> {
    let count = |unit: char| length.strip_prefix('P')?.strip_suffix(unit)?.parse::<u64>().ok();
    count('D').or_else(|| Some(7 * count('W')?)).filter(|days| (1..=366).contains(days)).ok_or(Why::NotWholeDays)
}
