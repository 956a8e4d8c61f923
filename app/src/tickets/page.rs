//! `/tickets`: list and thread side by side; on a phone one after the other.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;

use super::desk::{Inbox, View, count};
use super::form::TicketForm;
use super::list::TicketList;
use super::presence;
use super::satisfaction::Averages;
use super::table::Table;
use super::thread::Thread;
use crate::i18n::text;
use crate::record::creating::{self, NewRecord};
use crate::shell::use_title;
use crate::table::Search;
use crate::ui::{Button, ButtonKind, Choice, EmptyState, Glyph, Scope, SegmentedControl, format, use_key};
use crate::{links, session, store, words};

#[component]
pub fn Page() -> impl IntoView {
    use_title(|| words::objects(Object::Ticket));
    let inbox = Inbox::new();
    presence::follow();
    let may_create = Memo::new(|_| session::can(Object::Ticket, Action::Create));
    let is_open = Memo::new(move |_| inbox.opened.get().is_some());
    let layout = Memo::new(move |_| Layout::now(is_open.get()));
    let is_inbox = Memo::new(move |_| layout.get() == Layout::Inbox);
    view! {
        <div class="page">
            <header class="bar" class:behind=is_open>
                <h1>{move || words::objects(Object::Ticket)}</h1>
                <Show when=move || is_inbox.get()><Views inbox/></Show>
                <span class="grow"></span>
                <Show when=move || is_inbox.get()><Search/></Show>
                <span class="wide-only"><Layouts layout/></span>
                <Show when=move || may_create.get()>
                    <span class="wide-only"><Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::InboxNew shortcut="c" on_click=|()| creating::begin()/></span>
                </Show>
            </header>
            {move || match layout.get() {
                Layout::Inbox => view! { <SideBySide inbox/> }.into_any(),
                Layout::Table => view! { <Table/> }.into_any(),
                Layout::Ratings => view! { <Averages/> }.into_any(),
            }}
            <NewRecord object=Object::Ticket title=Key::InboxNew form=|| view! { <TicketForm/> }/>
        </div>
    }
}

#[component]
fn SideBySide(inbox: Inbox) -> impl IntoView {
    let is_open = Memo::new(move |_| inbox.opened.get().is_some());
    keys(inbox);
    view! {
        <div class="inbox" class:opened=is_open>
            <TicketList inbox/>
            {move || match inbox.opened.get() {
                Some(id) => view! { <Thread inbox id/> }.into_any(),
                None => view! {
                    <div class="inbox-none"><EmptyState glyph=Glyph::Ticket title=Key::InboxNone text=Key::InboxNoneText/></div>
                }.into_any(),
            }}
        </div>
    }
}

/// How the same tickets are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Inbox,
    Table,
    /// What their customers think.
    Ratings,
}

impl Layout {
    const ALL: [Self; 3] = [Self::Inbox, Self::Table, Self::Ratings];

    /// By the address. A ticket is read in the inbox, wherever it was opened. Tracked.
    fn now(is_open: bool) -> Self {
        let word = links::param("layout").filter(|_| !is_open);
        Self::ALL.into_iter().find(|layout| Some(layout.word()) == word.as_deref()).unwrap_or(Self::Inbox)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Table => "table",
            Self::Ratings => "ratings",
        }
    }

    fn choice(self) -> Choice {
        match self {
            Self::Inbox => Choice::new(self.word(), text(Key::InboxLayout)).glyph(Glyph::Inbox),
            Self::Table => Choice::new(self.word(), text(Key::BoardLayoutTable)).glyph(Glyph::Table2),
            Self::Ratings => Choice::new(self.word(), text(Key::SurveyTab)).glyph(Glyph::Star),
        }
    }
}

#[component]
fn Layouts(layout: Memo<Layout>) -> impl IntoView {
    let options = Signal::derive(|| {
        let may = session::can(Object::SurveyAnswer, Action::Read);
        let all = Layout::ALL.into_iter().filter(|layout| *layout != Layout::Ratings || may);
        all.map(Layout::choice).collect::<Vec<_>>()
    });
    let value = Signal::derive(move || layout.get().word().to_owned());
    let choose = |word: String| {
        let layout = Some(word.as_str()).filter(|word| *word != Layout::Inbox.word());
        let gone = ["open", "filter", "sort", "by", "period"].map(|key| (key, None));
        links::go(&untrack(|| links::with(&[&gone[..], &[("layout", layout)]].concat())));
    };
    view! { <SegmentedControl label=Key::BoardLayout options value on_choose=choose/> }
}

/// The views, each with how many stand in it.
#[component]
fn Views(inbox: Inbox) -> impl IntoView {
    let counts = View::ALL.map(|view| (view, (view != View::Done).then(|| count(view))));
    let options = Signal::derive(move || {
        let of = |(view, count): &(View, Option<Signal<Option<i64>>>)| {
            let n = count.and_then(|count| count.get()).map(format::number);
            let label = text(view.label());
            Choice::new(view.word(), n.map_or_else(|| label.to_owned(), |n| format!("{label} {n}")))
        };
        counts.iter().map(of).collect::<Vec<_>>()
    });
    let value = Signal::derive(move || inbox.view.get().word().to_owned());
    let choose = |word: String| {
        if let Some(view) = View::ALL.into_iter().find(|view| view.word() == word) {
            Inbox::choose(view);
        }
    };
    view! { <div class="inbox-views"><SegmentedControl label=Key::InboxViews options value on_choose=choose/></div> }
}

fn keys(inbox: Inbox) {
    use_key(Scope::Page, "j", Key::InboxNext, move || inbox.step(1));
    use_key(Scope::Page, "k", Key::InboxPrevious, move || inbox.step(-1));
    use_key(Scope::Page, "escape", Key::InboxClose, move || {
        if inbox.opened.get_untracked().is_some() {
            Inbox::close();
        }
    });
    // What a ticket is sorted by is asked for once, before the first is opened.
    for object in [Object::TicketStatus, Object::TicketCategory, Object::Queue] {
        let _ = untrack(|| store::is_ready(object));
    }
}
