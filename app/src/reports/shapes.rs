//! Where the marks of a chart stand: plain geometry in pixels of its drawing.
//! Bars begin at zero.

/// A value of a chart: what it is called, how it is read, and how large it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    pub label: String,
    pub told: String,
    /// None where there is nothing to measure.
    pub size: Option<i64>,
}

/// A mark of a value, with its words beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub at: usize,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub label: Option<Words>,
    pub told: Option<Words>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    pub x: f64,
    pub y: f64,
    pub anchor: &'static str,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shapes {
    pub width: f64,
    pub height: f64,
    pub marks: Vec<Mark>,
    /// The heights of lines across, with the value that each is at.
    pub lines: Vec<(f64, i64)>,
    /// Bars would be too thin: the marks are what one points at.
    pub is_line: bool,
    /// The points of the line through the values.
    pub points: Vec<(f64, f64)>,
}

const ROW: f64 = 30.0;
const BAR: f64 = 16.0;
/// Room for a value's words behind its bar.
const TOLD: f64 = 96.0;
const PLOT: f64 = 200.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 24.0;
/// More bars than these are a line.
const MOST_BARS: usize = 45;
/// So many values have their words above them.
const MOST_TOLD: usize = 14;
/// About so wide is a letter.
const LETTER: f64 = 6.6;

/// A bar for each value, one below the other, its name in front.
pub fn across(values: &[Value], width: f64) -> Shapes {
    let names = (width * 0.3).min(200.0);
    let room = (width - names - TOLD).max(40.0);
    let most = most(values);
    let mark = |(at, value): (usize, &Value)| {
        let y = as_f64(at) * ROW;
        let length = share_of(value.size.unwrap_or(0), most) * room;
        let base = y + ROW / 2.0 + 4.5;
        Mark {
            at,
            x: names,
            y: y + (ROW - BAR) / 2.0,
            width: length,
            height: BAR,
            label: Some(Words { x: names - 10.0, y: base, anchor: "end", text: short(&value.label, names - 12.0) }),
            told: Some(Words { x: names + length + 8.0, y: base, anchor: "start", text: value.told.clone() }),
        }
    };
    let marks = values.iter().enumerate().map(mark).collect();
    Shapes { width, height: as_f64(values.len()) * ROW, marks, ..Shapes::default() }
}

/// Values side by side in the order of time: bars, or a line where they are many.
pub fn upright(values: &[Value], width: f64) -> Shapes {
    let left = 72.0;
    let slot = (width - left) / as_f64(values.len().max(1));
    let most = most(values);
    let base = TOP + PLOT;
    let are_told = values.len() <= MOST_TOLD && slot > 44.0;
    let widest = values.iter().map(|value| wide(&value.label)).fold(0.0, f64::max) + 12.0;
    let every = as_usize((widest / slot).ceil()).max(1);
    let mark = |(at, value): (usize, &Value)| {
        let height = share_of(value.size.unwrap_or(0), most) * PLOT;
        let x = left + as_f64(at) * slot;
        let middle = x + slot / 2.0;
        let told = || Words { x: middle, y: base - height - 6.0, anchor: "middle", text: value.told.clone() };
        let label = || Words { x: middle, y: base + 17.0, anchor: "middle", text: value.label.clone() };
        Mark {
            at,
            x: x + slot * 0.15,
            y: base - height,
            width: slot * 0.7,
            height,
            label: (at % every == 0).then(label),
            told: are_told.then(told),
        }
    };
    let mut marks: Vec<Mark> = values.iter().enumerate().map(mark).collect();
    let mut points = Vec::new();
    let is_line = values.len() > MOST_BARS;
    if is_line {
        // Where there was nothing to measure the line goes on; it does not fall to zero.
        let measured = marks.iter().filter(|mark| values[mark.at].size.is_some());
        points = measured.map(|mark| (mark.x + mark.width / 2.0, mark.y)).collect();
        for (at, mark) in marks.iter_mut().enumerate() {
            // What one points at is the whole column.
            (mark.x, mark.y) = (left + as_f64(at) * slot, TOP);
            (mark.width, mark.height) = (slot, PLOT);
        }
    }
    let lines = [(base, 0), (base - PLOT / 2.0, most / 2), (TOP, most)];
    let lines = lines.into_iter().filter(|(y, value)| *value > 0 || (*y - base).abs() < 1.0).collect();
    Shapes { width, height: base + BOTTOM, marks, lines, is_line, points }
}

fn most(values: &[Value]) -> i64 {
    values.iter().filter_map(|value| value.size).max().unwrap_or(0)
}

fn share_of(size: i64, most: i64) -> f64 {
    if most > 0 { number(size) / number(most) } else { 0.0 }
}

/// How wide words are about; a Chinese letter is as wide as two.
fn wide(text: &str) -> f64 {
    text.chars().map(|letter| if letter.is_ascii() { LETTER } else { 2.0 * LETTER }).sum()
}

/// As much of the words as fits.
fn short(text: &str, room: f64) -> String {
    if wide(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if wide(&kept) + 2.0 * LETTER * 1.5 > room {
            break;
        }
        kept.push(letter);
    }
    kept + "…"
}

#[expect(clippy::cast_precision_loss, reason = "pixels and seconds lie far below 2^53")]
fn number(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "a chart holds few marks")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few marks, never less than none")]
fn as_usize(count: f64) -> usize {
    count as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn values(sizes: &[Option<i64>]) -> Vec<Value> {
        sizes.iter().map(|size| Value { label: "Ann".into(), told: "1".into(), size: *size }).collect()
    }

    #[test]
    fn bars_begin_at_zero_and_are_as_long_as_their_values() {
        let shapes = across(&values(&[Some(10), Some(5), None, Some(0)]), 640.0);
        let widths: Vec<f64> = shapes.marks.iter().map(|mark| mark.width).collect();
        assert_eq!((widths[1] * 2.0, widths[2], widths[3]), (widths[0], 0.0, 0.0));
        assert!(shapes.marks.iter().all(|mark| mark.x + mark.width + TOLD <= 640.0));
    }

    #[test]
    fn upright_bars_stand_on_the_line_of_zero() {
        let shapes = upright(&values(&[Some(10), Some(5), None]), 640.0);
        let base = shapes.lines[0].0;
        assert!(shapes.marks.iter().all(|mark| (mark.y + mark.height - base).abs() < 0.01));
        assert_eq!(shapes.lines.iter().map(|line| line.1).collect::<Vec<_>>(), [0, 5, 10]);
        assert_eq!((upright(&values(&[Some(0)]), 640.0).lines.len(), shapes.points.len()), (1, 0));
    }

    #[test]
    fn what_would_be_too_thin_is_a_line() {
        let mut sizes = [Some(3); 92];
        sizes[5] = None;
        let shapes = upright(&values(&sizes), 640.0);
        assert!(shapes.is_line && (shapes.points.len(), shapes.marks.len()) == (91, 92));
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(short("Ann", 60.0), "Ann");
        assert_eq!(short("Northern Industrial Supplies", 80.0), "Northern I…");
    }
}
