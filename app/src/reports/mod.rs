//! Service reports: the question, its numbers, a picture and a table of them.

mod chart;
mod desk;
mod page;
mod picture;
mod say;
mod shapes;
mod table;
mod tiles;

pub use page::Page;
