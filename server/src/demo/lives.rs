//! How the lives of made-up tickets go: who says something next, and how it ends.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// What happens to a ticket at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The customer says something.
    Hear,
    /// Somebody of staff answers.
    Answer,
    /// For staff alone.
    Remark,
    /// An answer after which the customer has the next word.
    Wait,
    /// An answer that ends it.
    Solve,
    /// Nobody came back to it.
    Close,
}

impl Step {
    pub fn is_said(self) -> bool {
        self != Self::Close
    }
}

/// The lives of so many tickets on which so much is said in all; the same
/// numbers give the same lives. Each begins with its customer's first message.
pub fn lives(tickets: usize, messages: usize) -> Vec<Vec<Step>> {
    let mut random = StdRng::seed_from_u64(42);
    let mut left = messages.max(tickets);
    let mut lives = Vec::with_capacity(tickets);
    for others in (0..tickets).rev() {
        let average = left / (others + 1);
        let most = (2 * average).saturating_sub(1).clamp(1, left - others);
        let said = if others == 0 { left } else { random.random_range(1..=most) };
        left -= said;
        lives.push(life(said, &mut random));
    }
    lives
}

fn life(said: usize, random: &mut StdRng) -> Vec<Step> {
    let mut life = vec![Step::Hear];
    for _ in 1..said {
        life.push(match random.random_range(0..20) {
            0..10 => Step::Answer,
            10..13 => Step::Remark,
            _ => Step::Hear,
        });
    }
    // What nobody has looked at yet has no end.
    if said > 1 {
        let fate = random.random_range(0..100);
        let last = life.len() - 1;
        match fate {
            0..72 => life[last] = Step::Solve,
            72..82 => life[last] = Step::Wait,
            _ => {}
        }
        if fate < 58 {
            life.push(Step::Close);
        }
    }
    life
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lives: &[Vec<Step>]) -> usize {
        lives.iter().flatten().filter(|step| step.is_said()).count()
    }

    #[test]
    fn as_much_is_said_as_was_asked_for() {
        for (tickets, messages, want) in [(100, 1_000, 1_000), (100, 100, 100), (100, 0, 100), (1, 7, 7), (0, 5, 0)] {
            let lives = lives(tickets, messages);
            assert_eq!((lives.len(), said(&lives)), (tickets, want));
            assert!(lives.iter().all(|life| life[0] == Step::Hear));
        }
    }

    #[test]
    fn most_tickets_are_done_and_each_end_occurs() {
        let lives = lives(10_000, 100_000);
        let ending = |step: Step| lives.iter().filter(|life| life.last() == Some(&step)).count();
        assert!((5_000..6_000).contains(&ending(Step::Close)), "{}", ending(Step::Close));
        assert!((1_000..2_000).contains(&ending(Step::Solve)));
        assert!((700..1_200).contains(&ending(Step::Wait)));
        assert!(ending(Step::Hear) > 0 && ending(Step::Answer) > 0 && ending(Step::Remark) > 0);
    }
}
