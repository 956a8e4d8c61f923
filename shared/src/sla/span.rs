//! A span of time as people write it down.

/// Reads `4h`, `90m`, `1h30`, `4 小时`, `2:30`; a bare number is hours.
pub fn read(typed: &str) -> Option<i64> {
    let plain = crate::text::half_width(typed).to_lowercase();
    let plain =
        plain.replace("小时", "h").replace("分钟", "m").replace("分", "m").replace("min", "m").replace(':', "h");
    let plain: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    let whole = |text: &str| text.parse::<i64>().ok().filter(|n| (0..=100_000).contains(n));
    let minutes = match plain.split_once('h') {
        Some((hours, rest)) => {
            whole(hours)? * 60 + whole(rest.trim_end_matches('m')).or(rest.is_empty().then_some(0))?
        }
        None => match plain.strip_suffix('m') {
            Some(minutes) => whole(minutes)?,
            None => whole(&plain)? * 60,
        },
    };
    (minutes > 0).then_some(minutes * 60)
}

/// As `read` reads it.
pub fn written(seconds: i64) -> String {
    let minutes = seconds / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them_and_written_so_that_they_are_read() {
        for (typed, minutes) in [
            ("4h", 240),
            ("4", 240),
            ("90m", 90),
            ("1h30", 90),
            ("1h30m", 90),
            ("2:30", 150),
            ("４小时", 240),
            ("30 分钟", 30),
            ("45 min", 45),
        ] {
            assert_eq!(read(typed), Some(minutes * 60), "{typed}");
            assert_eq!(read(&written(minutes * 60)), Some(minutes * 60));
        }
        for typed in ["", "0", "soon", "-1h", "1h2h", "h", "m"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
