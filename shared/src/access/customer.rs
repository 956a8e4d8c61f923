//! Which rows a customer reaches on the portal.

use serde::{Deserialize, Serialize};

use super::{Object, Rule};
use crate::id::{AccountId, ContactId, PortalUserId, TicketId};
use crate::knowledge::Audience;
use crate::tickets::Ticket;
use crate::time::Instant;

choices! {
    /// How far a customer sees beyond what they asked themselves.
    pub enum Sees {
        Own = "own",
        /// And the tickets of their accounts.
        Organisation = "organisation",
    }
}

/// Who looks at the portal, with everything a rule asks for; nobody in
/// particular if everything is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub user: Option<PortalUserId>,
    pub contact: Option<ContactId>,
    /// Where the contact works now.
    pub accounts: Vec<AccountId>,
    pub sees: Sees,
    /// All that the key of a ticket opens.
    pub only: Option<TicketId>,
}

impl Customer {
    /// Signed in, or here by the key of a ticket.
    pub fn is_known(&self) -> bool {
        self.user.is_some() || self.only.is_some()
    }
}

/// What `customer` may read of a kind of record.
pub fn customer_rule(customer: &Customer, object: Object, now: Instant) -> Rule {
    match object {
        Object::Ticket => tickets(customer),
        // Of a thread that they reach, from where `reads_from` says.
        Object::Message => Rule::ToldBy(now),
        Object::ArticleCategory => Rule::Every(vec![Rule::InUse, readers(customer)]),
        Object::Article | Object::ArticleVersion => Rule::Every(vec![Rule::Published, readers(customer)]),
        _ => Rule::Nothing,
    }
}

fn tickets(customer: &Customer) -> Rule {
    let Some(contact) = customer.contact else { return Rule::Nothing };
    let mut any = vec![Rule::AskedBy(contact), Rule::TakenPartIn(contact)];
    if let Some(only) = customer.only {
        return Rule::Every(vec![Rule::InUse, Rule::Ticket(only), Rule::Any(any)]);
    }
    if customer.sees == Sees::Organisation && !customer.accounts.is_empty() {
        any.push(Rule::Every(vec![Rule::OfAccounts(customer.accounts.clone()), Rule::NotConfidential]));
    }
    Rule::Every(vec![Rule::InUse, Rule::Any(any)])
}

/// From when on a customer reads what is said on a ticket that they reach: who
/// was drawn in later reads nothing that was said before. `None`: nothing at all.
pub fn reads_from(customer: &Customer, ticket: &Ticket) -> Option<Instant> {
    let is_theirs = ticket.contact_id == customer.contact;
    let is_organisations = customer.sees == Sees::Organisation
        && !ticket.is_confidential
        && ticket.account_id.is_some_and(|account| customer.accounts.contains(&account));
    if is_theirs || is_organisations {
        return Some(Instant(0));
    }
    let part = ticket.participants.iter().find(|one| Some(one.contact_id) == customer.contact);
    part.map(|part| part.since)
}

fn readers(customer: &Customer) -> Rule {
    let mut audiences = vec![Audience::Public];
    if customer.is_known() {
        audiences.push(Audience::Customers);
    }
    Rule::ReadBy(audiences)
}

#[cfg(test)]
mod tests {
    use super::super::Facts;
    use super::*;
    use crate::tickets::Participant;
    use uuid::Uuid;

    fn contact(n: u128) -> ContactId {
        ContactId(Uuid::from_u128(n))
    }

    fn account(n: u128) -> AccountId {
        AccountId(Uuid::from_u128(n))
    }

    #[test]
    fn a_customer_sees_their_own_and_by_leave_their_organisations_tickets() {
        let mut customer = Customer { contact: Some(contact(1)), accounts: vec![account(7)], ..Customer::default() };
        let sees =
            |customer: &Customer, facts: &Facts| customer_rule(customer, Object::Ticket, Instant(0)).admits(facts);
        let own = Facts { asker: Some(contact(1)), ..Facts::default() };
        let colleagues = Facts { asker: Some(contact(2)), accounts: vec![account(7)], ..Facts::default() };
        let strangers = Facts { asker: Some(contact(3)), accounts: vec![account(8)], ..Facts::default() };
        let away = Facts { is_archived: true, ..own.clone() };

        assert!(sees(&customer, &own) && !sees(&customer, &colleagues) && !sees(&customer, &away));
        customer.sees = Sees::Organisation;
        assert!(sees(&customer, &colleagues) && !sees(&customer, &strangers));
        assert!(!sees(&Customer::default(), &Facts::default()), "nobody sees what nobody asked");
    }

    #[test]
    fn the_key_of_a_ticket_opens_that_one_alone() {
        let one = TicketId(Uuid::from_u128(5));
        let holder = Customer { contact: Some(contact(1)), only: Some(one), ..Customer::default() };
        let rule = customer_rule(&holder, Object::Ticket, Instant(0));
        let facts =
            |id: u128, asker| Facts { id: Uuid::from_u128(id), asker: Some(contact(asker)), ..Facts::default() };

        assert!(rule.admits(&facts(5, 1)));
        assert!(!rule.admits(&facts(6, 1)));
        assert!(!rule.admits(&facts(5, 2)), "the ticket went to somebody else");
    }

    #[test]
    fn who_was_drawn_in_reads_what_was_said_since() {
        let part = Participant { contact_id: contact(2), since: Instant(50) };
        let ticket = Ticket {
            contact_id: Some(contact(1)),
            account_id: Some(account(7)),
            participants: vec![part],
            ..Ticket::default()
        };
        let of = |n: u128| Customer { contact: Some(contact(n)), accounts: vec![account(7)], ..Customer::default() };
        let colleague = Customer { sees: Sees::Organisation, ..of(3) };
        let confidential = Ticket { is_confidential: true, ..ticket.clone() };

        assert_eq!(reads_from(&of(1), &ticket), Some(Instant(0)));
        assert_eq!(reads_from(&of(2), &ticket), Some(Instant(50)));
        assert_eq!(reads_from(&of(3), &ticket), None);
        assert_eq!(reads_from(&colleague, &ticket), Some(Instant(0)));
        assert_eq!(reads_from(&colleague, &confidential), None);
        let facts = Facts { asker: Some(contact(1)), participants: vec![contact(2)], ..Facts::default() };
        let sees = |n| customer_rule(&of(n), Object::Ticket, Instant(0)).admits(&facts);
        assert!(sees(1) && sees(2) && !sees(3));
    }

    #[test]
    fn notes_and_what_may_still_be_taken_back_are_not_told() {
        let customer = Customer { contact: Some(contact(1)), ..Customer::default() };
        let rule = customer_rule(&customer, Object::Message, Instant(100));
        let said = |told_at| Facts { told_at, ..Facts::default() };

        assert!(rule.admits(&said(Some(Instant(100)))));
        assert!(!rule.admits(&said(Some(Instant(101)))) && !rule.admits(&said(None)));
    }
}
