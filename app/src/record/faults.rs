//! Changes of single fields that the server refused: shown where they were
//! made, with what was typed, until they are tried again.

use std::collections::HashMap;

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::api::{ApiError, FieldError};
use uuid::Uuid;

use crate::words;

type Place = (Object, Uuid, &'static str);

/// What was typed, and what is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub typed: Value,
    pub error: FieldError,
}

thread_local! {
    static FAULTS: ArcRwSignal<HashMap<Place, Fault>> = ArcRwSignal::new(HashMap::new());
}

/// Tracked.
pub fn of(object: Object, id: Uuid, key: &'static str) -> Option<Fault> {
    FAULTS.with(|faults| faults.read().get(&(object, id, key)).cloned())
}

/// In a sentence. Tracked.
pub fn said(object: Object, id: Uuid, key: &'static str) -> Option<String> {
    of(object, id, key).map(|fault| words::field_error(&fault.error))
}

pub fn keep(object: Object, id: Uuid, key: &'static str, typed: Value, error: &ApiError) {
    let own = error.fields.iter().find(|(path, _)| path.split('.').next() == Some(key));
    let Some((_, error)) = own else { return };
    let fault = Fault { typed, error: error.clone() };
    FAULTS.with(|faults| faults.update(|faults| drop(faults.insert((object, id, key), fault))));
}

pub fn forget(object: Object, id: Uuid, key: &'static str) {
    FAULTS.with(|faults| {
        if faults.with_untracked(|faults| faults.contains_key(&(object, id, key))) {
            faults.update(|faults| drop(faults.remove(&(object, id, key))));
        }
    });
}
