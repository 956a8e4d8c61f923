//! The ticket room: the inbox with its views, the open ticket's thread, what
//! one writes on it, its clocks, the form for a new one.

mod clocks;
mod composer;
mod desk;
mod draft;
mod form;
mod head;
mod list;
mod macros;
mod message;
mod page;
mod side;
mod solving;
mod table;
mod thread;
mod why;

pub use desk::search;
pub use page::Page;
