//! The built app, embedded in the binary, and how browsers are handed it.

mod guard;

use std::borrow::Cow;
use std::fs;
use std::path::{Component, Path};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode, Uri};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use shared::i18n::{Key, Locale};

use crate::error::Error;
use crate::http::Told;
use guard::base64;
pub use guard::{preloads, security_headers};

/// Which build of the app is inside. Its change is what makes the compiler embed anew.
pub const BUILD: Option<&str> = option_env!("KITH_APP_BUILD");

/// The app as release builds carry it.
#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

const PAGE: &str = "index.html";

/// The customers' portal is an app of its own, with a page of its own.
const PORTAL: &str = "portal";
const PORTAL_PAGE: &str = "portal/index.html";

/// The one page that other sites may show in a frame of theirs, and the script that does.
const FORM: &str = "portal/form";
const WIDGET: &str = "portal/widget.js";

/// What browsers ask for of their own accord, for a page that names no icon.
const ICON: &str = "favicon.ico";

/// Paths that are never a page of the app.
const NOT_PAGES: [&str; 3] = ["/api", "/health", "/metrics"];

/// Encodings that files may lie ready in, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

struct File {
    bytes: Cow<'static, [u8]>,
    sha256: [u8; 32],
}

/// Finds a file of the built app by its path in `dist`.
type Find = fn(&str) -> Option<File>;

/// A debug build reads the disk at each request, so that a rebuilt app needs no rebuilt server.
fn current(path: &str) -> Option<File> {
    if cfg!(debug_assertions) { on_disk(path) } else { embedded(path) }
}

fn embedded(path: &str) -> Option<File> {
    let file = Dist::get(path)?;
    Some(File { sha256: file.metadata.sha256_hash(), bytes: file.data })
}

fn on_disk(path: &str) -> Option<File> {
    let path = Path::new(path);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../dist");
    let bytes = fs::read(Path::new(dist).join(path)).ok()?;
    Some(File { sha256: Sha256::digest(&bytes).into(), bytes: bytes.into() })
}

/// Files of the app, and its page for every path that no room has.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    serving(current)
}

fn serving<S>(find: Find) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .fallback(async move |method: Method, uri: Uri, headers: HeaderMap| serve(find, &method, &uri, &headers))
}

fn serve(find: Find, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path();
    let is_reserved = NOT_PAGES
        .iter()
        .filter_map(|prefix| path.strip_prefix(prefix))
        .any(|rest| rest.is_empty() || rest.starts_with('/'));
    if is_reserved || !matches!(*method, Method::GET | Method::HEAD) {
        return not_found(headers);
    }
    let name = path.trim_start_matches('/');
    let is_copy = ENCODINGS.iter().any(|(_, ending)| name.ends_with(ending));
    if !name.is_empty()
        && !matches!(name, PAGE | PORTAL_PAGE)
        && !is_copy
        && let Some(answer) = file(find, name, headers)
    {
        return answer;
    }
    if name == ICON {
        return StatusCode::NO_CONTENT.into_response();
    }
    if !wants_page(name, headers) {
        return not_found(headers);
    }
    let is_portals = name.strip_prefix(PORTAL).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let page = if is_portals { PORTAL_PAGE } else { PAGE };
    let mut response = file(find, page, headers).unwrap_or_else(|| not_built(headers));
    if name.trim_end_matches('/') == FORM {
        guard::let_frame(&mut response, find);
    }
    response
}

/// One file, in the best encoding that lies ready.
fn file(find: Find, name: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = find(name)?;
    let (encoding, File { bytes, sha256 }) = encoded(find, name, headers).unwrap_or(("identity", plain));
    let tag = format!("\"{}-{encoding}\"", base64(&sha256[..18]));
    let mut response =
        if text(headers, &header::IF_NONE_MATCH).split(',').any(|one| one.trim().trim_start_matches("W/") == tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(bytes))
        };
    let told = response.headers_mut();
    told.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    told.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching(name)));
    told.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if encoding != "identity" {
        told.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = tag.parse() {
        told.insert(header::ETAG, tag);
    }
    if name == WIDGET {
        told.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    }
    Some(response)
}

fn encoded(find: Find, name: &str, headers: &HeaderMap) -> Option<(&'static str, File)> {
    let accepted = text(headers, &header::ACCEPT_ENCODING);
    ENCODINGS
        .into_iter()
        .filter(|(encoding, _)| accepts(accepted, encoding))
        .find_map(|(encoding, ending)| Some((encoding, find(&format!("{name}{ending}"))?)))
}

/// Whether an `Accept-Encoding` names this encoding without refusing it.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|one| {
        let (name, quality) = one.split_once(';').unwrap_or((one, "q=1"));
        let is_refused =
            quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
        name.trim().eq_ignore_ascii_case(encoding) && !is_refused
    })
}

/// A person who follows a link, and not a script whose file is gone.
fn wants_page(name: &str, headers: &HeaderMap) -> bool {
    let accepted = text(headers, &header::ACCEPT);
    let is_file_name = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    accepted.contains("text/html") || (!is_file_name && (accepted.is_empty() || accepted.contains("*/*")))
}

/// A name that carries the hash of its content never means another content.
fn caching(name: &str) -> &'static str {
    let is_hash = |part: &str| part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    if name.split(['/', '-', '_', '.']).any(is_hash) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn not_found(headers: &HeaderMap) -> Response {
    Told::of(headers).response(Error::NotFound)
}

/// For a developer who started the server without building the app.
fn not_built(headers: &HeaderMap) -> Response {
    let locale = locale(headers);
    let title = Key::AssetsNotBuilt.text(locale);
    let page = format!(
        "<!doctype html><html lang=\"{locale}\"><meta charset=\"utf-8\"><title>Kith</title><h1>{title}</h1><pre>cargo xtask run</pre>"
    );
    let headers = [(header::CONTENT_TYPE, content_type(PAGE)), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, page).into_response()
}

fn locale(headers: &HeaderMap) -> Locale {
    Locale::negotiate(text(headers, &header::ACCEPT_LANGUAGE))
}

fn text<'request>(headers: &'request HeaderMap, name: &HeaderName) -> &'request str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
