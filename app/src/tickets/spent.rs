//! The time that the ticket took.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::TimeEntryId;
use shared::query::ListQuery;
use shared::tickets::TimeEntry;

use super::split::named;
use super::thread::Talk;
use crate::i18n::{fill, t};
use crate::store::{self, Command};
use crate::ui::{Button, Glyph, IconButton, IconKind, NumberInput, TextInput, format};
use crate::{session, words};

const SHOWN: u32 = 50;

#[component]
pub fn Spent(talk: Talk) -> impl IntoView {
    let list = store::list::<TimeEntry>(move || {
        let filter = Some(format!("ticket_id.is.{}", talk.id));
        Some(ListQuery { filter, sort: Some("-day".into()), limit: Some(SHOWN), ..ListQuery::default() })
    });
    let may =
        Memo::new(move |_| session::can(Object::TimeEntry, Action::Create) && talk.shown.is_open_to(Action::Write));
    let total = move || talk.told.get().and_then(|told| told.minutes).filter(|minutes| *minutes > 0);
    let (minutes, note) = (RwSignal::new(None::<i64>), RwSignal::new(String::new()));
    let add = move || {
        let Some(spent) = minutes.get_untracked() else { return };
        let entry = TimeEntry {
            id: TimeEntryId(crate::id::new()),
            ticket_id: talk.id,
            minutes: spent,
            day: Some(format::today()),
            note: Some(note.get_untracked()).filter(|note| !note.trim().is_empty()),
            created_by: untrack(session::user_id),
            ..TimeEntry::default()
        };
        let said = untrack(|| fill(Key::InboxTimeAdded, &[("name", &named(talk))]));
        store::run(Command::create(&entry).said(said));
        minutes.set(None);
        note.set(String::new());
    };
    view! {
        <Show when=move || may.get() || total().is_some()>
            <section>
                <h3 class="row"><span class="grow">{t(Key::InboxTime)}</span>
                    {move || total().map(|n| view! { <span class="faint figures">{move || fill(Key::InboxMinutes, &[("n", &n.to_string())])}</span> })}
                </h3>
                <ul class="plain-list">{move || list.rows().into_iter().map(|entry| line(talk, entry)).collect_view()}</ul>
                <Show when=move || may.get()>
                    <form class="time-form" on:submit=move |event| {
                        event.prevent_default();
                        add();
                    }>
                        <NumberInput value=minutes min=1 max=1_440
                            label=Signal::derive(|| words::field(Object::TimeEntry, "minutes"))
                            placeholder=Signal::derive(|| words::field(Object::TimeEntry, "minutes"))/>
                        <TextInput value=note maxlength=500
                            label=Signal::derive(|| words::field(Object::TimeEntry, "note"))
                            placeholder=Signal::derive(|| words::field(Object::TimeEntry, "note"))/>
                        <Button label=Key::InboxTimeAdd submit=true/>
                    </form>
                </Show>
            </section>
        </Show>
    }
}

fn line(talk: Talk, entry: Arc<TimeEntry>) -> impl IntoView {
    let (id, by, minutes, day) = (entry.id, entry.created_by, entry.minutes, entry.day);
    let is_mine = move || by.is_some() && by == session::user_id();
    let remove = move |()| {
        let said = untrack(|| fill(Key::InboxTimeRemoved, &[("name", &named(talk))]));
        store::run(Command::archive::<TimeEntry>(vec![id.0], true).said(said));
    };
    let who = move || by.and_then(|id| store::name(Object::User, id));
    view! {
        <li class="row small">
            <span class="figures">{move || fill(Key::InboxMinutes, &[("n", &minutes.to_string())])}</span>
            <span class="grow clip">{entry.note.clone().unwrap_or_default()}</span>
            <span class="faint clip">{who}{day.map(|day| move || format!(" · {}", format::day(day)))}</span>
            <Show when=is_mine>
                <IconButton kind=IconKind::Small glyph=Glyph::X label=Key::InboxTimeRemove on_click=remove/>
            </Show>
        </li>
    }
}
