//! The few pages that the server writes itself: sign-in, and the API's description.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use shared::i18n::Locale;

use crate::auth;

/// Nothing but our own style sheet; scripts and Wasm may be fetched for the
/// app that follows, and nothing is run.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A style sheet inside the binary, under a path that names its content.
pub struct Style {
    text: String,
    path: &'static str,
    version: String,
}

impl Style {
    pub fn new(path: &'static str, parts: &[&str]) -> Self {
        let text = parts.join("\n");
        Self { version: auth::short_hash(&text), path, text }
    }

    pub fn href(&self) -> String {
        format!("{}?{}", self.path, self.version)
    }

    pub fn response(&self) -> Response {
        let headers =
            [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
        (headers, self.text.clone()).into_response()
    }
}

/// The style of the pages around signing in.
pub static SIGN_IN: LazyLock<Style> = LazyLock::new(|| {
    let tokens = include_str!("../../style/tokens.css");
    Style::new("/sign-in.css", &[tokens, include_str!("../../style/sign-in.css")])
});

/// The style of the API's description.
pub static DOCS: LazyLock<Style> = LazyLock::new(|| {
    let tokens = include_str!("../../style/tokens.css");
    Style::new("/api/docs.css", &[tokens, include_str!("../../style/docs.css")])
});

/// A whole page. `head` and `body` are HTML, `title` is text.
pub fn page(locale: Locale, title: &str, style: &Style, head: &str, body: &str) -> Response {
    let (title, href) = (escape(title), style.href());
    let html = format!(
        "<!doctype html>\n<html lang=\"{locale}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"{href}\">\n{head}</head>\n\
         <body>\n{body}\n</body>\n</html>\n"
    );
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store"), (CONTENT_SECURITY_POLICY, POLICY)];
    (headers, html).into_response()
}

/// Text as HTML shows it, in elements and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<b a=\"x\" c='y'>&"), "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;");
    }
}
