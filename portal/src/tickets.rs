//! The reader's tickets: what goes on, what is done, and their organisation's.

use leptos::prelude::*;
use shared::access::Sees;
use shared::api::Page;
use shared::i18n::Key;
use shared::portal::*;

use crate::api::{self, Loaded};
use crate::format::{exact, moment};
use crate::parts::{Coming, Failed, Icon};
use crate::place::{Link, Place};
use crate::session::session;
use crate::words::{fill, t};
use crate::{sentences, ticket};

#[component]
pub fn Tickets() -> impl IntoView {
    let session = session();
    let (whose, is_done) = (RwSignal::new(Whose::Mine), RwSignal::new(false));
    let page = Loaded::<Page<TicketTold>>::new();
    let is_more = RwSignal::new(false);
    let fetch = move || {
        let asked = TicketsAsked { whose: whose.get_untracked(), is_done: is_done.get_untracked(), after: None };
        page.fetch::<ListOwnTickets>((), asked);
    };
    Effect::new(move || {
        whose.track();
        is_done.track();
        page.value.set(None);
        fetch();
    });
    // What one has read on with "more" is not taken away again.
    ticket::every(30, move || {
        if page.value.with_untracked(|page| page.as_ref().is_some_and(|page| page.items.len() <= 30)) {
            fetch();
        }
    });
    let more = move |_| {
        let Some(after) = page.value.with_untracked(|page| page.as_ref()?.next.clone()) else { return };
        is_more.set(true);
        let asked = TicketsAsked { whose: whose.get_untracked(), is_done: is_done.get_untracked(), after: Some(after) };
        api::spawn(async move {
            if let Ok(next) = api::call::<ListOwnTickets>((), asked).await {
                page.value.try_update(|page| {
                    if let Some(page) = page {
                        page.items.extend(next.items);
                        page.next = next.next;
                    }
                });
            }
            is_more.try_set(false);
        });
    };
    let list = move || match (page.value.get(), page.error.get()) {
        (Some(page), _) if page.items.is_empty() => view! { <Empty is_done/> }.into_any(),
        (Some(page), _) => {
            let has_more = page.next.is_some();
            view! {
                <ul class="tickets">{page.items.into_iter().map(|one| view! { <li><Line one/></li> }).collect_view()}</ul>
                {has_more.then(|| view! {
                    <button type="button" class="button" disabled=move || is_more.get() on:click=more>{t(Key::PortalMore)}</button>
                })}
            }.into_any()
        }
        (None, Some(error)) => view! { <Failed error again=fetch/> }.into_any(),
        (None, None) => view! { <Coming/> }.into_any(),
    };
    let sees_more = move || session.me().is_some_and(|me| me.sees == Sees::Organisation);
    view! {
        <div class="row">
            <h1 class="grow">{t(Key::PortalTickets)}</h1>
            <Link to=Place::Ask class="button primary"><Icon name="plus"/>{t(Key::PortalAsk)}</Link>
        </div>
        {move || sees_more().then(|| view! {
            <div class="tabs" role="group" aria-label=t(Key::PortalWhose)>
                <Tab label=Key::PortalMine value=Whose::Mine of=whose/>
                <Tab label=Key::PortalOrganisation value=Whose::Organisation of=whose/>
            </div>
        })}
        <div class="tabs" role="group" aria-label=t(Key::PortalState)>
            <Tab label=Key::PortalOpen value=false of=is_done/>
            <Tab label=Key::PortalDone value=true of=is_done/>
        </div>
        {list}
    }
}

#[component]
fn Tab<T: Copy + PartialEq + Send + Sync + 'static>(label: Key, value: T, of: RwSignal<T>) -> impl IntoView {
    let is_on = move || of.get() == value;
    view! {
        <button type="button" aria-pressed=move || is_on().to_string() on:click=move |_| of.set(value)>{t(label)}</button>
    }
}

#[component]
fn Line(one: TicketTold) -> impl IntoView {
    let (promised, at, who) = (one.promise.clone(), one.last_message_at.unwrap_or(one.created_at), one.asked_by);
    let number = one.number.to_string();
    let step = one.step;
    view! {
        <Link to=Place::Ticket(one.id) class="card line">
            <span class="row">
                <strong class="grow">{one.subject}</strong>
                <span class=format!("mark {}", step.word())>{move || sentences::step(step)}</span>
            </span>
            <span>{move || sentences::promise(&promised)}</span>
            <span class="faint small" title=move || exact(at)>
                {move || fill(Key::PortalNumber, &[("number", &number)])}
                {who.map(|who| move || fill(Key::PortalAskedBy, &[("who", &who)]))}
                " · " {move || moment(at)}
            </span>
        </Link>
    }
}

#[component]
fn Empty(is_done: RwSignal<bool>) -> impl IntoView {
    view! {
        <div class="card empty">
            <Icon name="inbox"/>
            <p>{move || t(if is_done.get() { Key::PortalNoneDone } else { Key::PortalNoneOpen })()}</p>
        </div>
    }
}
