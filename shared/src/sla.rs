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
use crate::id::{CalendarId, SlaPolicyId};
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
        TellAssignee = "tell_assignee",
        TellLead = "tell_lead",
        RaisePriority = "raise_priority",
    }
}

/// A warning before the time is over, or an escalation after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Of the target: 50, 75, 100, 150.
    pub percent: i64,
    pub action: StepAction,
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
            if !(1..=400).contains(&step.percent) {
                let error = FieldError::new("out_of_range").with("min", 1).with("max", 400);
                errors.insert(format!("steps.{n}.percent"), error);
            } else if self.steps[..n].contains(step) {
                errors.insert(format!("steps.{n}"), FieldError::new("twice"));
            }
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
