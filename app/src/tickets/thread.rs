//! The open ticket: what was said on it, what one writes, what stands beside it.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::api::ApiError;
use shared::events::Doing;
use shared::fields::Row;
use shared::i18n::Key;
use shared::id::TicketId;
use shared::tickets::{GetThread, Message, Said, Thread as Told, ThreadQuery};
use uuid::Uuid;

use super::composer::Composer;
use super::desk::Inbox;
use super::head::Head;
use super::message;
use super::side::Side;
use super::split::{Chosen, SplitBar};
use crate::i18n::fill;
use crate::record::Shown;
use crate::store::{self, Asker, Expected};
use crate::ui::{Button, ButtonKind, EmptyState, ErrorState, Glyph, Skeleton, SkeletonKind, use_toasts};
use crate::{session, words};

/// Earlier messages come in portions of this many.
const PORTION: u32 = 50;

/// What a thread's parts share.
#[derive(Clone, Copy)]
pub struct Talk {
    pub id: TicketId,
    /// The ticket with its pending changes.
    pub shown: Shown,
    pub told: Signal<Option<Arc<Told>>>,
    /// What is chosen to be split off.
    pub chosen: Chosen,
    /// What one does here, as others are told.
    pub doing: RwSignal<Doing>,
    /// Messages before those of `told`, fetched when asked for.
    earlier: RwSignal<Vec<Said>>,
    has_earlier: RwSignal<Option<bool>>,
}

impl Talk {
    /// All messages, the oldest first. Tracked.
    pub fn messages(self) -> Vec<Said> {
        let mut all = self.earlier.get();
        if let Some(told) = self.told.get() {
            let first = told.messages.first().map(|said| (said.message.created_at, said.message.id));
            all.retain(|said| first.is_none_or(|first| (said.message.created_at, said.message.id) < first));
            all.extend(told.messages.iter().cloned());
        }
        all
    }

    /// There is more before the first of them. Tracked.
    fn has_more(self) -> bool {
        self.has_earlier.get().or_else(|| self.told.get().map(|told| told.has_earlier)).unwrap_or_default()
    }
}

/// What pending commands say on the ticket already.
fn foresee(told: &mut Told, effect: &Expected) {
    match effect {
        Expected::Created { object: Object::Message, row } => {
            let Some(message) = store::parse::<Message>(row) else { return };
            let is_here = told.messages.iter().any(|said| said.message.id == message.id);
            if message.ticket_id == told.ticket.id && !is_here {
                let html = message::plain_html(&message.body);
                told.messages.push(Said { message, html, said_on: None, split_to: None, files: Vec::new() });
            }
        }
        Expected::Deleted { object: Object::Message, ids } => {
            told.messages.retain(|said| !ids.contains(&said.message.id.0));
        }
        _ => {}
    }
}

#[component]
pub fn Thread(inbox: Inbox, id: Uuid) -> impl IntoView {
    let id = TicketId(id);
    let asked = store::patched::<GetThread>(
        move || Some((id, ThreadQuery { limit: Some(PORTION), ..ThreadQuery::default() })),
        &[Object::Ticket, Object::Message, Object::TimeEntry],
        foresee,
    );
    let talk = Talk {
        id,
        shown: Shown::now(Object::Ticket, id.0),
        told: Signal::derive(move || asked.data()),
        chosen: RwSignal::new(None),
        doing: RwSignal::new(Doing::Looking),
        earlier: RwSignal::new(Vec::new()),
        has_earlier: RwSignal::new(None),
    };
    let beside = RwSignal::new(false);
    let is_first = Memo::new(move |_| asked.is_first());
    let is_splitting = Memo::new(move |_| talk.chosen.read().is_some());
    // What is being written must outlive every answer.
    let fault = Memo::new(move |_| asked.error().filter(|_| asked.data().is_none()));
    view! {
        <section class="thread" class:beside=beside aria-label=move || store::name(Object::Ticket, id.0)>
            {move || match fault.get() {
                Some(error) => failed(&error, Callback::new(move |()| asked.refresh())),
                None if is_first.get() => view! { <div class="inbox-waits"><Skeleton kind=SkeletonKind::Text count=8/></div> }.into_any(),
                None => view! {
                    <Head inbox talk beside/>
                    <Messages talk/>
                    {move || if is_splitting.get() {
                        view! { <SplitBar inbox talk/> }.into_any()
                    } else {
                        view! { <Show when=|| session::can(Object::Message, Action::Write)><Composer talk/></Show> }.into_any()
                    }}
                }.into_any(),
            }}
        </section>
        <Show when=move || !is_first.get() && fault.get().is_none()><Side talk beside/></Show>
    }
}

/// One that the reader may not see is told like one that never was.
fn failed(error: &ApiError, again: Callback<()>) -> AnyView {
    let back = view! { <Button label=Key::InboxBack icon=Glyph::ChevronLeft on_click=|()| Inbox::close()/> };
    if error.status == 404 {
        return view! { <EmptyState glyph=Glyph::EyeOff title=Key::RecordMissing text=Key::RecordMissingText>{back}</EmptyState> }
            .into_any();
    }
    let why = words::error(error);
    view! { <ErrorState title=Key::InboxThreadFailed text=Some(why) on_retry=again/> }.into_any()
}

#[component]
fn Messages(talk: Talk) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let last = Memo::new(move |_| talk.told.get().and_then(|told| told.messages.last().map(|said| said.message.id)));
    // What was said last is in sight, now and when more is said.
    Effect::new(move || {
        last.track();
        if let Some(node) = node.get() {
            request_animation_frame(move || node.set_scroll_top(node.scroll_height()));
        }
    });
    let asker = Asker::new();
    let is_asking = RwSignal::new(false);
    let toasts = use_toasts();
    let more = move || {
        let first = untrack(|| talk.messages()).first().map(|said| said.message.id);
        is_asking.set(true);
        let query = ThreadQuery { before: first, limit: Some(PORTION) };
        asker.ask::<GetThread>(talk.id, query, move |answer| {
            is_asking.set(false);
            match answer {
                Ok(told) => {
                    talk.has_earlier.set(Some(told.has_earlier));
                    talk.earlier.update(|earlier| drop(earlier.splice(0..0, told.messages)));
                }
                Err(error) => drop(toasts.wrong(untrack(|| words::error(&error)))),
            }
        });
    };
    let nothing = move || talk.told.get().is_some_and(|told| told.messages.is_empty());
    view! {
        <div class="messages" node_ref=node role="log" tabindex="0" aria-label=move || crate::i18n::text(Key::InboxMessages)>
            <Show when=move || talk.has_more()>
                <Button kind=ButtonKind::Quiet label=Key::InboxEarlier icon=Glyph::History pending=is_asking on_click=move |()| more()/>
            </Show>
            <Show when=nothing><p class="faint">{move || fill(Key::InboxNothingSaid, &[])}</p></Show>
            {move || talk.messages().into_iter().map(|said| message::view(talk, said)).collect_view()}
        </div>
    }
}

/// A ticket's field as a row that a command sees. Untracked.
pub fn row_now(talk: Talk) -> Row {
    talk.shown.row.get_untracked().map(|row| Row::clone(&row)).unwrap_or_default()
}
