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
