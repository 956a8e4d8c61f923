//! Opaque secrets that browsers and mails carry; the database keeps their hash.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// 256 bits, written in hexadecimal.
pub struct Secret(pub String);

impl Secret {
    pub fn random() -> Self {
        Self::of(&rand::random())
    }

    pub fn of(bytes: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(64);
        for byte in bytes {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

/// What the database knows of a secret.
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// Stands for a text that need not be kept itself.
pub fn short_hash(text: &str) -> String {
    let mut hash = Secret::of(&Sha256::digest(text).into()).0;
    hash.truncate(32);
    hash
}
