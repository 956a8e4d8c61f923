//! The filter in the address: read, checked against the schema, written back.

use leptos::prelude::*;
use shared::access::{Actor, Object};
use shared::fields::Schema;
use shared::i18n::Key;
use shared::id::UserId;
use shared::query::resolve::{Clock, resolve};
use shared::query::{Filter, text};
use shared::time::Instant;

use crate::i18n::fill;
use crate::ui::format;
use crate::{links, session, words};

/// What narrows a list, kept in the URL's `filter`.
#[derive(Clone, Copy)]
pub struct Filters {
    pub object: Object,
    read: Memo<Result<Filter, Fault>>,
}

/// Why the address holds no filter of this list.
#[derive(Clone, Debug, PartialEq)]
enum Fault {
    /// Not the form of a filter, from this byte on.
    Form {
        at: usize,
    },
    Field(shared::api::FieldError),
}

impl Filters {
    /// One for each page that has a filter bar.
    pub fn in_url(object: Object) -> Self {
        let read = Memo::new(move |_| {
            let text = links::param("filter").unwrap_or_default();
            let me = session::me();
            read(&text, object.schema(), me.as_ref().map(|me| &me.actor))
        });
        Self { object, read }
    }

    pub fn schema(self) -> &'static Schema {
        self.object.schema()
    }

    /// The filter, or in a sentence why it cannot be read. Tracked.
    pub fn get(self) -> Result<Filter, String> {
        self.read.get().map_err(|fault| match fault {
            Fault::Form { at } => fill(Key::FilterBadForm, &[("at", &(at + 1).to_string())]),
            Fault::Field(error) => {
                let field = error.params.get("field").cloned().unwrap_or_default();
                fill(Key::FilterBadField, &[("field", &field), ("reason", &words::field_error(&error))])
            }
        })
    }

    /// The text to ask with: `None` when nothing may be asked, since the
    /// address is unreadable; `Some(None)` for everything. Tracked.
    pub fn asked(self) -> Option<Option<String>> {
        self.with(Filter::default())
    }

    /// As `asked`, narrowed by something that is not in the bar. Tracked.
    pub fn with(self, more: Filter) -> Option<Option<String>> {
        let filter = self.read.get().ok()?;
        let filter = if more.is_everything() { filter } else { more.and(filter) };
        Some((!filter.is_everything()).then(|| text::print(&filter)))
    }

    /// Another filter; Back returns to this one.
    pub fn set(self, filter: &Filter) {
        let text = text::print(filter);
        let text = (!filter.is_everything()).then_some(text.as_str());
        links::go(&untrack(|| links::with(&[("filter", text)])));
    }

    /// As `set`, while one condition is still being changed: no step back for each key.
    pub fn refine(self, filter: &Filter) {
        let text = text::print(filter);
        links::set_params(&[("filter", (!filter.is_everything()).then_some(text.as_str()))]);
    }

    pub fn clear(self) {
        self.set(&Filter::default());
    }
}

fn read(written: &str, schema: &Schema, actor: Option<&Actor>) -> Result<Filter, Fault> {
    let filter = text::parse(written).map_err(|bad| Fault::Form { at: bad.at })?;
    let nobody = nobody();
    // The server's own check; only names, kinds and forms matter here, not the moment.
    let clock = Clock { now: Instant::default(), today: untrack(format::today), midnight: &|_| Instant::default() };
    resolve(&filter, schema, actor.unwrap_or(&nobody), &clock).map_err(Fault::Field)?;
    Ok(filter)
}

fn nobody() -> Actor {
    Actor {
        id: UserId::default(),
        name: String::new(),
        team_id: None,
        subtree: Vec::new(),
        roles: Vec::new(),
        grants: Vec::new(),
        time_zone: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::accounts::Account;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn fault(text: &str) -> Option<String> {
        match read(text, &Account::SCHEMA, None) {
            Ok(_) => None,
            Err(Fault::Form { at }) => Some(format!("form {at}")),
            Err(Fault::Field(error)) => Some(error.code),
        }
    }

    #[test]
    fn the_address_is_checked_as_the_server_will() {
        assert_eq!(fault(""), None);
        assert_eq!(fault("all(owner_id.is.@me,parent_id>industry.is.retail)"), None);
        assert_eq!(fault("all(owner_id.is.@me").as_deref(), Some("form 19"));
        assert_eq!(fault("colour.is.red").as_deref(), Some("unknown"));
        assert_eq!(fault("level.is.Z").as_deref(), Some("not_offered"));
        assert_eq!(fault("level.has.A").as_deref(), Some("operator_unfit"));
    }
}
