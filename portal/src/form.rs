//! The web form, for those who do not sign in; other sites show it in a frame.

use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::{Key, Locale};
use shared::id::{MessageId, TicketId};
use shared::portal::{Form as Sent, FormTaken, GetPuzzle, Puzzle, SendForm, solve};
use uuid::Uuid;

use crate::api;
use crate::ask::Suggestions;
use crate::parts::{Field, Icon, Refusal, field_error};
use crate::words::{self, fill, t};

/// As many tries as fit between two frames.
const TRIES: u64 = 4_096;

#[derive(Clone, Copy)]
struct Entry {
    name: RwSignal<String>,
    email: RwSignal<String>,
    subject: RwSignal<String>,
    body: RwSignal<String>,
    error: RwSignal<Option<ApiError>>,
    is_busy: RwSignal<bool>,
    taken: RwSignal<Option<FormTaken>>,
    ids: StoredValue<(TicketId, MessageId)>,
}

impl Entry {
    fn begin() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            name: text(),
            email: text(),
            subject: text(),
            body: text(),
            error: RwSignal::new(None),
            is_busy: RwSignal::new(false),
            taken: RwSignal::new(None),
            ids: StoredValue::new((TicketId(Uuid::now_v7()), MessageId(Uuid::now_v7()))),
        }
    }

    fn send(self) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        api::spawn(async move {
            let answer = self.attempt().await;
            self.is_busy.try_set(false);
            match answer {
                Ok(taken) => {
                    self.error.try_set(None);
                    self.taken.try_set(Some(taken));
                }
                Err(refused) => {
                    self.error.try_set(Some(refused));
                }
            }
        });
    }

    async fn attempt(self) -> Result<FormTaken, ApiError> {
        let puzzle = api::call::<GetPuzzle>((), ()).await?;
        let answer = answer_to(&puzzle).await;
        let (id, message_id) = self.ids.get_value();
        let sent = Sent {
            id,
            message_id,
            name: self.name.get_untracked(),
            email: self.email.get_untracked(),
            subject: self.subject.get_untracked(),
            body: self.body.get_untracked(),
            puzzle,
            answer,
        };
        api::call::<SendForm>((), sent).await
    }
}

/// Works it out piece by piece, so that the page stays alive.
async fn answer_to(puzzle: &Puzzle) -> u64 {
    let mut from = 0;
    loop {
        if let Some(answer) = solve(puzzle, from, TRIES) {
            return answer;
        }
        from += TRIES;
        gloo_timers::future::TimeoutFuture::new(0).await;
    }
}

#[component]
pub fn Form() -> impl IntoView {
    let wished = window().location().search().unwrap_or_default();
    if let Some(locale) = wished.split_once("lang=").and_then(|(_, tag)| Locale::from_tag(tag)) {
        words::choose(locale);
    }
    let entry = Entry::begin();
    move || match entry.taken.get() {
        None => view! { <Fields entry/> }.into_any(),
        Some(taken) => view! { <Taken entry number=taken.number/> }.into_any(),
    }
}

#[component]
fn Taken(entry: Entry, number: i64) -> impl IntoView {
    let (number, email) = (number.to_string(), entry.email.get_untracked());
    view! {
        <section class="card empty" role="status">
            <Icon name="circle-check"/>
            <h1>{move || fill(Key::PortalTaken, &[("number", &number)])}</h1>
            <p>{move || fill(Key::PortalTakenText, &[("email", &email)])}</p>
        </section>
    }
}

#[component]
fn Fields(entry: Entry) -> impl IntoView {
    let Entry { name, email, subject, body, error, is_busy, .. } = entry;
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        entry.send();
    };
    view! {
        <form class="card stack" on:submit=submit novalidate>
            <h1>{t(Key::PortalAsk)}</h1>
            <Field id="name" label=Key::PortalName error=field_error(error, "name")>
                <input id="name" autocomplete="name" maxlength="120" bind:value=name/>
            </Field>
            <Field id="email" label=Key::PortalEmail error=field_error(error, "email")>
                <input id="email" type="email" autocomplete="email" inputmode="email" bind:value=email/>
            </Field>
            <Field id="subject" label=Key::PortalSubject error=field_error(error, "subject")>
                <input id="subject" maxlength="200" autocomplete="off" bind:value=subject/>
            </Field>
            <Suggestions subject/>
            <Field id="body" label=Key::PortalBody error=field_error(error, "body")>
                <textarea id="body" rows="6" bind:value=body></textarea>
            </Field>
            <Refusal error/>
            <button class="button primary" disabled=move || is_busy.get()>
                {move || t(if is_busy.get() { Key::PortalSending } else { Key::PortalSend })()}
            </button>
        </form>
    }
}
