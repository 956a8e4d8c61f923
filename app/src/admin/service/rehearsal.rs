//! A queue's rule tried on the tickets of the last month, before it is kept.

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::access::Object;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::id::{QueueId, UserId};
use shared::tickets::RehearseRouting;
use shared::tickets::routing::{PersonsShare, Rehearsal, Rehearsed, RehearsedTicket};
use uuid::Uuid;

use crate::i18n::{fill, t, text};
use crate::record::Draft;
use crate::store::Asker;
use crate::ui::{Button, Glyph, format};
use crate::{links, store, words};

/// So many tickets that would have gone to somebody else are listed.
const LISTED: usize = 50;

/// Under the fields of a queue that is there already.
pub fn rehearsal(draft: Draft, edited: Option<Uuid>) -> AnyView {
    let Some(id) = edited else { return ().into_any() };
    let asker = Asker::new();
    let answer = RwSignal::new(None::<Result<Rehearsed, ApiError>>);
    let is_pending = RwSignal::new(false);
    // What was told is of the rule as it was.
    Effect::new(move || {
        let _ = rule(draft);
        asker.stop();
        is_pending.set(false);
        answer.set(None);
    });
    let ask = move |()| {
        is_pending.set(true);
        asker.ask::<RehearseRouting>(QueueId(id), untrack(|| rule(draft)), move |told| {
            is_pending.set(false);
            answer.set(Some(told));
        });
    };
    let told = move || match answer.get()? {
        Ok(rehearsed) => Some(told(&rehearsed)),
        Err(error) => Some(view! { <p class="bad" role="alert">{words::error(&error)}</p> }.into_any()),
    };
    view! {
        <section class="rehearsal">
            <p class="hint">{t(Key::ServiceRehearseText)}</p>
            <div><Button label=Key::ServiceRehearse icon=Glyph::History pending=is_pending on_click=ask/></div>
            <div aria-live="polite">{told}</div>
        </section>
    }
    .into_any()
}

/// What the form says now. Tracked.
fn rule(draft: Draft) -> Rehearsal {
    fn of<T: DeserializeOwned + Default>(draft: Draft, key: &str) -> T {
        serde_json::from_value(draft.get(key)).unwrap_or_default()
    }
    Rehearsal { routing: of(draft, "routing"), stick: of(draft, "stick"), relax_after: of(draft, "relax_after") }
}

fn told(rehearsed: &Rehearsed) -> AnyView {
    let count = rehearsed.tickets.len();
    if count == 0 {
        return view! { <p class="muted">{t(Key::ServiceRehearsedNone)}</p> }.into_any();
    }
    let n = format::number(i64::try_from(count).unwrap_or(i64::MAX));
    let sum = fill(Key::ServiceRehearsed, &[("differ", &format::number(rehearsed.differ)), ("n", &n)]);
    let left_out = (rehearsed.left_out > 0)
        .then(|| fill(Key::ServiceRehearsedLeftOut, &[("n", &format::number(rehearsed.left_out))]));
    let mut differ: Vec<&RehearsedTicket> = rehearsed.tickets.iter().filter(|one| one.did != one.would).collect();
    differ.reverse();
    differ.truncate(LISTED);
    view! {
        <p><strong>{sum}</strong>" "{left_out}</p>
        <div class="table-room" tabindex="0" role="group" aria-label=t(Key::ServiceCrew)>
            <table class="table admin-table">
                <thead><tr>
                    <th>{t(Key::FieldUserName)}</th>
                    <th class="figures">{t(Key::ServiceDid)}</th>
                    <th class="figures">{t(Key::ServiceWould)}</th>
                </tr></thead>
                <tbody>{rehearsed.people.iter().map(share).collect_view()}</tbody>
            </table>
        </div>
        {(!differ.is_empty()).then(|| tickets(&differ))}
    }
    .into_any()
}

fn share(share: &PersonsShare) -> impl IntoView + use<> {
    view! {
        <tr>
            <th scope="row">{who(Some(share.user_id))}</th>
            <td class="figures">{format::number(share.did)}</td>
            <td class="figures">{format::number(share.would)}</td>
        </tr>
    }
}

/// Those that would have gone to somebody else, the latest first.
fn tickets(differ: &[&RehearsedTicket]) -> impl IntoView + use<> {
    let line = |one: &&RehearsedTicket| {
        view! {
            <tr>
                <td><a class="value-link clip" href=links::ticket(one.ticket_id)>{format!("#{} {}", one.number, one.name)}</a></td>
                <td>{who(one.did)}</td>
                <td>{who(one.would)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-room" tabindex="0" role="group" aria-label=move || words::objects(Object::Ticket)>
            <table class="table admin-table">
                <thead><tr>
                    <th>{move || words::object(Object::Ticket)}</th>
                    <th>{t(Key::ServiceDid)}</th>
                    <th>{t(Key::ServiceWould)}</th>
                </tr></thead>
                <tbody>{differ.iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn who(id: Option<UserId>) -> impl Fn() -> String + Send + Sync {
    move || match id {
        None => text(Key::ServiceNobody).to_owned(),
        Some(id) => store::name(Object::User, id.0).unwrap_or_default(),
    }
}
