//! Controls one chooses with: select, checkbox, switch, segments.

use leptos::prelude::*;

use super::field::{FieldContext, unique_id};
use super::icon::{Glyph, Icon};
use super::tag::Hue;

/// One of several: the value that is kept, the words that are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// A second, quieter line or word.
    pub detail: Option<String>,
    pub glyph: Option<Glyph>,
    pub hue: Option<Hue>,
    pub is_disabled: bool,
}

impl Choice {
    #[expect(clippy::needless_pass_by_value, reason = "ids and texts are handed over as they are")]
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into(), ..Self::default() }
    }

    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    pub fn glyph(self, glyph: Glyph) -> Self {
        Self { glyph: Some(glyph), ..self }
    }

    pub fn hue(self, hue: Hue) -> Self {
        Self { hue: Some(hue), ..self }
    }

    pub fn disabled(self, is_disabled: bool) -> Self {
        Self { is_disabled, ..self }
    }
}

/// The browser's own list, for up to some twenty choices.
#[component]
pub fn Select(
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    /// Words for "none"; without them one must be chosen.
    #[prop(optional, into)]
    empty: Option<Signal<String>>,
    #[prop(optional, into)] label: Option<Signal<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_commit: Option<Callback<String>>,
) -> impl IntoView {
    let field = FieldContext::find();
    let option = move |choice: Choice| {
        let own = choice.value.clone();
        // On the option, so that a list that arrives after its value still shows it.
        view! {
            <option value=choice.value disabled=choice.is_disabled prop:selected=move || *value.read() == own>
                {choice.label}
            </option>
        }
    };
    view! {
        <select
            class="input"
            id=field.id.clone()
            disabled=disabled
            required=field.is_required
            aria-label=label
            aria-describedby=field.described_by
            aria-invalid=field.aria_invalid()
            on:change:target=move |event| {
                let chosen = event.target().value();
                value.set(chosen.clone());
                if let Some(on_commit) = on_commit {
                    on_commit.run(chosen);
                }
            }
        >
            {empty.map(|empty| view! {
                <option value="" prop:selected=move || value.read().is_empty()>{empty}</option>
            })}
            {move || options.get().into_iter().map(option).collect_view()}
        </select>
    }
}

/// A box to tick, with its words.
#[component]
pub fn Checkbox(
    checked: RwSignal<bool>,
    #[prop(into)] label: Signal<String>,
    /// Keeps the words for those who listen only.
    #[prop(optional)]
    hide_label: bool,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Some, but not all, of what it stands for.
    #[prop(optional, into)]
    mixed: Signal<bool>,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                disabled=disabled
                prop:indeterminate=mixed
                prop:checked=checked
                on:change:target=move |event| {
                    checked.set(event.target().checked());
                    if let Some(on_change) = on_change {
                        on_change.run(event.target().checked());
                    }
                }
            />
            <span class:hidden=hide_label>
                {label}
                {move || hint.get().map(|hint| view! { <small class="hint">{hint}</small> })}
            </span>
        </label>
    }
}

/// On or off, at once.
#[component]
pub fn Switch(
    checked: RwSignal<bool>,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
) -> impl IntoView {
    view! {
        <label class="check switch">
            <input
                type="checkbox"
                role="switch"
                disabled=disabled
                prop:checked=checked
                on:change:target=move |event| {
                    checked.set(event.target().checked());
                    if let Some(on_change) = on_change {
                        on_change.run(event.target().checked());
                    }
                }
            />
            <span>
                {label}
                {move || hint.get().map(|hint| view! { <small class="hint">{hint}</small> })}
            </span>
        </label>
    }
}

/// A few views of one thing side by side; one holds.
#[component]
pub fn SegmentedControl(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_choose: Callback<String>,
) -> impl IntoView {
    let segment = move |choice: Choice| {
        let Choice { value: own, label, glyph, is_disabled, .. } = choice;
        let is_now = {
            let own = own.clone();
            move || (*value.read() == own).to_string()
        };
        view! {
            <button type="button" aria-pressed=is_now disabled=is_disabled on:click=move |_| on_choose.run(own.clone())>
                {glyph.map(|glyph| view! { <Icon glyph/> })}
                {label}
            </button>
        }
    };
    view! {
        <span class="seg" role="group" aria-label=label>
            {move || options.get().into_iter().map(segment).collect_view()}
        </span>
    }
}

/// One of a few, all in sight, each with a line of explanation.
#[component]
pub fn RadioGroup(
    value: RwSignal<String>,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let name = unique_id("radio");
    let radio = move |choice: Choice| {
        let own = StoredValue::new(choice.value);
        view! {
            <label class="check">
                <input
                    type="radio"
                    name=name.clone()
                    disabled=choice.is_disabled
                    prop:checked=move || *value.read() == *own.read_value()
                    on:change=move |_| {
                        value.set(own.get_value());
                        if let Some(on_change) = on_change {
                            on_change.run(own.get_value());
                        }
                    }
                />
                <span>{choice.label} {choice.detail.map(|detail| view! { <small class="hint">{detail}</small> })}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field radios">
            <legend>{label}</legend>
            {move || options.get().into_iter().map(radio.clone()).collect_view()}
        </fieldset>
    }
}
