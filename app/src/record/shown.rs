//! The record that a page or a panel is about, as it is now or as it was.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::access::{Action, Object};
use shared::fields::Row;
use uuid::Uuid;

use crate::{session, store};

#[derive(Clone, Copy)]
pub struct Shown {
    pub object: Object,
    pub id: Uuid,
    pub row: Signal<Option<Arc<Row>>>,
    /// A state of the past: nothing can be changed in it.
    pub is_past: Signal<bool>,
}

impl Shown {
    pub fn now(object: Object, id: Uuid) -> Self {
        let row = Memo::new(move |_| store::row(object, id));
        Self { object, id, row: row.into(), is_past: Signal::stored(false) }
    }

    /// As it was, where `past` has an answer.
    pub fn at(
        object: Object,
        id: Uuid,
        is_past: Signal<bool>,
        past: impl Fn() -> Option<Row> + Send + Sync + 'static,
    ) -> Self {
        let row = Memo::new(move |_| if is_past.get() { past().map(Arc::new) } else { store::row(object, id) });
        Self { object, id, row: row.into(), is_past }
    }

    /// A field's value. Tracked.
    pub fn get(self, key: &str) -> Value {
        self.row.read().as_ref().and_then(|row| row.get(key).cloned()).unwrap_or_default()
    }

    /// Tracked.
    pub fn text(self, key: &str) -> Option<String> {
        self.get(key).as_str().map(str::to_owned)
    }

    /// Tracked.
    pub fn id_of(self, key: &str) -> Option<Uuid> {
        self.get(key).as_str()?.parse().ok()
    }

    /// A button for a change makes sense. Tracked.
    pub fn is_open_to(self, action: Action) -> bool {
        !self.is_past.get() && session::can(self.object, action)
    }
}
