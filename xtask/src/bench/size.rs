//! Bytes that a browser loads, counted exactly.

use super::Measure;
use super::http::{Connection, Request};
use super::process::with_server;
use crate::app;
use crate::server::Server;
use crate::shell::Outcome;

pub fn measure() -> Outcome<Vec<Measure>> {
    let board = kilobytes(app::first_load()?.bytes());
    let sign_in = kilobytes(with_server(|server| page_bytes(server, "/sign-in"))?);
    Ok(vec![
        Measure::at_most("bytes of the app's first load, brotli", board, "kB", 440.0, 300.0),
        Measure::at_most("sign-in page alone, brotli", sign_in, "kB", 80.0, 40.0),
    ])
}

/// A page and what it shows itself with, as sent to a browser. What it only fetches ahead does not count.
fn page_bytes(server: &Server, path: &str) -> Outcome<u64> {
    let mut connection = Connection::open(server.address())?;
    let page = connection.send(&Request::get(path).header("Accept", "text/html"))?;
    let mut paths = shown_with(&String::from_utf8_lossy(&page.body));
    paths.push(path.to_owned());
    let mut bytes = 0;
    for path in paths {
        let part =
            connection.send(&Request::get(&path).header("Accept", "text/html, */*").header("Accept-Encoding", "br"))?;
        if part.status != 200 {
            return Err(format!("{path} answers {}", part.status).into());
        }
        bytes += part.body.len() as u64;
    }
    Ok(bytes)
}

/// Stylesheets, scripts and pictures of a page.
fn shown_with(page: &str) -> Vec<String> {
    page.split('<')
        .filter_map(|tag| match tag.split_whitespace().next()? {
            "link" if tag.contains("stylesheet") || tag.contains("\"icon\"") => attribute(tag, "href"),
            "script" | "img" => attribute(tag, "src"),
            _ => None,
        })
        .filter(|path| path.starts_with('/'))
        .collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = after.split_once('"')?;
    Some(value.to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "far fewer bytes than 2^52")]
fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_counts_what_it_shows_itself_with_and_not_what_it_fetches_ahead() {
        let page = r#"<link rel="stylesheet" href="/page.css"><link rel="preload" as="fetch" href="/app.wasm">
            <script defer src="/sign-in.js"></script><img alt="" src="data:,"><a href="/help">"#;

        assert_eq!(shown_with(page), ["/page.css", "/sign-in.js"]);
    }
}
