//! The opportunities room: the pipeline board, its table, and a deal's record.

mod board;
mod drag;
mod page;

pub use page::{Page, RecordPage};
