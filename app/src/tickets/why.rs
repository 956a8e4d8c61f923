//! Why a ticket is whose: everybody whom routing thought of, with what spoke
//! for them and what kept them out.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::tickets::routing::{Assignment, Candidate, Parts, Routing};
use shared::tickets::{GetAssignments, Queue};
use uuid::Uuid;

use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::ui::{Avatar, Button, ButtonKind, Dialog, ErrorState, Glyph, Skeleton, SkeletonKind, format};
use crate::{session, store, words};

/// The button in the head, where the ticket's queue gives its tickets away.
#[component]
pub fn Why(talk: Talk) -> impl IntoView {
    let open = RwSignal::new(false);
    let owner = Memo::new(move |_| talk.shown.id_of("owner_id"));
    let is_routed = Memo::new(move |_| {
        let queue = talk.shown.id_of("queue_id").and_then(|id| store::get::<Queue>(id).here());
        queue.is_some_and(|queue| queue.routing != Routing::Manual)
    });
    let label = Signal::derive(move || match owner.get() {
        Some(id) if session::user_id().is_some_and(|me| me.0 == id) => text(Key::InboxWhyMe).to_owned(),
        Some(id) => fill(Key::InboxWhyThem, &[("name", &name(id))]),
        None => String::new(),
    });
    view! {
        <Show when=move || owner.get().is_some() && is_routed.get()>
            <Button kind=ButtonKind::Quiet label icon=Glyph::CircleQuestionMark on_click=move |()| open.set(true)/>
        </Show>
        <Dialog open wide=true title=label><Told talk/></Dialog>
    }
}

fn name(id: Uuid) -> String {
    store::name(Object::User, id).unwrap_or_default()
}

#[component]
fn Told(talk: Talk) -> impl IntoView {
    let told = store::query::<GetAssignments>(move || Some((talk.id, ())), &[Object::Ticket]);
    let retry = Callback::new(move |()| told.refresh());
    move || match (told.data(), told.error()) {
        (Some(told), _) if told.is_empty() => view! { <p class="muted">{t(Key::InboxWhyNone)}</p> }.into_any(),
        (Some(told), _) => view! {
            {told.iter().map(assignment).collect_view()}
            <p class="hint">{t(Key::InboxWhyHint)}</p>
        }
        .into_any(),
        (None, Some(error)) => {
            let why = words::error(&error);
            view! { <ErrorState title=Key::InboxWhyFailed text=Some(why) on_retry=retry/> }.into_any()
        }
        (None, None) => view! { <Skeleton kind=SkeletonKind::Rows count=4/> }.into_any(),
    }
}

fn assignment(of: &Assignment) -> impl IntoView + use<> {
    let (user, queue, at) = (of.user_id, of.queue_id, of.at);
    let given = move || {
        let queue = store::name(Object::Queue, queue.0).unwrap_or_default();
        fill(Key::InboxWhyGiven, &[("name", &name(user.0)), ("queue", &queue), ("at", &format::date_time(at))])
    };
    view! {
        <section class="why-given">
            <p class="small muted">{given}</p>
            <div class="table-room" tabindex="0" role="group" aria-label=given>
                <table class="table why-table">
                    <thead><tr>
                        <th>{t(Key::FieldUserName)}</th>
                        <th class="figures">{t(Key::InboxWhyLoad)}</th>
                        <th class="figures">{t(Key::InboxWhyPoints)}</th>
                        <th>{t(Key::InboxWhyMade)}</th>
                    </tr></thead>
                    <tbody>{of.candidates.iter().map(|one| candidate(one, user.0)).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn candidate(one: &Candidate, chosen: Uuid) -> impl IntoView + use<> {
    let (id, excluded, parts) = (one.user_id.0, one.excluded, one.parts);
    let name = Signal::derive(move || name(id));
    let load = match one.capacity {
        Some(capacity) => format!("{} / {}", format::number(one.open), format::number(capacity)),
        None => format::number(one.open),
    };
    let points = excluded.is_none().then(|| format::number(one.score));
    let made = move || match excluded {
        Some(why) => words::choice("excluded", why.word()),
        None => made_of(&parts),
    };
    view! {
        <tr class:excluded=excluded.is_some()>
            <th scope="row">
                <span class="row">
                    <Avatar id=id.to_string() name decorative=true/>
                    <span class="clip" class:strong=id == chosen>{name}</span>
                </span>
            </th>
            <td class="figures">{load}</td>
            <td class="figures">{points}</td>
            <td>{made}</td>
        </tr>
    }
}

/// The parts that count for something. Tracked.
fn made_of(parts: &Parts) -> String {
    let Parts { skill, free, sticky, lately, hard } = *parts;
    let all = [
        (Key::InboxPartSkill, skill),
        (Key::InboxPartFree, free),
        (Key::InboxPartSticky, sticky),
        (Key::InboxPartLately, lately),
        (Key::InboxPartHard, hard),
    ];
    let said = all.iter().filter(|(_, n)| *n != 0).map(|(key, n)| fill(*key, &[("n", &format::number(*n))]));
    said.collect::<Vec<_>>().join(" · ")
}
