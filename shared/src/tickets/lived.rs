//! How long a ticket waited for its answers, out of what happened to it.

use crate::sla::{Author, Event, Origin, What};
use crate::time::Instant;

/// A ticket's way as far as reports ask for it. The rules are those of its
/// clocks (`sla::fold`), for all tickets and not only for those with a promise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lived {
    /// Public replies of people.
    pub replies: i64,
    /// From the customer's first message to the first of these replies.
    pub response: Option<(Instant, Instant)>,
    /// The stretches it was being worked on: each begins with it, or with a
    /// reopening, and ends when it was solved.
    pub until_solved: Vec<(Instant, Instant)>,
}

impl Lived {
    /// Events in their order; the first is the ticket's creation.
    pub fn of(events: &[Event]) -> Self {
        let mut lived = Self::default();
        let Some(first) = events.first() else { return lived };
        let mut now = first.at;
        let mut asked = None;
        let mut is_answered = false;
        let mut open_since = Some(first.at);
        for event in events {
            // One that is stamped earlier than the one before counts at that one's moment.
            now = now.max(event.at);
            match &event.what {
                What::Created { origin: Origin::Customer, .. } | What::CustomerMessage => {
                    asked = asked.or(Some(now));
                }
                What::PublicReply { by: Author::Human } => {
                    lived.replies += 1;
                    if let Some(asked) = asked.filter(|_| !is_answered) {
                        lived.response = Some((asked, now));
                    }
                    is_answered = true;
                }
                What::Status { category } if category.is_solved() => {
                    // Solved without an answer: nobody waits for the first one any more.
                    is_answered |= asked.is_some();
                    lived.until_solved.extend(open_since.take().map(|since| (since, now)));
                }
                What::Status { .. } => open_since = open_since.or(Some(now)),
                _ => {}
            }
        }
        lived
    }

    /// When it was solved for the first time.
    pub fn first_solved_at(&self) -> Option<Instant> {
        self.until_solved.first().map(|(_, until)| *until)
    }
}

/// Whole seconds of a stretch, each moment counting by its second.
pub fn seconds((from, until): (Instant, Instant)) -> i64 {
    (until.0.div_euclid(1_000) - from.0.div_euclid(1_000)).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sla::{Category, Priority};

    fn lived(events: &[(i64, What)]) -> Lived {
        let events: Vec<Event> =
            events.iter().map(|(second, what)| Event { at: Instant(second * 1_000), what: what.clone() }).collect();
        Lived::of(&events)
    }

    fn created(origin: Origin) -> What {
        What::Created { origin, priority: Priority::Normal, policy: None }
    }

    fn status(category: Category) -> What {
        What::Status { category }
    }

    const REPLY: What = What::PublicReply { by: Author::Human };

    fn span(from: i64, until: i64) -> (Instant, Instant) {
        (Instant(from * 1_000), Instant(until * 1_000))
    }

    #[test]
    fn the_first_reply_is_counted_from_the_question() {
        let by_mail = lived(&[(0, created(Origin::Customer)), (60, What::Note), (90, REPLY), (200, REPLY)]);
        assert_eq!((by_mail.replies, by_mail.response), (2, Some(span(0, 90))));

        let by_phone = [(0, created(Origin::OnBehalf)), (30, What::CustomerMessage), (90, REPLY)];
        assert_eq!(lived(&by_phone).response, Some(span(30, 90)));
        assert_eq!(lived(&[(0, created(Origin::OnBehalf)), (90, REPLY)]).response, None);
    }

    #[test]
    fn what_is_solved_without_an_answer_has_no_first_reply() {
        let solved = [(0, created(Origin::Customer)), (50, status(Category::Solved))];
        let later = [(70, status(Category::Open)), (90, REPLY)];
        let all: Vec<_> = solved.into_iter().chain(later).collect();
        assert_eq!((lived(&all).replies, lived(&all).response), (1, None));
    }

    #[test]
    fn the_time_it_stood_solved_does_not_count() {
        let one = lived(&[
            (0, created(Origin::Customer)),
            (100, status(Category::Solved)),
            (160, status(Category::Open)),
            (200, status(Category::Closed)),
        ]);
        assert_eq!(one.until_solved, [span(0, 100), span(160, 200)]);
        assert_eq!(one.first_solved_at(), Some(Instant(100_000)));
        assert_eq!(one.until_solved.iter().map(|part| seconds(*part)).sum::<i64>(), 140);
    }

    #[test]
    fn closing_what_is_solved_solves_it_no_second_time() {
        let events = [(0, created(Origin::Customer)), (100, status(Category::Solved)), (900, status(Category::Closed))];
        assert_eq!(lived(&events).until_solved, [span(0, 100)]);
    }
}
