//! Cuts the built app into parts that a browser fetches when it needs them.
//!
//! Trunk builds the page; cutting has to happen between the linker and
//! wasm-bindgen, where Trunk lets nobody in. So the app's program is taken from
//! the linker once more, and what Trunk made of it is replaced.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use super::files_in;
use super::tidy::minify;
use crate::paths;
use crate::shell::{Outcome, command, succeed};

/// The loader of the parts, by the name that the cutter gives it.
const LOADER: &str = "__wasm_split.js";

/// What begins the app: Trunk writes it into the page, where no script may stand.
const START: &str = "start.js";

/// The parts that the page everyone starts on takes.
const FIRST: &str = "board";

/// Flat code is looped anew, and better: 0.6 % less than a plain `-Oz`.
pub const SHRINK: [&str; 4] = ["--flatten", "--rereloop", "-Oz", "-Oz"];

/// Replaces the one piece in `dist` by its parts, in a folder named by their content.
pub fn cut(dist: &Path) -> Outcome {
    let stage = paths::host_target().join("app-parts");
    if stage.exists() {
        fs::remove_dir_all(&stage)?;
    }
    let (raw, bound) = (stage.join("raw"), stage.join("bound"));
    fs::create_dir_all(&raw)?;
    let linked = paths::wasm_target().join("wasm32-unknown-unknown/wasm-release/app.wasm");
    succeed(command("wasm-split-cli").arg(&linked).arg(&raw).args(["--out-name", "app"]))?;
    let main = raw.join("app.wasm");
    succeed(
        command("wasm-bindgen")
            .arg(&main)
            .args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-dir"])
            .arg(&bound),
    )?;
    fs::remove_file(main)?;
    fs::copy(raw.join(LOADER), bound.join(LOADER))?;
    minify(&bound.join("app.js"))?;
    let mut programs = vec![bound.join("app_bg.wasm")];
    programs.extend(files_in(&raw)?.into_iter().filter(|file| is_program(file)));
    shrink(programs, &bound)?;
    let folder = format!("app-{:016x}", mark_of(&bound)?);
    fs::rename(&bound, dist.join(&folder))?;
    let loader = fs::read_to_string(dist.join(&folder).join(LOADER))?;
    let rewritten = rewrite(&fs::read_to_string(dist.join("index.html"))?, &folder, &loader)?;
    fs::write(dist.join("index.html"), rewritten.page)?;
    fs::write(dist.join(&folder).join(START), rewritten.start)?;
    for name in rewritten.one_piece {
        fs::remove_file(dist.join(name))?;
    }
    Ok(())
}

fn is_program(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "wasm")
}

/// Two at a time: the largest takes as long as all others.
fn shrink(programs: Vec<PathBuf>, into: &Path) -> Outcome {
    let waiting = Mutex::new(programs.into_iter());
    let work = || -> Outcome {
        loop {
            let next = waiting.lock().map_err(|_| "shrinking panicked")?.next();
            let Some(program) = next else { return Ok(()) };
            let name = program.file_name().ok_or("a program without a name")?;
            succeed(command("wasm-opt").args(SHRINK).arg(&program).arg("--output").arg(into.join(name)))?;
        }
    };
    thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "shrinking panicked")?)
    })
}

fn mark_of(folder: &Path) -> Outcome<u64> {
    let mut hasher = DefaultHasher::new();
    for file in files_in(folder)? {
        file.file_name().hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// The page with the parts in place of the one piece.
struct Rewritten {
    page: String,
    start: String,
    /// The names of what the page no longer needs.
    one_piece: [String; 2],
}

fn rewrite(page: &str, folder: &str, loader: &str) -> Outcome<Rewritten> {
    let (_, after) = page.split_once("from '/app-").ok_or("Trunk's page does not import the app")?;
    let (hash, _) = after.split_once(".js'").ok_or("Trunk's page does not name the app")?;
    let one_piece = [format!("app-{hash}.js"), format!("app-{hash}_bg.wasm")];
    let link = |part: String| {
        format!(
            "<link rel=\"preload\" href=\"/{folder}/{part}.wasm\" as=\"fetch\" type=\"application/wasm\" \
             crossorigin=\"anonymous\" fetchpriority=\"low\">"
        )
    };
    let loader_link = format!("<link rel=\"modulepreload\" href=\"/{folder}/{LOADER}\">");
    let ahead: String = [loader_link].into_iter().chain(parts_of(FIRST, loader)?.into_iter().map(link)).collect();
    let page = page
        .replace(&one_piece[0], &format!("{folder}/app.js"))
        .replace(&one_piece[1], &format!("{folder}/app_bg.wasm"))
        .replace("</head>", &format!("{ahead}\n</head>"));
    let (page, start) = without_script(&page, &format!("/{folder}/{START}"))?;
    Ok(Rewritten { page, start, one_piece })
}

/// The page with its one script in a file of its own, and what stands in that file.
pub fn without_script(page: &str, file: &str) -> Outcome<(String, String)> {
    const OPEN: &str = "<script type=\"module\"";
    const CLOSE: &str = "</script>";
    let (before, after) = page.split_once(OPEN).ok_or("Trunk's page does not start the app")?;
    let (_, after) = after.split_once('>').ok_or("Trunk's script does not begin")?;
    let (start, after) = after.split_once(CLOSE).ok_or("Trunk's script does not end")?;
    if before.contains("<script") || after.contains("<script") {
        return Err("Trunk's page holds more than one script".into());
    }
    Ok((format!("{before}{OPEN} src=\"{file}\">{CLOSE}{after}"), start.trim_start().to_owned()))
}

/// What is fetched for a part: itself, and what it shares with others.
fn parts_of(part: &str, loader: &str) -> Outcome<Vec<String>> {
    let start = format!("export const __wasm_split_load_{part} = ");
    let (_, after) = loader.split_once(&start).ok_or_else(|| format!("there is no part {part}"))?;
    let (own, _) = after.split_once("export const").unwrap_or((after, ""));
    let (_, shared) = own.rsplit_once('[').ok_or("the loader names no shared parts")?;
    let (shared, _) = shared.split_once(']').ok_or("the loader's list of parts has no end")?;
    let shared = shared.split(',').filter_map(|name| name.trim().strip_prefix("__")).map(str::to_owned);
    Ok(shared.chain([format!("split_{part}")]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADER_TEXT: &str = "\
const __chunk_6 = makeLoad(() => fetch(\"./chunk_6.wasm\"), []);
export const __wasm_split_load_admin = wrapAsyncCb(makeLoad(() => fetch(\"./split_admin.wasm\"), [__chunk_7]));
export const __wasm_split_load_board = wrapAsyncCb(makeLoad(() => fetch(\"./split_board.wasm\"), [__chunk_6, __chunk_11]));
export const __wasm_split_load_imports = wrapAsyncCb(makeLoad(() => fetch(\"./split_imports.wasm\"), []));
";

    #[test]
    fn a_part_is_fetched_with_what_it_shares() {
        assert_eq!(parts_of("board", LOADER_TEXT).unwrap(), ["chunk_6", "chunk_11", "split_board"]);
        assert_eq!(parts_of("imports", LOADER_TEXT).unwrap(), ["split_imports"]);
        assert!(parts_of("portal", LOADER_TEXT).is_err());
    }

    #[test]
    fn the_page_names_the_parts_and_not_the_one_piece() {
        let page = "<head><script type=\"module\">import init from '/app-0f.js';\nawait init('/app-0f_bg.wasm');</script></head>";

        let Rewritten { page, start, one_piece } = rewrite(page, "app-1a", LOADER_TEXT).unwrap();

        assert_eq!(one_piece, ["app-0f.js", "app-0f_bg.wasm"]);
        assert_eq!(start, "import init from '/app-1a/app.js';\nawait init('/app-1a/app_bg.wasm');");
        assert!(page.contains("<head><script type=\"module\" src=\"/app-1a/start.js\"></script>"), "{page}");
        assert!(page.contains("href=\"/app-1a/chunk_11.wasm\"") && !page.contains("chunk_7"), "{page}");
    }
}
