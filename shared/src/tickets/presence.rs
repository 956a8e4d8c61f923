//! Who has a ticket open, and who writes on it at this moment. It is no record:
//! nothing of it is kept.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Access::Staff;
use crate::access::Action::Read;
use crate::access::Object;
use crate::events::{Attended, Doing, Present};
use crate::id::TicketId;

crate::endpoints! {
    /// What the caller does at the ticket, for the next `STAYS`; the answer is who is there, the caller too.
    PutPresence:  PUT    "/api/tickets/{id}/presence" [TicketId] (Visit)   -> Vec<Present>,  Staff(Object::Ticket, Read);
    /// The caller has gone from the ticket.
    EndPresence:  DELETE "/api/tickets/{id}/presence" [TicketId] (Leaving) -> (),            Staff(Object::Ticket, Read);
    /// Of those that the caller may read, the tickets that somebody is at.
    ListPresence: GET    "/api/tickets/presence"                           -> Vec<Attended>, Staff(Object::Ticket, Read);
}

/// What somebody does at a ticket, in one of their windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Which window of theirs: whoever has the ticket open twice is there until both have left.
    pub visit: Uuid,
    pub what: Doing,
}

/// A window in which a ticket is open no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    pub visit: Uuid,
}
