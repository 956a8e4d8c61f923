//! One ticket: where it stands, what was said, and what to say next.

use std::time::Duration;

use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::id::{MessageId, TicketId};
use shared::portal::*;
use shared::tickets::ThreadQuery;
use uuid::Uuid;

use crate::api::{self, Loaded};
use crate::files::{Attach, Attached, Brings};
use crate::format::{exact, moment};
use crate::parts::{Coming, Failed, Icon, Refusal};
use crate::place::{Link, Place, address};
use crate::rate::{By, Rate};
use crate::session::session;
use crate::words::{fill, t};
use crate::{files, sentences, storage};

/// How often a page in sight looks for what is new.
const EVERY_SECONDS: u64 = 10;

/// Runs `work` again and again while the page is in sight, and when it comes back into it.
pub fn every(seconds: u64, work: impl Fn() + 'static) {
    let look = move || {
        if document().visibility_state() == web_sys::VisibilityState::Visible {
            work();
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, Duration::from_secs(seconds)) {
        on_cleanup(move || timer.clear());
    }
}

#[component]
pub fn Ticket(id: TicketId) -> impl IntoView {
    let thread = Loaded::<ThreadTold>::new();
    let fetch = move || thread.fetch::<GetOwnTicket>(id, ThreadQuery::default());
    fetch();
    every(EVERY_SECONDS, fetch);
    // One that was merged is told of under the one that goes on for it.
    let place = address();
    Effect::new(move || {
        let told = thread.value.with(|thread| thread.as_ref().map(|thread| thread.ticket.id));
        if let Some(told) = told.filter(|told| *told != id) {
            place.replace(Place::Ticket(told));
        }
    });
    // Written anew only when something came: the page does not flicker, and keeps what is selected.
    let ticket = Memo::new(move |_| thread.value.with(|thread| thread.as_ref().map(|thread| thread.ticket.clone())));
    let messages =
        Memo::new(move |_| thread.value.with(|thread| thread.as_ref().map(|thread| thread.messages.clone())));
    // Asked once: what the reader chooses is not overwritten by the next look.
    let survey = Memo::new(move |_| thread.value.with(|thread| thread.as_ref()?.survey.clone()));
    let has_earlier =
        Memo::new(move |_| thread.value.with(|thread| thread.as_ref().is_some_and(|one| one.has_earlier)));
    view! {
        {session().me().is_some().then(|| view! {
            <Link to=Place::Home class="back"><Icon name="chevron-left"/>{t(Key::PortalTickets)}</Link>
        })}
        {move || match (ticket.get(), thread.error.get()) {
            (Some(ticket), _) => view! { <Standing ticket/> }.into_any(),
            (None, Some(error)) => view! { <Failed error again=fetch/> }.into_any(),
            (None, None) => view! { <Coming/> }.into_any(),
        }}
        {move || has_earlier.get().then(|| view! { <Earlier id thread/> })}
        <ol class="said" aria-label=t(Key::PortalSaid)>
            {move || messages.get().unwrap_or_default().into_iter().map(|one| view! { <Words one/> }).collect_view()}
        </ol>
        {move || survey.get().map(|survey| view! { <Rate survey by=By::Reader(id)/> })}
        {move || ticket.get().map(|ticket| view! { <Turns ticket thread/> })}
        <Answer id thread/>
    }
}

#[component]
fn Standing(ticket: TicketTold) -> impl IntoView {
    let steps = [Step::Received, Step::Working, Step::Yours, Step::Done];
    let at = steps.iter().position(|step| *step == ticket.step).unwrap_or_default();
    let marks = steps.iter().enumerate().map(|(n, _)| view! { <i class:on=n <= at></i> }).collect_view();
    let (promise, due) = (ticket.promise.clone(), ticket.promise.at);
    let (number, step) = (ticket.number.to_string(), ticket.step);
    let (is_late, status) = (promise.is_late, ticket.status);
    view! {
        <section class="card standing">
            <h1><span class="muted">{move || fill(Key::PortalNumber, &[("number", &number)])}</span>" "{ticket.subject}</h1>
            <p class="promise" class:late=is_late role="status" title=move || due.map(exact)>
                {move || sentences::promise(&promise)}
            </p>
            <div class="steps" aria-hidden="true">{marks}</div>
            <p class="faint small">
                {move || sentences::step(step)}
                {move || (!status.is_empty() && status != sentences::step(step)).then(|| format!(" · {status}"))}
            </p>
        </section>
    }
}

#[component]
fn Words(one: MessageTold) -> impl IntoView {
    let (name, at) = (one.name, one.at);
    let is_mine = one.voice == Voice::Me;
    view! {
        <li class=format!("bubble {}", one.voice.word())>
            <div class="text" inner_html=one.html></div>
            {files::shown(one.files)}
            <p class="faint small" title=move || exact(at)>
                {move || if is_mine { t(Key::PortalYou)().to_owned() } else { name.clone() }}
                " · " {move || moment(at)}
            </p>
        </li>
    }
}

#[component]
fn Earlier(id: TicketId, thread: Loaded<ThreadTold>) -> impl IntoView {
    let fetch = move |_| {
        let count = thread.value.with_untracked(|one| one.as_ref().map_or(0, |one| one.messages.len()));
        let limit = u32::try_from(count + 100).ok();
        thread.fetch::<GetOwnTicket>(id, ThreadQuery { before: None, limit });
    };
    view! { <button type="button" class="button" on:click=fetch>{t(Key::PortalEarlier)}</button> }
}

/// What the reader may make of the ticket.
#[component]
fn Turns(ticket: TicketTold, thread: Loaded<ThreadTold>) -> impl IntoView {
    let error = RwSignal::new(None::<ApiError>);
    let id = ticket.id;
    let turn = move |to: Turn| {
        api::spawn(async move {
            match api::command::<TurnOwnTicket>(id, Turned { to }, Some(Uuid::now_v7())).await {
                Ok(ticket) => {
                    thread.value.try_update(|thread| {
                        if let Some(thread) = thread {
                            thread.ticket = ticket;
                        }
                    });
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
        });
    };
    let label = |to| match to {
        Turn::Close => Key::PortalClose,
        Turn::Withdraw => Key::PortalWithdraw,
        Turn::Reopen => Key::PortalReopen,
    };
    let buttons = ticket
        .turns
        .into_iter()
        .map(|to| view! { <button type="button" class="button" on:click=move |_| turn(to)>{t(label(to))}</button> })
        .collect_view();
    view! {
        <div class="row wrap turns">{buttons}</div>
        <Refusal error/>
    }
}

/// Where the reader writes. What is typed stays on the device until it is sent.
#[component]
fn Answer(id: TicketId, thread: Loaded<ThreadTold>) -> impl IntoView {
    let kept = format!("kith.portal.draft.{id}");
    let body = RwSignal::new(storage::read(&kept).unwrap_or_default());
    let error = RwSignal::new(None::<ApiError>);
    let is_busy = RwSignal::new(false);
    let files = Attached::new();
    // Sent again after a lost answer, it counts once.
    let key = StoredValue::new((MessageId(Uuid::now_v7()), Uuid::now_v7()));
    let keep = kept.clone();
    Effect::new(move || body.with(|body| storage::write(&keep, body)));
    let place = address();
    let send = move || {
        let text = body.get_untracked();
        // Nothing leaves without what was to come with it.
        if text.trim().is_empty() || is_busy.get_untracked() || untrack(|| !files.is_settled()) {
            return;
        }
        is_busy.set(true);
        let (message, batch) = key.get_value();
        api::spawn(async move {
            let said = Say { id: message, body: text, files: files.ids() };
            let answer = api::command::<SayOnTicket>(id, said, Some(batch)).await;
            is_busy.try_set(false);
            match answer {
                Ok(ticket) => {
                    key.try_set_value((MessageId(Uuid::now_v7()), Uuid::now_v7()));
                    error.try_set(None);
                    body.try_set(String::new());
                    files.clear();
                    if ticket.id == id {
                        thread.fetch::<GetOwnTicket>(id, ThreadQuery::default());
                    } else {
                        place.go(Place::Ticket(ticket.id));
                    }
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
        });
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        }
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form class="answer" on:submit=submit>
            <Brings files/>
            <Attach files/>
            <label class="hidden" for="answer">{t(Key::PortalAnswer)}</label>
            <textarea id="answer" rows="2" placeholder=t(Key::PortalAnswerHint) bind:value=body on:keydown=keys></textarea>
            <button class="button primary" disabled=move || is_busy.get() || !files.is_settled() || body.with(|body| body.trim().is_empty())>
                {t(Key::PortalSend)}
            </button>
        </form>
        {move || error.get().map(|error| {
            let words = error.fields.values().next().map_or(error.message.clone(), |field| field.message.clone());
            view! { <p class="refusal" role="alert">{words}</p> }
        })}
    }
}
