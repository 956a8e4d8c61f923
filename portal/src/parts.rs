//! What several pages are made of.

use leptos::html::Input;
use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::knowledge::Marked;

use crate::words::t;

#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true"><use href=format!("#{name}")></use></svg> }
}

/// Takes up the room of what is still to come.
#[component]
pub fn Coming(#[prop(default = 3)] lines: usize) -> impl IntoView {
    let lines = (0..lines).map(|_| view! { <div class="coming"></div> }).collect_view();
    view! { <div class="stack" role="status" aria-label=t(Key::PortalLoading)>{lines}</div> }
}

/// Why something is not here, and a way to ask again.
#[component]
pub fn Failed(error: ApiError, again: impl Fn() + 'static) -> impl IntoView {
    let is_gone = error.status == 404;
    let is_out = error.status == 401;
    let words = error.message;
    view! {
        <div class="card failed" role="alert">
            <Icon name="circle-alert"/>
            <p>{move || {
                if is_gone {
                    t(Key::PortalNotFound)().to_owned()
                } else if is_out {
                    t(Key::PortalLinkOver)().to_owned()
                } else {
                    words.clone()
                }
            }}</p>
            <button type="button" class="button" on:click=move |_| again()>{t(Key::PortalAgain)}</button>
        </div>
    }
}

/// What is wrong with a field, below it.
pub fn field_error(error: RwSignal<Option<ApiError>>, field: &'static str) -> impl Fn() -> Option<String> + Copy {
    move || error.with(|error| error.as_ref()?.fields.get(field).map(|one| one.message.clone()))
}

/// What is wrong with the whole, when no field is to blame.
#[component]
pub fn Refusal(error: RwSignal<Option<ApiError>>) -> impl IntoView {
    move || {
        let error = error.get().filter(|error| error.fields.is_empty())?;
        Some(view! { <p class="refusal" role="alert">{error.message}</p> })
    }
}

/// A labelled field with its error.
#[component]
pub fn Field(
    label: Key,
    error: impl Fn() -> Option<String> + Copy + Send + Sync + 'static,
    id: &'static str,
    children: Children,
) -> impl IntoView {
    let hint = format!("{id}-error");
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            {children()}
            <p class="bad small" id=hint role="alert">{error}</p>
        </div>
    }
}

/// Puts the cursor into a field that has just come.
pub fn focused() -> NodeRef<Input> {
    let field = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    field
}

/// A text with the stretches that fit the question marked.
pub fn marked(text: &Marked) -> impl IntoView + use<> {
    let chars: Vec<char> = text.text.chars().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    let piece = |from: usize, to: usize| chars.get(from..to).map(|part| part.iter().collect::<String>());
    for (from, to) in &text.marks {
        parts.push(piece(at, *from).unwrap_or_default().into_any());
        parts.push(view! { <mark>{piece(*from, *to)}</mark> }.into_any());
        at = *to;
    }
    parts.push(piece(at, chars.len()).unwrap_or_default().into_any());
    parts
}
