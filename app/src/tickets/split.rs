//! Messages that are another matter are chosen, and become a ticket of their own.

use leptos::prelude::*;
use shared::access::Object;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::id::{MessageId, TicketId};
use shared::tickets::{Split, SplitTicket};

use super::desk::Inbox;
use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Checkbox, Field, Glyph, Icon, TextInput};
use crate::words;

/// What is chosen; none while nothing is being split.
pub type Chosen = RwSignal<Option<Vec<MessageId>>>;

/// The box beside a message while one chooses.
pub fn tick(talk: Talk, id: MessageId) -> impl IntoView {
    let is_chosen = RwSignal::new(talk.chosen.read_untracked().as_ref().is_some_and(|chosen| chosen.contains(&id)));
    let change = move |is_on: bool| {
        talk.chosen.update(|chosen| {
            if let Some(chosen) = chosen {
                chosen.retain(|one| *one != id);
                if is_on {
                    chosen.push(id);
                }
            }
        });
    };
    view! { <Checkbox checked=is_chosen label=Key::InboxSplitChoose hide_label=true on_change=change/> }
}

/// Stands in the composer's place while one chooses.
#[component]
pub fn SplitBar(inbox: Inbox, talk: Talk) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<String>);
    let count = Memo::new(move |_| talk.chosen.read().as_ref().map_or(0, Vec::len));
    let lacks = Memo::new(move |_| count.get() == 0 || name.read().trim().is_empty());
    let split = move || {
        let (Some(messages), false) = (talk.chosen.get_untracked(), lacks.get_untracked()) else { return };
        let id = TicketId(crate::id::new());
        let asked = Split { id, name: name.get_untracked(), messages };
        let said = untrack(|| fill(Key::InboxSplitDone, &[("name", asked.name.trim())]));
        let refused = move |error: &ApiError| drop(fault.try_set(Some(untrack(|| words::error(error)))));
        let done = move |_: &store::Answer| {
            let _ = talk.chosen.try_set(None);
            inbox.open(id);
        };
        fault.set(None);
        store::run(Command::of::<SplitTicket>(talk.id, &asked).said(said).quietly().done(done).refused(refused));
    };
    view! {
        <form
            class="composer"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                split();
            }
            on:keydown=move |event| if event.key() == "Escape" {
                event.stop_propagation();
                talk.chosen.set(None);
            }
        >
            <p>{t(Key::InboxSplitHint)}" "<span class="faint" role="status">{move || fill(Key::InboxSplitChosen, &[("n", &count.get().to_string())])}</span></p>
            <Field label=Key::InboxSplitName>
                <TextInput value=name maxlength=200 autofocus=true/>
            </Field>
            {move || fault.get().map(|fault| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{fault}</p> })}
            <div class="row composer-buttons">
                <Button label=Key::UiCancel on_click=move |()| talk.chosen.set(None)/>
                <Button kind=ButtonKind::Primary label=Key::InboxSplitDo submit=true disabled=lacks/>
            </div>
        </form>
    }
}

/// Begins to choose. Untracked.
pub fn begin(talk: Talk) {
    talk.chosen.set(Some(Vec::new()));
}

/// Words for a message that belongs to another ticket as well.
pub fn mark(key: Key, number: i64, ticket: TicketId) -> impl IntoView {
    view! { <a class="link clip" href=crate::links::ticket(ticket)><Icon glyph=Glyph::Link/>{move || fill(key, &[("n", &number.to_string())])}</a> }
}

/// The name of a ticket as toasts say it. Untracked.
pub fn named(talk: Talk) -> String {
    untrack(|| store::name(Object::Ticket, talk.id.0)).unwrap_or_else(|| text(Key::ValueNone).to_owned())
}
