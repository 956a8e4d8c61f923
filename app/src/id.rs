//! Ids are made by whoever creates the record.

use uuid::Uuid;

/// A fresh id, in the order of time.
pub fn new() -> Uuid {
    Uuid::now_v7()
}
