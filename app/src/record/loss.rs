//! Why a deal was lost, asked wherever it is called lost.

use leptos::html;
use leptos::prelude::*;
use shared::access::Object;
use shared::api::FieldError;
use shared::i18n::Key;
use shared::opportunities::LOST_REASONS;
use wasm_bindgen::JsCast;

use crate::i18n::text;
use crate::ui::{Button, ButtonKind, Choice, Field, RadioGroup, TextArea};
use crate::{part, words};

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    pub reason: String,
    pub note: Option<String>,
}

/// The answer as it is given.
#[derive(Clone, Copy)]
pub struct LossDraft {
    reason: RwSignal<String>,
    note: RwSignal<String>,
    /// Nothing is called wrong before somebody tried.
    tried: RwSignal<bool>,
}

impl LossDraft {
    pub fn new() -> Self {
        Self { reason: RwSignal::new(String::new()), note: RwSignal::new(String::new()), tried: RwSignal::new(false) }
    }

    /// The whole answer, or what it lacks stands at its fields.
    pub fn take(self) -> Option<Loss> {
        self.tried.set(true);
        if untrack(|| self.lacks_reason() || self.lacks_note()) {
            return None;
        }
        let note = self.note.get_untracked().trim().to_owned();
        Some(Loss { reason: self.reason.get_untracked(), note: (!note.is_empty()).then_some(note) })
    }

    fn lacks_reason(self) -> bool {
        self.tried.get() && self.reason.read().is_empty()
    }

    fn needs_note(self) -> bool {
        *self.reason.read() == "other"
    }

    fn lacks_note(self) -> bool {
        self.tried.get() && self.needs_note() && self.note.read().trim().is_empty()
    }
}

/// The reason, and a note that is a must with `other`.
#[component]
pub fn LossFields(draft: LossDraft, #[prop(into)] on_submit: Callback<()>) -> impl IntoView {
    let required = || words::field_error(&FieldError::new("required"));
    let options = move || {
        LOST_REASONS.iter().map(|word| Choice::new(*word, words::choice("lost_reason", word))).collect::<Vec<_>>()
    };
    let label = |key: &'static str| Signal::derive(move || words::field(Object::Opportunity, key));
    view! {
        <RadioGroup value=draft.reason label=label("lost_reason") options=Signal::derive(options)/>
        {move || draft.lacks_reason().then(|| view! { <p class="wrong" role="alert">{required()}</p> })}
        <Field
            label=label("lost_note")
            hint=Signal::derive(move || draft.needs_note().then(|| text(Key::BoardLosingNote).to_owned()))
            error=Signal::derive(move || draft.lacks_note().then(required))
        >
            <TextArea value=draft.note rows=2 maxlength=400 on_submit=on_submit/>
        </Field>
    }
}

part! {
    asides: pub fn loss_form(on_lose: Callback<Loss>, on_cancel: Callback<()>) =>
        view! { <LossForm on_lose on_cancel/> }
}

/// Only why: the stage is chosen already.
#[component]
fn LossForm(on_lose: Callback<Loss>, on_cancel: Callback<()>) -> impl IntoView {
    let draft = LossDraft::new();
    let node = NodeRef::<html::Form>::new();
    // It may come after its dialog has opened, which then could not focus it.
    Effect::new(move || {
        let first = node.get().and_then(|form| form.query_selector("input").ok().flatten());
        if let Some(first) = first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok()) {
            request_animation_frame(move || drop(first.focus()));
        }
    });
    let send = move || {
        if let Some(loss) = draft.take() {
            on_lose.run(loss);
        }
    };
    view! {
        <form class="form loss-form" node_ref=node on:submit=move |event| {
            event.prevent_default();
            send();
        }>
            <LossFields draft on_submit=move |()| send()/>
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=on_cancel/>
                <Button kind=ButtonKind::Primary label=Key::BoardLose submit=true/>
            </div>
        </form>
    }
}
