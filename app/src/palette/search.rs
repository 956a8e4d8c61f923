//! Asks the server as the reader types.

use leptos::prelude::*;
use shared::api::ApiError;
use shared::search::{Hit, Search, SearchQuery};

use crate::store::Asker;

/// A frame: keys that come at once are one question. Longer would be felt, and
/// saves little: a question costs the server some milliseconds, and the next
/// key stops it.
const PAUSE_MS: u64 = 16;

/// What the server found for the words.
#[derive(Clone, Copy)]
pub struct Found {
    pub hits: RwSignal<Vec<Hit>>,
    pub is_asking: RwSignal<bool>,
    pub error: RwSignal<Option<ApiError>>,
}

impl Found {
    /// Follows `query` for as long as the component that asks lives.
    pub fn new(query: RwSignal<String>) -> Self {
        let found =
            Self { hits: RwSignal::new(Vec::new()), is_asking: RwSignal::new(false), error: RwSignal::new(None) };
        let asker = Asker::new();
        let timer = StoredValue::new(None::<TimeoutHandle>);
        // The server is the outside world here; its answer comes back by itself.
        Effect::new(move || {
            let words = query.read().trim().to_owned();
            if let Some(waiting) = timer.try_update_value(Option::take).flatten() {
                waiting.clear();
            }
            asker.stop();
            if words.is_empty() {
                found.answer(Ok(Vec::new()));
                return;
            }
            found.is_asking.set(true);
            timer.set_value(crate::spawn::after(PAUSE_MS, move || {
                let question = SearchQuery { q: words, ..SearchQuery::default() };
                asker.ask::<Search>((), question, move |answer| found.answer(answer));
            }));
        });
        on_cleanup(move || {
            if let Some(waiting) = timer.try_update_value(Option::take).flatten() {
                waiting.clear();
            }
        });
        found
    }

    fn answer(self, answer: Result<Vec<Hit>, ApiError>) {
        self.is_asking.try_set(false);
        match answer {
            Ok(hits) => {
                self.error.try_set(None);
                self.hits.try_set(hits);
            }
            Err(error) => drop(self.error.try_set(Some(error))),
        }
    }
}
