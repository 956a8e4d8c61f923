//! Who else has a ticket open, and who writes on it right now; and telling
//! others the same of oneself.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::leptos_dom::helpers::WindowListenerHandle;
use leptos::prelude::*;
use shared::access::Object;
use shared::events::{Attended, Doing, Present, STAYS};
use shared::i18n::Key;
use shared::id::TicketId;
use shared::tickets::{EndPresence, Leaving, ListPresence, MessageKind, PutPresence, Visit};
use uuid::Uuid;

use super::draft::Writing;
use super::thread::Talk;
use crate::i18n::fill;
use crate::store::{self, Asker};
use crate::ui::Avatar;
use crate::{api, session};

/// One word may get lost before others take one for gone.
const EVERY: Duration = Duration::from_millis(STAYS.unsigned_abs() / 3);
/// Who only passes through on the way to another ticket does not tell.
const AFTER_MS: u64 = 300;
/// Who has paused for so long does not write any more.
const PAUSE_MS: u64 = 10_000;

thread_local! {
    static THERE: ArcRwSignal<BTreeMap<Uuid, Vec<Present>>> = ArcRwSignal::new(BTreeMap::new());
}

/// Hears of others for as long as the component that asks lives.
pub fn follow() {
    store::hear_presence(Some(told));
    ask();
    on_cleanup(|| store::hear_presence(None));
}

fn told(data: &str) {
    // Something may have been missed.
    if data.is_empty() {
        return ask();
    }
    if let Ok(attended) = api::read::<Attended>(data)
        && attended.object == Object::Ticket
    {
        put(attended.id, attended.present);
    }
}

fn ask() {
    crate::spawn::local(async {
        if let Ok(all) = api::call::<ListPresence>((), ()).await {
            let all = all.into_iter().map(|attended| (attended.id, attended.present)).collect();
            THERE.with(|there| there.set(all));
        }
    });
}

fn put(id: Uuid, present: Vec<Present>) {
    THERE.with(|there| {
        there.update(|there| {
            if present.is_empty() {
                there.remove(&id);
            } else {
                there.insert(id, present);
            }
        });
    });
}

/// Of a ticket that is open no more one hears only who writes.
fn keep_writers(id: Uuid) {
    let mut present = THERE.with(|there| there.read_untracked().get(&id).cloned().unwrap_or_default());
    present.retain(|one| one.what.writes());
    put(id, present);
}

/// All at a ticket but oneself, who writes to the customer first. Tracked.
fn others(id: TicketId) -> Vec<Present> {
    let me = session::user_id();
    let mut others = THERE.with(|there| there.read().get(&id.0).cloned().unwrap_or_default());
    others.retain(|one| Some(one.user_id) != me);
    others.sort_by_key(|one| std::cmp::Reverse(one.what));
    others
}

/// Tracked.
fn says(one: &Present) -> String {
    let key = match one.what {
        Doing::Looking => Key::InboxIsLooking,
        Doing::Noting => Key::InboxIsNoting,
        Doing::Replying => Key::InboxIsReplying,
    };
    fill(key, &[("name", &one.name)])
}

/// Tracked.
fn all_say(others: &[Present]) -> String {
    others.iter().map(says).collect::<Vec<_>>().join(" · ")
}

/// Who else is at the ticket, in its head.
#[component]
pub fn Others(talk: Talk) -> impl IntoView {
    tell(talk);
    let others = Memo::new(move |_| others(talk.id));
    let said = Memo::new(move |_| all_say(&others.read()));
    let is_writing = Memo::new(move |_| others.read().iter().any(|one| one.what.writes()));
    let avatar = |one: Present| view! { <Avatar id=one.user_id.to_string() name=one.name decorative=true/> };
    view! {
        <div class="thread-others" role="status" data-tip=move || Some(said.get()).filter(|said| !said.is_empty())>
            {move || others.get().into_iter().take(3).map(avatar).collect_view()}
            {move || Some(said.get()).filter(|said| !said.is_empty()).map(|said| view! {
                <span class="small muted clip" class:writes=is_writing>{said}</span>
            })}
        </div>
    }
}

/// A dot on a ticket that somebody else writes on.
pub fn dot(id: TicketId) -> impl IntoView + use<> {
    let writers = Memo::new(move |_| {
        let mut others = others(id);
        others.retain(|one| one.what.writes());
        all_say(&others)
    });
    move || {
        let said = Some(writers.get()).filter(|said| !said.is_empty());
        said.map(|said| view! { <span class="writing-dot"><span class="hidden">{said}</span></span> })
    }
}

/// Tells others what one does here, for as long as one can see it.
fn tell(talk: Talk) {
    let visit = crate::id::new();
    let asker = Asker::new();
    let is_told = StoredValue::new(false);
    // Once it is not one's to read any more there is nothing to tell.
    let is_over = StoredValue::new(false);
    let say = move || {
        if document().hidden() || is_over.try_get_value().unwrap_or(true) {
            return;
        }
        is_told.set_value(true);
        let what = talk.doing.get_untracked();
        asker.ask::<PutPresence>(talk.id, Visit { visit, what }, move |answer| match answer {
            Ok(present) => put(talk.id.0, present),
            Err(error) if matches!(error.status, 403 | 404) => is_over.set_value(true),
            Err(_) => keep_writers(talk.id.0),
        });
    };
    let leave = move || {
        asker.stop();
        keep_writers(talk.id.0);
        if is_told.try_update_value(std::mem::take).unwrap_or_default() {
            crate::spawn::local(async move {
                let _ = api::call::<EndPresence>(talk.id, Leaving { visit }).await;
            });
        }
    };
    let what = Memo::new(move |_| talk.doing.get());
    Effect::new(move |before: Option<()>| {
        what.track();
        if before.is_some() {
            say();
        }
    });
    let first = crate::spawn::after(AFTER_MS, say);
    let beat = set_interval_with_handle(say, EVERY).ok();
    let turned =
        window_event_listener_untyped("visibilitychange", move |_| if document().hidden() { leave() } else { say() });
    on_cleanup(move || {
        if let Some(first) = first {
            first.clear();
        }
        if let Some(beat) = beat {
            beat.clear();
        }
        WindowListenerHandle::remove(turned);
        leave();
    });
}

/// Tells others while one writes, and no longer.
pub fn tell_writing(talk: Talk, writing: Writing) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    };
    let rest = move || {
        let _ = talk.doing.try_set(Doing::Looking);
    };
    Effect::new(move |before: Option<()>| {
        let is_blank = writing.body.read().trim().is_empty();
        let kind = writing.kind.get();
        // What was begun another time is not written now.
        if before.is_none() {
            return;
        }
        stop();
        talk.doing.set(match kind {
            _ if is_blank => Doing::Looking,
            MessageKind::Public => Doing::Replying,
            MessageKind::Note => Doing::Noting,
        });
        if !is_blank {
            waiting.set_value(crate::spawn::after(PAUSE_MS, rest));
        }
    });
    on_cleanup(move || {
        stop();
        rest();
    });
}
