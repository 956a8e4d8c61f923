//! What the inbox shows: a view's tickets, and the one that is open.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::id::TicketId;
use shared::query::{ListQuery, TotalsQuery};
use shared::tickets::{Ticket, TicketTotals};
use uuid::Uuid;

use crate::store::{self, List};
use crate::{links, session};

/// What somebody looks through, one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// What I work on.
    #[default]
    Mine,
    /// What waits for somebody to take it.
    Unassigned,
    /// Everything that is not done.
    Open,
    /// Somebody else has the next word.
    Waiting,
    Done,
}

/// States in which somebody has still to do something.
const UNDONE: &str = "state.is.new~open~waiting_customer~waiting_third_party~on_hold";

impl View {
    pub const ALL: [Self; 5] = [Self::Mine, Self::Unassigned, Self::Open, Self::Waiting, Self::Done];

    /// In the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Done => "done",
        }
    }

    pub fn label(self) -> Key {
        match self {
            Self::Mine => Key::InboxMine,
            Self::Unassigned => Key::InboxUnassigned,
            Self::Open => Key::InboxOpen,
            Self::Waiting => Key::InboxWaiting,
            Self::Done => Key::InboxDone,
        }
    }

    /// The words for a view without a ticket.
    pub fn empty(self) -> (Key, Key) {
        match self {
            Self::Mine => (Key::InboxMineEmpty, Key::InboxMineEmptyText),
            Self::Unassigned => (Key::InboxUnassignedEmpty, Key::InboxUnassignedEmptyText),
            Self::Open | Self::Waiting | Self::Done => (Key::InboxEmpty, Key::InboxEmptyText),
        }
    }

    pub fn filter(self) -> String {
        match self {
            Self::Mine => format!("all(owner_id.is.@me,{UNDONE})"),
            Self::Unassigned => format!("all(owner_id.empty,{UNDONE})"),
            Self::Open => UNDONE.into(),
            Self::Waiting => "state.is.waiting_customer~waiting_third_party~on_hold".into(),
            Self::Done => "state.is.solved~closed".into(),
        }
    }

    /// What is due first comes first; of what is done, the latest.
    fn sort(self) -> &'static str {
        if self == Self::Done { "-last_message_at" } else { "due_at,last_message_at" }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.word() == word)
    }
}

#[derive(Clone, Copy)]
pub struct Inbox {
    pub view: Memo<View>,
    pub list: List<Ticket>,
    pub opened: Memo<Option<Uuid>>,
}

/// Rows of a page; further ones follow as the reader scrolls.
const PAGE: u32 = 100;

impl Inbox {
    pub fn new() -> Self {
        let view = Memo::new(|_| links::param("box").and_then(|word| View::from_word(&word)).unwrap_or_default());
        let list = store::list::<Ticket>(move || {
            let view = view.get();
            let search = search();
            let sort = search.is_none().then(|| view.sort().to_owned());
            Some(ListQuery { filter: Some(view.filter()), search, sort, limit: Some(PAGE), ..ListQuery::default() })
        });
        Self { view, list, opened: Memo::new(|_| links::open_id()) }
    }

    /// Goes through one view after the other without a step back for each.
    pub fn choose(view: View) {
        let word = (view != View::default()).then(|| view.word());
        links::go(&untrack(|| links::with(&[("box", word), ("open", None)])));
    }

    pub fn open(self, id: TicketId) {
        let href = untrack(|| links::opened(id));
        if self.opened.get_untracked().is_some() { links::replace(&href) } else { links::go(&href) }
    }

    pub fn close() {
        links::go(&untrack(links::closed));
    }

    /// The ticket before or behind the open one; the first when none is open. Untracked.
    pub fn beside(self, by: isize) -> Option<Uuid> {
        let ids = untrack(|| self.list.ids());
        let at = self.opened.get_untracked().and_then(|open| ids.iter().position(|id| *id == open));
        match at {
            Some(at) => ids.get(at.checked_add_signed(by)?).copied(),
            None => ids.first().copied(),
        }
    }

    pub fn step(self, by: isize) {
        if let Some(next) = self.beside(by) {
            self.open(next.into());
        }
    }
}

/// The words in the address. Tracked.
pub fn search() -> Option<String> {
    links::param("search").map(|words| words.trim().to_owned()).filter(|words| !words.is_empty())
}

/// How many tickets stand in a view.
pub fn count(view: View) -> Signal<Option<i64>> {
    let totals = store::query::<TicketTotals>(
        move || Some(((), TotalsQuery { filter: Some(view.filter()), ..TotalsQuery::default() })),
        &[Object::Ticket],
    );
    Signal::derive(move || totals.data().map(|totals| totals.count()))
}

/// Who has the ticket, for those who look whether it is theirs. Tracked.
pub fn is_mine(ticket: &Arc<Ticket>) -> bool {
    ticket.owner_id.is_some() && ticket.owner_id == session::user_id()
}
