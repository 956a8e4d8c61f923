//! A label, its control, a hint and what is wrong, tied together.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::context::Provider;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// An id nobody else on the page has.
pub fn unique_id(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What a control takes from the field around it.
#[derive(Clone)]
pub struct FieldContext {
    pub id: String,
    pub described_by: Signal<Option<String>>,
    pub error: Signal<Option<String>>,
    /// What the control itself finds wrong with what was typed.
    pub fault: RwSignal<Option<String>>,
    pub is_required: bool,
}

impl FieldContext {
    /// The field around the control, or one of its own when it stands alone.
    pub fn find() -> Self {
        use_context().unwrap_or_else(|| Self {
            id: unique_id("field"),
            described_by: Signal::stored(None),
            error: Signal::stored(None),
            fault: RwSignal::new(None),
            is_required: false,
        })
    }

    pub fn aria_invalid(&self) -> impl Fn() -> Option<&'static str> + Send + Sync + use<> {
        let (error, fault) = (self.error, self.fault);
        move || (error.read().is_some() || fault.read().is_some()).then_some("true")
    }
}

/// Wraps one control: `<Field label=Key::X><TextInput value/></Field>`.
#[component]
pub fn Field(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    /// Keeps the label for those who listen only.
    #[prop(optional)]
    hide_label: bool,
    children: Children,
) -> impl IntoView {
    let id = unique_id("field");
    let fault = RwSignal::new(None);
    let wrong = Signal::derive(move || error.get().or_else(|| fault.get()));
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        Signal::derive(move || {
            let ids = [hint.read().is_some().then_some(&hint_id), wrong.read().is_some().then_some(&error_id)];
            let ids: Vec<_> = ids.into_iter().flatten().map(String::as_str).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    };
    let context = FieldContext { id: id.clone(), described_by, error, fault, is_required: required };
    view! {
        <div class="field">
            <label for=id class:hidden=hide_label>
                {label}
                {required.then(|| view! { <span class="required" aria-hidden="true">"*"</span> })}
            </label>
            <Provider value=context>{children()}</Provider>
            {move || hint.get().map(|hint| view! { <p class="hint" id=hint_id.clone()>{hint}</p> })}
            {move || wrong.get().map(|error| view! {
                <p class="error" role="alert" id=error_id.clone()><Icon glyph=Glyph::CircleAlert/>{error}</p>
            })}
        </div>
    }
}
