//! The rows of one outcome, with why, and a place to mend the wrong ones.

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::fields::Row;
use shared::i18n::Key;
use shared::id::ImportId;
use shared::imports::*;

use super::fix::Fix;
use crate::i18n::{fill, locale, t};
use crate::store::{self, Asker};
use crate::ui::{Button, Skeleton, SkeletonKind, format};
use crate::{links, words};

const PAGE: u32 = 50;

/// What is shown of the list so far.
#[derive(Clone, Copy)]
struct Listed {
    rows: RwSignal<Vec<ImportRow>>,
    next: RwSignal<Option<String>>,
    is_loading: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
}

impl Listed {
    fn ask(self, asker: Asker, id: ImportId, outcome: Outcome, after: Option<String>) {
        self.is_loading.set(true);
        self.problem.set(None);
        let is_first = after.is_none();
        let query = RowQuery { outcome: Some(outcome), after, limit: Some(PAGE) };
        asker.ask::<ListRows>(id, query, move |answer| {
            self.is_loading.set(false);
            match answer {
                Ok(page) => {
                    self.next.set(page.next);
                    self.rows.update(|rows| {
                        if is_first {
                            rows.clear();
                        }
                        rows.extend(page.items);
                    });
                }
                Err(error) => self.problem.set(Some(untrack(|| words::error(&error)))),
            }
        });
    }
}

#[component]
pub fn Rows(id: ImportId, shown: Memo<Option<Outcome>>, mended: RwSignal<u32>) -> impl IntoView {
    let asker = Asker::new();
    let listed = Listed {
        rows: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        is_loading: RwSignal::new(true),
        problem: RwSignal::new(None),
    };
    Effect::new(move |_| {
        if let Some(outcome) = shown.get() {
            listed.rows.set(Vec::new());
            listed.ask(asker, id, outcome, None);
        }
    });
    // Which columns the file has stands in the import, also after a reload.
    let import = Memo::new(move |_| store::get::<Import>(id).here());
    let plan = Memo::new(move |_| import.get().and_then(|import| Plan::of(&import).ok()).unwrap_or_default());
    let object = Memo::new(move |_| import.get().and_then(|import| import.target()).unwrap_or(Object::Account));
    view! {
        <section class="section" aria-label=t(Key::ImportRowsHeading)>
            {move || listed.problem.get().map(|problem| view! { <p class="danger" role="alert">{problem}</p> })}
            <Show when=move || listed.is_loading.get() && listed.rows.read().is_empty()><Skeleton kind=SkeletonKind::Rows count=5/></Show>
            <ul class="import-rows">
                <For each=move || listed.rows.get() key=|row| (row.line, row.outcome.word()) children=move |row| {
                    let is_wrong = row.outcome == Outcome::Wrong;
                    if is_wrong {
                        view! { <Fix id row plan=plan.get_untracked() object=object.get_untracked() mended/> }.into_any()
                    } else {
                        line(object.get_untracked(), &plan.get_untracked(), row).into_any()
                    }
                }/>
            </ul>
            <Show when=move || !listed.is_loading.get() && listed.rows.read().is_empty() && listed.problem.read().is_none()>
                <p class="muted">{t(Key::ImportNoRows)}</p>
            </Show>
            <Show when=move || listed.next.read().is_some()>
                <Button label=Key::ImportMore pending=listed.is_loading on_click=move |()| {
                    if let Some(outcome) = shown.get_untracked() {
                        listed.ask(asker, id, outcome, listed.next.get_untracked());
                    }
                }/>
            </Show>
        </section>
    }
}

/// A row that needs no mending: its cells, or what changes.
fn line(object: Object, plan: &Plan, row: ImportRow) -> impl IntoView {
    let number = row.line;
    let href = row.record_id.filter(|_| row.outcome != Outcome::Create).and_then(|id| links::record(object, id));
    let called = row
        .values
        .get("name")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .or_else(|| row.cells.first().cloned())
        .unwrap_or_default();
    let body = match row.outcome {
        Outcome::Update => changes(object, &row.before, &row.values).into_any(),
        _ => cells(plan, &row.cells).into_any(),
    };
    let why: Vec<String> = row.errors.values().map(|error| error.message.clone()).collect();
    view! {
        <li>
            <span class="small faint figures">{move || fill(Key::ImportLineNumber, &[("n", &format::number(number))])}</span>
            <div class="stack grow">
                {match href {
                    Some(href) => view! { <a class="strong" href=href>{called}</a> }.into_any(),
                    None => view! { <span class="strong">{called}</span> }.into_any(),
                }}
                {body}
                {why.into_iter().map(|why| view! { <span class="small muted">{why}</span> }).collect_view()}
            </div>
        </li>
    }
}

/// The row as it stands in the file, cells that are empty left out.
fn cells(plan: &Plan, cells: &[String]) -> impl IntoView + use<> {
    let told =
        plan.columns.iter().zip(cells).filter(|(column, cell)| column.target.is_some() && !cell.trim().is_empty());
    let each: Vec<(String, String)> = told.map(|(column, cell)| (column.header.clone(), cell.clone())).collect();
    view! {
        <span class="small muted import-cells">
            {each.into_iter().map(|(header, cell)| view! { <span><span class="faint">{header}</span>" "{cell}</span> }).collect_view()}
        </span>
    }
}

/// What changes: the field, what it holds, what it gets.
fn changes(object: Object, before: &Row, values: &Row) -> impl IntoView + use<> {
    let currency = [values, before]
        .into_iter()
        .find_map(|row| row.get("currency"))
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    let shown = values.iter().filter(|(key, value)| is_plain(value) && before.get(*key) != Some(*value));
    let each: Vec<(Target, Value, Value)> = shown
        .filter_map(|(key, value)| {
            Some((target(object, key)?, before.get(key).cloned().unwrap_or_default(), value.clone()))
        })
        .collect();
    let line = |(target, old, new): (Target, Value, Value)| {
        let currency = currency.clone();
        let called = move || label(object, &target, locale());
        let (old_words, new_words) = (told(target, old, currency.clone()), told(target, new, currency));
        view! { <li><span class="muted">{called}</span> " " <del>{old_words}</del> " → " <ins>{new_words}</ins></li> }
    };
    view! { <ul class="small import-changes">{each.into_iter().map(line).collect_view()}</ul> }
}

/// A value in the reader's words; follows the language.
fn told(target: Target, value: Value, currency: String) -> impl Fn() -> String + Send + Sync + 'static {
    move || match (target.holds, &value) {
        (Holds::Money, Value::Number(minor)) => format::money(minor.as_i64().unwrap_or_default(), &currency),
        (Holds::Int, Value::Number(number)) => format::number(number.as_i64().unwrap_or_default()),
        (Holds::Date, Value::String(date)) => date.parse().map_or_else(|_| date.clone(), format::date),
        (Holds::Word(_), Value::String(choice)) => words::choice(target.key, choice),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Bool(flag)) => crate::i18n::text(if *flag { Key::ValueYes } else { Key::ValueNo }).to_owned(),
        _ => String::new(),
    }
}
