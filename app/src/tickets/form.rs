//! The form for a new ticket: what a customer said on the phone or at the counter.

use leptos::prelude::*;
use serde_json::{Value, json};
use shared::access::Object;
use shared::change::New;
use shared::contacts::Contact;
use shared::fields::{Row, row_of};
use shared::i18n::Key;
use shared::id::MessageId;
use shared::sla::Priority;
use shared::tickets::{BODY_MAX, Channel, CreateTicket, Heard, NewTicket, Ticket, TicketKind};

use crate::i18n::{fill, t, text};
use crate::knowledge::Suggested;
use crate::record::creating::FormActions;
use crate::record::creating::Sending;
use crate::record::{Draft, FieldEditor, Whole};
use crate::store::{self, Command, Expected};
use crate::ui::{Checkbox, Choice, Field, SegmentedControl, Select, TextArea};
use crate::{links, session, words};

/// How it reached whoever writes it down.
const HEARD_BY: [Channel; 3] = [Channel::Phone, Channel::WalkIn, Channel::Mail];

#[component]
pub fn TicketForm() -> impl IntoView {
    let mut row = row_of(&Ticket::default());
    // These follow from who takes it, and from its category.
    for key in ["status_id", "priority"] {
        row.remove(key);
    }
    let draft = Draft::of(Object::Ticket, row);
    let priority = RwSignal::new(String::new());
    let body = RwSignal::new(String::new());
    let is_mine = RwSignal::new(true);
    let sending = Sending::new(draft);
    let brought = follow_contact(draft);
    let is_complaint = Memo::new(move |_| draft.text("kind") == TicketKind::Complaint.word());
    let send = move || {
        let Some(new) = untrack(|| whole(draft, &body.get(), &priority.get(), is_mine.get())) else { return };
        untrack(|| give(sending, draft, new));
    };
    let label = Signal::derive(|| text(Key::InboxHeard).to_owned());
    view! {
        <form
            class="form two"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
            on:keydown=move |event| if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                send();
            }
        >
            <FieldEditor draft field_key="contact_id"/>
            {move || {
                // The control keeps what is typed; what the contact brings begins it anew.
                brought.track();
                view! { <FieldEditor draft field_key="account_id"/> }
            }}
            <div class="whole"><FieldEditor draft field_key="name"/></div>
            <div class="whole">
                <Field label hint=Signal::derive(|| Some(text(Key::InboxHeardHint).to_owned()))>
                    <TextArea value=body rows=5 maxlength=u32::try_from(BODY_MAX).unwrap_or(u32::MAX)/>
                </Field>
            </div>
            <div class="whole"><Suggested words=Signal::derive(move || format!("{} {}", draft.text("name"), body.read()))/></div>
            <div class="whole"><Channels draft/></div>
            <FieldEditor draft field_key="category_id"/>
            <Priorities value=priority/>
            <FieldEditor draft field_key="kind"/>
            {move || is_complaint.get().then(|| view! { <FieldEditor draft field_key="accused_id"/> })}
            <div class="whole"><Checkbox checked=is_mine label=Key::InboxTakeIt/></div>
            <div class="whole"><FormActions draft sending label=Key::InboxCreate/></div>
        </form>
        <p class="hidden" role="status">{move || sending.is_pending.get().then(|| t(Key::UiLoading)())}</p>
    }
}

/// Who asks mostly asks for the account they are at.
fn follow_contact(draft: Draft) -> RwSignal<()> {
    let brought = RwSignal::new(());
    Effect::new(move || {
        let Ok(id) = draft.text("contact_id").parse::<uuid::Uuid>() else { return };
        let Some(contact) = store::get::<Contact>(id).here() else { return };
        let main = contact.accounts.iter().find(|link| link.is_primary && !link.has_left);
        let main = main.or_else(|| contact.accounts.iter().find(|link| !link.has_left));
        if let Some(main) = main.filter(|_| untrack(|| draft.text("account_id").is_empty())) {
            draft.set("account_id", main.account_id.to_string());
            brought.set(());
        }
    });
    brought
}

#[component]
fn Channels(draft: Draft) -> impl IntoView {
    let options = Signal::derive(|| {
        HEARD_BY.map(|channel| Choice::new(channel.word(), words::choice("channel", channel.word()))).to_vec()
    });
    let value = Signal::derive(move || draft.text("channel"));
    let label = Signal::derive(|| words::field(Object::Ticket, "channel"));
    view! { <SegmentedControl label options value on_choose=move |word: String| draft.set("channel", word)/> }
}

/// How urgent it is, or as urgent as its category.
#[component]
fn Priorities(value: RwSignal<String>) -> impl IntoView {
    let options = Signal::derive(|| {
        Priority::ALL
            .iter()
            .map(|one| Choice::new(one.word(), words::choice("priority", one.word())))
            .collect::<Vec<_>>()
    });
    let empty = Signal::derive(|| text(Key::InboxAsCategory).to_owned());
    let label = Signal::derive(|| words::field(Object::Ticket, "priority"));
    view! { <Field label><Select value options empty/></Field> }
}

/// What is sent, or what is wrong stands at the fields.
fn whole(draft: Draft, body: &str, priority: &str, is_mine: bool) -> Option<NewTicket> {
    let mut values = draft.check(Whole::No).ok()?;
    if values.get("name").and_then(Value::as_str).is_none_or(|name| name.trim().is_empty()) {
        draft.fail("name", shared::api::FieldError::new("required"));
        return None;
    }
    values.retain(|_, value| !value.is_null());
    if !priority.is_empty() {
        values.insert("priority".into(), priority.into());
    }
    if let Some(me) = session::user_id().filter(|_| is_mine) {
        values.insert("owner_id".into(), json!(me));
    }
    let channel = draft.text("channel").parse().unwrap_or_default();
    let heard = (!body.trim().is_empty()).then(|| Heard {
        id: MessageId(crate::id::new()),
        body: body.to_owned(),
        channel,
        contact_id: None,
        files: Vec::new(),
    });
    Some(NewTicket { ticket: New::from_values(crate::id::new(), values), heard })
}

fn give(sending: Sending, draft: Draft, new: NewTicket) {
    if sending.is_pending.get_untracked() {
        return;
    }
    sending.is_pending.set(true);
    let (id, name) = (new.ticket.id, draft.text("name"));
    let mut row: Row = row_of(&Ticket::default());
    row.extend(new.ticket.values.clone());
    row.insert("id".into(), id.to_string().into());
    let command = Command::of::<CreateTicket>((), &new)
        .expecting(Expected::Created { object: Object::Ticket, row })
        .said(fill(Key::InboxCreated, &[("name", &name)]))
        .quietly()
        .refused(move |error| {
            let _ = sending.is_pending.try_set(false);
            draft.refuse(error);
        })
        .done(move |_| {
            if sending.is_pending.try_set(false).is_none() {
                links::go(&untrack(|| links::with(&[("new", None), ("open", Some(&id.to_string()))])));
            }
        });
    store::run(command);
}
