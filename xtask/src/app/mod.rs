//! The app for the browser: built for size, and compressed beforehand.

mod parts;
mod portal;
mod tidy;

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::paths;
use crate::setup::{self, Tool};
use crate::shell::{Outcome, command, say, succeed, timed};

/// What the built app is made of.
const SOURCES: &[&str] = &[
    "app",
    "shared",
    "style",
    "locales",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "xtask/src/app",
    ".cargo/config.toml",
];

/// Below this, a compressed copy saves nothing that a network would notice.
const WORTH_COMPRESSING: u64 = 256;

/// The texts of one language, which the page cannot name: it is the same for all readers.
const TEXTS: &str = "/split_chinese.wasm";

/// What fetches the app: the page and all that it names, as brotli sends it.
pub struct FirstLoad {
    pub files: Vec<(String, u64)>,
}

impl FirstLoad {
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, bytes)| bytes).sum()
    }
}

/// Builds the app and the portal into `dist`, each unless it is there as built
/// from these sources. Answers a mark of the build.
pub fn build() -> Outcome<String> {
    setup::prepare(Tool::FOR_APP)?;
    let app = unless_built("app", SOURCES, build_app)?;
    // The app's build empties the folder, so that the portal's is always second.
    let portal = unless_built("portal", portal::SOURCES, portal::build)?;
    Ok(format!("{app}-{portal}"))
}

fn unless_built(what: &str, sources: &[&str], build: fn() -> Outcome) -> Outcome<String> {
    let mark_file = paths::host_target().join(format!("{what}.mark"));
    let sources = mark_of_sources(sources)?;
    let mark = |dist: u64| format!("{sources:016x}-{dist:016x}");
    if fs::read_to_string(&mark_file).is_ok_and(|last| mark_of_dist(what).is_ok_and(|dist| last == mark(dist))) {
        say(&format!("the {what} is built"));
    } else {
        build()?;
        fs::write(mark_file, mark(mark_of_dist(what)?))?;
    }
    Ok(mark(mark_of_dist(what)?))
}

fn build_app() -> Outcome {
    timed("building the app", || succeed(&mut trunk(["build", "--release", "--features", "split"], &paths::dist())))?;
    timed("cutting it into parts", || parts::cut(&paths::dist()))?;
    tidy::join_styles(&paths::dist(), "/")?;
    timed("compressing it", || compress(&paths::dist()))
}

pub fn trunk<const N: usize>(arguments: [&str; N], dist: &Path) -> std::process::Command {
    let mut trunk = command("trunk");
    trunk
        .args(arguments)
        .args(["--locked", "--skip-version-check", "--dist"])
        .arg(dist)
        .env("CARGO_TARGET_DIR", paths::wasm_target())
        // Trunk takes a value here, where the world writes `NO_COLOR=1`.
        .env_remove("NO_COLOR");
    trunk
}

/// What a browser loads before it shows the app.
pub fn first_load() -> Outcome<FirstLoad> {
    let page = fs::read_to_string(paths::dist().join("index.html"))?;
    let mut files = Vec::new();
    for file in files_in(&paths::dist())? {
        let name = name_in(&paths::dist(), &file);
        if is_copy(&file)
            || name.starts_with(portal::FOLDER)
            || (name != "index.html" && !page.contains(&name) && !name.ends_with(TEXTS))
        {
            continue;
        }
        let compressed = with_ending(&file, "br");
        let sent = if compressed.is_file() { compressed } else { file };
        files.push((name, fs::metadata(sent)?.len()));
    }
    Ok(FirstLoad { files })
}

/// What a customer's browser loads before it shows the portal.
pub fn portal_load() -> Outcome<FirstLoad> {
    let mut files = Vec::new();
    for file in files_in(&paths::dist().join(portal::FOLDER))?.into_iter().filter(|file| !is_copy(file)) {
        // Other sites load it, not the portal.
        if file.ends_with("widget.js") {
            continue;
        }
        let compressed = with_ending(&file, "br");
        let sent = if compressed.is_file() { compressed } else { file.clone() };
        files.push((name_in(&paths::dist(), &file), fs::metadata(sent)?.len()));
    }
    Ok(FirstLoad { files })
}

fn mark_of_sources(sources: &[&str]) -> Outcome<u64> {
    let mut hasher = DefaultHasher::new();
    for source in sources {
        for file in files_in(&paths::root().join(source))? {
            name_in(&paths::root(), &file).hash(&mut hasher);
            fs::read(&file)?.hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

/// Names carry a hash of the content; names and lengths are enough.
fn mark_of_dist(what: &str) -> Outcome<u64> {
    let mut hasher = DefaultHasher::new();
    for file in files_in(&paths::dist())? {
        let name = name_in(&paths::dist(), &file);
        if name.starts_with(portal::FOLDER) != (what == portal::FOLDER) {
            continue;
        }
        name.hash(&mut hasher);
        fs::metadata(&file)?.len().hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn compress(dist: &Path) -> Outcome {
    let files = files_in(dist)?;
    thread::scope(|scope| {
        let all: Vec<_> = files.iter().map(|file| scope.spawn(|| compress_file(file))).collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| "compressing panicked")?)
    })
}

fn compress_file(file: &Path) -> Outcome {
    let content = fs::read(file)?;
    if content.len() as u64 <= WORTH_COMPRESSING {
        return Ok(());
    }
    let mut brotli = Vec::new();
    let best =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: content.len(), ..Default::default() };
    brotli::BrotliCompress(&mut content.as_slice(), &mut brotli, &best)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&content)?;
    keep_if_smaller(&with_ending(file, "br"), &brotli, content.len())?;
    keep_if_smaller(&with_ending(file, "gz"), &gzip.finish()?, content.len())?;
    Ok(())
}

/// Pictures and fonts are compressed already.
fn keep_if_smaller(file: &Path, compressed: &[u8], plain: usize) -> io::Result<()> {
    if compressed.len() < plain {
        File::create(file)?.write_all(compressed)?;
    }
    Ok(())
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn is_copy(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "br" || ending == "gz")
}

fn name_in(folder: &Path, file: &Path) -> String {
    file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned()
}

/// Every file below this one, in a stable order; itself, if it is a file; none, if it is missing.
pub fn files_in(place: &Path) -> io::Result<Vec<PathBuf>> {
    if place.is_file() {
        return Ok(vec![place.to_path_buf()]);
    }
    if !place.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries: Vec<_> =
        fs::read_dir(place)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_in(&entry)?);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_copy_is_kept_only_if_it_is_smaller() {
        let folder = std::env::temp_dir().join(format!("kith-compress-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (text, noise) = (folder.join("app.js"), folder.join("photo.png"));
        fs::write(&text, "let deal = 1;\n".repeat(100)).unwrap();
        let mut state = 1_u32;
        let random: Vec<u8> = (0..1_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect();
        fs::write(&noise, random).unwrap();

        compress_file(&text).unwrap();
        compress_file(&noise).unwrap();

        let names: Vec<_> = files_in(&folder).unwrap().iter().map(|file| name_in(&folder, file)).collect();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, ["app.js", "app.js.br", "app.js.gz", "photo.png"]);
    }
}
