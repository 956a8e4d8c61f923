//! The control of a field by its kind, for forms and for editing in place.

use leptos::prelude::*;
use serde_json::Value;
use shared::fields::{Field, FieldKind, ListKind};
use shared::i18n::Key;
use shared::money;
use shared::time::Date;
use uuid::Uuid;

use super::draft::Draft;
use super::picker::{self, RefPicker};
use super::points::PointsEditor;
use super::tags::TagsEditor;
use crate::i18n::text;
use crate::ui::{
    Checkbox, Choice, DateInput, Field as Labelled, MoneyInput, NumberInput, Select, TextArea, TextInput, format,
};
use crate::words;

/// Kith has a control for it: the rest is set by Kith or has a page of its own.
pub fn is_editable(field: &Field) -> bool {
    let has_control = match field.kind {
        FieldKind::Id | FieldKind::Rank | FieldKind::Time => false,
        FieldKind::List(kind) => matches!(kind, ListKind::Tags | ListKind::Points),
        _ => true,
    };
    has_control && !field.read_only
}

/// The labelled control of a field, with what is wrong below it.
#[component]
pub fn FieldEditor(
    draft: Draft,
    field_key: &'static str,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let field = draft.field(field_key)?;
    let label = Signal::derive(move || words::field(draft.object, field_key));
    let error = Signal::derive(move || draft.error(field_key));
    let inner = move || control(draft, field, Control { label, autofocus, on_pick: None });
    if matches!(field.kind, FieldKind::Bool) {
        return Some(inner().into_any());
    }
    Some(if field.required {
        view! { <Labelled label hint error required=true>{inner()}</Labelled> }.into_any()
    } else {
        view! { <Labelled label hint error>{inner()}</Labelled> }.into_any()
    })
}

/// How a control stands in its place.
#[derive(Clone, Copy)]
pub struct Control {
    pub label: Signal<String>,
    pub autofocus: bool,
    /// A value was picked from a list: nothing more will be typed.
    pub on_pick: Option<Callback<()>>,
}

impl Control {
    fn picked(self) {
        if let Some(on_pick) = self.on_pick {
            on_pick.run(());
        }
    }
}

/// Keeps the draft in step with what a control holds.
fn keep<T>(draft: Draft, key: &'static str, value: RwSignal<T>, json: fn(&T) -> Value)
where
    T: Send + Sync + 'static,
{
    Effect::new(move || draft.set(key, json(&value.read())));
}

pub fn control(draft: Draft, field: &'static Field, how: Control) -> AnyView {
    let key = field.key;
    let now = untrack(|| draft.get(key));
    match field.kind {
        FieldKind::Text { max } => {
            let value = RwSignal::new(untrack(|| draft.text(key)));
            keep(draft, key, value, |text| Value::from(text.clone()));
            view! { <TextInput value maxlength=limit(max) label=how.label autofocus=how.autofocus/> }.into_any()
        }
        FieldKind::LongText { max } => {
            let value = RwSignal::new(untrack(|| draft.text(key)));
            keep(draft, key, value, |text| Value::from(text.clone()));
            view! { <TextArea value maxlength=limit(max) label=how.label/> }.into_any()
        }
        FieldKind::Int { min, max } => {
            let value = RwSignal::new(now.as_i64());
            keep(draft, key, value, |number| Value::from(*number));
            view! { <NumberInput value min max label=how.label/> }.into_any()
        }
        FieldKind::Money => amount(draft, key, now.as_i64(), how),
        FieldKind::Date => {
            let value = RwSignal::new(now.as_str().and_then(|text| text.parse::<Date>().ok()));
            keep(draft, key, value, |date| Value::from(date.map(|date| date.to_string())));
            view! { <DateInput value label=how.label/> }.into_any()
        }
        FieldKind::Bool => {
            let checked = RwSignal::new(now.as_bool().unwrap_or_default());
            keep(draft, key, checked, |is_on| Value::from(*is_on));
            view! { <Checkbox checked label=how.label on_change=move |_: bool| how.picked()/> }.into_any()
        }
        FieldKind::Choice(_) | FieldKind::Currency => one_of(draft, field, how),
        FieldKind::Ref(object) => {
            let value = RwSignal::new(now.as_str().and_then(|id| id.parse::<Uuid>().ok()));
            keep(draft, key, value, |id| Value::from(id.map(|id| id.to_string())));
            let pick = move |_: Option<Uuid>| how.picked();
            let within = untrack(|| draft.text("pipeline_id")).parse().ok();
            view! { <RefPicker object value within label=how.label placeholder=picker::FIND required=field.required on_choose=pick/> }.into_any()
        }
        FieldKind::List(ListKind::Tags) => view! { <TagsEditor draft field_key=key label=how.label/> }.into_any(),
        FieldKind::List(ListKind::Points) => view! { <PointsEditor draft field_key=key/> }.into_any(),
        FieldKind::Id | FieldKind::Rank | FieldKind::Time | FieldKind::List(_) => ().into_any(),
    }
}

fn limit(max: usize) -> u32 {
    u32::try_from(max).unwrap_or(u32::MAX)
}

/// An amount: in a form with its currency, in a cell in the record's currency.
fn amount(draft: Draft, key: &'static str, now: Option<i64>, how: Control) -> AnyView {
    let value = RwSignal::new(now);
    keep(draft, key, value, |minor| Value::from(*minor));
    let is_form = how.on_pick.is_none();
    if is_form {
        let currency = RwSignal::new(untrack(|| draft.text("currency")));
        keep(draft, "currency", currency, |code| Value::from(code.clone()));
        return view! { <MoneyInput amount=value currency label=how.label/> }.into_any();
    }
    let code = Signal::derive(move || draft.text("currency"));
    let digits = Signal::derive(move || money::digits(&code.read()));
    view! { <NumberInput value digits label=how.label unit=code/> }.into_any()
}

fn one_of(draft: Draft, field: &'static Field, how: Control) -> AnyView {
    let key = field.key;
    let value = RwSignal::new(untrack(|| draft.text(key)));
    keep(draft, key, value, |word| if word.is_empty() { Value::Null } else { Value::from(word.clone()) });
    let options = Signal::derive(move || match field.kind {
        FieldKind::Choice(words) => words.iter().map(|word| Choice::new(*word, words::choice(key, word))).collect(),
        _ => money::CURRENCIES
            .iter()
            .map(|code| Choice::new(*code, format!("{code} {}", format::currency_name(code))))
            .collect::<Vec<_>>(),
    });
    let pick = move |_: String| how.picked();
    if field.required {
        return view! { <Select value options label=how.label on_commit=pick/> }.into_any();
    }
    let none = Signal::derive(|| text(Key::ValueNone).to_owned());
    view! { <Select value options empty=none label=how.label on_commit=pick/> }.into_any()
}
