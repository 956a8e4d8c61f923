//! The values of a condition, edited by the kind of its field.

mod checklist;
mod days;
mod found;

use leptos::prelude::*;
use shared::access::Object;
use shared::contacts::PointKind;
use shared::fields::{Field, FieldKind, ListKind};
use shared::i18n::Key;
use shared::query::resolve::target_of;
use shared::query::{Arg, Period};

use self::checklist::Checklist;
use self::days::DayValue;
use self::found::{FoundValues, WordValues};
use super::condition::{Ask, Condition};
use super::say;
use crate::i18n::text;
use crate::record::picker;
use crate::ui::{Choice, NumberInput, TextInput, format};
use crate::{store, words};

/// The editor for what the condition asks now.
pub fn editor(condition: RwSignal<Condition>, field: &'static Field) -> impl IntoView {
    let ask = Memo::new(move |_| condition.read().ask);
    move || match ask.get() {
        Ask::Empty | Ask::Filled => ().into_any(),
        Ask::During => view! { <Checklist condition options=Signal::derive(periods) single=true/> }.into_any(),
        Ask::Between => view! {
            <div class="row">{one(condition, field, 0)}<span class="faint">"–"</span>{one(condition, field, 1)}</div>
        }
        .into_any(),
        Ask::Is | Ask::IsNot => many(condition, field),
        _ => one(condition, field, 0),
    }
}

fn periods() -> Vec<Choice> {
    Period::ALL.iter().map(|period| Choice::new(format!("@{period}"), words::choice("period", period.word()))).collect()
}

/// Any of several values.
fn many(condition: RwSignal<Condition>, field: &'static Field) -> AnyView {
    match field.kind {
        FieldKind::Choice(words) => {
            let options = move || words.iter().map(|word| Choice::new(*word, words::choice(field.key, word))).collect::<Vec<_>>();
            view! { <Checklist condition options=Signal::derive(options)/> }.into_any()
        }
        FieldKind::Currency => {
            let name = |code: &&str| Choice::new(*code, format::currency_name(code)).detail(*code);
            let options = move || shared::money::CURRENCIES.iter().map(name).collect::<Vec<_>>();
            view! { <Checklist condition options=Signal::derive(options)/> }.into_any()
        }
        FieldKind::Bool => {
            let options = || vec![Choice::new(true, text(Key::ValueYes)), Choice::new(false, text(Key::ValueNo))];
            view! { <Checklist condition options=Signal::derive(options) single=true/> }.into_any()
        }
        FieldKind::List(ListKind::Tags) => view! { <WordValues condition/> }.into_any(),
        _ => match target_of(field.kind) {
            Some(Object::Account | Object::Contact | Object::Opportunity) => view! { <FoundValues condition field/> }.into_any(),
            Some(target) => view! { <Checklist condition options=Signal::derive(move || records(target)) people=target == Object::User/> }.into_any(),
            None => one(condition, field, 0),
        },
    }
}

/// What there is of a small kind of records; people and teams begin with one's own.
fn records(target: Object) -> Vec<Choice> {
    match target {
        Object::User => {
            let me = Choice::new("@me", text(Key::FilterMe));
            std::iter::once(me).chain(store::users().iter().map(|user| Choice::new(user.id, &user.name))).collect()
        }
        Object::Team => {
            let mine = Choice::new("@my_team", text(Key::FilterMyTeam));
            std::iter::once(mine).chain(store::teams().iter().map(|team| Choice::new(team.id, &team.name))).collect()
        }
        Object::Role => store::roles().iter().map(|role| Choice::new(role.id, words::role(role))).collect(),
        Object::Product => store::products().iter().map(|product| Choice::new(product.id, &product.name)).collect(),
        Object::Pipeline => {
            store::pipelines().iter().map(|pipeline| Choice::new(pipeline.id, &pipeline.name)).collect()
        }
        Object::Stage => picker::stages(None),
        _ => Vec::new(),
    }
}

/// One value, the first or the second of a range.
fn one(condition: RwSignal<Condition>, field: &'static Field, at: usize) -> AnyView {
    let now = untrack(|| condition.read().args.get(at).cloned());
    match field.kind {
        FieldKind::Date | FieldKind::Time => view! { <DayValue condition at/> }.into_any(),
        FieldKind::Int { .. } | FieldKind::Money => {
            let number = match &now {
                Some(Arg::Literal(text)) => text.parse().ok(),
                _ => None,
            };
            let digits = if field.kind == FieldKind::Money { say::money_digits() } else { 0 };
            let value = RwSignal::new(number);
            let commit =
                move |number: Option<i64>| put(condition, at, number.map(|number| Arg::Literal(number.to_string())));
            view! { <NumberInput value digits=Signal::stored(digits) label=Key::FilterValue on_commit=commit/> }
                .into_any()
        }
        _ => {
            let value = RwSignal::new(match now {
                Some(Arg::Literal(text)) => text,
                _ => String::new(),
            });
            let commit = move |typed: String| put(condition, at, literal(field, &typed).map(Arg::Literal));
            view! { <TextInput value label=Key::FilterValue autofocus=true on_commit=commit/> }.into_any()
        }
    }
}

/// What was typed as it is compared: a phone or an address by its norm.
fn literal(field: &Field, typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    if field.kind != FieldKind::List(ListKind::Points) {
        return Some(typed.to_owned());
    }
    let norm =
        [PointKind::Email, PointKind::Phone].into_iter().find_map(|kind| crate::record::points::norm(kind, typed));
    Some(norm.unwrap_or_else(|| typed.to_lowercase()))
}

/// Sets a value, or takes it away.
fn put(condition: RwSignal<Condition>, at: usize, arg: Option<Arg>) {
    condition.update(|condition| {
        let blank = || Arg::Literal(String::new());
        while condition.args.len() <= at {
            condition.args.push(blank());
        }
        condition.args[at] = arg.unwrap_or_else(blank);
    });
}

/// An argument as the value of a choice, and back.
fn value_of(arg: &Arg) -> String {
    match arg {
        Arg::Me => "@me".into(),
        Arg::MyTeam => "@my_team".into(),
        Arg::Period(period) => format!("@{period}"),
        Arg::Today(days) => format!("@today{days:+}"),
        Arg::Literal(text) => text.clone(),
    }
}

fn arg_of(value: &str) -> Arg {
    match value {
        "@me" => Arg::Me,
        "@my_team" => Arg::MyTeam,
        _ => match value.strip_prefix('@').and_then(|word| word.parse().ok()) {
            Some(period) => Arg::Period(period),
            None => Arg::Literal(value.to_owned()),
        },
    }
}
