//! What every room stands on. These modules know no room.

pub mod access;
pub mod background;
pub mod chain;
pub mod change;
pub mod clock;
pub mod closing;
pub mod db;
pub mod history;
pub mod ids;
pub mod jobs;
pub mod links;
pub mod live;
pub mod markdown;
pub mod migrate;
pub mod one_default;
pub mod outbox;
pub mod presence;
pub mod query;
pub mod records;
pub mod references;
pub mod rows;
pub mod search;
pub mod tally;
pub mod undo;
