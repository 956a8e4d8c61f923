//! Which rows a customer reaches on the portal.

use serde::{Deserialize, Serialize};

use super::{Object, Rule};
use crate::id::{AccountId, ContactId, PortalUserId, TicketId};
use crate::knowledge::Audience;
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
        Object::Message => Rule::Every(vec![Rule::On(Object::Ticket, Box::new(tickets(customer))), Rule::ToldBy(now)]),
        Object::ArticleCategory => Rule::Every(vec![Rule::InUse, readers(customer)]),
        Object::Article | Object::ArticleVersion => Rule::Every(vec![Rule::Published, readers(customer)]),
        _ => Rule::Nothing,
    }
}

fn tickets(customer: &Customer) -> Rule {
    let Some(contact) = customer.contact else { return Rule::Nothing };
    let asked = Rule::AskedBy(contact);
    if let Some(only) = customer.only {
        return Rule::Every(vec![Rule::InUse, Rule::Ticket(only), asked]);
    }
    let mut any = vec![asked];
    if customer.sees == Sees::Organisation && !customer.accounts.is_empty() {
        any.push(Rule::OfAccounts(customer.accounts.clone()));
    }
    Rule::Every(vec![Rule::InUse, Rule::Any(any)])
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
    fn notes_and_what_may_still_be_taken_back_are_not_told() {
        let customer = Customer { contact: Some(contact(1)), ..Customer::default() };
        let rule = customer_rule(&customer, Object::Message, Instant(100));
        let ticket = Facts { asker: Some(contact(1)), ..Facts::default() };
        let said =
            |told_at| Facts { on: Some((Object::Ticket, Box::new(ticket.clone()))), told_at, ..Facts::default() };

        assert!(rule.admits(&said(Some(Instant(100)))));
        assert!(!rule.admits(&said(Some(Instant(101)))) && !rule.admits(&said(None)));
    }
}
