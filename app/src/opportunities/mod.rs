//! The opportunities room: the pipeline board, its table, and a deal's record.

mod board;
mod drag;
mod form;
mod page;
mod past_table;
mod question;
mod record;
mod table;

pub use page::Page;
pub use record::RecordPage;
