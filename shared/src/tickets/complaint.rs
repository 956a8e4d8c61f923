//! Complaints: tickets about which more must be known before they are done.

use super::{Ticket, TicketKind};

/// In characters: what is told of a complaint, each.
pub const COMPLAINT_MAX: usize = 2_000;

choices! {
    /// Where a complaint came from.
    pub enum RootCause {
        ProductFault = "product_fault",
        Delay = "delay",
        Attitude = "attitude",
        WrongInformation = "wrong_information",
        Billing = "billing",
        Process = "process",
        /// Nothing of ours was wrong.
        Unfounded = "unfounded",
        Other = "other",
    }
}

impl Ticket {
    /// What is only of complaints, in the order in which one comes to know it.
    pub const OF_COMPLAINTS: &[&str] =
        &["accused_id", "root_cause", "root_cause_note", "remedy", "remedy_cost", "follow_up_on", "follow_up"];

    pub fn is_complaint(&self) -> bool {
        self.kind == TicketKind::Complaint
    }

    /// Whoever a complaint is about does not work on it.
    pub fn is_judged_by_the_accused(&self) -> bool {
        self.is_complaint() && self.owner_id.is_some() && self.owner_id == self.accused_id
    }

    /// What somebody must still say before it is done.
    pub fn missing_to_solve(&self) -> Vec<&'static str> {
        let asked = [
            ("category_id", self.category_id.is_none()),
            ("resolution", self.resolution.is_none()),
            ("root_cause", self.is_complaint() && self.root_cause.is_none()),
            ("remedy", self.is_complaint() && self.remedy.is_none()),
        ];
        asked.into_iter().filter(|(_, is_missing)| *is_missing).map(|(key, _)| key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;
    use uuid::Uuid;

    #[test]
    fn a_complaint_wants_a_cause_and_a_remedy_and_another_judge() {
        let user = Some(UserId(Uuid::from_u128(1)));
        let ticket = Ticket { owner_id: user, accused_id: user, ..Ticket::default() };
        assert_eq!(ticket.missing_to_solve(), ["category_id", "resolution"]);
        assert!(!ticket.is_judged_by_the_accused());
        let complaint = Ticket { kind: TicketKind::Complaint, ..ticket };
        assert_eq!(complaint.missing_to_solve(), ["category_id", "resolution", "root_cause", "remedy"]);
        assert!(complaint.is_judged_by_the_accused());
        let nobodys = Ticket { owner_id: None, accused_id: None, ..complaint };
        assert!(!nobodys.is_judged_by_the_accused());
    }
}
