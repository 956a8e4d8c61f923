//! Tags: words of one's own, the known ones offered.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::accounts::ListAccounts;
use shared::api::{ApiError, Page};
use shared::contacts::ListContacts;
use shared::i18n::Key;
use shared::opportunities::ListOpportunities;
use shared::query::{Filter, ListQuery, Op, text};

use super::draft::Draft;
use crate::store;
use crate::ui::{Choice, TagInput};

/// The tags of a row.
pub fn of(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
}

/// The tags that the records of a kind carry of late.
fn known(object: Object) -> RwSignal<BTreeSet<String>> {
    let tags = RwSignal::new(BTreeSet::new());
    let tagged = text::print(&Filter::Not(Box::new(Filter::test("tags", Op::Empty, []))));
    let input =
        ListQuery { filter: Some(tagged), sort: Some("-updated_at".into()), limit: Some(200), ..ListQuery::default() };
    match object {
        Object::Account => store::ask::<ListAccounts>((), input, move |answer| tags.set(all(answer, |one| &one.tags))),
        Object::Contact => store::ask::<ListContacts>((), input, move |answer| tags.set(all(answer, |one| &one.tags))),
        Object::Opportunity => {
            store::ask::<ListOpportunities>((), input, move |answer| tags.set(all(answer, |one| &one.tags)));
        }
        _ => {}
    }
    tags
}

fn all<R>(answer: Result<Page<R>, ApiError>, of: impl Fn(&R) -> &Vec<String>) -> BTreeSet<String> {
    answer.map(|page| page.items.iter().flat_map(of).cloned().collect()).unwrap_or_default()
}

#[component]
pub fn TagsEditor(
    draft: Draft,
    #[prop(default = "tags")] field_key: &'static str,
    #[prop(optional, into)] label: Option<Signal<String>>,
    /// Each change, so that it can be sent at once.
    #[prop(optional, into)]
    on_change: Option<Callback<()>>,
) -> impl IntoView {
    let choices = |tags: Vec<String>| tags.into_iter().map(|tag| Choice::new(&tag, tag.clone())).collect::<Vec<_>>();
    let chosen = RwSignal::new(choices(of(&untrack(|| draft.get(field_key)))));
    let query = RwSignal::new(String::new());
    let keep = move || {
        let tags: Vec<String> = chosen.read_untracked().iter().map(|choice| choice.value.clone()).collect();
        draft.set(field_key, tags);
        if let Some(on_change) = on_change {
            on_change.run(());
        }
    };
    let changed = move |_: Vec<Choice>| keep();
    let add = move |word: String| {
        let word = word.trim().to_owned();
        query.set(String::new());
        if !word.is_empty() {
            chosen.update(|chosen| chosen.push(Choice::new(&word, word.clone())));
            keep();
        }
    };
    let known = known(draft.object);
    let options = Signal::derive(move || choices(known.get().into_iter().collect()));
    let label = label.unwrap_or_else(|| Signal::derive(move || crate::words::field(draft.object, field_key)));
    view! {
        <TagInput chosen options query label placeholder=Key::FilterTagHint on_create=add on_change=changed/>
    }
}
