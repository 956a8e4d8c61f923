//! Why a deal was lost, asked wherever it is called lost.

use leptos::prelude::*;
use shared::access::Object;
use shared::api::FieldError;
use shared::i18n::Key;
use shared::opportunities::LOST_REASONS;

use crate::i18n::text;
use crate::ui::{Button, ButtonKind, Choice, Field, RadioGroup, TextArea};
use crate::words;

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    pub reason: String,
    pub note: Option<String>,
}

/// Why a deal was lost; a note is a must with `other`.
#[component]
pub fn LossForm(#[prop(into)] on_lose: Callback<Loss>, #[prop(into)] on_cancel: Callback<()>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let note = RwSignal::new(String::new());
    // Nothing is called wrong before somebody tried.
    let tried = RwSignal::new(false);
    let required = || words::field_error(&FieldError::new("required"));
    let reason_wrong = move || (tried.get() && reason.read().is_empty()).then(required);
    let needs_note = move || *reason.read() == "other";
    let note_wrong = move || (tried.get() && needs_note() && note.read().trim().is_empty()).then(required);
    let options = move || {
        LOST_REASONS.iter().map(|word| Choice::new(*word, words::choice("lost_reason", word))).collect::<Vec<_>>()
    };
    let send = move || {
        tried.set(true);
        if untrack(|| reason_wrong().is_some() || note_wrong().is_some()) {
            return;
        }
        let text = note.get_untracked().trim().to_owned();
        on_lose.run(Loss { reason: reason.get_untracked(), note: (!text.is_empty()).then_some(text) });
    };
    let label = |key: &'static str| Signal::derive(move || words::field(Object::Opportunity, key));
    view! {
        <form class="form loss-form" on:submit=move |event| {
            event.prevent_default();
            send();
        }>
            <RadioGroup value=reason label=label("lost_reason") options=Signal::derive(options)/>
            {move || reason_wrong().map(|why| view! { <p class="wrong" role="alert">{why}</p> })}
            <Field
                label=label("lost_note")
                hint=Signal::derive(move || needs_note().then(|| text(Key::BoardLosingNote).to_owned()))
                error=Signal::derive(note_wrong)
            >
                <TextArea value=note rows=2 maxlength=400 on_submit=Callback::new(move |()| send())/>
            </Field>
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=on_cancel/>
                <Button kind=ButtonKind::Primary label=Key::BoardLose submit=true/>
            </div>
        </form>
    }
}
