//! How a ticket goes from one state to another.

use super::REOPEN_FOR;
use crate::sla::Category;
use crate::time::Instant;

/// Whether staff may put a ticket from one state into another. What is closed
/// is read only: a later answer is a ticket of its own.
pub fn may_follow(from: Category, to: Category) -> bool {
    match (from, to) {
        (from, to) if from == to => true,
        (Category::Closed, _) => false,
        // What somebody has begun is not new again.
        (_, to) => to != Category::New,
    }
}

/// Where a ticket stands after an answer of staff, if nobody says otherwise:
/// somebody has begun with it. `None`: nothing more is said on it.
pub fn after_reply(state: Category) -> Option<Category> {
    match state {
        Category::New => Some(Category::Open),
        Category::Closed => None,
        state => Some(state),
    }
}

/// Where a ticket stands after a message of the customer. `None`: the message
/// begins a ticket of its own that goes on from this one.
pub fn after_customer(state: Category, solved_at: Option<Instant>, now: Instant) -> Option<Category> {
    match state {
        Category::New => Some(Category::New),
        Category::Open | Category::WaitingCustomer | Category::WaitingThirdParty | Category::OnHold => {
            Some(Category::Open)
        }
        Category::Solved => {
            let is_late = solved_at.is_some_and(|at| now.0 - at.0 > REOPEN_FOR);
            (!is_late).then_some(Category::Open)
        }
        Category::Closed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_stays_so_and_nothing_is_new_again() {
        for state in Category::ALL {
            assert_eq!(may_follow(Category::Closed, *state), *state == Category::Closed);
            assert_eq!(may_follow(*state, Category::New), *state == Category::New);
            assert!(may_follow(*state, *state));
        }
        assert!(may_follow(Category::New, Category::Solved) && may_follow(Category::Solved, Category::Open));
    }

    #[test]
    fn an_answer_begins_a_ticket_and_ends_none() {
        assert_eq!(after_reply(Category::New), Some(Category::Open));
        assert_eq!(after_reply(Category::WaitingThirdParty), Some(Category::WaitingThirdParty));
        assert_eq!(after_reply(Category::Solved), Some(Category::Solved));
        assert_eq!(after_reply(Category::Closed), None);
    }

    #[test]
    fn a_customer_who_writes_is_waited_for_no_longer() {
        let now = Instant(10 * REOPEN_FOR);
        for state in [Category::Open, Category::WaitingCustomer, Category::WaitingThirdParty, Category::OnHold] {
            assert_eq!(after_customer(state, None, now), Some(Category::Open));
        }
        assert_eq!(after_customer(Category::New, None, now), Some(Category::New));
    }

    #[test]
    fn a_solved_ticket_opens_again_for_a_week() {
        let now = Instant(10 * REOPEN_FOR);
        let solved = |ago: i64| after_customer(Category::Solved, Some(Instant(now.0 - ago)), now);
        assert_eq!(solved(REOPEN_FOR), Some(Category::Open));
        assert_eq!(solved(REOPEN_FOR + 1), None);
        assert_eq!(after_customer(Category::Closed, Some(now), now), None);
    }
}
