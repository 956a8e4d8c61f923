//! Values that are looked for or written: records of the large kinds, tags.

use leptos::prelude::*;
use shared::fields::Field;
use shared::i18n::Key;
use shared::query::Arg;
use shared::query::resolve::target_of;

use super::super::condition::Condition;
use super::super::say;
use crate::record::picker;
use crate::ui::{Choice, Narrowing, TagInput};

fn literals(condition: RwSignal<Condition>, name: impl Fn(&Arg) -> String) -> Vec<Choice> {
    let literal = |arg: &Arg| match arg {
        Arg::Literal(value) => Some(Choice::new(value, name(arg))),
        _ => None,
    };
    untrack(|| condition.read().args.iter().filter_map(literal).collect())
}

fn write(condition: RwSignal<Condition>, chosen: &[Choice]) {
    let args = chosen.iter().map(|choice| Arg::Literal(choice.value.clone())).collect();
    condition.update(|condition| condition.args = args);
}

/// Accounts, contacts or deals, found while one types.
#[component]
pub fn FoundValues(condition: RwSignal<Condition>, field: &'static Field) -> impl IntoView {
    let target = target_of(field.kind).unwrap_or_default();
    let chosen = RwSignal::new(literals(condition, |arg| say::arg(field, arg)));
    let query = RwSignal::new(String::new());
    let found = picker::found(target, query);
    let on_change = move |chosen: Vec<Choice>| write(condition, &chosen);
    view! {
        <TagInput
            chosen
            options=found.options
            loading=found.is_loading
            narrowing=Narrowing::Elsewhere
            query
            label=Key::FilterValue
            placeholder=Key::FilterFind
            on_change
        />
    }
}

/// Words that are typed.
#[component]
pub fn WordValues(condition: RwSignal<Condition>) -> impl IntoView {
    let chosen = RwSignal::new(literals(condition, super::value_of));
    let query = RwSignal::new(String::new());
    let on_change = move |chosen: Vec<Choice>| write(condition, &chosen);
    let add = move |word: String| {
        chosen.update(|chosen| chosen.push(Choice::new(&word, word.clone())));
        query.set(String::new());
        write(condition, &chosen.read_untracked());
    };
    view! {
        <TagInput
            chosen
            options=Vec::new()
            query
            label=Key::FilterValue
            placeholder=Key::FilterTagHint
            on_create=add
            on_change
        />
    }
}
