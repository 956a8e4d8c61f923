//! A new ticket, with articles that may answer it while it is typed.

use std::time::Duration;

use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::id::{MessageId, TicketId};
use shared::portal::{Ask as Asked, AskTicket, HitTold, SearchShelf, ShelfQuery};
use uuid::Uuid;

use crate::api;
use crate::files::{Attach, Attached, Brings};
use crate::help::Hits;
use crate::parts::{Field, Icon, Refusal, field_error};
use crate::place::{Link, Place, address};
use crate::session::session;
use crate::storage;
use crate::words::t;

const DRAFT: &str = "kith.portal.draft.new";
/// So long nothing must be typed before it is looked for.
const PAUSE: Duration = Duration::from_millis(250);

#[component]
pub fn Ask() -> impl IntoView {
    let kept = storage::read(DRAFT).unwrap_or_default();
    let (subject, body) = kept.split_once('\n').unwrap_or((&kept, ""));
    let (subject, body) = (RwSignal::new(subject.to_owned()), RwSignal::new(body.to_owned()));
    let name = RwSignal::new(String::new());
    Effect::new(move || storage::write(DRAFT, format!("{}\n{}", subject.get(), body.get()).trim_end()));
    let (error, is_busy) = (RwSignal::new(None::<ApiError>), RwSignal::new(false));
    let (session, place) = (session(), address());
    let is_nameless = move || session.me().is_some_and(|me| me.name.is_empty());
    let ids = StoredValue::new((TicketId(Uuid::now_v7()), MessageId(Uuid::now_v7())));
    let files = Attached::new();
    let send = move || {
        is_busy.set(true);
        let (id, message_id) = ids.get_value();
        let asked = Asked {
            id,
            message_id,
            subject: subject.get_untracked(),
            body: body.get_untracked(),
            name: Some(name.get_untracked()).filter(|name| !name.trim().is_empty()),
            files: files.ids(),
        };
        // Another text is another command.
        let batch = Uuid::now_v7();
        api::spawn(async move {
            let answer = api::command::<AskTicket>((), asked, Some(batch)).await;
            is_busy.try_set(false);
            match answer {
                Ok(ticket) => {
                    subject.try_set(String::new());
                    body.try_set(String::new());
                    storage::write(DRAFT, "");
                    session.home().fetch::<shared::portal::GetPortal>((), ());
                    place.replace(Place::Ticket(ticket.id));
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !is_busy.get_untracked() && untrack(|| files.is_settled()) {
            send();
        }
    };
    view! {
        <Link to=Place::Home class="back"><Icon name="chevron-left"/>{t(Key::PortalTickets)}</Link>
        <form class="card stack" on:submit=submit novalidate>
            <h1>{t(Key::PortalAsk)}</h1>
            {move || is_nameless().then(|| view! {
                <Field id="name" label=Key::PortalName error=field_error(error, "name")>
                    <input id="name" autocomplete="name" maxlength="120" bind:value=name/>
                </Field>
            })}
            <Field id="subject" label=Key::PortalSubject error=field_error(error, "subject")>
                <input id="subject" maxlength="200" autocomplete="off" bind:value=subject/>
            </Field>
            <Suggestions subject/>
            <Field id="body" label=Key::PortalBody error=field_error(error, "body")>
                <textarea id="body" rows="6" bind:value=body></textarea>
            </Field>
            <Brings files/>
            {move || field_error(error, "files")().map(|words| view! { <p class="bad small" role="alert">{words}</p> })}
            <Refusal error/>
            <div class="row">
                <Attach files/>
                <button class="button primary grow" disabled=move || is_busy.get() || !files.is_settled()>{t(Key::PortalSend)}</button>
            </div>
        </form>
    }
}

/// What the library says of it, as it is typed.
#[component]
pub fn Suggestions(subject: RwSignal<String>) -> impl IntoView {
    let hits = RwSignal::new(Vec::<HitTold>::new());
    let turn = StoredValue::new(0_u32);
    Effect::new(move || {
        let asked = subject.get().trim().to_owned();
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        if asked.chars().count() < 2 {
            hits.set(Vec::new());
            return;
        }
        let look = move || {
            api::spawn(async move {
                let query = ShelfQuery { q: asked, limit: Some(3), is_typing: true };
                let answer = api::call::<SearchShelf>((), query).await;
                // Only the latest question's answer counts.
                if let (Ok(found), Some(true)) = (answer, turn.try_with_value(|turn| *turn == mine)) {
                    hits.try_set(found);
                }
            });
        };
        set_timeout(
            move || {
                if turn.try_with_value(|turn| *turn == mine) == Some(true) {
                    look();
                }
            },
            PAUSE,
        );
    });
    move || {
        let found = hits.get();
        (!found.is_empty()).then(|| {
            view! {
                <section class="suggestions" aria-live="polite">
                    <h2>{t(Key::PortalMaybe)}</h2>
                    <Hits hits=found/>
                </section>
            }
        })
    }
}
