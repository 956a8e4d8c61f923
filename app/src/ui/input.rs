//! Controls one types into. Each reads its label and error from the `Field` around it.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::money::{CURRENCIES, digits};
use shared::time::Date;

use super::field::FieldContext;
use super::icon::{Glyph, Icon};
use super::{decimal, format};
use crate::i18n::{t, text};

/// One line of text.
#[component]
pub fn TextInput(
    value: RwSignal<String>,
    /// `text`, `email`, `tel`, `url`, `search` or `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Its accessible name where no `Field` stands around it.
    #[prop(optional, into)]
    label: Option<Signal<String>>,
    #[prop(optional, into)] placeholder: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] autofocus: bool,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(default = 500)] maxlength: u32,
    #[prop(optional)] node_ref: NodeRef<leptos::html::Input>,
    /// Left, or Enter was pressed, with another text than before.
    #[prop(optional, into)]
    on_commit: Option<Callback<String>>,
) -> impl IntoView {
    let field = FieldContext::find();
    if autofocus {
        Effect::new(move || {
            if let Some(input) = node_ref.get() {
                let _ = input.focus();
            }
        });
    }
    view! {
        <input
            class="input"
            id=field.id.clone()
            type=kind
            maxlength=maxlength
            autocomplete=autocomplete
            placeholder=placeholder
            disabled=disabled
            required=field.is_required
            aria-label=label
            aria-describedby=field.described_by
            aria-invalid=field.aria_invalid()
            bind:value=value
            node_ref=node_ref
            on:change:target=move |event| {
                if let Some(on_commit) = on_commit {
                    on_commit.run(event.target().value());
                }
            }
        />
    }
}

/// Words to find something by. Name it in `label`.
#[component]
pub fn SearchInput(
    value: RwSignal<String>,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] node_ref: NodeRef<leptos::html::Input>,
) -> impl IntoView {
    view! {
        <div class="search" role="search">
            <Icon glyph=Glyph::Search/>
            <TextInput value kind="search" label placeholder=label node_ref/>
        </div>
    }
}

/// Several lines; grows with what is typed.
#[component]
pub fn TextArea(
    value: RwSignal<String>,
    #[prop(optional, into)] label: Option<Signal<String>>,
    #[prop(optional, into)] placeholder: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(default = 3)] rows: u32,
    #[prop(default = 10_000)] maxlength: u32,
    /// Mod+Enter was pressed.
    #[prop(optional, into)]
    on_submit: Option<Callback<()>>,
) -> impl IntoView {
    let field = FieldContext::find();
    view! {
        <textarea
            class="input"
            id=field.id.clone()
            rows=rows
            maxlength=maxlength
            placeholder=placeholder
            disabled=disabled
            required=field.is_required
            aria-label=label
            aria-describedby=field.described_by
            aria-invalid=field.aria_invalid()
            bind:value=value
            on:keydown=move |event| {
                let is_send = event.key() == "Enter" && (event.ctrl_key() || event.meta_key());
                if let Some(on_submit) = on_submit.filter(|_| is_send) {
                    event.prevent_default();
                    on_submit.run(());
                }
            }
        ></textarea>
    }
}

/// A number in smallest units: with `digits=2`, 12.5 is 1250.
#[component]
pub fn NumberInput(
    value: RwSignal<Option<i64>>,
    #[prop(optional, into)] digits: Signal<u32>,
    #[prop(default = i64::MIN)] min: i64,
    #[prop(default = i64::MAX)] max: i64,
    #[prop(optional, into)] label: Option<Signal<String>>,
    #[prop(optional, into)] placeholder: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// A word behind the number: days, %.
    #[prop(optional, into)]
    unit: Option<Signal<String>>,
    #[prop(optional, into)] on_commit: Option<Callback<Option<i64>>>,
) -> impl IntoView {
    let field = FieldContext::find();
    let fault = field.fault;
    let shown = move || value.get().map(|units| format::decimal(units, digits.get())).unwrap_or_default();
    let read = move |typed: String| {
        let parsed = decimal::parse(&typed, digits.get_untracked());
        let wrong = match parsed {
            None if typed.trim().is_empty() => None,
            None => Some(text(Key::UiFaultNumber).to_owned()),
            Some(units) if units < min || units > max => Some(out_of_range(min, max, digits.get_untracked())),
            Some(_) => None,
        };
        let is_right = wrong.is_none();
        fault.set(wrong);
        if is_right {
            // Even when unchanged, so that 1,2 becomes 12 on leaving.
            value.set(parsed);
            if let Some(on_commit) = on_commit {
                on_commit.run(parsed);
            }
        }
    };
    view! {
        <span class="input-row">
            <input
                class="input figures"
                id=field.id.clone()
                inputmode="decimal"
                autocomplete="off"
                placeholder=placeholder
                disabled=disabled
                required=field.is_required
                aria-label=label
                aria-describedby=field.described_by
                aria-invalid=field.aria_invalid()
                prop:value=shown
                on:change:target=move |event| read(event.target().value())
            />
            {unit.map(|unit| view! { <span class="unit">{unit}</span> })}
        </span>
    }
}

fn out_of_range(min: i64, max: i64, digits: u32) -> String {
    let (low, high) = (format::decimal(min, digits), format::decimal(max, digits));
    match (min, max) {
        (i64::MIN, _) => crate::i18n::fill(Key::UiFaultAtMost, &[("max", &high)]),
        (_, i64::MAX) => crate::i18n::fill(Key::UiFaultAtLeast, &[("min", &low)]),
        _ => crate::i18n::fill(Key::UiFaultBetween, &[("min", &low), ("max", &high)]),
    }
}

/// An amount in minor units and its currency.
#[component]
pub fn MoneyInput(
    amount: RwSignal<Option<i64>>,
    currency: RwSignal<String>,
    /// The currency cannot be chosen here.
    #[prop(optional)]
    fixed: bool,
    #[prop(optional, into)] label: Option<Signal<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let precision = Signal::derive(move || digits(&currency.read()));
    // Two wide spaces push the name out of the closed field, which shows the code.
    let name = |code: &'static str| format!("{code}\u{2003}\u{2003}{}", format::currency_name(code));
    let choose = view! {
        <select class="input currency" aria-label=t(Key::UiCurrency) disabled=move || fixed || disabled.get() bind:value=currency>
            {CURRENCIES.iter().map(|code| view! { <option value=*code>{move || name(code)}</option> }).collect_view()}
        </select>
    };
    view! {
        <span class="input-row money-input">
            {choose}
            {match label {
                Some(label) => view! { <NumberInput value=amount digits=precision min=0 label disabled/> }.into_any(),
                None => view! { <NumberInput value=amount digits=precision min=0 disabled/> }.into_any(),
            }}
        </span>
    }
}

/// A calendar day, by the browser's own picker.
#[component]
pub fn DateInput(
    value: RwSignal<Option<Date>>,
    #[prop(optional, into)] label: Option<Signal<String>>,
    #[prop(optional, into)] min: Option<Signal<Option<Date>>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_commit: Option<Callback<Option<Date>>>,
) -> impl IntoView {
    let field = FieldContext::find();
    let written = |date: Option<Date>| date.map(|date| date.to_string());
    let read = move |typed: String| {
        let date = typed.parse().ok();
        value.set(date);
        if let Some(on_commit) = on_commit {
            on_commit.run(date);
        }
    };
    view! {
        <input
            class="input"
            type="date"
            id=field.id.clone()
            // Four digits of year; a fifth is a slip of the finger.
            max="9999-12-31"
            min=move || min.and_then(|min| written(min.get()))
            disabled=disabled
            required=field.is_required
            aria-label=label
            aria-describedby=field.described_by
            aria-invalid=field.aria_invalid()
            prop:value=move || written(value.get()).unwrap_or_default()
            on:change:target=move |event| read(event.target().value())
        />
    }
}
