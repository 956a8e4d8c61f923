//! The knowledge base: the library with its search, an article as its readers
//! see it, writing one, and what keeps them all in good state.

mod about;
mod branch;
mod diff;
mod editor;
mod feedback;
mod gaps;
mod health;
mod history;
mod hits;
mod page;
mod reader;
mod shelf;
mod suggest;
mod synonyms;
mod vote;

pub use hits::Related;
pub use page::Page;
pub use reader::ReaderPage;
pub use suggest::Suggested;
