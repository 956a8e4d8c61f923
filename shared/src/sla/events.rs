//! What happens to a ticket, as far as its clocks care.

use serde::{Deserialize, Serialize};

use super::{Category, Clock, Priority};
use crate::id::SlaPolicyId;
use crate::time::Instant;

/// A policy as it was when a ticket was matched with it. Later edits do not
/// reach the ticket before it is matched anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyVersion {
    pub id: SlaPolicyId,
    pub version: i64,
}

choices! {
    /// Who opened the ticket.
    pub enum Origin {
        Customer = "customer",
        /// An agent, for a customer who has not written yet.
        OnBehalf = "on_behalf",
    }
}

choices! {
    /// Who wrote a public reply.
    pub enum Author {
        Human = "human",
        /// An acknowledgement, an absence note, a bot.
        Automatic = "automatic",
    }
}

/// An event in the order of the ticket's own numbers. One that is stamped
/// earlier than the one before counts at that one's moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub at: Instant,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The first event of every ticket, and of no other moment.
    Created {
        origin: Origin,
        priority: Priority,
        policy: Option<PolicyVersion>,
    },
    CustomerMessage,
    PublicReply {
        by: Author,
    },
    Note,
    /// The status changed its category; solved to open is a reopening.
    Status {
        category: Category,
    },
    /// Priority or policy changed; both together are one event, so that no
    /// target of a pair that never held is missed.
    Matched {
        priority: Priority,
        policy: Option<PolicyVersion>,
    },
    /// Another ticket was merged into this one: its clocks as they stood.
    Absorbed {
        clocks: Vec<Clock>,
    },
    /// This ticket was merged into another one.
    MergedAway,
}
