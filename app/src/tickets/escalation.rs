//! Steps of a promise, in words: what happens at a share of its time, and what did.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::sla::{Step, StepAction};
use shared::tickets::{StepTold, Ticket};

use super::list::{moment, nearness};
use crate::i18n::fill;
use crate::ui::{Tag, Tone, format};
use crate::{store, words};

/// What happens at a step. Tracked.
pub fn says(step: &Step) -> String {
    let action = words::choice("step_action", step.action.word());
    let what = match step.action {
        StepAction::Assign => step.user_id.and_then(|id| store::name(Object::User, id)),
        StepAction::MoveTo => step.queue_id.and_then(|id| store::name(Object::Queue, id)),
        StepAction::Tag => step.tag.clone(),
        StepAction::RaisePriority | StepAction::Note => None,
    };
    what.map_or_else(|| action.clone(), |what| format!("{action} {what}"))
}

/// The steps of a clock, those that were taken with what came of them.
pub fn steps(told: Vec<StepTold>) -> impl IntoView {
    let line = |one: StepTold| view! { <li class="small">{move || tells(&one)}</li> };
    (!told.is_empty()).then(|| view! { <ol class="clock-steps">{told.into_iter().map(line).collect_view()}</ol> })
}

/// Tracked.
fn tells(told: &StepTold) -> String {
    let (percent, action) = (format::percent(told.step.at_percent), says(&told.step));
    let at = told.at.map(format::date_time).unwrap_or_default();
    let values = [("percent", percent.as_str()), ("action", action.as_str()), ("at", at.as_str())];
    match (told.taken, told.at) {
        (Some(taken), _) => {
            let outcome = words::choice("step_outcome", taken.outcome.word());
            let done = format::date_time(taken.at);
            let more = [("outcome", outcome.as_str()), ("done", done.as_str())];
            fill(Key::InboxStepTaken, &[values.as_slice(), &more].concat())
        }
        (None, Some(_)) => fill(Key::InboxStepAhead, &values),
        (None, None) => fill(Key::InboxStep, &values),
    }
}

/// When the first promise of a ticket is over, in words that say how near that
/// is: the colour only says it again.
pub fn due_tag(ticket: &Ticket) -> Option<AnyView> {
    let (at, near_at) = (ticket.due_at?, ticket.near_at);
    let is_near = move || near_at.is_some_and(|near| near <= format::clock());
    let label = Signal::derive(move || {
        let moment = moment(at);
        match at <= format::clock() {
            true => fill(Key::InboxOverdue, &[("at", &moment)]),
            false if is_near() => fill(Key::InboxNear, &[("at", &moment)]),
            false => moment,
        }
    });
    let tone = Signal::derive(move || match nearness(at, format::clock()) {
        Tone::Neutral if is_near() => Tone::Warn,
        tone => tone,
    });
    Some(view! { <Tag label tone/> }.into_any())
}

/// The same beside the name, once it asks for attention. Tracked.
pub fn near_mark(ticket: &Ticket) -> Option<AnyView> {
    ticket.near_at.filter(|near| *near <= format::clock()).and_then(|_| due_tag(ticket))
}
