//! One showing of a page before the app: to whom, in which language, with what typed and told.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use shared::api::percent_encode;
use shared::i18n::{Key, Locale, fill};

use crate::assets;
use crate::error::Error;
use crate::html::{self, escape};
use crate::http::Told;

const BRAND: &str = "<svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><rect width=\"32\" height=\"32\" rx=\"7\" fill=\"#1f6f5c\"/>\
    <path d=\"M11 8v16M21.5 8.5 11.5 17M15 14l7 10\" fill=\"none\" stroke=\"#fff\" stroke-width=\"3\" \
    stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>";

/// One showing of a page: to whom, and what was typed and told.
pub struct View {
    pub locale: Locale,
    pub next: String,
    pub email: String,
    pub token: String,
    told: Option<(bool, String)>,
    status: StatusCode,
}

impl View {
    pub fn new(headers: &HeaderMap, lang: Option<&str>, next: Option<&str>) -> Self {
        Self {
            locale: lang.and_then(Locale::from_tag).unwrap_or_else(|| Told::of(headers).locale),
            next: own_path(next.unwrap_or_default()).to_owned(),
            email: String::new(),
            token: String::new(),
            told: None,
            status: StatusCode::OK,
        }
    }

    pub fn refused(mut self, error: Error) -> Self {
        let words = if let Error::TooMany(seconds) = error {
            fill(self.locale, Key::SignInWait, &[("seconds", &seconds.to_string())])
        } else {
            String::new()
        };
        let told = error.told(self.locale, None);
        self.status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::BAD_REQUEST);
        let field = told.fields.into_values().next().map(|field| field.message);
        self.told = Some((false, if words.is_empty() { field.unwrap_or(told.message) } else { words }));
        self
    }

    pub fn pleased(mut self, key: Key) -> Self {
        self.told = Some((true, key.text(self.locale).to_owned()));
        self
    }

    pub fn text(&self, key: Key) -> String {
        escape(key.text(self.locale))
    }

    fn notice(&self) -> String {
        match &self.told {
            Some((true, words)) => format!("<p class=\"told good\" role=\"status\">{}</p>", escape(words)),
            Some((false, words)) => {
                format!("<p class=\"told\" role=\"alert\">{}</p>", escape(words))
            }
            None => String::new(),
        }
    }

    /// What every form of these pages carries along.
    pub fn carried(&self) -> String {
        let (locale, next) = (self.locale, escape(&self.next));
        format!(
            "<input type=\"hidden\" name=\"lang\" value=\"{locale}\"><input type=\"hidden\" name=\"next\" value=\"{next}\">"
        )
    }

    /// The page around one sheet.
    pub fn answer(&self, path: &str, title: Key, sheet: &str, below: &str) -> Response {
        let (tagline, notice, heading) = (self.text(Key::SignInTagline), self.notice(), self.text(title));
        let (languages, label) = (self.languages(path), self.text(Key::SignInLanguages));
        let body = format!(
            "<main class=\"entry\"><div class=\"brand\">{BRAND}<p><strong>知客 Kith</strong><span>{tagline}</span></p></div>\n\
             <section class=\"sheet\"><h1>{heading}</h1>\n{notice}\n{sheet}</section>\n{below}</main>\n\
             <nav class=\"languages\" aria-label=\"{label}\">{languages}</nav>"
        );
        let mut response = html::page(self.locale, title.text(self.locale), &html::SIGN_IN, &assets::preloads(), &body);
        *response.status_mut() = self.status;
        response
    }

    fn languages(&self, path: &str) -> String {
        let links = Locale::ALL.map(|locale| {
            let current = if locale == self.locale { " aria-current=\"true\"" } else { "" };
            let next = percent_encode(&self.next);
            let token = if self.token.is_empty() {
                String::new()
            } else {
                format!("&amp;token={}", percent_encode(&self.token))
            };
            let name = locale.endonym();
            format!("<a href=\"{path}?lang={locale}&amp;next={next}{token}\" lang=\"{locale}\"{current}>{name}</a>")
        });
        links.concat()
    }
}

/// A path of ours, else the start: nobody is sent to another site from here.
fn own_path(next: &str) -> &str {
    let is_own = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/sign-in");
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_own && is_plain && next.len() <= 2_000 { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in ["/", "/deals?stage=7&view=board", "/accounts/1#notes"] {
            assert_eq!(own_path(path), path);
        }
        for path in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/sign-in",
            "javascript:1",
        ] {
            assert_eq!(own_path(path), "/", "{path}");
        }
    }
}
