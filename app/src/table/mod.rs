//! The table of records.
