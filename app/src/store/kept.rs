//! The queue on this device: what was not sent when the page closed is sent
//! when it opens again, under the same key.

use std::cell::RefCell;

use leptos::prelude::window;
use serde_json::{Value, json};
use shared::id::{BatchId, UserId};
use shared::time::Instant;
use web_sys::Storage;

use super::command::Command;
use crate::api::{Request, Stamp};

thread_local! {
    /// This tab's place: whose it is, and a name of its own.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the queue from now on, and answers what earlier pages of this user
/// left, the oldest first.
pub fn open(user: UserId) -> Vec<Command> {
    PLACE.replace(Some(format!("{}{}", prefix(user), crate::id::new())));
    let Ok(Some(storage)) = window().local_storage() else { return Vec::new() };
    // Pages are named in the order of time.
    let mut keys = places(&storage, user);
    shared::order::sort_by(&mut keys, Ord::cmp);
    let mut left = Vec::new();
    for key in keys {
        let text = storage.get_item(&key).ok().flatten().unwrap_or_default();
        let queue = serde_json::from_str::<Value>(&text).unwrap_or_default();
        left.extend(queue.as_array().into_iter().flatten().filter_map(command));
        let _ = storage.remove_item(&key);
    }
    left
}

/// Forgets what this user's pages keep on the device, and keeps nothing any more.
pub fn forget(user: UserId) {
    PLACE.take();
    let Ok(Some(storage)) = window().local_storage() else { return };
    for key in places(&storage, user) {
        let _ = storage.remove_item(&key);
    }
}

fn prefix(user: UserId) -> String {
    format!("kith.outbox.{user}.")
}

fn places(storage: &Storage, user: UserId) -> Vec<String> {
    let keys: Vec<String> = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok()?).collect();
    keys.into_iter().filter(|key| key.starts_with(&prefix(user))).collect()
}

fn command(kept: &Value) -> Option<Command> {
    let text = |key: &str| kept.get(key)?.as_str();
    let request = Request {
        method: text("method")?.parse().ok()?,
        url: text("url")?.to_owned(),
        body: text("body").map(str::to_owned),
    };
    let stamp =
        Stamp { batch: BatchId(text("batch")?.parse().ok()?), made_at: Instant(kept.get("made_at")?.as_i64()?) };
    Some(Command { stamp, said: text("said").map(str::to_owned), ..Command::sending(request) })
}

/// Writes down what waits.
pub fn write<'a>(queue: impl Iterator<Item = &'a Command>) {
    let all: Vec<Value> = queue.map(entry).collect();
    keep(all);
}

fn entry(command: &Command) -> Value {
    json!({
        "batch": command.stamp.batch.to_string(),
        "made_at": command.stamp.made_at.0,
        "method": command.request.method.as_str(),
        "url": command.request.url,
        "body": command.request.body,
        "said": command.said,
    })
}

fn keep(all: Vec<Value>) {
    let Some(place) = PLACE.with_borrow(Clone::clone) else { return };
    let Ok(Some(storage)) = window().local_storage() else { return };
    let _ = if all.is_empty() {
        storage.remove_item(&place)
    } else {
        storage.set_item(&place, &Value::Array(all).to_string())
    };
}
