//! Who gets a ticket: what people know and have room for, what a ticket needs,
//! and by which rule the two are brought together. No I/O, no clock.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::api::{FieldError, FieldErrors};
use crate::id::{AssignmentId, BatchId, QueueId, SkillId, TicketId, UserId};
use crate::sla::{Category, Priority};
use crate::tickets::Ticket;
use crate::time::{Instant, MINUTE};

pub mod rehearsal;
mod score;
#[cfg(test)]
mod tests;

pub use score::{Agent, Asked, best, rank};

/// A week, in minutes: a need that holds for longer is not relaxed at all.
pub const LONGEST_WAIT: i64 = 7 * 24 * 60;
pub const BEST_LEVEL: i64 = 5;

choices! {
    /// By what a queue's tickets find their people.
    pub enum Routing {
        /// Somebody takes them.
        Manual = "manual",
        /// To whoever has waited longest for one.
        RoundRobin = "round_robin",
        /// To whoever has most room.
        LeastLoad = "least_load",
        /// To whoever knows what they need, has room, and had little of late.
        Skill = "skill",
    }
}

choices! {
    /// Who is asked before all others, as long as they have room.
    pub enum Stick {
        None = "none",
        /// Who had the ticket last, or the one that it goes on from.
        LastAgent = "last_agent",
        AccountOwner = "account_owner",
    }
}

choices! {
    /// Whether somebody takes new tickets.
    pub enum Presence {
        Online = "online",
        /// At work, with enough to do.
        Busy = "busy",
        Away = "away",
        Offline = "offline",
    }
}

choices! {
    /// How much a skill is needed.
    pub enum Need {
        /// Nobody without it gets the ticket.
        Required = "required",
        /// Who has it comes first.
        Preferred = "preferred",
    }
}

choices! {
    /// Why somebody does not get a ticket.
    pub enum Excluded {
        NotOfTeam = "not_of_team",
        /// It complains about them.
        Accused = "accused",
        /// It was theirs just now, and was taken from them by hand.
        Returned = "returned",
        Offline = "offline",
        Away = "away",
        Busy = "busy",
        /// Routing gives them nothing.
        NoCapacity = "no_capacity",
        Full = "full",
        SkillMissing = "skill_missing",
    }
}

/// What somebody knows, from 1 to 5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillLevel {
    pub skill_id: SkillId,
    pub level: i64,
}

/// What a ticket needs somebody to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillNeed {
    pub skill_id: SkillId,
    /// The lowest level that will do.
    pub least: i64,
    #[serde(default)]
    pub need: Need,
    /// Minutes of waiting after which it is only preferred; the queue's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relax_after: Option<i64>,
}

/// What a queue gives its tickets away by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rehearsal {
    pub routing: Routing,
    #[serde(default)]
    pub stick: Stick,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relax_after: Option<i64>,
}

impl Rehearsal {
    pub fn check(&self) -> FieldErrors {
        let wrong = self.relax_after.and_then(|minutes| within(minutes, 1, LONGEST_WAIT));
        wrong.map(|error| ("relax_after".to_owned(), error)).into_iter().collect()
    }
}

/// What the caller says of themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresenceChange {
    pub presence: Presence,
}

/// What speaks for somebody and against them, in points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// How much of what is needed they know.
    pub skill: i64,
    /// How much of their capacity is free.
    pub free: i64,
    /// They had it before, or own the account.
    pub sticky: i64,
    /// What they got within the last hour.
    pub lately: i64,
    /// The urgent ones that they got within the last day.
    pub hard: i64,
}

impl Parts {
    pub fn score(&self) -> i64 {
        let Self { skill, free, sticky, lately, hard } = self;
        skill + free + sticky + lately + hard
    }
}

/// Somebody who might get a ticket, and why they do or do not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub user_id: UserId,
    pub score: i64,
    pub parts: Parts,
    /// How many open tickets they had, and how many they may have.
    pub open: i64,
    #[serde(default)]
    pub capacity: Option<i64>,
    /// When routing gave them one last.
    #[serde(default)]
    pub last_given_at: Option<Instant>,
    #[serde(default)]
    pub excluded: Option<Excluded>,
}

/// A ticket that routing gave to somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    pub id: AssignmentId,
    pub user_id: UserId,
    pub queue_id: QueueId,
    /// The version of the queue whose rule decided.
    pub queue_version: i64,
    pub at: Instant,
    /// The command that it is undone by.
    pub batch: BatchId,
    /// Who was thought of: the one who got it first, then those who came next, then the others.
    pub candidates: Vec<Candidate>,
}

/// Who got tickets, and who would have got them by another rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rehearsed {
    /// Oldest first.
    pub tickets: Vec<RehearsedTicket>,
    /// Older tickets of the month that were too many to go through.
    pub left_out: i64,
    /// How many would have gone to somebody else.
    pub differ: i64,
    pub people: Vec<PersonsShare>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RehearsedTicket {
    pub ticket_id: TicketId,
    pub number: i64,
    pub name: String,
    pub came_at: Instant,
    pub did: Option<UserId>,
    pub would: Option<UserId>,
    /// When they would have got it.
    pub would_at: Option<Instant>,
}

/// How many tickets came to somebody, and how many would have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonsShare {
    pub user_id: UserId,
    pub did: i64,
    pub would: i64,
}

impl SkillNeed {
    /// When it is no longer required, for a ticket that waits since then.
    pub fn relaxes_at(&self, since: Instant, of_queue: Option<i64>) -> Option<Instant> {
        let after = self.relax_after.or(of_queue)?;
        (self.need == Need::Required).then(|| since.plus(after * MINUTE))
    }
}

impl Ticket {
    /// Whether it is somebody's work: solved or put away it is nobody's.
    pub fn is_open(&self) -> bool {
        !self.state.is_solved() && self.archived_at.is_none()
    }

    /// Whose capacity it takes.
    pub fn burdens(&self) -> Option<UserId> {
        self.owner_id.filter(|_| self.is_open())
    }

    /// Whether it stands in a queue with nobody who works on it.
    pub fn waits(&self) -> bool {
        self.is_open() && self.owner_id.is_none() && self.queue_id.is_some()
    }

    /// Which of two waiting ones goes first.
    pub fn precedence(&self) -> impl Ord + use<> {
        (std::cmp::Reverse(self.priority), self.queued_at, self.number)
    }
}

/// Whether a ticket of this priority is more than others to whoever gets it.
pub fn is_hard(priority: Priority) -> bool {
    priority >= Priority::High
}

/// The states in which a ticket takes somebody's capacity.
pub fn open_states() -> impl Iterator<Item = Category> {
    Category::ALL.iter().copied().filter(|state| !state.is_solved())
}

/// Whether somebody takes new tickets: what they say, within their hours.
/// Who said nothing is there when their hours are known, and else is not.
pub fn presence(said: Option<Presence>, is_in_shift: Option<bool>) -> Presence {
    match (said, is_in_shift) {
        (_, Some(false)) | (None, None) => Presence::Offline,
        (None, Some(true)) => Presence::Online,
        (Some(said), _) => said,
    }
}

/// Says what is wrong with somebody's skills, each at its place.
pub fn check_levels(levels: &[SkillLevel]) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for (n, one) in levels.iter().enumerate() {
        if let Some(error) = within(one.level, 1, BEST_LEVEL) {
            errors.insert(format!("skills.{n}.level"), error);
        } else if levels[..n].iter().any(|other| other.skill_id == one.skill_id) {
            errors.insert(format!("skills.{n}"), FieldError::new("twice"));
        }
    }
    errors
}

/// Says what is wrong with what a category's tickets need.
pub fn check_needs(needs: &[SkillNeed]) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for (n, one) in needs.iter().enumerate() {
        let level = within(one.least, 1, BEST_LEVEL).map(|error| ("least", error));
        let wait = one.relax_after.and_then(|minutes| within(minutes, 1, LONGEST_WAIT));
        if let Some((key, error)) = level.or(wait.map(|error| ("relax_after", error))) {
            errors.insert(format!("needs.{n}.{key}"), error);
        } else if needs[..n].iter().any(|other| other.skill_id == one.skill_id) {
            errors.insert(format!("needs.{n}"), FieldError::new("twice"));
        }
    }
    errors
}

fn within(number: i64, min: i64, max: i64) -> Option<FieldError> {
    let error = || FieldError::new("out_of_range").with("min", min).with("max", max);
    (!(min..=max).contains(&number)).then(error)
}

/// The skills that these lists name, once each.
pub fn skills_of(ids: impl IntoIterator<Item = SkillId>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
