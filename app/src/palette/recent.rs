//! The records the reader opened last, kept on this device.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::access::Object;
use uuid::Uuid;

use super::items::Item;
use crate::part;
use crate::parts::once;
use crate::ui::storage;
use crate::{api, links, session, store};

const KEPT: usize = 8;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Visit {
    object: Object,
    id: Uuid,
    title: String,
}

fn place() -> Option<String> {
    session::user_id().map(|user| format!("kith.recent.{user}"))
}

fn read() -> Vec<Visit> {
    let text = place().and_then(|place| storage::read(&place)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// The last first.
pub fn items() -> Vec<Item> {
    read().into_iter().map(|visit| Item::record(visit.object, visit.id, visit.title, String::new())).collect()
}

/// The record the address shows, as a page or as a panel. Tracked.
fn shown() -> Option<(Object, Uuid)> {
    let path = links::path();
    let object = match path.split('/').nth(1)? {
        "accounts" => Object::Account,
        "contacts" => Object::Contact,
        "opportunities" => Object::Opportunity,
        _ => return None,
    };
    Some((object, links::open_id().or_else(links::id_param)?))
}

/// Writes down each record that is opened. Mounted once, by the shell, as a view that shows nothing.
pub fn visits() -> AnyView {
    once(|| shown().is_some(), remember)
}

part! { asides: fn remember() => remember_visits() }

fn remember_visits() {
    Effect::new(|| {
        let Some((object, id)) = shown() else { return };
        let (Some(title), Some(place)) = (store::name(object, id), untrack(place)) else { return };
        let mut visits = untrack(read);
        visits.retain(|visit| visit.id != id);
        visits.insert(0, Visit { object, id, title });
        visits.truncate(KEPT);
        storage::write(&place, &api::json(&visits));
    });
}
