//! While a new record is typed: what is there already by that name or number.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::search::{Hit, Search, SearchQuery};
use shared::text::not_blank;
use uuid::Uuid;

use super::draft::Draft;
use super::points;
use crate::i18n::t;
use crate::store::Asker;
use crate::ui::{Glyph, Icon};
use crate::{links, words};

const SHOWN: usize = 4;
const PAUSE_MS: u64 = 300;
/// One Chinese character finds too much.
const SHORTEST: usize = 2;

#[component]
pub fn Similar(draft: Draft, object: Object) -> impl IntoView {
    let found = RwSignal::new(BTreeMap::<String, Vec<Hit>>::new());
    let wanted = Memo::new(move |_| {
        let name = draft.text("name").trim().to_owned();
        let numbers = points::of(&draft.get("points")).into_iter().map(|point| point.norm);
        let long = |words: &String| not_blank(words) && words.chars().count() >= SHORTEST;
        std::iter::once(name).chain(numbers).filter(long).collect::<Vec<_>>()
    });
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let askers = StoredValue::new_local([Asker::new(), Asker::new(), Asker::new()]);
    Effect::new(move || {
        let wanted = wanted.get();
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
        let ask = move || {
            found.update(|found| found.retain(|words, _| wanted.contains(words)));
            let Some(askers) = askers.try_get_value() else { return };
            for (asker, q) in askers.into_iter().zip(wanted) {
                let input = SearchQuery { q: q.clone(), object: Some(object), limit: Some(5) };
                asker.ask::<Search>((), input, move |answer| {
                    drop(found.try_update(|found| found.insert(q, answer.unwrap_or_default())));
                });
            }
        };
        waiting.set_value(crate::spawn::after(PAUSE_MS, move || {
            if !found.is_disposed() {
                ask();
            }
        }));
    });
    let hits = Memo::new(move |_| found.with(|found| distinct(found.values().flatten())));
    view! {
        <Show when=move || !hits.read().is_empty()>
            <div class="similar" role="status">
                <p class="row"><Icon glyph=Glyph::Info/><span>{t(Key::RecordSimilar)}</span></p>
                <ul>
                    {move || hits.get().into_iter().map(line).collect_view()}
                </ul>
            </div>
        </Show>
    }
}

fn distinct<'a>(hits: impl Iterator<Item = &'a Hit>) -> Vec<Hit> {
    let mut seen = Vec::<Uuid>::new();
    let mut kept = Vec::new();
    for hit in hits {
        if !seen.contains(&hit.id) && kept.len() < SHOWN {
            seen.push(hit.id);
            kept.push(hit.clone());
        }
    }
    kept
}

fn line(hit: Hit) -> impl IntoView {
    let href = links::record(hit.object, hit.id).unwrap_or_default();
    view! {
        <li class="row">
            <a class="link clip" href=href target="_blank">{hit.title}</a>
            <span class="faint small clip">{hit.hint}</span>
            <span class="faint small">{move || words::object(hit.object)}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_record_found_by_name_and_by_number_is_said_once() {
        let hit = |id: u128| Hit {
            object: Object::Account,
            id: Uuid::from_u128(id),
            title: String::new(),
            hint: String::new(),
        };
        let hits = [hit(1), hit(2), hit(1), hit(3), hit(4), hit(5)];
        assert_eq!(distinct(hits.iter()).iter().map(|hit| hit.id.as_u128()).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }
}
