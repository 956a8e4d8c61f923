//! Kith through its contract, on whichever database the environment names.

#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test that cannot go on says so by failing"
)]

mod access;
mod auth;
mod bad_input;
mod board;
mod catalogue;
mod changes;
mod health;
mod imports;
mod jobs;
mod knowledge;
mod live;
mod queries;
mod search;
mod statements;
mod undo;
