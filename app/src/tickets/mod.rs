//! The ticket room: the inbox with its views, the open ticket's thread, what
//! one writes on it, its clocks, the form for a new one.

mod clocks;
mod composer;
mod desk;
mod draft;
pub mod escalation;
mod files;
mod form;
mod head;
mod incidents;
mod linked;
mod list;
mod macros;
mod merge;
mod message;
mod page;
mod people;
mod presence;
mod rating;
mod satisfaction;
mod side;
mod solving;
mod spent;
mod split;
mod steps;
mod table;
mod thread;
mod why;

use shared::tickets::TicketKind;

use crate::record::Shown;

pub use desk::search;
pub use page::Page;

/// What is asked of complaints alone is asked. Tracked.
fn is_complaint(shown: Shown) -> bool {
    shown.text("kind").is_some_and(|kind| kind == TicketKind::Complaint.word())
}
