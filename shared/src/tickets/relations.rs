//! What tickets have to do with one another, and the time that they took.

use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::{FieldError, FieldErrors, Page};
use crate::change::{Archive, BulkDone, Done, New, Patch};
use crate::fields::check_text;
use crate::id::{ContactId, MessageId, TicketId, TimeEntryId};
use crate::query::{ListQuery, Totals, TotalsQuery};
use crate::time::{Date, Instant};

crate::endpoints! {
    /// What would become of both, if it were merged.
    PreviewMerge:     GET   "/api/tickets/{id}/merge"           [TicketId] (MergeInto)      -> MergePreview,    Staff(Object::Ticket, Write);
    /// Into another ticket, which goes on for both; the answer is that one.
    MergeTicket:      POST  "/api/tickets/{id}/merge"           [TicketId] (Merge)          -> Done<Ticket>,    Staff(Object::Ticket, Write);
    /// Goes its own way again, however the other one went on; the answer is this one.
    PartTicket:       POST  "/api/tickets/{id}/part"            [TicketId]                  -> Done<Ticket>,    Staff(Object::Ticket, Write);
    /// Messages that are another matter begin a ticket of their own; the answer is that one.
    SplitTicket:      POST  "/api/tickets/{id}/split"           [TicketId] (Split)          -> Done<Ticket>,    Staff(Object::Ticket, Create);
    /// The incidents of a problem that are not solved yet.
    PreviewIncidents: GET   "/api/tickets/{id}/incidents"       [TicketId]                  -> Vec<Incident>,   Staff(Object::Ticket, Read);
    /// Answers and solves those incidents of a problem that nothing hinders.
    SolveIncidents:   POST  "/api/tickets/{id}/incidents/solve" [TicketId] (SolveAll)       -> BulkDone,        Staff(Object::Message, Create);

    ListTimeEntries:    GET   "/api/time-entries"         (ListQuery)           -> Page<TimeEntry>, Staff(Object::TimeEntry, Read);
    TimeTotals:         GET   "/api/time-entries/totals"  (TotalsQuery)         -> Totals,          Staff(Object::TimeEntry, Read);
    CreateTimeEntry:    POST  "/api/time-entries"         (New<TimeEntry>)      -> Done<TimeEntry>, Staff(Object::TimeEntry, Create);
    UpdateTimeEntry:    PATCH "/api/time-entries/{id}"    [TimeEntryId] (Patch) -> Done<TimeEntry>, Staff(Object::TimeEntry, Write);
    ArchiveTimeEntries: POST  "/api/time-entries/archive" (Archive)             -> BulkDone,        Staff(Object::TimeEntry, Archive);
}

/// At most so many messages begin a ticket, and so many incidents are solved at once.
pub const MOST_AT_ONCE: usize = 100;

/// Somebody of the customer's beside who asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    pub contact_id: ContactId,
    /// What was said before then is not theirs to read. Kith sets it.
    #[serde(default)]
    pub since: Instant,
}

/// Who takes part after a change: each once, the requester not beside
/// themselves, and who is new from `now` on.
pub fn participants(
    before: &[Participant],
    wanted: &[Participant],
    requester: Option<ContactId>,
    now: Instant,
) -> Vec<Participant> {
    let mut kept: Vec<Participant> = Vec::new();
    for one in wanted {
        let is_there = kept.iter().any(|other| other.contact_id == one.contact_id);
        if !is_there && Some(one.contact_id) != requester {
            let was = before.iter().find(|was| was.contact_id == one.contact_id);
            kept.push(was.copied().unwrap_or(Participant { contact_id: one.contact_id, since: now }));
        }
    }
    kept
}

/// A step to take before a ticket is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    pub text: String,
    #[serde(default)]
    pub is_done: bool,
    /// The ticket is not solved before it is done.
    #[serde(default)]
    pub is_required: bool,
}

const ITEM_MAX: usize = 200;

/// Trims the steps and says which are none.
pub fn check_checklist(items: &mut [ChecklistItem]) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for (n, item) in items.iter_mut().enumerate() {
        item.text = item.text.trim().to_owned();
        let is_blank = item.text.is_empty();
        let checked = if is_blank { Err(FieldError::new("required")) } else { check_text(&item.text, ITEM_MAX, false) };
        if let Err(error) = checked {
            errors.insert(format!("checklist.{n}.text"), error);
        }
    }
    errors
}

impl Ticket {
    /// Something that must be done before it is solved is not.
    pub fn has_open_step(&self) -> bool {
        self.checklist.iter().any(|item| item.is_required && !item.is_done)
    }

    /// Whether merging it into another shows one customer's words to another's
    /// people: different requesters, and not of one account.
    pub fn is_others(&self, into: &Self) -> bool {
        let is_same_account = self.account_id.is_some() && self.account_id == into.account_id;
        let is_nobodys = self.contact_id.is_none() && self.account_id.is_none();
        let is_same_person = self.contact_id.is_some() && self.contact_id == into.contact_id;
        !(is_same_account || is_same_person || is_nobodys)
    }
}

/// The ticket that another would be merged into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeInto {
    pub into_id: TicketId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    pub into_id: TicketId,
    /// The writer knows that it is another customer's.
    #[serde(default)]
    pub is_confirmed: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergePreview {
    /// The ticket that goes on, as it would stand.
    pub into: Ticket,
    /// How many messages its thread gains.
    pub messages: i64,
    /// Who comes to take part in it.
    pub joining: Vec<ContactId>,
    /// The numbers of the tickets that end in it.
    pub numbers: Vec<i64>,
    /// Another customer's: it takes `Merge::is_confirmed`.
    pub is_others: bool,
}

/// Messages that are another matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Of the new ticket.
    pub id: TicketId,
    /// What the new ticket is about.
    pub name: String,
    pub messages: Vec<MessageId>,
}

choices! {
    /// Why an incident is not solved with its problem.
    pub enum Hindrance {
        /// The caller may not change it.
        NotYours = "not_yours",
        /// Neither it nor the problem says what it is about.
        NoCategory = "no_category",
        /// A required step is not done.
        OpenStep = "open_step",
    }
}

/// An incident, before it is solved with its problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    pub ticket: Ticket,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hindrance: Option<Hindrance>,
}

/// What the customers of all incidents are told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolveAll {
    /// Markdown.
    pub body: String,
}

record! {
    /// Time that somebody (`created_by`) spent on a ticket.
    TimeEntry (TimeEntryId) as TimeEntry in "time_entries", OfTicket {
        ticket_id: TicketId = to(Object::Ticket).required();
        minutes: i64 = int(1, 1_440).required();
        /// Today if nobody says otherwise.
        day: Option<Date> = date();
        note: Option<String> = text(500);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn of(contact: u128, at: i64) -> Participant {
        Participant { contact_id: ContactId(Uuid::from_u128(contact)), since: Instant(at) }
    }

    #[test]
    fn who_takes_part_keeps_since_when_and_nobody_can_set_it() {
        let before = [of(1, 10), of(2, 20)];
        let wanted = [of(2, 0), of(3, 1), of(3, 2), of(4, 0)];
        let requester = Some(of(4, 0).contact_id);
        assert_eq!(participants(&before, &wanted, requester, Instant(99)), [of(2, 20), of(3, 99)]);
    }

    #[test]
    fn another_customers_is_what_neither_person_nor_account_joins() {
        let ticket = |account: Option<u128>, contact: Option<u128>| Ticket {
            account_id: account.map(|id| Uuid::from_u128(id).into()),
            contact_id: contact.map(|id| Uuid::from_u128(id).into()),
            ..Ticket::default()
        };
        let into = ticket(Some(1), Some(1));
        for (one, is_others) in [
            (ticket(Some(1), Some(2)), false),
            (ticket(Some(2), Some(1)), false),
            (ticket(None, None), false),
            (ticket(Some(2), Some(2)), true),
            (ticket(None, Some(2)), true),
            (ticket(Some(2), None), true),
        ] {
            assert_eq!(one.is_others(&into), is_others, "{one:?}");
        }
    }

    #[test]
    fn a_step_says_something() {
        let item = |text: &str| ChecklistItem { text: text.into(), ..ChecklistItem::default() };
        let mut items = [item(" Call "), item("  "), item(&"x".repeat(201))];
        let errors = check_checklist(&mut items);
        let codes: Vec<_> = errors.iter().map(|(key, error)| (key.as_str(), error.code.as_str())).collect();
        assert_eq!(codes, [("checklist.1.text", "required"), ("checklist.2.text", "too_long")]);
        assert_eq!(items[0].text, "Call");
    }
}
