//! What can be done to all chosen records at once, each time with one undo.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::accounts::UpdateAccounts;
use shared::change::Bulk as BulkChange;
use shared::contacts::UpdateContacts;
use shared::fields::{Field, FieldKind, Row};
use shared::i18n::{Key, Plural};
use shared::opportunities::UpdateOpportunities;
use uuid::Uuid;

use super::export;
use super::listing::Listing;
use crate::i18n::{count, fill, text};
use crate::links;
use crate::record::{Draft, FieldEditor, Whole, is_editable, tags};
use crate::store::{self, Command, Expected};
use crate::ui::{BulkBar, Button, ButtonKind, Choice, Dialog, Field as Labelled, Glyph, Select};
use crate::words;

/// The most that one command changes.
const MOST: usize = 1_000;

/// What the dialog is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Field,
    Owner,
    Tags,
}

#[component]
pub fn Bulk(listing: Listing) -> impl IntoView {
    let task = RwSignal::new(None::<Task>);
    let open = RwSignal::new(false);
    let begin = move |what: Task| {
        task.set(Some(what));
        open.set(true);
    };
    let has = move |key: &'static str| {
        listing.shape.has_bulk && listing.schema().field(key).is_some() && listing.may(Action::Write)
    };
    let is_archive = move || links::param("archived").as_deref() == Some("only");
    let href = move || export::some(listing.object(), &listing.chosen(), &listing.columns.keys());
    let title = Signal::derive(move || match task.get() {
        Some(Task::Owner) => text(Key::TableAssign).to_owned(),
        Some(Task::Tags) => text(Key::TableAddTags).to_owned(),
        _ => text(Key::TableEditField).to_owned(),
    });
    view! {
        <BulkBar selection=listing.selection>
            <Show when=move || has("name")><Button icon=Glyph::Pencil label=Key::TableEditField on_click=move |()| begin(Task::Field)/></Show>
            <Show when=move || has("owner_id")><Button icon=Glyph::User label=Key::TableAssign on_click=move |()| begin(Task::Owner)/></Show>
            <Show when=move || has("tags")><Button icon=Glyph::Tag label=Key::TableAddTags on_click=move |()| begin(Task::Tags)/></Show>
            <Show when=move || listing.may(Action::Archive)>
                <Button
                    icon=Glyph::Archive
                    label=Signal::derive(move || text(if is_archive() { Key::TableRestore } else { Key::TableArchive }).to_owned())
                    on_click=move |()| archive(listing, !untrack(is_archive))
                />
            </Show>
            <Show when=move || listing.may(Action::Export)>
                <a class="btn" href=href download=""><crate::ui::Icon glyph=Glyph::Download/><span class="btn-label">{crate::i18n::t(Key::TableExport)}</span></a>
            </Show>
        </BulkBar>
        <Dialog open title>
            {move || match task.get() {
                Some(Task::Field) => view! { <FieldForm listing open/> }.into_any(),
                Some(Task::Owner) => one_field(listing, open, "owner_id").into_any(),
                Some(Task::Tags) => tags_form(listing, open).into_any(),
                None => ().into_any(),
            }}
        </Dialog>
    }
}

fn archive(listing: Listing, archived: bool) {
    let ids = untrack(|| listing.chosen());
    let plural = if archived { Plural::TableArchived } else { Plural::TableRestored };
    let said = count(plural, ids.len());
    store::run(Command::archive_rows(listing.object(), ids, archived).said(said));
    listing.selection.clear();
}

/// Chooses a field, then its new value.
#[component]
fn FieldForm(listing: Listing, open: RwSignal<bool>) -> impl IntoView {
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
            {move || key.get().map(|key| one_field(listing, open, key))}
        </div>
    }
}

/// The same value on many records makes sense.
fn is_common(field: &Field) -> bool {
    let is_own = matches!(field.key, "name" | "owner_id" | "legal_name" | "tax_no" | "external_no" | "code");
    let is_list = matches!(field.kind, FieldKind::List(_));
    is_editable(field) && !is_own && !is_list
}

fn one_field(listing: Listing, open: RwSignal<bool>, key: &'static str) -> impl IntoView {
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
        if listing.schema().field(key).is_some_and(|field| field.required)
            && set.get(key).is_none_or(serde_json::Value::is_null)
        {
            return draft.fail(key, shared::api::FieldError::new("required"));
        }
        send(listing, open, draft, BulkChange { ids: listing.chosen(), set, ..BulkChange::default() });
    };
    view! {
        <form class="form" novalidate=true on:submit=move |event| {
            event.prevent_default();
            untrack(apply);
        }>
            <FieldEditor draft field_key=key/>
            {actions(listing, open)}
        </form>
    }
}

fn tags_form(listing: Listing, open: RwSignal<bool>) -> impl IntoView {
    let draft = Draft::new(listing.object(), Row::new());
    let apply = move || {
        let tags = tags::of(&draft.get("tags"));
        if tags.is_empty() {
            return draft.fail("tags", shared::api::FieldError::new("required"));
        }
        let add = Row::from_iter([("tags".to_owned(), tags.into())]);
        send(listing, open, draft, BulkChange { ids: listing.chosen(), add, ..BulkChange::default() });
    };
    view! {
        <form class="form" novalidate=true on:submit=move |event| {
            event.prevent_default();
            untrack(apply);
        }>
            <FieldEditor draft field_key="tags"/>
            {actions(listing, open)}
        </form>
    }
}

fn actions(listing: Listing, open: RwSignal<bool>) -> impl IntoView {
    let label = Signal::derive(move || count(Plural::TableApplyTo, listing.selection.len().min(MOST)));
    view! {
        <div class="form-actions">
            <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
            <Button kind=ButtonKind::Primary label submit=true/>
        </div>
    }
}

/// One command for all of them; what the server finds wrong comes back to the form.
fn send(listing: Listing, open: RwSignal<bool>, draft: Draft, mut bulk: BulkChange) {
    bulk.ids.truncate(MOST);
    let object = listing.object();
    let field = bulk.set.keys().chain(bulk.add.keys()).next().cloned().unwrap_or_default();
    let said = fill(
        Key::TableChanged,
        &[("field", &words::field(object, &field)), ("count", &count(Plural::TableRecords, bulk.ids.len()))],
    );
    let command = effects(object, &bulk).into_iter().fold(of(object, &bulk), Command::expecting);
    let refused = move |error: &shared::api::ApiError| {
        let has_place = error.fields.keys().all(|key| draft.field(key).is_some()) && !error.fields.is_empty();
        if has_place && open.try_set(true).is_none() {
            draft.refuse(error);
        }
    };
    store::run(command.said(said).refused(refused));
    open.set(false);
    listing.selection.clear();
}

fn of(object: Object, bulk: &BulkChange) -> Command {
    match object {
        Object::Contact => Command::of::<UpdateContacts>((), bulk),
        Object::Opportunity => Command::of::<UpdateOpportunities>((), bulk),
        _ => Command::of::<UpdateAccounts>((), bulk),
    }
}

/// What it will do: the same for all, but lists gain words each by itself.
fn effects(object: Object, bulk: &BulkChange) -> Vec<Expected> {
    if bulk.add.is_empty() {
        return vec![Expected::Set { object, ids: bulk.ids.clone(), set: bulk.set.clone() }];
    }
    let one = |id: &Uuid| {
        let row = store::peek((object, *id))?;
        let mut set = bulk.set.clone();
        for (key, words) in &bulk.add {
            set.insert(key.clone(), joined(row.get(key), words));
        }
        Some(Expected::Set { object, ids: vec![*id], set })
    };
    bulk.ids.iter().filter_map(one).collect()
}

/// A list of words with more words.
fn joined(now: Option<&serde_json::Value>, more: &serde_json::Value) -> serde_json::Value {
    let mut all = now.map(tags::of).unwrap_or_default();
    for word in tags::of(more) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn tags_are_added_once_and_none_is_lost() {
        assert_eq!(joined(Some(&json!(["VIP", "老客户"])), &json!(["VIP", "华东"])), json!(["VIP", "老客户", "华东"]));
        assert_eq!(joined(None, &json!(["VIP"])), json!(["VIP"]));
    }

    #[test]
    fn names_are_not_the_same_on_many_records() {
        let keys: Vec<&str> =
            Object::Account.schema().fields.iter().filter(|field| is_common(field)).map(|field| field.key).collect();
        assert!(keys.contains(&"industry") && keys.contains(&"lifecycle") && keys.contains(&"team_id"));
        assert!(!keys.contains(&"name") && !keys.contains(&"tags") && !keys.contains(&"created_at"));
    }
}
