//! Writing on a ticket: an answer to the customer, or a note for staff.

mod articles;
mod moved_on;

use leptos::html;
use leptos::prelude::*;
use shared::access::Object;
use shared::api::ApiError;
use shared::fields::row_of;
use shared::files::FileTold;
use shared::i18n::Key;
use shared::id::{MessageId, TicketStatusId};
use shared::sla::Category;
use shared::tickets::{
    AddNote, BODY_MAX, Direction, HOLD, Message, MessageKind, Note, Reply, ReplyToTicket, TicketStatus,
};
use wasm_bindgen::JsCast;

use self::articles::Articles;
use self::moved_on::MovedOn;
use super::draft::Writing;
use super::files::{self, Attach, Attached, Brings};
use super::macros::{Macros, Use};
use super::presence;
use super::solving::{Solving, SolvingDialog};
use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command, Expected};
use crate::ui::place::Align;
use crate::ui::{
    Button, ButtonKind, Chip, Choice, Dialog, Glyph, Icon, Menu, MenuItem, Scope, SegmentedControl, TextArea, format,
    use_key,
};
use crate::{session, words};

/// What was sent last and can still be taken back.
#[derive(Clone, PartialEq)]
struct Sent {
    id: MessageId,
    kind: MessageKind,
    body: String,
    files: Vec<FileTold>,
}

#[derive(Clone, Copy)]
struct Desk {
    talk: Talk,
    writing: Writing,
    files: Attached,
    sent: RwSignal<Option<Sent>>,
    /// Why it was not sent.
    fault: RwSignal<Option<ApiError>>,
    node: NodeRef<html::Form>,
    solving: Solving,
    /// Where the ticket goes with the answer, by a macro.
    after: RwSignal<Option<TicketStatusId>>,
    /// Somebody is about to write, or has.
    is_begun: RwSignal<bool>,
}

#[component]
pub fn Composer(talk: Talk) -> impl IntoView {
    let writing = Writing::new(talk);
    let desk = Desk {
        talk,
        writing,
        files: Attached::new(),
        sent: RwSignal::new(None),
        fault: RwSignal::new(None),
        node: NodeRef::new(),
        solving: Solving::new(talk),
        after: RwSignal::new(None),
        is_begun: RwSignal::new(false),
    };
    desk.follow_undo();
    presence::tell_writing(talk, writing);
    use_key(Scope::Page, "r", Key::InboxReply, move || desk.begin(MessageKind::Public));
    use_key(Scope::Page, "n", Key::InboxAddNote, move || desk.begin(MessageKind::Note));
    let is_note = Memo::new(move |_| writing.kind.get() == MessageKind::Note);
    let is_closed = Memo::new(move |_| state(talk) == Some(Category::Closed));
    let is_merged = Memo::new(move |_| talk.shown.id_of("merged_into_id").is_some());
    use_key(Scope::Page, "m", Key::InboxMacros, press_macros);
    let send = Callback::new(move |()| desk.send(desk.after.get_untracked(), false));
    view! {
        <form
            class="composer"
            class:note=is_note
            node_ref=desk.node
            on:submit=move |event| {
                event.prevent_default();
                send.run(());
            }
            on:focusin=move |_| desk.is_begun.set(true)
            on:paste=move |event| desk.files.paste(&event)
            on:dragover=move |event| files::drag(&event)
            on:drop=move |event| desk.files.drop(&event)
            on:keydown=move |event| {
                // Where nothing is written there is nothing else to take back.
                let is_blank = writing.body.read_untracked().is_empty();
                if event.key() == "/" && is_blank && untrack(|| !store::macros().is_empty()) {
                    event.prevent_default();
                    press_macros();
                }
                let is_undo = event.key() == "z" && (event.ctrl_key() || event.meta_key()) && !event.shift_key();
                if is_undo && is_blank {
                    event.prevent_default();
                    store::undo();
                }
            }
        >
            {move || if is_closed.get() {
                view! { <p class="faint"><Icon glyph=Glyph::Lock/>{move || text(if is_merged.get() { Key::InboxMergedText } else { Key::InboxClosed })}</p> }.into_any()
            } else {
                view! {
                    <Kinds desk/>
                    <TextArea
                        value=writing.body
                        rows=3
                        maxlength=u32::try_from(BODY_MAX).unwrap_or(u32::MAX)
                        label=Signal::derive(move || text(if is_note.get() { Key::InboxAddNote } else { Key::InboxReply }).to_owned())
                        placeholder=Signal::derive(move || text(if is_note.get() { Key::InboxNoteHint } else { Key::InboxReplyHint }).to_owned())
                        on_submit=send
                    />
                    <Brings files=desk.files/>
                    <Articles desk/>
                    <MovedOn desk/>
                    <Faults desk/>
                    <Buttons desk/>
                }.into_any()
            }}
        </form>
        <SolvingDialog solving=desk.solving on_solved=Callback::new(move |status| desk.send(Some(status), false))/>
    }
}

/// The meaning of the ticket's status. Tracked.
pub fn state(talk: Talk) -> Option<Category> {
    talk.shown.text("state")?.parse().ok()
}

impl Desk {
    /// Goes to the field, as a reply or as a note.
    fn begin(self, kind: MessageKind) {
        let is_empty = untrack(|| self.writing.body.read().trim().is_empty());
        if is_empty {
            self.writing.kind.set(kind);
        }
        focus_field(self.node);
    }

    /// Says it. What is refused comes back into the field.
    fn send(self, status: Option<TicketStatusId>, anyway: bool) {
        let body = self.writing.body.get_untracked();
        if body.trim().is_empty() {
            return focus_field(self.node);
        }
        // Nothing leaves without what was to come with it.
        if untrack(|| !self.files.is_settled()) {
            return;
        }
        let files = self.files.here();
        let ids = files.iter().map(|file| file.id).collect();
        let kind = self.writing.kind.get_untracked();
        let id = MessageId(crate::id::new());
        let command = if kind == MessageKind::Note {
            Command::of::<AddNote>(self.talk.id, &Note { id, body: body.clone(), files: ids })
        } else {
            let seen = self.writing.seen_version();
            let reply = Reply { id, body: body.clone(), seen, anyway, status_id: status, files: ids };
            Command::of::<ReplyToTicket>(self.talk.id, &reply)
        };
        let key = if kind == MessageKind::Note { Key::InboxNoted } else { Key::InboxSending };
        let command = command.expecting(self.expected(id, kind, &body)).said(untrack(|| text(key))).quietly();
        let typed = Sent { id, kind, body, files };
        let sent = typed.clone();
        let command = command.refused(move |error| {
            if self.fault.try_set(Some(error.clone())).is_none() {
                let _ = self.sent.try_set(None);
                self.take_back(typed);
            }
        });
        self.fault.set(None);
        self.after.set(None);
        self.writing.clear();
        self.files.clear();
        self.sent.set(Some(sent));
        store::run(command);
    }

    /// Puts what did not go, or came back, where it was written.
    fn take_back(self, sent: Sent) {
        self.writing.restore(sent.kind, sent.body);
        self.files.restore(sent.files);
    }

    fn expected(self, id: MessageId, kind: MessageKind, body: &str) -> Expected {
        let now = format::now();
        let channel = self.talk.told.get_untracked().map(|told| told.ticket.channel).unwrap_or_default();
        let message = Message {
            id,
            ticket_id: self.talk.id,
            seq: i64::MAX,
            kind,
            direction: Direction::Out,
            channel,
            body: body.to_owned(),
            created_at: now,
            created_by: untrack(session::user_id),
            held_until: (kind == MessageKind::Public).then(|| now.plus(HOLD)),
            ..Message::default()
        };
        Expected::Created { object: Object::Message, row: row_of(&message) }
    }

    /// Goes on with what a macro has to say.
    fn take_up(self, used: Use) {
        let after = used.status_with_answer();
        if let Some(body) = used.body {
            let written = self.writing.body.get_untracked();
            let body = if written.trim().is_empty() { body } else { format!("{written}\n\n{body}") };
            // Words of a note do not join an answer.
            if written.trim().is_empty() || used.kind == MessageKind::Note {
                self.writing.kind.set(used.kind);
            }
            self.writing.body.set(body);
            self.after.set(after);
            focus_field(self.node);
        }
    }

    /// What is taken back stands in the field again, to be written better.
    fn follow_undo(self) {
        Effect::new(move |was_here: Option<bool>| {
            let Some(sent) = self.sent.get() else { return false };
            let is_here = self.talk.messages().iter().any(|said| said.message.id == sent.id);
            if was_here == Some(true) && !is_here {
                self.take_back(sent);
                self.sent.set(None);
                focus_field(self.node);
            }
            is_here
        });
    }
}

fn press_macros() {
    super::head::press("[data-macros] button");
}

/// At once, so that the next key is typed there; and again when what was sent has left it.
fn focus_field(node: NodeRef<html::Form>) {
    let focus = move || {
        let field = node.try_get_untracked().flatten().and_then(|node| node.query_selector("textarea").ok().flatten());
        if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    };
    focus();
    request_animation_frame(focus);
}

/// Reply or note; what was written as a note does not become a reply unasked.
#[component]
fn Kinds(desk: Desk) -> impl IntoView {
    let Writing { kind, body, .. } = desk.writing;
    let asking = RwSignal::new(false);
    let options = Signal::derive(|| {
        vec![
            Choice::new(MessageKind::Public.word(), text(Key::InboxReply)),
            Choice::new(MessageKind::Note.word(), text(Key::InboxNote)).glyph(Glyph::Lock),
        ]
    });
    let value = Signal::derive(move || kind.get().word().to_owned());
    let choose = move |word: String| {
        let Ok(chosen) = word.parse::<MessageKind>() else { return };
        let would_tell = kind.get_untracked() == MessageKind::Note && chosen == MessageKind::Public;
        if would_tell && untrack(|| !body.read().trim().is_empty()) {
            asking.set(true);
        } else {
            kind.set(chosen);
            focus_field(desk.node);
        }
    };
    let to = move || {
        let contact = desk.talk.shown.id_of("contact_id").and_then(|id| store::name(Object::Contact, id));
        if kind.get() == MessageKind::Note {
            text(Key::InboxForStaff).to_owned()
        } else {
            contact.map_or_else(|| text(Key::InboxToCustomer).to_owned(), |name| fill(Key::InboxTo, &[("who", &name)]))
        }
    };
    let tell = move |()| {
        asking.set(false);
        kind.set(MessageKind::Public);
        focus_field(desk.node);
    };
    let footer = move || {
        view! {
            <Button label=Key::InboxStaysNote on_click=move |()| asking.set(false)/>
            <Button label=Key::InboxBecomesReply kind=ButtonKind::Danger on_click=tell/>
        }
    };
    let draft = move || {
        let is_kept = !desk.writing.is_unkept();
        let is_written = !body.read().trim().is_empty();
        is_written.then(|| text(if is_kept { Key::InboxDraftKept } else { Key::InboxDraft }))
    };
    view! {
        <div class="row">
            <SegmentedControl label=Key::InboxKinds options value on_choose=choose/>
            <span class="faint small clip grow">{to}</span>
            <span class="faint small">{draft}</span>
        </div>
        <Dialog open=asking title=Key::InboxBecomesReplyTitle footer>
            <p>{t(Key::InboxBecomesReplyText)}</p>
        </Dialog>
    }
}

#[component]
fn Faults(desk: Desk) -> impl IntoView {
    let said = move || desk.fault.read().as_ref().filter(|error| error.moved_on.is_none()).map(words::error);
    view! {
        {move || said().map(|said| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{said}</p> })}
    }
}

#[component]
fn Buttons(desk: Desk) -> impl IntoView {
    let kind = desk.writing.kind;
    let is_reply = Memo::new(move |_| kind.get() == MessageKind::Public);
    let after = move || {
        let status = desk.after.get().filter(|_| is_reply.get())?;
        store::name(Object::TicketStatus, status.0)
    };
    let is_waiting = Memo::new(move |_| !desk.files.is_settled());
    let why = Signal::derive(move || is_waiting.get().then(|| text(Key::InboxFilesWait).to_owned()));
    let label =
        Signal::derive(move || text(if is_reply.get() { Key::InboxSend } else { Key::InboxSaveNote }).to_owned());
    view! {
        <div class="row composer-buttons">
            <Macros talk=desk.talk on_use=move |used| desk.take_up(used)/>
            <Attach files=desk.files/>
            <span class="grow"></span>
            {move || after().map(|status| view! { <Chip label=Key::InboxAfter value=Some(status) on_remove=move |()| desk.after.set(None)/> })}
            <Show when=move || is_reply.get()>
                <Menu label=Key::InboxSendAnd show_label=true class="btn" align=Align::End><After desk/></Menu>
            </Show>
            <Button kind=ButtonKind::Primary label shortcut="mod+enter" submit=true disabled=is_waiting hint=why/>
        </div>
    }
}

/// Where the ticket may stand after the answer.
#[component]
fn After(desk: Desk) -> impl IntoView {
    let item = move |status: std::sync::Arc<TicketStatus>| {
        let (id, is_end) = (status.id, status.category == Category::Solved);
        let choose = move || {
            if is_end {
                desk.solving.begin(id);
            } else {
                desk.send(Some(id), false);
            }
        };
        view! { <MenuItem label=status.name.clone() on_choose=choose/> }
    };
    let statuses = move || {
        let mut statuses = store::ticket_statuses();
        statuses.retain(|status| !matches!(status.category, Category::New | Category::Closed));
        statuses
    };
    view! { {move || statuses().into_iter().map(item).collect_view()} }
}
