//! The headers that guard every answer, and what they are derived from: the app's page.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

use super::{Find, PAGE, current, text};

/// Puts the guarding headers on whatever this router answers, unless a handler set its own.
pub fn security_headers<S>(router: Router<S>, is_https: bool) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    guarded(router, is_https, current)
}

/// For the head of a page before the app: its icon, and what lets the browser fetch the app meanwhile.
pub fn preloads() -> String {
    static FIXED: LazyLock<String> = LazyLock::new(|| links_ahead(current));
    if cfg!(debug_assertions) { links_ahead(current) } else { FIXED.clone() }
}

pub(super) fn guarded<S>(router: Router<S>, is_https: bool, find: Find) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    // A debug build's page may be built anew at any time, and its script with it.
    let fixed = (!cfg!(debug_assertions)).then(|| page_policy(find));
    router.layer(map_response(move |mut response: Response| {
        let policy = if runs_scripts(&response) {
            fixed.clone().unwrap_or_else(|| page_policy(find))
        } else {
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")
        };
        guard(response.headers_mut(), policy, is_https);
        async move { response }
    }))
}

fn guard(headers: &mut HeaderMap, policy: HeaderValue, is_https: bool) {
    let mut set = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    set(header::CONTENT_SECURITY_POLICY, policy);
    set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    if is_https {
        set(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

/// Pages, and scripts too: a worker obeys the policy that came with its own file.
fn runs_scripts(response: &Response) -> bool {
    let kind = text(response.headers(), &header::CONTENT_TYPE);
    kind.starts_with("text/html") || kind.starts_with("text/javascript")
}

/// Lets every site show this page in a frame.
pub(super) fn let_frame(response: &mut Response, find: Find) {
    let policy = page_policy(find);
    let words = policy.to_str().unwrap_or_default().replace("frame-ancestors 'none'", "frame-ancestors *");
    if let Ok(policy) = HeaderValue::from_str(&words) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Scripts only from our own files.
fn page_policy(find: Find) -> HeaderValue {
    let loaders = if cfg!(debug_assertions) { loaders(find) } else { String::new() };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{loaders}; style-src 'self'; img-src 'self' blob: data:; \
         font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// While a developer's Trunk builds the page, its loader stands in it, and is named by its hash.
fn loaders(find: Find) -> String {
    let page = find(PAGE).map(|file| file.bytes).unwrap_or_default();
    let mut loaders = String::new();
    for script in inline_scripts(&String::from_utf8_lossy(&page)) {
        // Writing into a string cannot fail.
        let _ = write!(loaders, " 'sha256-{}'", base64(&Sha256::digest(script)));
    }
    loaders
}

/// The page's own links, with its style sheets to be fetched but not applied.
pub(super) fn links_ahead(find: Find) -> String {
    let page = find(PAGE).map(|file| file.bytes).unwrap_or_default();
    let page = String::from_utf8_lossy(&page);
    let mut ahead = String::new();
    for after in page.split("<link ").skip(1) {
        let Some((attributes, _)) = after.split_once('>') else {
            continue;
        };
        let has_own = attributes.contains("rel=\"icon\"") || attributes.contains("fetchpriority");
        let urgency = if has_own { "" } else { "fetchpriority=\"low\" " };
        let attributes = attributes.replace("rel=\"stylesheet\"", "rel=\"preload\" as=\"style\"");
        ahead += &["<link ", urgency, &attributes, ">\n"].concat();
    }
    ahead
}

fn inline_scripts(page: &str) -> Vec<&str> {
    page.split("<script")
        .skip(1)
        .filter_map(|after| {
            let (attributes, after) = after.split_once('>')?;
            let (script, _) = after.split_once("</script>")?;
            (!attributes.contains(" src=")).then_some(script)
        })
        .collect()
}

/// Base64 with padding, as content policies write hashes.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0_usize, |group, byte| group << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[group >> (18 - 6 * place) & 63];
            encoded.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    encoded
}
