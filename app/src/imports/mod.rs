//! Imports: a file becomes records, step by step.

mod check;
mod column;
mod columns;
mod done;
mod file;
mod fix;
mod names;
mod pace;
mod page;
mod reading;
mod rows;
mod rules;
mod run;
mod sending;
mod stages;
mod values;
mod wizard;

pub use page::Page;
pub use run::RunPage;
