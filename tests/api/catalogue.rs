//! Every refusal that the sources name has words in the catalogues.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use shared::i18n::Key;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The last literal among the arguments of each call of `function`: its code.
fn codes(text: &str, function: &str) -> BTreeSet<String> {
    let calls = text.split(function).skip(1).map(arguments);
    calls.filter_map(|arguments| arguments.rsplit('"').nth(1)).map(str::to_owned).collect()
}

/// What stands before the bracket that closes the call.
fn arguments(after: &str) -> &str {
    let mut open = 1;
    let end = after.find(|c: char| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    &after[..end.unwrap_or(0)]
}

/// A row of an import has words of its own, which name the value.
fn has_words(name: &str) -> bool {
    let of_a_row = name.replace("error.field.", "import.error.");
    Key::from_name(name).or_else(|| Key::from_name(&of_a_row)).is_some()
}

#[test]
fn every_refusal_has_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["server/src", "shared/src"] {
        sources(&root.join(folder), &mut files);
    }
    let mut wanted = BTreeSet::new();
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (function, table) in [
            ("BadRequest(", "error"),
            ("Refused(", "error"),
            ("FieldError::new(", "error.field"),
            ("Error::field(", "error.field"),
        ] {
            wanted.extend(codes(text, function).iter().map(|code| format!("{table}.{code}")));
        }
    }
    wanted.extend(shared::text::TextError::ALL.map(|error| format!("error.field.{}", error.code())));

    assert!(wanted.len() > 50, "the sources were not read: {wanted:?}");
    let missing: Vec<_> = wanted.into_iter().filter(|name| !has_words(name)).collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// Names that are the same in every language: of keys, browsers and systems, of
/// the program itself, and the units that numbers are typed with.
const NAMES: &str = "Alt Backspace Ctrl End Enter Esc Escape Home Tab \
    Android Chrome Edg Edge Firefox Intl Linux Mac Mobile Opera Safari Windows Mac_OS 知客 万 萬 亿 億";

/// What stands between quotes in the code of a file, without its tests and comments.
fn literals(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// Whether a literal reads as a text for people.
fn is_text(literal: &str) -> bool {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let first = literal.split(' ').next().unwrap_or_default();
    let mut letters = first.chars();
    let is_word = letters.next().is_some_and(|c| c.is_ascii_uppercase())
        && first.len() > 1
        && letters.all(|c| c.is_ascii_lowercase());
    literal.chars().any(is_han) || is_word
}

#[test]
fn the_app_speaks_only_from_the_catalogues() {
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src");
    let mut files = Vec::new();
    sources(&app, &mut files);
    files.retain(|file| !file.starts_with(app.join("ui/kit")) && !file.ends_with("ui/kit.rs"));
    files.retain(|file| !file.ends_with("tests.rs"));
    assert!(files.len() > 100, "the sources were not read");
    let mut spoken = Vec::new();
    for file in files {
        let found = literals(&std::fs::read_to_string(&file).unwrap());
        let known = |text: &String| NAMES.split_whitespace().any(|name| name == text.replace(' ', "_"));
        let unknown = found.into_iter().filter(|text| is_text(text) && !known(text));
        spoken.extend(unknown.map(|text| format!("{}: {text}", file.display())));
    }
    assert_eq!(spoken, Vec::<String>::new());
}
