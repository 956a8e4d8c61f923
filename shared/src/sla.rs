//! What a team promises its customers: policies with targets, and the clocks
//! that run on tickets because of them.
//!
//! A clock is never stored as the truth: it is folded from the ticket's
//! events, the policies and the versions of the calendars.

use serde::{Deserialize, Serialize};

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::{FieldError, FieldErrors, Page};
use crate::change::{Archive, BulkDone, Done, New, Patch};
use crate::fields::ListKind;
use crate::id::{CalendarId, QueueId, SlaPolicyId, UserId};
use crate::query::{ListQuery, text};

mod clock;
mod events;
mod fold;
pub mod span;
mod timetable;
mod trace;

pub use clock::{Clock, Reached, Segment, Span, State, Terms};
pub use events::{Author, Event, Origin, PolicyVersion, What};
pub use fold::{Facts, Fault, replay};
pub use timetable::{Counted, Timetable, Timetables};
pub use trace::{LineKind, TraceLine, trace};

crate::endpoints! {
    ListSlaPolicies:    GET   "/api/sla-policies"         (ListQuery)             -> Page<SlaPolicy>, Staff(Object::SlaPolicy, Read);
    CreateSlaPolicy:    POST  "/api/sla-policies"         (New<SlaPolicy>)        -> Done<SlaPolicy>, Staff(Object::SlaPolicy, Create);
    UpdateSlaPolicy:    PATCH "/api/sla-policies/{id}"    [SlaPolicyId] (Patch)   -> Done<SlaPolicy>, Staff(Object::SlaPolicy, Write);
    ArchiveSlaPolicies: POST  "/api/sla-policies/archive" (Archive)               -> BulkDone,        Staff(Object::SlaPolicy, Archive);
}

choices! {
    /// What is measured.
    pub enum Metric {
        /// From the customer's first message to the first public reply of a person.
        FirstResponse = "first_response",
        /// From the oldest unanswered message to the reply.
        NextResponse = "next_response",
        /// From the beginning until it is solved for the first time.
        FirstResolution = "first_resolution",
        /// From the beginning until it is solved for good.
        TotalResolution = "total_resolution",
    }
}

choices! {
    /// How urgent a ticket is.
    pub enum Priority {
        Low = "low",
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}

choices! {
    /// What a ticket's status means, however it is called.
    pub enum Category {
        New = "new",
        Open = "open",
        WaitingCustomer = "waiting_customer",
        WaitingThirdParty = "waiting_third_party",
        OnHold = "on_hold",
        Solved = "solved",
        Closed = "closed",
    }
}

impl Category {
    pub fn is_solved(self) -> bool {
        matches!(self, Self::Solved | Self::Closed)
    }

    /// Whether a clock may stand still in it.
    pub fn may_pause(self) -> bool {
        matches!(self, Self::WaitingCustomer | Self::WaitingThirdParty | Self::OnHold)
    }
}

choices! {
    /// Which time counts.
    pub enum Counting {
        /// The working time of the policy's calendar.
        Business = "business",
        Always = "24x7",
    }
}

/// How long a metric may take for tickets of a priority.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub metric: Metric,
    pub priority: Priority,
    pub seconds: i64,
    #[serde(default)]
    pub counting: Counting,
    /// Where the clock stands still.
    #[serde(default)]
    pub pauses: Vec<Category>,
}

choices! {
    /// What happens at a step.
    pub enum StepAction {
        /// One more urgent. What was promised stays what was promised.
        RaisePriority = "raise_priority",
        /// Somebody gets the ticket.
        Assign = "assign",
        /// It waits in another queue for somebody of that queue's team.
        MoveTo = "move_to",
        Tag = "tag",
        /// Staff are told on the ticket which promise is near its end, or over.
        #[serde(alias = "tell_assignee", alias = "tell_lead")]
        Note = "note",
    }
}

choices! {
    /// What came of a step.
    pub enum StepOutcome {
        Done = "done",
        /// It was so already.
        Nothing = "nothing",
        /// The rules forbade it: no room, or nobody who may have it.
        Refused = "refused",
    }
}

/// A warning before the time is over, or an escalation after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    #[serde(default)]
    pub metric: Metric,
    /// Of the target's counted time: 50, 75, 100, 150.
    #[serde(alias = "percent")]
    pub at_percent: i64,
    pub action: StepAction,
    /// Who gets the ticket by `assign`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Where `move_to` takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_id: Option<QueueId>,
    /// What `tag` adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

record! {
    /// A promise to some tickets. The first one that fits a ticket holds.
    SlaPolicy (SlaPolicyId) as SlaPolicy in "sla_policies", Common {
        name: String = text(80).required();
        position: i64 = int(0, 10_000);
        is_active: bool = flag();
        /// A filter over tickets; none fits every ticket.
        conditions: Option<String> = text(8_000);
        calendar_id: CalendarId = to(Object::Calendar).required();
        targets: Vec<Target> = list(ListKind::Parts);
        steps: Vec<Step> = list(ListKind::Parts);
    }
}

/// A policy is chosen anew when one of these changes, and at no other time.
pub const REMATCHED_BY: &[&str] = &["kind", "priority", "category_id", "account_id", "queue_id"];

const LONGEST_TARGET: i64 = 366 * 86_400;
/// So much of a target a step may be at.
pub const MOST_PERCENT: i64 = 500;
const MOST_STEPS: usize = 40;
const LONGEST_TAG: usize = 40;

/// From this share of its target on a promise is near its end.
pub const NEAR_PERCENT: i64 = 75;

impl SlaPolicy {
    /// Says what is wrong with conditions, targets and steps, each at its place.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        if let Err(bad) = text::parse(self.conditions.as_deref().unwrap_or_default()) {
            errors.insert("conditions".into(), FieldError::new("bad_filter").with("at", bad.at));
        }
        for (n, target) in self.targets.iter().enumerate() {
            if let Some((part, error)) = target.fault(&self.targets[..n]) {
                errors.insert(format!("targets.{n}{part}"), error);
            }
        }
        for (n, step) in self.steps.iter().enumerate() {
            if let Some((part, error)) = step.fault(&self.steps[..n]) {
                errors.insert(format!("steps.{n}{part}"), error);
            }
        }
        if self.steps.len() > MOST_STEPS {
            errors.insert("steps".into(), FieldError::new("too_many").with("max", MOST_STEPS));
        }
        errors
    }

    pub fn target(&self, metric: Metric, priority: Priority) -> Option<&Target> {
        self.targets.iter().find(|target| target.metric == metric && target.priority == priority)
    }
}

impl Target {
    fn fault(&self, before: &[Self]) -> Option<(&'static str, FieldError)> {
        if !(60..=LONGEST_TARGET).contains(&self.seconds) {
            return Some((".seconds", FieldError::new("out_of_range").with("min", 60).with("max", LONGEST_TARGET)));
        }
        if !self.pauses.iter().all(|category| category.may_pause()) {
            return Some((".pauses", FieldError::new("not_offered")));
        }
        if !self.pauses.iter().all(|category| self.metric.may_pause_in(*category)) {
            return Some((".pauses", FieldError::new("never_pauses")));
        }
        let same = |other: &&Self| other.metric == self.metric && other.priority == self.priority;
        before.iter().find(same).map(|_| ("", FieldError::new("twice")))
    }
}

impl Step {
    fn fault(&self, before: &[Self]) -> Option<(&'static str, FieldError)> {
        if !(1..=MOST_PERCENT).contains(&self.at_percent) {
            return Some((".at_percent", FieldError::new("out_of_range").with("min", 1).with("max", MOST_PERCENT)));
        }
        let tag = self.tag.as_deref().map(str::trim);
        if tag.is_some_and(|tag| tag.chars().count() > LONGEST_TAG) {
            return Some((".tag", FieldError::new("too_long").with("max", LONGEST_TAG)));
        }
        for (part, action, is_given) in [
            (".user_id", StepAction::Assign, self.user_id.is_some()),
            (".queue_id", StepAction::MoveTo, self.queue_id.is_some()),
            (".tag", StepAction::Tag, tag.is_some_and(|tag| !tag.is_empty())),
        ] {
            match (self.action == action, is_given) {
                (true, false) => return Some((part, FieldError::new("required"))),
                (false, true) => return Some((part, FieldError::new("not_offered"))),
                _ => {}
            }
        }
        before.contains(self).then(|| ("", FieldError::new("twice")))
    }
}

impl Priority {
    /// One more urgent, if there is one.
    pub fn raised(self) -> Self {
        match self {
            Self::Low => Self::Normal,
            Self::Normal => Self::High,
            Self::High | Self::Urgent => Self::Urgent,
        }
    }
}

impl Metric {
    /// Whoever waits for a first answer is not waited for.
    pub fn may_pause_in(self, category: Category) -> bool {
        self != Self::FirstResponse || category != Category::WaitingCustomer
    }

    /// Ends with a reply.
    pub fn is_response(self) -> bool {
        matches!(self, Self::FirstResponse | Self::NextResponse)
    }
}

/// The policy that holds for a ticket: the first active one that fits.
pub fn first_match(policies: &[SlaPolicy], fits: impl Fn(&SlaPolicy) -> bool) -> Option<&SlaPolicy> {
    let holds = |policy: &&SlaPolicy| policy.is_active && policy.archived_at.is_none() && fits(policy);
    policies.iter().filter(holds).min_by_key(|policy| (policy.position, policy.id))
}

#[cfg(test)]
mod tests;
