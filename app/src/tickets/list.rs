//! The tickets of a view, the one due first on top.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::tickets::Ticket;
use shared::time::{DAY, Instant};

use super::desk::{Inbox, search};
use super::escalation::due_tag;
use super::presence;
use crate::each::each;
use crate::i18n::{t, text};
use crate::record::creating;
use crate::ui::{
    Button, ButtonKind, EmptyState, ErrorState, Glyph, Icon, Scroller, Skeleton, SkeletonKind, Tone, format,
};
use crate::{links, session, store, words};

/// Of a row, in px; the style says the same.
const ROW: f64 = 84.0;

#[component]
pub fn TicketList(inbox: Inbox) -> impl IntoView {
    let list = inbox.list;
    let scroller = Scroller::new();
    let count = Memo::new(move |_| list.ids().len());
    let window = scroller.window(Signal::stored(ROW), count.into());
    // The next page is on its way before the reader comes to the end.
    Effect::new(move || {
        if window.get().last + 20 >= count.get() && list.has_more() {
            list.more();
        }
    });
    // The open ticket stays in sight while one steps through the list.
    Effect::new(move || {
        let open = inbox.opened.get();
        let at = untrack(|| list.ids()).iter().position(|id| Some(*id) == open);
        if let Some(at) = at {
            scroller.reveal(at, ROW, 0.0);
        }
    });
    let rows = move || {
        let (ids, window) = (list.ids(), window.get());
        ids[window.first.min(ids.len())..window.last.min(ids.len())].to_vec()
    };
    let body = move || {
        if let Some(error) = list.error().filter(|_| list.ids().is_empty()) {
            let why = words::error(&error);
            return view! { <ErrorState title=Key::InboxFailed text=Some(why) on_retry=move || list.refresh()/> }
                .into_any();
        }
        if list.is_first() {
            return view! { <div class="inbox-waits"><Skeleton kind=SkeletonKind::Text count=6/></div> }.into_any();
        }
        if count.get() == 0 {
            return empty(inbox).into_any();
        }
        view! {
            <ul class="inbox-rows">
                <li aria-hidden="true" style:height=move || format!("{}px", window.get().before)></li>
                {each(rows, move |id| row(inbox, id).into_any())}
                <li aria-hidden="true" style:height=move || format!("{}px", window.get().after)></li>
            </ul>
        }
        .into_any()
    };
    view! {
        <div class="inbox-list" class:stale=move || list.is_stale() node_ref=scroller.node on:scroll=move |_| scroller.scrolled()>
            {body}
        </div>
    }
}

fn empty(inbox: Inbox) -> impl IntoView {
    let (title, text) = inbox.view.get().empty();
    if search().is_some() {
        let clear = || links::set_params(&[("search", None)]);
        return view! {
            <EmptyState glyph=Glyph::Search title=Key::InboxNothingFound>
                <Button label=Key::InboxClearSearch on_click=move |()| clear()/>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState glyph=Glyph::Inbox title text=text>
            <Show when=|| session::can(Object::Ticket, Action::Create)>
                <Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::InboxNew on_click=|()| creating::begin()/>
            </Show>
        </EmptyState>
    }
    .into_any()
}

fn row(inbox: Inbox, id: uuid::Uuid) -> impl IntoView {
    let ticket = Memo::new(move |_| store::get::<Ticket>(id).here());
    let is_open = move || inbox.opened.get() == Some(id);
    let open = move |event: leptos::ev::MouseEvent| {
        let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if is_plain {
            event.prevent_default();
            inbox.open(id.into());
        }
    };
    view! {
        <li>
            <a class="inbox-row" href=move || links::opened(id) aria-current=move || is_open().then_some("true") on:click=open>
                {move || ticket.get().map(|ticket| lines(&ticket))}
            </a>
        </li>
    }
}

fn lines(ticket: &Arc<Ticket>) -> impl IntoView + use<> {
    let (status, contact, account) = (ticket.status_id, ticket.contact_id, ticket.account_id);
    let who = move || {
        let account = account.and_then(|id| store::name(Object::Account, id));
        let contact = contact.and_then(|id| store::name(Object::Contact, id));
        let names: Vec<String> = [account, contact].into_iter().flatten().collect();
        if names.is_empty() { text(Key::InboxNobody).to_owned() } else { names.join(" · ") }
    };
    let status = move || store::name(Object::TicketStatus, status).unwrap_or_default();
    // The customer waits for a word of ours.
    let is_ours = ticket.waiting_since.is_some();
    view! {
        <span class="row">
            {ticket.is_confidential.then(|| view! { <Icon glyph=Glyph::Lock/><span class="hidden">{t(Key::InboxConfidential)}</span> })}
            <span class="clip grow" class:strong=is_ours>{ticket.name.clone()}</span>
            {presence::dot(ticket.id)}
            {due(ticket)}
        </span>
        <span class="row small muted">
            <span class="clip grow">{who}</span>
            <span>{status}</span>
        </span>
        <span class="small faint clip">{ticket.preview.clone()}</span>
    }
}

/// When the first promise is over, and how near that is.
fn due(ticket: &Arc<Ticket>) -> AnyView {
    let said = ticket.last_message_at;
    let ago = || said.map(|at| view! { <span class="small faint">{move || format::ago(at)}</span> }).into_any();
    due_tag(ticket).unwrap_or_else(ago)
}

/// The time of a day that is today, else the day.
pub fn moment(at: Instant) -> String {
    if format::day_of(at) == format::today() { format::time(at) } else { format::day(format::day_of(at)) }
}

/// How much a promise asks for attention.
pub fn nearness(due: Instant, now: Instant) -> Tone {
    const SOON: i64 = DAY / 24;
    match due.0 - now.0 {
        ..=0 => Tone::Bad,
        1..=SOON => Tone::Warn,
        _ => Tone::Neutral,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_over_is_worse_than_what_is_near() {
        let now = Instant(DAY);
        assert_eq!(nearness(now, now), Tone::Bad);
        assert_eq!(nearness(now.plus(1), now), Tone::Warn);
        assert_eq!(nearness(now.plus(DAY / 24 + 1), now), Tone::Neutral);
    }
}
