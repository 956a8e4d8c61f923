//! A month of tickets gone through again by another rule, event after event.

use std::collections::{BTreeMap, BTreeSet};

use super::{Agent, Asked, Presence, SkillLevel, best, presence};
use crate::id::UserId;
use crate::time::{DAY, HOUR, Instant};

/// A ticket as it came in and was done.
#[derive(Clone, Debug, Default)]
pub struct Came {
    pub asked: Asked,
    /// When it was solved; until then it takes somebody's capacity.
    pub until: Option<Instant>,
    pub is_hard: bool,
}

/// What somebody was like from a moment on.
#[derive(Clone, Debug, Default)]
pub struct Stand {
    pub from: Instant,
    pub is_of_team: bool,
    pub presence: Option<Presence>,
    pub capacity: Option<i64>,
    pub skills: Vec<SkillLevel>,
}

/// Somebody through the month.
pub struct Person<'a> {
    pub id: UserId,
    /// Oldest first.
    pub stands: Vec<Stand>,
    /// Begin and end of their other tickets.
    pub others: Vec<(Instant, Option<Instant>)>,
    /// Whether they work at a moment, if their hours are known.
    pub is_in_shift: Option<&'a dyn Fn(Instant) -> bool>,
    /// When they next begin to work after a moment.
    pub begins_after: Option<&'a dyn Fn(Instant) -> Option<Instant>>,
}

/// Who would have got each ticket, and when.
pub type Given = Vec<Option<(UserId, Instant)>>;

/// Gives the tickets, ordered by how they came, away again until `now`.
pub fn run(tickets: &[Came], people: &[Person<'_>], now: Instant) -> Given {
    let mut given: Given = vec![None; tickets.len()];
    let mut waiting: Vec<usize> = Vec::new();
    let mut next = 0;
    let mut moments = moments(tickets, people);
    while let Some(at) = moments.pop_first().filter(|at| *at <= now) {
        while next < tickets.len() && tickets[next].asked.since <= at {
            waiting.push(next);
            next += 1;
        }
        waiting.retain(|n| tickets[*n].until.is_none_or(|until| until > at));
        if waiting.is_empty() {
            continue;
        }
        let mut agents: Vec<Agent> = people.iter().map(|person| person.at(at, tickets, &given)).collect();
        waiting.retain(|n| {
            let Some(id) = best(&tickets[*n].asked, &agents, at) else { return true };
            given[*n] = Some((id, at));
            for agent in agents.iter_mut().filter(|agent| agent.id == id) {
                agent.open += 1;
                agent.lately += 1;
                agent.hard += i64::from(tickets[*n].is_hard);
                agent.last_given_at = Some(at);
            }
            false
        });
        // What waits on is asked for again when more people may get it, or come to work.
        moments.extend(waiting.iter().filter_map(|n| tickets[*n].asked.relaxes_next(at)));
        moments.extend(people.iter().filter_map(|person| person.begins_after.and_then(|begins| begins(at))));
    }
    given
}

/// When anything happens that may bring a ticket to somebody.
fn moments(tickets: &[Came], people: &[Person<'_>]) -> BTreeSet<Instant> {
    let came = tickets.iter().map(|ticket| ticket.asked.since);
    let done = tickets.iter().filter_map(|ticket| ticket.until);
    let changed = people.iter().flat_map(|person| person.stands.iter().map(|stand| stand.from));
    let freed = people.iter().flat_map(|person| person.others.iter().filter_map(|(_, until)| *until));
    came.chain(done).chain(changed).chain(freed).collect()
}

impl Person<'_> {
    fn at(&self, at: Instant, tickets: &[Came], given: &Given) -> Agent {
        let stand = self.stands.iter().rev().find(|stand| stand.from <= at).cloned().unwrap_or_default();
        let mine = || {
            let pairs = tickets.iter().zip(given);
            pairs.filter_map(|(ticket, to)| to.filter(|(id, _)| *id == self.id).map(|(_, since)| (ticket, since)))
        };
        let count = |of: &dyn Fn(&Came, Instant) -> bool| {
            i64::try_from(mine().filter(|(ticket, since)| of(ticket, *since)).count()).unwrap_or(i64::MAX)
        };
        let lasts = |until: Option<Instant>| until.is_none_or(|until| until > at);
        let others = self.others.iter().filter(|(from, until)| *from <= at && lasts(*until)).count();
        Agent {
            id: self.id,
            is_of_team: stand.is_of_team,
            presence: presence(stand.presence, self.is_in_shift.map(|works| works(at))),
            capacity: stand.capacity,
            open: count(&|ticket, _| lasts(ticket.until)) + i64::try_from(others).unwrap_or(i64::MAX),
            skills: stand.skills,
            lately: count(&|_, since| since > at.plus(-HOUR)),
            hard: count(&|ticket, since| ticket.is_hard && since > at.plus(-DAY)),
            last_given_at: mine().map(|(_, since)| since).max(),
            has_returned: false,
        }
    }
}

/// How many of the tickets each person got.
pub fn counts(got: impl IntoIterator<Item = Option<UserId>>) -> BTreeMap<UserId, i64> {
    let mut counts = BTreeMap::new();
    for id in got.into_iter().flatten() {
        *counts.entry(id).or_default() += 1;
    }
    counts
}
