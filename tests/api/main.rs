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
mod calendars;
mod catalogue;
mod changes;
mod files;
mod gates;
mod health;
mod hostile;
mod imports;
mod jobs;
mod knowledge;
mod live;
mod migrate;
mod past;
mod people;
mod pipelines;
mod portal;
mod program;
mod queries;
mod races;
mod references;
mod reports;
mod search;
mod shares;
mod statements;
mod surveys;
mod tallies;
mod tickets;
mod together;
mod undo;
mod undo_rights;
mod views;
mod world;
