//! The knowledge base: the library with its search, an article as its readers see it, and writing one.

mod editor;
mod hits;
mod page;
mod reader;
mod shelf;
mod vote;

pub use hits::Related;
pub use page::Page;
pub use reader::ReaderPage;
