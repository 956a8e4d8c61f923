//! What an import needs before anything is written: reading a table from
//! text, and cleaning its cells. Pure, so that it runs in the browser.

pub mod choices;
pub mod csv;
pub mod dates;
pub mod encoding;
pub mod mapping;
pub mod numbers;
