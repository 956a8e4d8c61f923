//! What a customer is told of where a ticket stands, and by when something happens.

use serde::{Deserialize, Serialize};

use super::Turn;
use crate::sla::{Category, Metric};
use crate::tickets::{Ticket, after_customer};
use crate::time::Instant;

choices! {
    /// How far a ticket has come, in the four steps that customers know.
    pub enum Step {
        Received = "received",
        Working = "working",
        /// The customer is waited for.
        Yours = "yours",
        Done = "done",
    }
}

choices! {
    /// What happens next.
    pub enum PromiseKind {
        /// Staff answers.
        Reply = "reply",
        /// Staff solves it.
        Solve = "solve",
        /// It is worked on, and no moment was promised.
        Working = "working",
        /// The customer answers.
        Yours = "yours",
        ThirdParty = "third_party",
        OnHold = "on_hold",
        Solved = "solved",
        Closed = "closed",
    }
}

/// The line that says who does what by when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub kind: PromiseKind,
    /// Who has the ticket.
    pub who: Option<String>,
    /// When it is due, or was; of what is on hold, when it goes on; of what is
    /// solved or closed, when it became so.
    pub at: Option<Instant>,
    /// That moment has passed and it did not happen.
    pub is_late: bool,
}

pub fn step(state: Category) -> Step {
    match state {
        Category::New => Step::Received,
        Category::Open | Category::WaitingThirdParty | Category::OnHold => Step::Working,
        Category::WaitingCustomer => Step::Yours,
        Category::Solved | Category::Closed => Step::Done,
    }
}

/// The promise as the ticket stands; `who` is its owner's name.
pub fn promise(ticket: &Ticket, who: Option<String>, now: Instant) -> Promise {
    let standing = |kind, at| Promise { kind, who: who.clone(), at, is_late: false };
    match ticket.state {
        Category::WaitingCustomer => standing(PromiseKind::Yours, None),
        Category::OnHold => standing(PromiseKind::OnHold, ticket.wake_at),
        Category::Solved => standing(PromiseKind::Solved, ticket.solved_at),
        Category::Closed => standing(PromiseKind::Closed, ticket.closed_at),
        Category::New | Category::Open | Category::WaitingThirdParty => {
            let kind = match ticket.due_metric {
                Some(Metric::FirstResponse | Metric::NextResponse) => PromiseKind::Reply,
                Some(_) if ticket.due_at.is_some() => PromiseKind::Solve,
                _ if ticket.state == Category::WaitingThirdParty => PromiseKind::ThirdParty,
                _ => PromiseKind::Working,
            };
            let is_late = ticket.due_at.is_some_and(|due| due < now);
            Promise { kind, who, at: ticket.due_at, is_late }
        }
    }
}

/// What a customer may make of a ticket that stands so.
pub fn turns(ticket: &Ticket, now: Instant) -> Vec<Turn> {
    match ticket.state {
        Category::New => vec![Turn::Withdraw],
        Category::Open | Category::WaitingCustomer | Category::WaitingThirdParty | Category::OnHold => {
            vec![Turn::Close, Turn::Withdraw]
        }
        Category::Solved => {
            after_customer(ticket.state, ticket.solved_at, now).map(|_| Turn::Reopen).into_iter().collect()
        }
        Category::Closed => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tickets::REOPEN_FOR;

    const NOW: Instant = Instant(1_000_000_000);

    fn ticket(state: Category, due: Option<(Metric, i64)>) -> Ticket {
        let (due_metric, due_at) = due.map(|(metric, at)| (metric, Instant(NOW.0 + at))).unzip();
        Ticket { state, due_at, due_metric, ..Ticket::default() }
    }

    #[test]
    fn a_promise_says_what_is_due_first_and_whether_it_is_late() {
        let said = |state, due| {
            let promise = promise(&ticket(state, due), None, NOW);
            (promise.kind, promise.is_late)
        };
        assert_eq!(said(Category::New, Some((Metric::FirstResponse, 5))), (PromiseKind::Reply, false));
        assert_eq!(said(Category::Open, Some((Metric::NextResponse, -1))), (PromiseKind::Reply, true));
        assert_eq!(said(Category::Open, Some((Metric::TotalResolution, 5))), (PromiseKind::Solve, false));
        assert_eq!(said(Category::Open, None), (PromiseKind::Working, false));
        assert_eq!(said(Category::WaitingThirdParty, None), (PromiseKind::ThirdParty, false));
        // Whom one waits for oneself is not late.
        assert_eq!(said(Category::WaitingCustomer, Some((Metric::TotalResolution, -1))), (PromiseKind::Yours, false));
    }

    #[test]
    fn what_is_solved_opens_again_for_a_while_and_what_is_closed_does_not() {
        let solved = |ago| Ticket { solved_at: Some(Instant(NOW.0 - ago)), ..ticket(Category::Solved, None) };
        assert_eq!(turns(&solved(0), NOW), [Turn::Reopen]);
        assert_eq!(turns(&solved(REOPEN_FOR + 1), NOW), []);
        assert_eq!(turns(&ticket(Category::Closed, None), NOW), []);
        assert_eq!(turns(&ticket(Category::New, None), NOW), [Turn::Withdraw]);
        assert_eq!(turns(&ticket(Category::OnHold, None), NOW), [Turn::Close, Turn::Withdraw]);
    }
}
