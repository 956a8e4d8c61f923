//! Filters: the question of a list as chips and groups, kept in the address.

mod bar;
pub mod condition;
mod groups;
mod menu;
pub mod say;
mod state;
mod values;

pub use bar::FilterBar;
pub use state::Filters;
