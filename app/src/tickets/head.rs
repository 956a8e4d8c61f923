//! The open ticket's name, number and status, and what one does with it.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::change::Patch;
use shared::i18n::Key;
use shared::id::{TicketId, TicketStatusId};
use shared::sla::Category;
use shared::tickets::{PartTicket, Ticket, TicketStatus, may_follow};
use wasm_bindgen::JsCast;

use super::composer::state;
use super::desk::{Inbox, is_mine};
use super::escalation::near_mark;
use super::merge::MergeDialog;
use super::presence::Others;
use super::solving::{Solving, SolvingDialog};
use super::split;
use super::thread::Talk;
use super::why::Why;
use crate::i18n::{fill, t, text};
use crate::record::FactValue;
use crate::store::{self, Command};
use crate::ui::place::Align;
use crate::ui::{Button, Glyph, Icon, IconButton, Menu, MenuItem, Scope, use_key};
use crate::{session, words};

#[component]
pub fn Head(inbox: Inbox, talk: Talk, beside: RwSignal<bool>) -> impl IntoView {
    let solving = Solving::new(talk);
    let ticket = Memo::new(move |_| store::get::<Ticket>(talk.id).here());
    let may = Memo::new(move |_| session::can(Object::Ticket, Action::Write) && state(talk) != Some(Category::Closed));
    let is_free = Memo::new(move |_| may.get() && ticket.get().is_some_and(|ticket| !is_mine(&ticket)));
    let take = move || {
        let Some(me) = session::user_id() else { return };
        set(talk, Patch::set("owner_id", me.to_string()), Key::InboxTaken, &[]);
    };
    let take = move || {
        if is_free.get_untracked() {
            untrack(take);
        }
    };
    use_key(Scope::Page, "t", Key::InboxTake, take);
    use_key(Scope::Page, "s", Key::InboxSetStatus, || press(".thread-head .status [aria-haspopup=menu]"));
    use_key(Scope::Page, "a", Key::InboxAssign, move || {
        beside.set(true);
        request_animation_frame(|| press("[data-fact=owner_id] .fact-edit"));
    });
    let is_merged = Memo::new(move |_| {
        session::can(Object::Ticket, Action::Write)
            && ticket.get().is_some_and(|ticket| ticket.merged_into_id.is_some())
    });
    let name = Object::Ticket.schema().field("name");
    let number = move || ticket.get().map(|ticket| format!("#{}", ticket.number));
    let is_last = move |by: isize| {
        Signal::derive(move || {
            let ids = inbox.list.ids();
            inbox.opened.track();
            ids.is_empty() || inbox.beside(by).is_none()
        })
    };
    view! {
        <header class="thread-head">
            <div class="row">
                <span class="narrow-only"><IconButton glyph=Glyph::ChevronLeft label=Key::InboxBack on_click=|()| Inbox::close()/></span>
                <h2 class="thread-name grow">{name.map(|field| view! { <FactValue shown=talk.shown field/> })}</h2>
                <Others talk/>
                <span class="wide-only">
                    <IconButton glyph=Glyph::ArrowUp label=Key::InboxPrevious shortcut="k" disabled=is_last(-1) on_click=move |()| inbox.step(-1)/>
                    <IconButton glyph=Glyph::ArrowDown label=Key::InboxNext shortcut="j" disabled=is_last(1) on_click=move |()| inbox.step(1)/>
                </span>
                <span class="side-toggle"><IconButton glyph=Glyph::Info label=Key::InboxDetails pressed=beside on_click=move |()| beside.update(|is| *is = !*is)/></span>
            </div>
            <div class="row">
                <span class="faint">{number}</span>
                <Show when=move || ticket.get().is_some_and(|ticket| ticket.is_confidential)>
                    <span class="row small muted"><Icon glyph=Glyph::Lock/>{t(Key::InboxConfidential)}</span>
                </Show>
                <Status talk solving may/>
                {move || ticket.get().and_then(|ticket| near_mark(&ticket))}
                <Show when=move || is_free.get()>
                    <Button label=Key::InboxTake icon=Glyph::User shortcut="t" on_click=move |()| take()/>
                </Show>
                <Show when=move || may_tell(talk)>
                    <a class="btn quiet" href=crate::links::article_of_ticket(talk.id)><Icon glyph=Glyph::FileText/><span class="btn-label">{t(Key::KnowledgeFromTicket)}</span></a>
                </Show>
                <Why talk/>
                {move || ticket.get().and_then(|ticket| ticket.follows_id).map(|id| view! {
                    <a class="link small clip" href=crate::links::ticket(id)><Icon glyph=Glyph::Link/>{t(Key::InboxFollows)}</a>
                })}
                {move || ticket.get().and_then(|ticket| ticket.merged_into_id).map(|id| other(id, Key::InboxMergedInto))}
                {move || ticket.get().and_then(|ticket| ticket.split_from_id).map(|id| other(id, Key::InboxSplitFrom))}
                <span class="grow"></span>
                <Show when=move || may.get()><More inbox talk/></Show>
                <Show when=move || is_merged.get()>
                    <Button label=Key::InboxPart icon=Glyph::Undo2 on_click=move |()| part(talk)/>
                </Show>
            </div>
        </header>
        <SolvingDialog solving on_solved=Callback::new(move |status| into(talk, status))/>
    }
}

/// It is solved, and whoever looks at it may write how. Tracked.
fn may_tell(talk: Talk) -> bool {
    let may = |object| session::can(object, Action::Create);
    state(talk).is_some_and(Category::is_solved) && may(Object::Article) && may(Object::ArticleVersion)
}

/// Takes a merge back, however the other ticket went on. Untracked.
fn part(talk: Talk) {
    let said = untrack(|| fill(Key::InboxParted, &[("name", &split::named(talk))]));
    store::run(Command::of::<PartTicket>(talk.id, &()).said(said));
}

/// The way to a ticket that this one comes from or goes to.
fn other(id: TicketId, said: Key) -> impl IntoView {
    view! { <a class="link small clip" href=crate::links::ticket(id)><Icon glyph=Glyph::Link/>{t(said)}" "{move || store::name(Object::Ticket, id)}</a> }
}

/// What one does with it more rarely.
#[component]
fn More(inbox: Inbox, talk: Talk) -> impl IntoView {
    let merging = RwSignal::new(false);
    let is_confidential = Memo::new(move |_| talk.shown.get("is_confidential").as_bool().unwrap_or_default());
    let confide = move |()| {
        let is_now = !is_confidential.get_untracked();
        let said = if is_now { Key::InboxConfided } else { Key::InboxUnconfided };
        untrack(|| set(talk, Patch::set("is_confidential", is_now), said, &[]));
    };
    let confiding = Signal::derive(move || {
        text(if is_confidential.get() { Key::InboxUnconfide } else { Key::InboxConfide }).to_owned()
    });
    let may_split = Memo::new(|_| session::can(Object::Ticket, Action::Create));
    use_key(Scope::Page, "i", Key::InboxMerge, move || merging.set(true));
    use_key(Scope::Page, "x", Key::InboxSplit, move || {
        if may_split.get_untracked() {
            split::begin(talk);
        }
    });
    view! {
        <Menu label=Key::InboxMore glyph=Glyph::Ellipsis align=Align::End>
            <MenuItem glyph=Glyph::Layers label=Key::InboxMerge shortcut="i" on_choose=move |()| merging.set(true)/>
            <Show when=move || may_split.get()>
                <MenuItem glyph=Glyph::ArrowRight label=Key::InboxSplit shortcut="x" on_choose=move |()| split::begin(talk)/>
            </Show>
            <MenuItem glyph=Glyph::Lock label=confiding on_choose=confide/>
        </Menu>
        <MergeDialog inbox talk open=merging/>
    }
}

/// The statuses it may go to from here.
#[component]
fn Status(talk: Talk, solving: Solving, may: Memo<bool>) -> impl IntoView {
    let label = Signal::derive(move || {
        let id = talk.shown.id_of("status_id");
        id.and_then(|id| store::name(Object::TicketStatus, id)).unwrap_or_default()
    });
    let item = move |status: Arc<TicketStatus>| {
        let (id, category) = (status.id, status.category);
        let choose = move || {
            let is_solved = untrack(|| state(talk)).is_some_and(Category::is_solved);
            if category.is_solved() && !is_solved {
                solving.begin(id);
            } else {
                untrack(|| into(talk, id));
            }
        };
        view! { <MenuItem label=status.name.clone() on_choose=choose/> }
    };
    let statuses = move || {
        let now = talk.shown.id_of("status_id");
        let from = state(talk).unwrap_or_default();
        let mut statuses = store::ticket_statuses();
        statuses.retain(|status| Some(status.id.0) != now && may_follow(from, status.category));
        statuses
    };
    view! {
        <Show when=move || may.get() fallback=move || view! { <span class="tag">{label}</span> }>
            <span class="status"><Menu label show_label=true class="btn" align=Align::Start>
                {move || statuses().into_iter().map(item).collect_view()}
            </Menu></span>
        </Show>
    }
}

fn into(talk: Talk, status: TicketStatusId) {
    let name = store::name(Object::TicketStatus, status.0).unwrap_or_default();
    set(talk, Patch::set("status_id", status.to_string()), Key::InboxStands, &[("status", &name)]);
}

/// Changes the ticket, with a way back.
fn set(talk: Talk, patch: Patch, said: Key, values: &[(&str, &str)]) {
    let name = store::name(Object::Ticket, talk.id.0).unwrap_or_else(|| words::object(Object::Ticket));
    let values = [&[("name", name.as_str())], values].concat();
    store::run(Command::update_row(Object::Ticket, talk.id.0, patch).said(fill(said, &values)));
}

pub fn press(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(button) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.click();
    }
}
