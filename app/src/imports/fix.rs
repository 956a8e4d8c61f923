//! A wrong row, its faulty cells open for mending.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use shared::access::Object;
use shared::api::FieldErrors;
use shared::i18n::Key;
use shared::id::ImportId;
use shared::imports::*;

use crate::i18n::{fill, locale, t};
use crate::ui::{Button, Field, Glyph, Icon, TextInput, format};
use crate::{api, session, spawn, words};

#[component]
pub fn Fix(id: ImportId, row: ImportRow, plan: Plan, object: Object, mended: RwSignal<u32>) -> impl IntoView {
    let line = row.line;
    let errors = RwSignal::new(row.errors.clone());
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let is_right = RwSignal::new(false);
    // What was wrong once stays open: behind one mend the next fault shows itself.
    let opened = RwSignal::new(faulty(&plan, &row.errors));
    let mapped = plan.columns.iter().enumerate().filter(|(_, column)| column.target.is_some());
    let typed: BTreeMap<usize, RwSignal<String>> =
        mapped.map(|(at, _)| (at, RwSignal::new(row.cells.get(at).cloned().unwrap_or_default()))).collect();
    let called = row.cells.first().cloned().unwrap_or_default();
    let cells = row.cells.clone();
    let plan = StoredValue::new(plan);
    let mend = {
        let typed = typed.clone();
        move || {
            let mut cells = cells.clone();
            for (at, value) in typed.iter().filter(|(at, _)| opened.read_untracked().contains(at)) {
                cells.resize(cells.len().max(at + 1), String::new());
                cells[*at] = value.get_untracked();
            }
            let currency = untrack(session::currency);
            let row = plan.with_value(|plan| Converter::new(object, plan, &currency).row(line, cells));
            is_busy.set(true);
            problem.set(None);
            spawn::local(async move {
                let answer = api::call::<UpdateRow>(id, row).await;
                is_busy.try_set(false);
                match answer {
                    Ok(row) => {
                        is_right.try_set(row.outcome != Outcome::Wrong);
                        let more = plan.try_with_value(|plan| faulty(plan, &row.errors)).unwrap_or_default();
                        opened.try_update(|opened| opened.extend(more));
                        errors.try_set(row.errors);
                        mended.try_update(|mended| *mended += 1);
                    }
                    Err(error) => drop(problem.try_set(Some(untrack(|| words::error(&error))))),
                }
            });
        }
    };
    let inputs = typed.into_iter().map(|(at, value)| {
        let column = StoredValue::new(plan.with_value(|plan| plan.columns[at].clone()));
        view! { <Show when=move || opened.read().contains(&at)>{input(column.get_value(), value, errors)}</Show> }
    });
    let inputs = inputs.collect_view();
    let has_inputs = move || !opened.read().is_empty();
    view! {
        <li class="wrong" class:mended=is_right>
            <span class="small faint figures">{move || fill(Key::ImportLineNumber, &[("n", &format::number(line))])}</span>
            <form class="stack grow" on:submit=move |event| {
                event.prevent_default();
                mend();
            }>
                <span class="strong clip">{called}</span>
                <Show when=move || is_right.get()><p class="good" role="status"><Icon glyph=Glyph::CircleCheck/>{t(Key::ImportMended)}</p></Show>
                <div class="import-mend">
                    {inputs}
                </div>
                {move || plan.with_value(|plan| others(object, plan, &errors.read()))}
                {move || problem.get().map(|problem| view! { <p class="danger" role="alert">{problem}</p> })}
                <Show when=move || has_inputs() && !is_right.get()><div><Button label=Key::ImportMend submit=true pending=is_busy/></div></Show>
            </form>
        </li>
    }
}

/// The columns with something wrong in them.
fn faulty(plan: &Plan, errors: &FieldErrors) -> BTreeSet<usize> {
    plan.columns.iter().enumerate().filter(|(_, column)| is_faulty(column, errors)).map(|(at, _)| at).collect()
}

/// The error of a column's target, also when it is of an entry of its list.
fn is_faulty(column: &ColumnPlan, errors: &FieldErrors) -> bool {
    column.target.as_deref().is_some_and(|target| error_at(target, errors).is_some())
}

fn error_at(target: &str, errors: &FieldErrors) -> Option<String> {
    let told = by_target(errors);
    let error = told.get(target).or_else(|| told.get(target.split('.').next()?))?;
    Some(error_text(error, locale()))
}

fn input(column: ColumnPlan, value: RwSignal<String>, errors: RwSignal<FieldErrors>) -> impl IntoView {
    let target = column.target.unwrap_or_default();
    let error = Signal::derive(move || error_at(&target, &errors.read()));
    view! { <Field label=Signal::stored(column.header) error><TextInput value/></Field> }
}

/// What is wrong elsewhere than in a column: with a default, or with the row.
fn others(object: Object, plan: &Plan, errors: &FieldErrors) -> impl IntoView + use<> {
    let at_column = |key: &str| plan.columns.iter().any(|column| column.target.as_deref() == Some(key));
    let rest: Vec<String> = by_target(errors)
        .into_iter()
        .filter(|(key, _)| {
            !at_column(key)
                && !plan
                    .columns
                    .iter()
                    .any(|column| column.target.as_deref().is_some_and(|target| target.split('.').next() == Some(*key)))
        })
        .map(|(key, error)| match target(object, key) {
            Some(target) => format!("{}: {}", label(object, &target, locale()), error_text(error, locale())),
            None => error_text(error, locale()),
        })
        .collect();
    rest.into_iter()
        .map(|words| view! { <p class="danger small"><Icon glyph=Glyph::CircleAlert/>{words}</p> })
        .collect_view()
}
