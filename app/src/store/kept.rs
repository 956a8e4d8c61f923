//! The queue on this device: what was not sent when the page closed is sent
//! when it opens again, under the same key.

use std::cell::RefCell;

use leptos::prelude::window;
use serde::{Deserialize, Serialize};
use shared::id::{BatchId, UserId};
use shared::time::Instant;

use super::command::Command;
use super::expected::Expected;
use crate::api::{Request, Stamp};

#[derive(Serialize, Deserialize)]
struct Kept {
    batch: BatchId,
    made_at: Instant,
    method: String,
    url: String,
    body: Option<String>,
    expected: Vec<Expected>,
    said: Option<String>,
}

thread_local! {
    /// This tab's place: whose it is, and a name of its own.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

fn prefix(user: UserId) -> String {
    format!("kith.outbox.{user}.")
}

/// Keeps the queue from now on, and answers what earlier pages of this user left.
pub fn open(user: UserId) -> Vec<Command> {
    let prefix = prefix(user);
    PLACE.replace(Some(format!("{prefix}{}", crate::id::new())));
    let Ok(Some(storage)) = window().local_storage() else { return Vec::new() };
    let keys: Vec<String> = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok()?).collect();
    let mut left: Vec<Kept> = Vec::new();
    for key in keys.iter().filter(|key| key.starts_with(&prefix)) {
        let text = storage.get_item(key).ok().flatten().unwrap_or_default();
        left.extend(serde_json::from_str::<Vec<Kept>>(&text).unwrap_or_default());
        let _ = storage.remove_item(key);
    }
    left.sort_by_key(|kept| kept.batch);
    left.into_iter().filter_map(command).collect()
}

fn command(kept: Kept) -> Option<Command> {
    let method = kept.method.parse().ok()?;
    let request = Request { method, url: kept.url, body: kept.body };
    let stamp = Stamp { batch: kept.batch, made_at: kept.made_at };
    Some(Command { stamp, expected: kept.expected, said: kept.said, ..Command::sending(request) })
}

/// Writes down what waits.
pub fn write<'a>(queue: impl Iterator<Item = &'a Command>) {
    let Some(place) = PLACE.with_borrow(Clone::clone) else { return };
    let Ok(Some(storage)) = window().local_storage() else { return };
    let all: Vec<Kept> = queue
        .map(|command| Kept {
            batch: command.stamp.batch,
            made_at: command.stamp.made_at,
            method: command.request.method.to_string(),
            url: command.request.url.clone(),
            body: command.request.body.clone(),
            expected: command.expected.clone(),
            said: command.said.clone(),
        })
        .collect();
    let _ =
        if all.is_empty() { storage.remove_item(&place) } else { storage.set_item(&place, &crate::api::json(&all)) };
}
