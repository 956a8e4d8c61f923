//! What stands around the app's programs, made small: one style sheet in place
//! of a file for each room, and scripts without what only people read.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use crate::shell::{Outcome, command, succeed};

/// Rewrites a script or style sheet in place, shorter.
pub fn minify(file: &Path) -> Outcome {
    succeed(
        command("esbuild")
            .arg(file)
            // Names are left alone that wasm-bindgen and the parts know each other by.
            .args(["--minify", "--target=es2022", "--log-level=error", "--allow-overwrite"])
            .arg(format!("--outfile={}", file.display())),
    )
}

/// Joins the style sheets of the page in a folder, in their order, into one.
/// `base` is where browsers find the folder.
pub fn join_styles(dist: &Path, base: &str) -> Outcome {
    let page_file = dist.join("index.html");
    let page = fs::read_to_string(&page_file)?;
    let (page, names) = without_styles(&page, base);
    let mut all = String::new();
    for name in &names {
        all.push_str(&fs::read_to_string(dist.join(name))?);
        fs::remove_file(dist.join(name))?;
    }
    let joined = dist.join("style.css");
    fs::write(&joined, all)?;
    minify(&joined)?;
    let name = format!("style-{:016x}.css", mark(&fs::read(&joined)?));
    fs::rename(joined, dist.join(&name))?;
    let link = format!("<link rel=\"stylesheet\" href=\"{base}{name}\"/>\n</head>");
    fs::write(page_file, page.replacen("</head>", &link, 1))?;
    Ok(())
}

fn mark(content: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(content);
    hasher.finish()
}

/// The page without its links to style sheets, and the files that they named.
fn without_styles(page: &str, base: &str) -> (String, Vec<String>) {
    let style = format!("<link rel=\"stylesheet\" href=\"{base}");
    let (mut rest, mut kept, mut names) = (page, String::new(), Vec::new());
    while let Some((before, after)) = rest.split_once(&style) {
        let Some((tag, behind)) = after.split_once('>') else { break };
        kept.push_str(before);
        names.push(tag.split('"').next().unwrap_or_default().to_owned());
        rest = behind;
    }
    (kept + rest, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_leave_the_page_in_their_order() {
        let page = "<head><link rel=\"icon\" href=\"/i.svg\"/>\
            <link rel=\"stylesheet\" href=\"/tokens-1a.css\" integrity=\"sha384-x\"/>\
            <link rel=\"stylesheet\" href=\"/base-2b.css\"/></head>";

        let (page, names) = without_styles(page, "/");

        assert_eq!(page, "<head><link rel=\"icon\" href=\"/i.svg\"/></head>");
        assert_eq!(names, ["tokens-1a.css", "base-2b.css"]);
    }
}
