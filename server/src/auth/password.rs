//! Passwords: what one must be like, and argon2id, a few at a time.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use shared::api::FieldError;
use shared::auth::{MAX_PASSWORD, MIN_PASSWORD};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{Error, Result};

/// Each hash takes 19 MiB and a core: more at once would starve the rest.
const AT_ONCE: usize = 2;

/// Who waited longer than that is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest of the passwords that guessing programs try first, and their like.
const COMMON: &[&str] = &[
    "1234567890",
    "0123456789",
    "9876543210",
    "0987654321",
    "12345678910",
    "123456789a",
    "a123456789",
    "123456789q",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty12345",
    "qwerty1234",
    "q1w2e3r4t5",
    "asdfghjkl;",
    "zaq12wsxcde3",
    "password12",
    "password123",
    "password1234",
    "password12345",
    "passw0rd123",
    "p@ssw0rd123",
    "changeme123",
    "iloveyou12",
    "iloveyou123",
    "letmein123",
    "welcome123",
    "welcome1234",
    "administrator",
    "admin12345",
    "admin123456",
    "sunshine123",
    "princess123",
    "football123",
    "baseball123",
    "superman123",
    "trustno1234",
    "woaini1314",
    "woaini1314520",
    "5201314520",
    "1314520520",
    "woaiwojia123",
    "zhang123456",
    "wang123456",
    "abcd123456",
    "abc1234567",
    "abcdefghij",
    "abcdefghijk",
    "a1b2c3d4e5",
    "aa12345678",
    "qq12345678",
    "asd1234567",
    "asdf123456",
    "qazwsxedcr",
    "qazwsx123456",
    "kith-kith-kith",
    "correcthorsebatterystaple",
];

pub struct Passwords {
    argon: Argon2<'static>,
    /// Compared against when there is no such account: it takes as long and never fits.
    nobody: String,
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// `weak` makes hashes that cost nothing, for tests.
    pub fn new(weak: bool) -> Result<Self> {
        let (memory, passes) = if weak { (8, 1) } else { (19 * 1024, 2) };
        let params = Params::new(memory, passes, 1, None).map_err(Error::internal)?;
        let (salt, hash) = ("A".repeat(22), "A".repeat(43));
        Ok(Self {
            argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            nobody: format!("$argon2id$v=19$m={memory},t={passes},p=1${salt}${hash}"),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    pub async fn hash(&self, password: &str) -> Result<String> {
        let (argon, password) = (self.argon.clone(), normal(password));
        let turn = self.turn().await?;
        let hashing = move || {
            let hash = argon.hash_password(password.as_bytes()).map(|hash| hash.to_string());
            drop(turn);
            hash
        };
        tokio::task::spawn_blocking(hashing).await.map_err(Error::internal)?.map_err(Error::internal)
    }

    /// Whether the password is the one of `hash`. Without a hash it is not,
    /// and finding that out takes as long.
    pub async fn fits(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let (argon, password) = (self.argon.clone(), normal(password));
        let turn = self.turn().await?;
        let comparing = move || {
            let fits = PasswordHash::new(&hash).map(|hash| argon.verify_password(password.as_bytes(), &hash).is_ok());
            drop(turn);
            fits
        };
        let fits = tokio::task::spawn_blocking(comparing).await.map_err(Error::internal)?;
        Ok(fits.map_err(Error::internal)? && is_known)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        match tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(Error::Unavailable),
        }
    }
}

/// The same characters however the keyboard composed them.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// Longer than any password: not worth a hash.
pub fn is_too_long(password: &str) -> bool {
    password.len() > MAX_PASSWORD * 4
}

/// What is wrong with a new password for this address.
pub fn check(password: &str, email: &str) -> std::result::Result<(), FieldError> {
    let password = normal(password);
    let length = password.chars().count();
    if length < MIN_PASSWORD {
        return Err(FieldError::new("password_too_short").with("min", MIN_PASSWORD));
    }
    if length > MAX_PASSWORD {
        return Err(FieldError::new("too_long").with("max", MAX_PASSWORD));
    }
    let lower = password.to_lowercase();
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let email = email.to_lowercase();
    let is_own = lower == email
        || email.split('@').next().is_some_and(|name| name.chars().count() >= 4 && lower.starts_with(name));
    if is_own || letters.len() < 4 || COMMON.contains(&lower.as_str()) {
        return Err(FieldError::new("password_too_common"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<String> {
        check(password, "Lin.Wei@example.com").err().map(|error| error.code)
    }

    #[test]
    fn a_password_is_long_and_not_what_everybody_tries() {
        assert_eq!(code("short"), Some("password_too_short".into()));
        assert_eq!(code(&"long ".repeat(41)), Some("too_long".into()));
        for common in ["Password123", "aaaaaaaaaaaa", "121212121212", "lin.wei@example.com", "Lin.Wei-2026"] {
            assert_eq!(code(common), Some("password_too_common".into()), "{common}");
        }
        assert_eq!(code("山高水长九月初八夜"), Some("password_too_short".into()));
        assert_eq!(code("山高水长九月初八夜雨"), None);
        assert_eq!(code("tram leaves at nine"), None);
    }

    #[tokio::test]
    async fn only_the_same_password_fits_however_it_was_typed() {
        let passwords = Passwords::new(true).unwrap();
        let hash = passwords.hash("caf\u{e9} au lait").await.unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        assert!(passwords.fits("cafe\u{301} au lait", Some(&hash)).await.unwrap());
        assert!(!passwords.fits("cafe au lait", Some(&hash)).await.unwrap());
        assert!(!passwords.fits("cafe au lait", None).await.unwrap());
    }

    #[tokio::test]
    async fn hashes_cost_what_the_guides_ask_for() {
        let hash = Passwords::new(false).unwrap().hash("tram leaves at nine").await.unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }
}
