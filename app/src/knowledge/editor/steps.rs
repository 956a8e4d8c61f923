//! Where a version stands on its way to readers, and what may come next.

use chrono::Timelike as _;
use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::knowledge::{Decision, VersionState};
use shared::time::{HOUR, Instant, MINUTE};

use super::writing::Writing;
use crate::i18n::{fill, text};
use crate::knowledge::shelf::standing;
use crate::ui::{Button, ButtonKind, Dialog, Field, Tag, TextArea, TextInput, Tone, format};
use crate::{session, words};

#[component]
pub fn Steps(writing: Writing, save: Callback<()>) -> impl IntoView {
    let state = Memo::new(move |_| writing.state());
    let may_decide = Memo::new(|_| session::can(Object::Article, Action::Write));
    let pending = writing.is_pending;
    let (asking, dating) = (RwSignal::new(false), RwSignal::new(false));
    let label =
        Signal::derive(move || writing.open.read().as_ref().map(|version| standing(version)).unwrap_or_default());
    let kept = move || {
        let key = if writing.is_unkept() { Key::KnowledgeUnkept } else { Key::KnowledgeKept };
        state.get().is_some_and(VersionState::is_open).then(|| text(key))
    };
    let to = move |state| Decision { to: state, ..Decision::default() };
    let step = move |label: Key, state: VersionState, said: Key, kind: ButtonKind| {
        view! { <Button kind label pending on_click=move |()| writing.decide(&to(state), said)/> }
    };
    let publish =
        move || step(Key::KnowledgePublish, VersionState::Published, Key::KnowledgePublished, ButtonKind::Primary);
    let back = move || view! { <Button label=Key::KnowledgeSendBack pending on_click=move |()| asking.set(true)/> };
    let date = move || view! { <Button label=Key::KnowledgeSchedule pending on_click=move |()| dating.set(true)/> };
    view! {
        <div class="row editor-steps">
            <Show when=move || state.get().is_some()><Tag label tone=Tone::Warn/></Show>
            <span class="faint small" role="status">{kept}</span>
            <Show when=move || state.get().is_none_or(VersionState::is_open)>
                <Button label=Key::KnowledgeSave shortcut="mod+s" pending on_click=save/>
            </Show>
            {move || match state.get() {
                Some(VersionState::Draft | VersionState::ChangesRequested) => view! {
                    <Button kind=ButtonKind::Primary label=Key::KnowledgeSubmit pending on_click=move |()| writing.submit()/>
                }.into_any(),
                Some(VersionState::InReview) if may_decide.get() => view! {
                    {back()}
                    {step(Key::KnowledgeApprove, VersionState::Approved, Key::KnowledgeApproved, ButtonKind::Primary)}
                }.into_any(),
                Some(VersionState::Approved) if may_decide.get() => view! { {back()} {date()} {publish()} }.into_any(),
                Some(VersionState::Scheduled) if may_decide.get() => view! {
                    {step(Key::KnowledgeUnschedule, VersionState::Approved, Key::KnowledgeUnscheduled, ButtonKind::Plain)}
                    {date()}
                    {publish()}
                }.into_any(),
                _ => ().into_any(),
            }}
        </div>
        <SendBack writing open=asking/>
        <Schedule writing open=dating/>
    }
}

/// What the author should change.
#[component]
fn SendBack(writing: Writing, open: RwSignal<bool>) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let send = move || {
        let note = note.get_untracked().trim().to_owned();
        if note.is_empty() {
            let missing = shared::api::FieldError::new("required");
            return error.set(Some(untrack(|| words::field_error(&missing))));
        }
        let decision = Decision { to: VersionState::ChangesRequested, note: Some(note), at: None };
        writing.decide(&decision, Key::KnowledgeSentBack);
        open.set(false);
    };
    view! {
        <Dialog open title=Key::KnowledgeSendBack>
            <form class="form" novalidate on:submit=move |event| {
                event.prevent_default();
                send();
            }>
                <Field label=Key::KnowledgeWhatToChange required=true error>
                    <TextArea value=note rows=4 maxlength=1_000 on_submit=Callback::new(move |()| send())/>
                </Field>
                <div class="form-actions">
                    <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                    <Button kind=ButtonKind::Primary label=Key::KnowledgeSendBack submit=true/>
                </div>
            </form>
        </Dialog>
    }
}

/// The moment from which readers see it.
#[component]
fn Schedule(writing: Writing, open: RwSignal<bool>) -> impl IntoView {
    let at = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    Effect::new(move || {
        if open.get() {
            let now = writing.open.read_untracked().as_ref().and_then(|version| version.publish_at);
            at.set(written(now.unwrap_or_else(|| format::now().plus(HOUR))));
            error.set(None);
        }
    });
    let send = move || {
        let Some(at) = read(&at.read_untracked()).filter(|at| *at > format::now()) else {
            let past = shared::api::FieldError::new("in_the_past");
            return error.set(Some(untrack(|| words::field_error(&past))));
        };
        let decision = Decision { to: VersionState::Scheduled, at: Some(at), note: None };
        writing.decide(&decision, Key::KnowledgeScheduled);
        open.set(false);
    };
    let hint = Signal::derive(|| Some(text(Key::KnowledgeScheduleHint).to_owned()));
    view! {
        <Dialog open title=Key::KnowledgeSchedule>
            <form class="form" novalidate on:submit=move |event| {
                event.prevent_default();
                send();
            }>
                <Field label=Key::FieldArticleVersionPublishAt required=true hint error><TextInput value=at kind="datetime-local"/></Field>
                <div class="form-actions">
                    <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                    <Button kind=ButtonKind::Primary label=Key::KnowledgeSchedule submit=true/>
                </div>
            </form>
        </Dialog>
    }
}

/// What stands above the words: the reviewer's wish, or why they cannot change.
#[component]
pub fn Standing(writing: Writing) -> impl IntoView {
    let note = move || {
        let version = writing.open.read();
        let version = version.as_ref().filter(|version| version.state == VersionState::ChangesRequested)?;
        version.review_note.clone()
    };
    let locked = move || {
        let key = match writing.state()? {
            VersionState::InReview => Key::KnowledgeLocked,
            VersionState::Approved | VersionState::Scheduled => Key::KnowledgeLockedApproved,
            _ => return None,
        };
        Some(text(key))
    };
    view! {
        {move || note().map(|note| view! {
            <p class="calendar-note" role="note">{move || fill(Key::KnowledgeReviewerAsks, &[("note", &note)])}</p>
        })}
        {move || locked().map(|why| view! { <p class="muted small" role="note">{why}</p> })}
    }
}

/// By the reader's own clock, to the minute.
fn written(at: Instant) -> String {
    #[expect(clippy::cast_precision_loss, reason = "dates lie far below 2^53 ms")]
    let offset = js_sys::Date::new(&(at.0 as f64).into()).get_timezone_offset();
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
    let local = at.plus(-(offset as i64) * MINUTE);
    let local = chrono::DateTime::from_timestamp_millis(local.0).unwrap_or_default();
    format!("{}T{:02}:{:02}", local.date_naive(), local.hour(), local.minute())
}

fn read(typed: &str) -> Option<Instant> {
    let ms = js_sys::Date::parse(typed);
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    ms.is_finite().then_some(Instant(ms as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_moment_is_read_back_as_it_was_written() {
        // In winter and in summer: a zone may count differently then.
        for at in [1_795_000_020_000, 1_780_000_020_000] {
            let at = Instant(at - at % MINUTE);
            assert_eq!(read(&written(at)), Some(at));
        }
        assert_eq!(read("soon"), None);
    }
}
