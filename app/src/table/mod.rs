//! The table of records: one for every kind, driven by its schema.

mod bar;
mod bulk;
mod cards;
mod cell;
mod columns;
mod export;
mod footer;
mod grid;
mod keys;
mod listing;
mod panel;
mod picker;
mod row;
mod views;

pub use bar::{ListBar, Search};
pub use export::save_blob;
pub use grid::RecordTable;
pub use listing::{Listing, Shape};
pub use panel::{RecordBody, RecordPanel};
pub use views::ViewMenu;
