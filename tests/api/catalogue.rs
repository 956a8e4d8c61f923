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

/// The last literal of each call of `function`: its code.
fn codes(text: &str, function: &str) -> BTreeSet<String> {
    let calls = text.split(function).skip(1).filter_map(|after| after.split_once(')'));
    calls.filter_map(|(arguments, _)| arguments.rsplit('"').nth(1)).map(str::to_owned).collect()
}

#[test]
fn every_refusal_has_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["server/src", "shared/src"] {
        sources(&root.join(folder), &mut files);
    }
    let mut wanted = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for function in ["BadRequest(", "Refused("] {
            wanted.extend(codes(text, function).into_iter().map(|code| format!("error.{code}")));
        }
        for function in ["FieldError::new(", "Error::field("] {
            wanted.extend(codes(text, function).into_iter().map(|code| format!("error.field.{code}")));
        }
    }
    wanted.extend(shared::text::TextError::ALL.map(|error| format!("error.field.{}", error.code())));

    assert!(wanted.len() > 50, "the sources were not read: {wanted:?}");
    let missing: Vec<_> = wanted.into_iter().filter(|name| Key::from_name(name).is_none()).collect();
    assert_eq!(missing, Vec::<String>::new());
}
