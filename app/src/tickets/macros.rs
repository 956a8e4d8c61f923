//! What one does often: words put into the field, and fields set, after a look at what it would do.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::change::Patch;
use shared::i18n::Key;
use shared::id::TicketStatusId;
use shared::sla::Category;
use shared::tickets::{Macro, MessageKind, TicketStatus};

use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Dialog, Glyph, Icon, Menu, MenuItem};
use crate::{session, words};

/// What a macro sets, in the order in which it is told.
const SET: [&str; 6] = ["status_id", "priority", "category_id", "queue_id", "resolution", "owner_id"];

/// What it comes to on this ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    pub body: Option<String>,
    pub kind: MessageKind,
    /// Fields that become something else, with what they become.
    pub set: Vec<(&'static str, Value)>,
}

impl Use {
    /// Tracked.
    fn of(one: &Macro, talk: Talk) -> Self {
        let wanted = |key: &str| match key {
            "status_id" => one.status_id.map(|id| id.to_string().into()),
            "priority" => one.priority.map(|priority| priority.word().into()),
            "category_id" => one.category_id.map(|id| id.to_string().into()),
            "queue_id" => one.queue_id.map(|id| id.to_string().into()),
            "resolution" => one.resolution.map(|resolution| resolution.word().into()),
            _ => session::user_id().filter(|_| one.is_taken).map(|id| id.to_string().into()),
        };
        let differs = |key: &&'static str| {
            let value: Value = wanted(key)?;
            (talk.shown.get(key) != value).then_some((*key, value))
        };
        let body = one.body.as_deref().filter(|body| !body.trim().is_empty()).map(|body| filled(body, talk));
        let kind = if one.is_note { MessageKind::Note } else { MessageKind::Public };
        Self { body, kind, set: SET.iter().filter_map(differs).collect() }
    }

    /// The status that goes out with an answer rather than before it.
    pub fn status_with_answer(&self) -> Option<TicketStatusId> {
        let is_answer = self.body.is_some() && self.kind == MessageKind::Public;
        let status = self.set.iter().find(|(key, _)| *key == "status_id" && is_answer)?;
        status.1.as_str()?.parse().ok()
    }

    /// What is set at once.
    fn patch(&self) -> Option<Patch> {
        let waits = self.status_with_answer().is_some();
        let mut patch = Patch::default();
        for (key, value) in &self.set {
            if !(waits && *key == "status_id") {
                patch = patch.and(key, value.clone());
            }
        }
        (!patch.set.is_empty()).then_some(patch)
    }

    /// It would solve the ticket without what must be said before. Tracked.
    fn lacks(&self, talk: Talk) -> bool {
        let has = |key: &str| !talk.shown.get(key).is_null() || self.set.iter().any(|(set, _)| *set == key);
        let status = self.set.iter().find(|(key, _)| *key == "status_id");
        let status = status.and_then(|(_, id)| id.as_str()?.parse::<TicketStatusId>().ok());
        let status = status.and_then(|id| store::get::<TicketStatus>(id).here());
        let solves = status.is_some_and(|status| status.category == Category::Solved);
        solves && !(has("category_id") && has("resolution"))
    }
}

/// The words with what is known of the ticket; what is not known stays open, for the writer to see. Tracked.
fn filled(body: &str, talk: Talk) -> String {
    let name = |object, key: &str| talk.shown.id_of(key).and_then(|id| store::name(object, id));
    let value = |word: &str| match word {
        "customer" => name(Object::Contact, "contact_id"),
        "account" => name(Object::Account, "account_id"),
        "number" => talk.shown.get("number").as_i64().map(|number| format!("#{number}")),
        "subject" => talk.shown.text("name"),
        "agent" => session::me().map(|me| me.actor.name.clone()),
        _ => None,
    };
    shared::tickets::MACRO_WORDS.iter().fold(body.to_owned(), |body, word| match value(word) {
        Some(value) => body.replace(&format!("{{{word}}}"), &value),
        None => body,
    })
}

/// The button, its list, and the look at what one would do.
#[component]
pub fn Macros(
    talk: Talk,
    /// What the writer has to go on with: words, and a status that goes out with them.
    #[prop(into)]
    on_use: Callback<Use>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Arc<Macro>>);
    let open = RwSignal::new(false);
    let used = Memo::new(move |_| chosen.get().map(|one| Use::of(&one, talk)));
    let title = Signal::derive(move || chosen.read().as_ref().map(|one| one.name.clone()).unwrap_or_default());
    let lacks = Memo::new(move |_| used.get().is_some_and(|used| used.lacks(talk)));
    let apply = move |()| {
        let (Some(used), false) = (used.get_untracked(), lacks.get_untracked()) else { return };
        if let Some(patch) = used.patch() {
            let said = untrack(|| fill(Key::InboxMacroUsed, &[("name", &title.get())]));
            store::run(Command::update_row(Object::Ticket, talk.id.0, patch).said(said));
        }
        open.set(false);
        on_use.run(used);
    };
    let item = move |one: Arc<Macro>| {
        let label = one.name.clone();
        let choose = move || {
            chosen.set(Some(one.clone()));
            open.set(true);
        };
        view! { <MenuItem label on_choose=choose/> }
    };
    let footer = move || {
        view! {
            <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
            <Button label=Key::InboxMacroApply kind=ButtonKind::Primary shortcut="mod+enter" disabled=lacks on_click=apply/>
        }
    };
    view! {
        <Show when=|| !store::macros().is_empty()>
            <span data-macros=""><Menu label=Key::InboxMacros show_label=true class="btn quiet">
                {move || store::macros().into_iter().map(item).collect_view()}
            </Menu></span>
        </Show>
        <Dialog open title footer>
            {move || used.get().map(|used| told(talk, used))}
            {move || lacks.get().then(|| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{t(Key::InboxMacroLacks)}</p> })}
        </Dialog>
    }
}

/// What would be set and said, line by line.
fn told(talk: Talk, used: Use) -> impl IntoView {
    let is_idle = used.set.is_empty() && used.body.is_none();
    let line = move |(key, value): (&'static str, Value)| {
        let before = move || words::value(Object::Ticket, key, &talk.shown.get(key), None);
        let after = move || words::value(Object::Ticket, key, &value, None);
        view! {
            <div class="change">
                <dt>{move || words::field(Object::Ticket, key)}</dt>
                <dd><del>{before}</del>" "<Icon glyph=Glyph::ArrowRight/>" "<ins>{after}</ins></dd>
            </div>
        }
    };
    let says = if used.kind == MessageKind::Note { Key::InboxNote } else { Key::InboxReply };
    view! {
        <dl class="changes">{used.set.into_iter().map(line).collect_view()}</dl>
        {used.body.map(|body| view! {
            <h3>{t(says)}</h3>
            <p class="macro-words">{body}</p>
        })}
        {is_idle.then(|| view! { <p class="muted">{text(Key::InboxMacroIdle)}</p> })}
    }
}
