//! The accounts room: the list, an account's panel and page, the form for a new one.

mod children;
mod deals;
mod form;
mod page;
mod people;
mod record;

pub use page::{Page, RecordPage};
