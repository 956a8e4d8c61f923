//! The score: who of several people gets a ticket. Whole numbers and a fixed
//! order, so that the same question has the same answer everywhere.

use std::cmp::Reverse;

use super::{Candidate, Excluded, Need, Parts, Presence, Routing, SkillLevel, SkillNeed};
use crate::id::{SkillId, UserId};
use crate::time::Instant;

/// What is full weighs so much.
const WHOLE: i64 = 1_000;
const SKILL: i64 = 5;
const FREE: i64 = 3;
/// More than everything else together: who is asked first is passed over only when they cannot.
const STICKY: i64 = 100_000;
const LATELY: i64 = -100;
const HARD: i64 = -150;

/// Somebody as they stand when a ticket is given away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    pub id: UserId,
    pub is_of_team: bool,
    /// Within their hours.
    pub presence: Presence,
    pub capacity: Option<i64>,
    /// Their open tickets.
    pub open: i64,
    pub skills: Vec<SkillLevel>,
    /// How many routing gave them within the last hour.
    pub lately: i64,
    /// How many urgent ones within the last day.
    pub hard: i64,
    pub last_given_at: Option<Instant>,
    /// The ticket was taken from them by hand.
    pub has_returned: bool,
}

/// A ticket that is given away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub routing: Routing,
    pub needs: Vec<SkillNeed>,
    /// The queue's, for needs that do not say.
    pub relax_after: Option<i64>,
    /// Since when it waits.
    pub since: Instant,
    /// Who is asked first.
    pub sticky: Option<UserId>,
    /// Whom it complains about: they do not judge it.
    pub accused: Option<UserId>,
}

impl Asked {
    /// Whether a need still keeps people away.
    fn is_required(&self, need: &SkillNeed, now: Instant) -> bool {
        let is_relaxed = need.relaxes_at(self.since, self.relax_after).is_some_and(|at| at <= now);
        self.routing == Routing::Skill && need.need == Need::Required && !is_relaxed
    }

    /// When more people may get it because it has waited.
    pub fn relaxes_next(&self, now: Instant) -> Option<Instant> {
        let needs = self.needs.iter().filter(|need| self.is_required(need, now));
        needs.filter_map(|need| need.relaxes_at(self.since, self.relax_after)).min()
    }

    fn parts(&self, agent: &Agent) -> Parts {
        let sticky = if self.sticky == Some(agent.id) { STICKY } else { 0 };
        match self.routing {
            Routing::Manual => Parts::default(),
            Routing::RoundRobin => Parts { sticky, ..Parts::default() },
            Routing::LeastLoad => Parts { sticky, free: FREE * agent.free(), ..Parts::default() },
            Routing::Skill => Parts {
                skill: SKILL * self.fit(agent),
                free: FREE * agent.free(),
                sticky,
                lately: LATELY * agent.lately,
                hard: HARD * agent.hard,
            },
        }
    }

    /// How much of what is needed somebody knows. Knowing more than that is no
    /// merit: it would keep the best from what only they can do.
    fn fit(&self, agent: &Agent) -> i64 {
        let known = |need: &SkillNeed| agent.level(need.skill_id).min(need.least) * WHOLE / need.least.max(1);
        let count = i64::try_from(self.needs.len()).unwrap_or(i64::MAX);
        self.needs.iter().map(known).sum::<i64>() / count.max(1)
    }
}

impl Agent {
    fn level(&self, skill: SkillId) -> i64 {
        self.skills.iter().find(|one| one.skill_id == skill).map_or(0, |one| one.level)
    }

    fn free(&self) -> i64 {
        let capacity = self.capacity.unwrap_or(0);
        (capacity - self.open).max(0) * WHOLE / capacity.max(1)
    }

    /// Whether they could take a ticket at all, whatever it needs.
    pub fn is_free(&self) -> bool {
        self.is_of_team && self.presence == Presence::Online && self.capacity.is_some_and(|most| self.open < most)
    }

    fn excluded(&self, asked: &Asked, now: Instant) -> Option<Excluded> {
        if asked.accused == Some(self.id) {
            return Some(Excluded::Accused);
        }
        if !self.is_of_team {
            return Some(Excluded::NotOfTeam);
        }
        if self.has_returned {
            return Some(Excluded::Returned);
        }
        match self.presence {
            Presence::Offline => return Some(Excluded::Offline),
            Presence::Away => return Some(Excluded::Away),
            Presence::Busy => return Some(Excluded::Busy),
            Presence::Online => {}
        }
        match self.capacity {
            None => return Some(Excluded::NoCapacity),
            Some(most) if self.open >= most => return Some(Excluded::Full),
            Some(_) => {}
        }
        let lacks = |need: &SkillNeed| asked.is_required(need, now) && self.level(need.skill_id) < need.least;
        asked.needs.iter().any(lacks).then_some(Excluded::SkillMissing)
    }

    fn candidate(&self, asked: &Asked, now: Instant) -> Candidate {
        let parts = asked.parts(self);
        Candidate {
            user_id: self.id,
            score: parts.score(),
            parts,
            open: self.open,
            capacity: self.capacity,
            last_given_at: self.last_given_at,
            excluded: self.excluded(asked, now),
        }
    }
}

/// Everybody in the order in which they would get the ticket, those who cannot last.
pub fn rank(asked: &Asked, agents: &[Agent], now: Instant) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = agents.iter().map(|agent| agent.candidate(asked, now)).collect();
    // Of equals whoever has gone without for longest.
    candidates.sort_by_key(|one| (one.excluded.is_some(), Reverse(one.score), one.last_given_at, one.user_id));
    candidates
}

/// Who gets the ticket, if anybody can. By hand nobody is given any.
pub fn best(asked: &Asked, agents: &[Agent], now: Instant) -> Option<UserId> {
    if asked.routing == Routing::Manual {
        return None;
    }
    let candidates = agents.iter().map(|agent| agent.candidate(asked, now));
    let fit = candidates.filter(|one| one.excluded.is_none());
    fit.min_by_key(|one| (Reverse(one.score), one.last_given_at, one.user_id)).map(|one| one.user_id)
}
