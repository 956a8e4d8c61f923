//! Where a ticket stands, in one sentence.

use shared::i18n::Key;
use shared::portal::{Promise, PromiseKind, Step};

use crate::format::moment;
use crate::words::{fill, text};

/// Who does what by when; tracked.
pub fn promise(promise: &Promise) -> String {
    let who = promise.who.as_deref().unwrap_or_default();
    let at = promise.at.map(moment);
    let time = at.as_deref().unwrap_or_default();
    let values = [("who", who), ("time", time)];
    let (has_owner, has_time) = (promise.who.is_some(), promise.at.is_some());
    let key = match promise.kind {
        PromiseKind::Reply | PromiseKind::Solve if promise.is_late && has_owner => Key::PortalPromiseLate,
        PromiseKind::Reply | PromiseKind::Solve if promise.is_late => Key::PortalPromiseLateWaiting,
        PromiseKind::Reply if has_owner => Key::PortalPromiseReply,
        PromiseKind::Reply => Key::PortalPromiseReplyWaiting,
        PromiseKind::Solve if has_owner => Key::PortalPromiseSolve,
        PromiseKind::Solve => Key::PortalPromiseSolveWaiting,
        PromiseKind::Working if has_owner => Key::PortalPromiseWorking,
        PromiseKind::Working => Key::PortalPromiseReceived,
        PromiseKind::Yours => Key::PortalPromiseYours,
        PromiseKind::ThirdParty => Key::PortalPromiseThirdParty,
        PromiseKind::OnHold if has_time => Key::PortalPromiseOnHold,
        PromiseKind::OnHold => Key::PortalPromiseOnHoldOpen,
        PromiseKind::Solved => Key::PortalPromiseSolved,
        PromiseKind::Closed => Key::PortalPromiseClosed,
    };
    fill(key, &values)
}

pub fn step(step: Step) -> &'static str {
    text(match step {
        Step::Received => Key::PortalStepReceived,
        Step::Working => Key::PortalStepWorking,
        Step::Yours => Key::PortalStepYours,
        Step::Done => Key::PortalStepDone,
    })
}
