//! Turns the catalogues in `locales/` into `Key`, `Plural` and their texts, and
//! stops the build when the languages disagree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, process};

/// Tag, whether plurals have a `one`, and the Rust name of the array of texts.
const LOCALES: [(&str, bool, &str); 2] = [("zh-CN", false, "ZH_CN"), ("en", true, "EN")];

/// Sections whose names are put together at run time; other texts are only known as `Key::…`.
const SPOKEN: [&str; 10] = [
    "choice",
    "cli.setting",
    "error",
    "field",
    "import.error",
    "import.target",
    "import.why",
    "object",
    "objects",
    "role",
];

/// Sections that the app never shows.
const OF_SERVER: [&str; 4] = ["cli", "docs", "mail", "sign_in"];

/// Sections that no first page needs: the app fetches them apart, in the background.
const LATER: &[&str] = &[
    "account",
    "admin",
    "assets",
    "calendars",
    "choice.action",
    "choice.audience",
    "choice.category",
    "choice.cause",
    "choice.channel",
    "choice.color",
    "choice.day_kind",
    "choice.days_why",
    "choice.deal_role",
    "choice.direction",
    "choice.due_metric",
    "choice.excluded",
    "choice.first_resolution_sla",
    "choice.forecast_category",
    "choice.industry",
    "choice.kind",
    "choice.level",
    "choice.lifecycle",
    "choice.locale",
    "choice.lost_reason",
    "choice.mode",
    "choice.need",
    "choice.next_response_sla",
    "choice.object",
    "choice.op",
    "choice.operation",
    "choice.outcome",
    "choice.period",
    "choice.point",
    "choice.presence",
    "choice.reason",
    "choice.resolution",
    "choice.resolution_sla",
    "choice.response_sla",
    "choice.root_cause",
    "choice.routing",
    "choice.scope",
    "choice.sees",
    "choice.source",
    "choice.state",
    "choice.step_action",
    "choice.step_outcome",
    "choice.stick",
    "choice.theme",
    "contact",
    "error",
    "field.account",
    "field.article",
    "field.article_category",
    "field.article_feedback",
    "field.article_version",
    "field.calendar",
    "field.contact",
    "field.gap",
    "field.import",
    "field.macro",
    "field.message",
    "field.pipeline",
    "field.portal_user",
    "field.product",
    "field.queue",
    "field.role",
    "field.share",
    "field.skill",
    "field.sla_policy",
    "field.survey_answer",
    "field.survey_policy",
    "field.synonym",
    "field.team",
    "field.ticket",
    "field.ticket_category",
    "field.ticket_status",
    "field.time_entry",
    "field.user",
    "field.view",
    "import",
    "inbox",
    "keys",
    "knowledge",
    "palette",
    "product",
    "record",
    "reports",
    "role",
    "service",
    "settings",
    "survey",
    "table",
    "value",
];

/// Sections of the customers' portal, an app of its own.
const PORTAL: [&str; 1] = ["portal"];

type Texts = BTreeMap<String, String>;

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let out = env::var("OUT_DIR").unwrap_or_default();
    let mut faults = Vec::new();
    let catalogues: Vec<Texts> = LOCALES
        .iter()
        .map(|(tag, ..)| read(&Path::new(&root).join(format!("../locales/{tag}.toml")), &mut faults))
        .collect();
    // A file that cannot be read would make every key of the other a fault.
    if faults.is_empty() {
        compare(&catalogues, &mut faults);
    }
    let keys: BTreeSet<&String> = catalogues.iter().flat_map(Texts::keys).collect();
    name_clashes(&keys, &mut faults);
    if !faults.is_empty() {
        for fault in faults {
            println!("cargo::error={fault}");
        }
        process::exit(1);
    }
    let code = generate(&keys, &catalogues);
    if let Err(error) = fs::write(Path::new(&out).join("catalogue.rs"), code) {
        println!("cargo::error=the catalogue cannot be written: {error}");
        process::exit(1);
    }
}

fn read(path: &Path, faults: &mut Vec<String>) -> Texts {
    println!("cargo::rerun-if-changed={}", path.display());
    let mut texts = Texts::new();
    let table = fs::read_to_string(path)
        .map_err(|error| error.to_string())
        .and_then(|text| text.parse::<toml::Table>().map_err(|error| one_line(&error)));
    match table {
        Ok(table) => flatten("", &table, &mut texts, faults),
        Err(error) => faults.push(format!("{}: {error}", path.display())),
    }
    texts
}

/// Cargo shows one line of an error.
fn one_line(error: &toml::de::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn flatten(prefix: &str, table: &toml::Table, texts: &mut Texts, faults: &mut Vec<String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) {
            faults.push(format!("{key}: a key is lower case letters, digits and `_`"));
        }
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, texts, faults),
            toml::Value::String(text) if !text.trim().is_empty() => {
                texts.insert(key, text.clone());
            }
            _ => faults.push(format!("{key}: expected a text")),
        }
    }
}

/// Every key in every language, with the same placeholders.
fn compare(catalogues: &[Texts], faults: &mut Vec<String>) {
    for (texts, (tag, has_one, _)) in catalogues.iter().zip(LOCALES) {
        for key in catalogues.iter().flat_map(Texts::keys).collect::<BTreeSet<_>>() {
            let other = key.strip_suffix(".one").map(|base| format!("{base}.other"));
            let is_spared = !has_one && other.is_some_and(|other| texts.contains_key(&other));
            if !texts.contains_key(key) && !is_spared {
                faults.push(format!("locales/{tag}.toml has no `{key}`"));
            }
        }
    }
    let (first, rest) = (&catalogues[0], &catalogues[1..]);
    for (key, text) in first {
        for (texts, (tag, ..)) in rest.iter().zip(&LOCALES[1..]) {
            let Some(twin) = texts.get(key) else { continue };
            if placeholders(text) != placeholders(twin) {
                faults.push(format!("`{key}` has other placeholders in {} than in {tag}", LOCALES[0].0));
            }
        }
    }
    for (texts, (tag, ..)) in catalogues.iter().zip(LOCALES) {
        for (key, text) in texts {
            let Some(base) = key.strip_suffix(".one") else {
                continue;
            };
            let Some(other) = texts.get(&format!("{base}.other")) else {
                faults.push(format!("locales/{tag}.toml has `{key}` but no `{base}.other`"));
                continue;
            };
            // "One deal" may leave out the number.
            if !placeholders(text).is_subset(&placeholders(other)) {
                faults.push(format!("`{key}` has placeholders that `{base}.other` lacks in {tag}"));
            }
        }
    }
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

/// `a.b_c` and `a.b.c` would be one variant.
fn name_clashes(keys: &BTreeSet<&String>, faults: &mut Vec<String>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for key in keys {
        if let Some(other) = seen.insert(variant(key), key) {
            faults.push(format!("`{other}` and `{key}` would both be Key::{}", variant(key)));
        }
    }
}

/// `nav.today` becomes `NavToday`.
fn variant(key: &str) -> String {
    key.split(['.', '_'])
        .flat_map(|word| word[..1].to_ascii_uppercase().chars().chain(word[1..].chars()).collect::<Vec<_>>())
        .collect()
}

fn generate(keys: &BTreeSet<&String>, catalogues: &[Texts]) -> String {
    let mut code = String::from(
        "/// One text of the catalogues.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         #[repr(u16)]\npub enum Key {\n",
    );
    let en = &catalogues[LOCALES.len() - 1];
    for key in keys {
        let text = en.get(*key).map_or("", String::as_str).replace('`', "'");
        let doc = format!("`{}`", text.replace('\n', " "));
        let _ = writeln!(code, "#[doc = {doc:?}]\n{},", variant(key));
    }
    code.push_str("}\n");
    let _ = writeln!(code, "#[cfg(test)]\nconst NUMBER: usize = {};", keys.len());
    names(keys, &mut code);
    for (texts, (_, _, table)) in catalogues.iter().zip(LOCALES) {
        // Only a `.one` can be absent, and never without its `.other`.
        let text =
            |key: &str| texts.get(key).or_else(|| texts.get(&key.replace(".one", ".other"))).map_or("", String::as_str);
        let of_app = |key: &str| if has_prefix(key, &OF_SERVER) { "" } else { text(key) };
        let of_portal = keys.iter().map(|key| if has_prefix(key, &PORTAL) { text(key) } else { "" });
        table_of("doc(hidden)", &format!("{table}_PORTAL"), of_portal, &mut code);
        for (table, is_later) in [(table.to_owned(), false), (format!("{table}_LATER"), true)] {
            let is_here = |key: &str| has_prefix(key, LATER) == is_later && !has_prefix(key, &PORTAL);
            let all = keys.iter().map(|key| if is_here(key) { text(key) } else { "" });
            let of_app = keys.iter().map(|key| if is_here(key) { of_app(key) } else { "" });
            table_of("cfg(not(target_family = \"wasm\"))", &table, all, &mut code);
            table_of("cfg(target_family = \"wasm\")", &table, of_app, &mut code);
        }
    }
    plurals(keys, &mut code);
    code
}

/// The names that are put together at run time, in order, and their keys.
fn names(keys: &BTreeSet<&String>, code: &mut String) {
    let spoken: Vec<&str> = keys.iter().map(|key| key.as_str()).filter(|key| has_prefix(key, &SPOKEN)).collect();
    let _ = writeln!(code, "static KEYS: [Key; {}] = [", spoken.len());
    for key in &spoken {
        let _ = writeln!(code, "Key::{},", variant(key));
    }
    code.push_str("];\n");
    table_of("doc(hidden)", "NAMES", spoken.into_iter(), code);
}

fn has_prefix(key: &str, sections: &[&str]) -> bool {
    sections.iter().any(|section| key.strip_prefix(section).is_some_and(|rest| rest.starts_with('.')))
}

/// Texts as one: a pointer and a length for each would double what a browser fetches.
fn table_of<'a>(attribute: &str, name: &str, texts: impl Iterator<Item = &'a str>, code: &mut String) {
    let joined: Vec<&str> = texts.collect();
    let _ = writeln!(code, "#[{attribute}]\npub const {name}: &str = {:?};", joined.join("\u{1f}"));
}

fn plurals(keys: &BTreeSet<&String>, code: &mut String) {
    let bases: Vec<&str> = keys.iter().filter_map(|key| key.strip_suffix(".one")).collect();
    code.push_str(
        "/// A text that counts.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum Plural {\n",
    );
    for base in &bases {
        let _ = writeln!(code, "{},", variant(base));
    }
    code.push_str("}\nimpl Plural {\n/// Its text for one, and for any other number.\npub fn keys(self) -> (Key, Key) {\nmatch self {\n");
    for base in &bases {
        let name = variant(base);
        let _ = writeln!(code, "Self::{name} => (Key::{name}One, Key::{name}Other),");
    }
    code.push_str("}\n}\n}\n");
}
