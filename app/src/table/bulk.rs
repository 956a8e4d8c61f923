//! What can be done to all chosen records at once, each time with one undo.

mod forms;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::accounts::UpdateAccounts;
use shared::api::ApiError;
use shared::change::{Bulk as BulkChange, FindIds, IdsQuery};
use shared::contacts::UpdateContacts;
use shared::i18n::{Key, Plural};
use shared::opportunities::UpdateOpportunities;
use shared::tickets::BulkTickets;
use uuid::Uuid;

use super::export;
use super::listing::Listing;
use crate::i18n::{count, fill, text};
use crate::links;
use crate::record::tags;
use crate::store::{self, Asker, Command, Expected, Turn};
use crate::ui::{BulkBar, Button, ButtonKind, Dialog, Glyph, format, use_toasts};
use crate::words;

/// The most that one command changes; more are changed by several.
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
    let doing = Doing::new(listing);
    let begin = move |what: Task| {
        doing.problem.set(None);
        task.set(Some(what));
        open.set(true);
    };
    let has = move |key: &'static str| {
        listing.shape.has_bulk && listing.schema().field(key).is_some() && listing.may(Action::Write)
    };
    let may_assign = move || has("owner_id") && listing.may(Action::Assign);
    let is_archive = move || links::param("archived").as_deref() == Some("only");
    let toasts = use_toasts();
    let export = move || {
        let ids = untrack(|| listing.chosen_in_order());
        let columns = untrack(|| listing.columns.keys());
        export::save(listing.object(), ids, &columns, move |outcome| {
            if let Err(error) = outcome {
                toasts.wrong(untrack(|| words::error(&error)));
            }
        });
    };
    let title = Signal::derive(move || match task.get() {
        Some(Task::Owner) => text(Key::TableAssign).to_owned(),
        Some(Task::Tags) => text(Key::TableAddTags).to_owned(),
        _ => text(Key::TableEditField).to_owned(),
    });
    view! {
        <BulkBar selection=listing.selection>
            <ChooseAll listing/>
            <Show when=move || has("name")><Button icon=Glyph::Pencil label=Key::TableEditField on_click=move |()| begin(Task::Field)/></Show>
            <Show when=may_assign><Button icon=Glyph::User label=Key::TableAssign on_click=move |()| begin(Task::Owner)/></Show>
            <Show when=move || has("tags")><Button icon=Glyph::Tag label=Key::TableAddTags on_click=move |()| begin(Task::Tags)/></Show>
            <Show when=move || listing.may(Action::Archive)>
                <Button
                    icon=Glyph::Archive
                    label=Signal::derive(move || text(if is_archive() { Key::TableRestore } else { Key::TableArchive }).to_owned())
                    pending=doing.is_busy
                    on_click=move |()| archive(doing, !untrack(is_archive))
                />
            </Show>
            <Show when=move || listing.may(Action::Export)>
                <Button icon=Glyph::Download label=Key::TableExport on_click=move |()| export()/>
            </Show>
        </BulkBar>
        <Dialog open title>
            {move || match task.get() {
                Some(Task::Field) => view! { <forms::FieldForm doing open/> }.into_any(),
                Some(Task::Owner) => forms::one_field(doing, open, "owner_id").into_any(),
                Some(Task::Tags) => forms::tags_form(doing, open).into_any(),
                None => ().into_any(),
            }}
        </Dialog>
    }
}

/// All loaded rows are chosen, and there are more that fit.
#[component]
fn ChooseAll(listing: Listing) -> impl IntoView {
    let asker = Asker::new();
    let toasts = use_toasts();
    let more = Memo::new(move |_| {
        let all = listing.count();
        let chosen = listing.selection.len();
        (chosen >= listing.rows.ids.read().len() && chosen < all).then_some(all)
    });
    let choose = move || {
        let Some(asked) = listing.asked.get_untracked() else { return };
        let query =
            IdsQuery { object: listing.object(), filter: asked.filter, search: asked.search, archived: asked.archived };
        asker.ask::<FindIds>((), query, move |answer| match answer {
            Ok(ids) => listing.selection.set(ids.iter().map(Uuid::to_string)),
            Err(error) => {
                toasts.wrong(untrack(|| words::error(&error)));
            }
        });
    };
    view! {
        {move || more.get().map(|all| {
            let n = Signal::derive(move || fill(Key::TableChooseAll, &[("n", &format::number(i64::try_from(all).unwrap_or(0)))]));
            view! { <Button kind=ButtonKind::Quiet label=n on_click=move |()| choose()/> }
        })}
    }
}

/// Changes on their way. Until they are done, what was chosen stays chosen and
/// what was typed stays typed.
#[derive(Clone, Copy)]
pub struct Doing {
    pub listing: Listing,
    pub is_busy: RwSignal<bool>,
    pub problem: RwSignal<Option<ApiError>>,
}

impl Doing {
    fn new(listing: Listing) -> Self {
        Self { listing, is_busy: RwSignal::new(false), problem: RwSignal::new(None) }
    }

    /// Sends them; what the server finds wrong comes back to whoever asked.
    fn run(self, turns: Vec<Turn>, said: impl FnOnce(usize) -> String + 'static, done: impl FnOnce() + 'static) {
        if turns.is_empty() || self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.problem.set(None);
        store::run_all(
            turns,
            move |n| untrack(|| said(n)),
            move |outcome| {
                // The reader may have gone elsewhere.
                if self.is_busy.try_set(false).is_some() {
                    return;
                }
                match outcome {
                    Ok(()) => {
                        self.listing.selection.clear();
                        done();
                    }
                    Err(error) => self.problem.set(Some(error.clone())),
                }
            },
        );
    }
}

fn archive(doing: Doing, archived: bool) {
    let object = doing.listing.object();
    let ids = untrack(|| doing.listing.chosen());
    let turns =
        ids.chunks(MOST).map(|ids| (Command::archive_rows(object, ids.to_vec(), archived), ids.len())).collect();
    let plural = if archived { Plural::TableArchived } else { Plural::TableRestored };
    doing.run(turns, move |n| count(plural, n), || ());
}

/// The same change to all chosen records.
fn change(doing: Doing, open: RwSignal<bool>, bulk: &BulkChange) {
    let object = doing.listing.object();
    let field = bulk.set.keys().chain(bulk.add.keys()).next().cloned().unwrap_or_default();
    let ids = untrack(|| doing.listing.chosen());
    let turn = |ids: &[Uuid]| {
        let bulk = BulkChange { ids: ids.to_vec(), ..bulk.clone() };
        (effects(object, &bulk).into_iter().fold(of(object, &bulk), Command::expecting), ids.len())
    };
    let said = move |n| {
        let records = count(Plural::TableRecords, n);
        fill(Key::TableChanged, &[("field", &words::field(object, &field)), ("count", &records)])
    };
    doing.run(ids.chunks(MOST).map(turn).collect(), said, move || open.set(false));
}

fn of(object: Object, bulk: &BulkChange) -> Command {
    match object {
        Object::Contact => Command::of::<UpdateContacts>((), bulk),
        Object::Opportunity => Command::of::<UpdateOpportunities>((), bulk),
        Object::Ticket => Command::of::<BulkTickets>((), bulk),
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
}
