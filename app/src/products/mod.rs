//! The products room: what is sold, in a table one edits in place.

mod form;
mod page;

pub use page::Page;
