//! Kith through its contract, on whichever database the environment names.

mod access;
mod auth;
mod bad_input;
mod board;
mod catalogue;
mod changes;
mod health;
mod imports;
mod jobs;
mod live;
mod queries;
mod search;
mod statements;
mod undo;
