//! What the figures were taken on.

use std::fs;
use std::thread;

/// Cores, processor, memory and the build, in a line.
pub fn facts() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let processor = value(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown processor".into());
    let kibibytes = value(&read("/proc/meminfo"), "MemTotal").and_then(|size| size.split(' ').next()?.parse().ok());
    let memory = kibibytes.map_or_else(String::new, |size: u64| format!(", {} GiB", size.div_ceil(1 << 20)));
    format!(
        "{cores} cores ({processor}){memory}; release build, SQLite with synchronous=FULL; load and server share the cores"
    )
}

fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap_or_default()
}

/// The value of the first line `key : value`.
fn value(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_from_its_first_line() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nprocessor\t: 1\nmodel name\t: Other\n";

        assert_eq!(value(text, "model name").as_deref(), Some("Some CPU @ 2 GHz"));
        assert_eq!(value(text, "MemTotal"), None);
    }
}
