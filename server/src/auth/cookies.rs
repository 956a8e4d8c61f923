//! The two cookies: what they are called, how they are set and read.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use shared::time::SECOND;

use super::sessions::{IDLE, Pair};
use super::token;
use crate::settings::Settings;

/// More than that is no cookie of ours.
const MAX_HEADER: usize = 8 * 1024;

/// Names and flags, as the public URL asks for.
#[derive(Clone, Copy)]
pub struct Jar {
    access: &'static str,
    refresh: &'static str,
    secure: &'static str,
}

impl Jar {
    pub fn new(settings: &Settings) -> Self {
        if settings.is_secure() {
            // Browsers take these names only with Secure, and the first only for one host.
            Self { access: "__Host-kith", refresh: "__Secure-kith-refresh", secure: "; Secure" }
        } else {
            Self { access: "kith", refresh: "kith-refresh", secure: "" }
        }
    }

    pub fn access<'request>(&self, headers: &'request HeaderMap) -> Option<&'request str> {
        read(headers, self.access)
    }

    pub fn refresh<'request>(&self, headers: &'request HeaderMap) -> Option<&'request str> {
        read(headers, self.refresh)
    }

    pub fn set(&self, pair: &Pair) -> [HeaderValue; 2] {
        [
            self.cookie(self.access, &pair.access, "/", token::LIFETIME / SECOND),
            self.cookie(self.refresh, &pair.refresh, "/api/auth", IDLE / SECOND),
        ]
    }

    pub fn clear(&self) -> [HeaderValue; 2] {
        [self.cookie(self.access, "", "/", 0), self.cookie(self.refresh, "", "/api/auth", 0)]
    }

    fn cookie(&self, name: &str, value: &str, path: &str, max_age: i64) -> HeaderValue {
        let text = format!("{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite=Strict{}", self.secure);
        HeaderValue::from_str(&text).expect("tokens are ASCII letters, digits, dots and dashes")
    }
}

/// The cookie's value. Two of one name leave open which is meant: none.
pub fn read<'request>(headers: &'request HeaderMap, name: &str) -> Option<&'request str> {
    let mut found = None;
    for header in headers.get_all(COOKIE) {
        if header.len() > MAX_HEADER {
            return None;
        }
        for pair in header.to_str().ok()?.split(';') {
            let Some((key, value)) = pair.split_once('=') else {
                continue;
            };
            if key.trim() == name && found.replace(value.trim()).is_some() {
                return None;
            }
        }
    }
    found.filter(|value| !value.is_empty())
}
