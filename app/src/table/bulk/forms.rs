//! The forms of a change to many records.

use leptos::prelude::*;
use serde_json::Value;
use shared::change::Bulk as BulkChange;
use shared::fields::{Field, FieldKind, Row};
use shared::i18n::{Key, Plural};
use shared::id::PipelineId;

use super::{Doing, change};
use crate::i18n::count;
use crate::record::{Draft, FieldEditor, StageDraft, StageFields, Whole, is_editable, tags};
use crate::store;
use crate::ui::{Button, ButtonKind, Choice, Field as Labelled, Select};
use crate::words;

/// Chooses a field, then its new value.
#[component]
pub fn FieldForm(doing: Doing, open: RwSignal<bool>) -> impl IntoView {
    let listing = doing.listing;
    let fields = listing.schema().fields.iter().filter(|field| is_common(field));
    let keys: Vec<&'static str> = fields.map(|field| field.key).collect();
    let chosen = RwSignal::new(keys.first().copied().unwrap_or_default().to_owned());
    let options = {
        let keys = keys.clone();
        Signal::derive(move || {
            keys.iter().map(|key| Choice::new(*key, words::field(listing.object(), key))).collect::<Vec<_>>()
        })
    };
    let key = Memo::new(move |_| keys.iter().copied().find(|key| chosen.read().as_str() == *key));
    view! {
        <div class="form">
            <Labelled label=Key::FilterField><Select value=chosen options/></Labelled>
            {move || key.get().map(|key| match key {
                "stage_id" => stage_form(doing, open).into_any(),
                _ => one_field(doing, open, key).into_any(),
            })}
        </div>
    }
}

/// The same value on many records makes sense. A pipeline comes with a stage of it.
fn is_common(field: &Field) -> bool {
    let is_own = matches!(field.key, "name" | "owner_id" | "legal_name" | "tax_no" | "external_no" | "code");
    let is_list = matches!(field.kind, FieldKind::List(_));
    is_editable(field) && !is_own && !is_list && field.key != "pipeline_id"
}

pub fn one_field(doing: Doing, open: RwSignal<bool>, key: &'static str) -> impl IntoView {
    let listing = doing.listing;
    let mut start = Row::new();
    if listing.schema().field("currency").is_some() {
        start.insert("currency".to_owned(), untrack(crate::session::currency).into());
    }
    let draft = Draft::new(listing.object(), start);
    let apply = move || {
        let Ok(row) = draft.check(Whole::No) else { return };
        let mut set = Row::from_iter([(key.to_owned(), row.get(key).cloned().unwrap_or_default())]);
        let is_money = listing.schema().field(key).is_some_and(|field| field.kind == FieldKind::Money);
        if let Some(currency) = row.get("currency").filter(|_| is_money) {
            set.insert("currency".to_owned(), currency.clone());
        }
        if listing.schema().field(key).is_some_and(|field| field.required) && set.get(key).is_none_or(Value::is_null) {
            return draft.fail(key, shared::api::FieldError::new("required"));
        }
        change(doing, open, &BulkChange { set, ..BulkChange::default() });
    };
    form(doing, open, apply, view! { <FieldEditor draft field_key=key/> }.into_any())
}

pub fn tags_form(doing: Doing, open: RwSignal<bool>) -> impl IntoView {
    let draft = Draft::new(doing.listing.object(), Row::new());
    let apply = move || {
        let tags = tags::of(&draft.get("tags"));
        if tags.is_empty() {
            return draft.fail("tags", shared::api::FieldError::new("required"));
        }
        let add = Row::from_iter([("tags".to_owned(), tags.into())]);
        change(doing, open, &BulkChange { add, ..BulkChange::default() });
    };
    form(doing, open, apply, view! { <FieldEditor draft field_key="tags"/> }.into_any())
}

/// Pipeline, stage, and the reason where the stage is a lost one.
fn stage_form(doing: Doing, open: RwSignal<bool>) -> impl IntoView {
    let draft = StageDraft::new(untrack(|| pipeline_of(doing)), None);
    let apply = move || {
        if let Some(set) = draft.take() {
            change(doing, open, &BulkChange { set, ..BulkChange::default() });
        }
    };
    form(doing, open, apply, view! { <StageFields draft on_submit=move |()| untrack(apply)/> }.into_any())
}

/// Where the first of the chosen deals is that is known here.
fn pipeline_of(doing: Doing) -> Option<PipelineId> {
    let listing = doing.listing;
    let mut known = listing.chosen().into_iter().filter_map(|id| store::peek((listing.object(), id)));
    known.find_map(|row| row.get("pipeline_id")?.as_str()?.parse().ok())
}

/// A form with what the server found wrong, and how many it is about.
fn form(doing: Doing, open: RwSignal<bool>, apply: impl Fn() + 'static, fields: AnyView) -> impl IntoView {
    let label = Signal::derive(move || count(Plural::TableApplyTo, doing.listing.selection.len()));
    view! {
        <form class="form" novalidate=true on:submit=move |event| {
            event.prevent_default();
            untrack(&apply);
        }>
            {fields}
            {move || doing.problem.get().map(|error| view! { <p class="bad" role="alert">{words::error(&error)}</p> })}
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                <Button kind=ButtonKind::Primary label submit=true pending=doing.is_busy/>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::access::Object;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn names_are_not_the_same_on_many_records() {
        let keys = |object: Object| -> Vec<&str> {
            object.schema().fields.iter().filter(|field| is_common(field)).map(|field| field.key).collect()
        };
        let keys_of_account = keys(Object::Account);
        assert!(["industry", "lifecycle", "team_id"].iter().all(|key| keys_of_account.contains(key)));
        assert!(!["name", "tags", "created_at"].iter().any(|key| keys_of_account.contains(key)));
        let keys_of_deal = keys(Object::Opportunity);
        assert!(keys_of_deal.contains(&"stage_id") && !keys_of_deal.contains(&"pipeline_id"));
    }
}
