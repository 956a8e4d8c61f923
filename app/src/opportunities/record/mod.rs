//! A deal's record: the panel over the board, and its own page.

mod body;
mod lines;
mod page;
mod panel;
mod path;
mod people;
mod stay;

pub use page::RecordPage;
pub use panel::RecordPanel;
pub use path::stage_mark;

use uuid::Uuid;

use crate::part;

part! { records: pub fn body(id: Uuid) => body::panel(id) }
