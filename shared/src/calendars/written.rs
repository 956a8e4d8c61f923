//! Hours as people write them: `09:00–12:00, 13:00–18:00`. An end that is not
//! later than its begin lies in the next day.

use super::{DAY, Hours};

pub fn print(hours: &[Hours]) -> String {
    let span = |hours: &Hours| format!("{}–{}", clock(hours.start), clock(end_of(hours)));
    hours.iter().map(span).collect::<Vec<_>>().join(", ")
}

fn end_of(hours: &Hours) -> i64 {
    if hours.end > DAY { hours.end - DAY } else { hours.end }
}

fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// None where a text is no hours.
pub fn read(text: &str) -> Option<Vec<Hours>> {
    let parts = text.split([',', '，', '、', ';', '；']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(span).collect()
}

fn span(text: &str) -> Option<Hours> {
    let (start, end) = text.split_once(['-', '–', '—', '~', '至', '到'])?;
    let (start, end) = (minute(start)?, minute(end)?);
    let end = if end <= start { end + DAY } else { end };
    (start < DAY).then_some(Hours { start, end })
}

/// `9`, `9:30`, `09：30`.
fn minute(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once([':', '：']).unwrap_or((text.trim(), "0"));
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let is_time = (0..24).contains(&hour) && (0..60).contains(&minute) || (hour, minute) == (24, 0);
    is_time.then_some(hour * 60 + minute)
}
