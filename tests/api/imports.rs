//! Imports: what the dry run says, what the commit writes, what undo brings back.

mod bad_input;
mod check;
mod costs;
mod export;
mod linked;
mod maven;
mod rights;
mod round_trip;
mod undo;
pub mod wizard;
