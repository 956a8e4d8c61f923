//! The contacts room: the people at accounts, and how to reach them.

mod form;
pub mod links;
mod page;
mod places;
mod portal;
mod record;

pub use page::{Page, RecordPage};
