//! What the live stream says: the records that changed, as the reader may see them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Object;
use crate::fields::Row;
use crate::id::{BatchId, UserId};
use crate::time::SECOND;

/// The stream itself is server-sent events, not JSON; see `STREAM`.
pub const ENDPOINTS: &[crate::api::Route] = &[crate::api::Route {
    name: "Stream",
    doc: " Server-sent events from `since` on, each a `Event`.",
    method: http::Method::GET,
    path: STREAM,
    access: crate::access::Access::SignedIn,
    input: "since",
    output: "text/event-stream",
}];

pub const STREAM: &str = "/api/events";

/// The stream's event names. `CHANGE` carries an `Event`; `REFRESH` carries
/// the word of a kind of record of which so many changed at once that lists
/// are better asked anew; `RESET` says that too much was missed to catch up, or
/// that the reader may do and see other things now; `HERE` only says how far
/// the log has come. Each carries the log's number.
pub const CHANGE: &str = "change";
pub const REFRESH: &str = "refresh";
pub const RESET: &str = "reset";
pub const HERE: &str = "here";
pub const PRESENCE: &str = "presence";

/// Whoever has not said for so long, in ms, that they are at a record is there no more.
pub const STAYS: i64 = 15 * SECOND;

/// The header of an answer that says how far the log had come when the question
/// was begun. What has a higher number may be missing in the answer.
pub const SEQ_HEADER: &str = "x-kith-seq";

/// Where to begin: the number of the last change that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Since {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
}

/// A record changed, or left the reader's sight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub seq: i64,
    pub batch: BatchId,
    pub object: Object,
    pub id: Uuid,
    /// Absent: deleted, or no longer the reader's to see.
    pub row: Option<Row>,
    pub by: Option<UserId>,
}

choices! {
    /// What somebody does at a record; of several things the last named here is told.
    pub enum Doing {
        /// They have it open.
        Looking = "looking",
        /// They write a note for staff.
        Noting = "noting",
        /// They write to the customer.
        Replying = "replying",
    }
}

impl Doing {
    pub fn writes(self) -> bool {
        self != Self::Looking
    }
}

/// Somebody who is at a record, once in however many windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    pub user_id: UserId,
    pub name: String,
    pub what: Doing,
}

/// All who are at a record now; nobody when the last has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attended {
    pub object: Object,
    pub id: Uuid,
    pub present: Vec<Present>,
}
