//! Two tickets of one matter become one, after a look at what that does.

use leptos::prelude::*;
use shared::access::Object;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::tickets::{Merge, MergeInto, MergePreview, MergeTicket, PreviewMerge};
use uuid::Uuid;

use super::desk::Inbox;
use super::list::moment;
use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::record::RefPicker;
use crate::store::{self, Command, Expected};
use crate::ui::{Button, ButtonKind, Checkbox, Dialog, Field, Glyph, Icon};
use crate::words;

#[component]
pub fn MergeDialog(inbox: Inbox, talk: Talk, open: RwSignal<bool>) -> impl IntoView {
    let into = RwSignal::new(None::<Uuid>);
    let is_confirmed = RwSignal::new(false);
    let fault = RwSignal::new(None::<String>);
    let told = store::query::<PreviewMerge>(
        move || Some((talk.id, MergeInto { into_id: into.get().filter(|_| open.get())?.into() })),
        &[Object::Ticket, Object::Message],
    );
    let preview = move || told.data().filter(|_| into.get().is_some());
    let lacks = Memo::new(move |_| preview().is_none_or(|told| told.is_others && !is_confirmed.get()));
    let merge = move |()| {
        let (Some(id), false) = (into.get_untracked(), lacks.get_untracked()) else { return };
        let name = untrack(|| store::name(Object::Ticket, talk.id.0)).unwrap_or_default();
        let asked = Merge { into_id: id.into(), is_confirmed: is_confirmed.get_untracked() };
        let command = Command::of::<MergeTicket>(talk.id, &asked)
            .expecting(Expected::Archived { object: Object::Ticket, ids: vec![talk.id.0], archived: true })
            .said(untrack(|| fill(Key::InboxMerged, &[("name", &name)])))
            .quietly();
        let done = move |_: &store::Answer| {
            let _ = open.try_set(false);
            inbox.open(id.into());
        };
        let refused = move |error: &ApiError| drop(fault.try_set(Some(untrack(|| words::error(error)))));
        fault.set(None);
        store::run(command.done(done).refused(refused));
    };
    let footer = move || {
        view! {
            <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
            <Button label=Key::InboxMergeDo kind=ButtonKind::Primary shortcut="mod+enter" disabled=lacks on_click=merge/>
        }
    };
    let chosen = move |_: Option<Uuid>| {
        is_confirmed.set(false);
        fault.set(None);
    };
    let wrong =
        move || fault.get().or_else(|| told.error().filter(|_| into.get().is_some()).map(|error| words::error(&error)));
    view! {
        <Dialog open title=Key::InboxMergeTitle footer on_close=move |()| into.set(None)>
            <Field label=Key::InboxMergeInto hint=Signal::derive(|| Some(text(Key::InboxMergeHint).to_owned()))>
                <RefPicker
                    object=Object::Ticket
                    value=into
                    placeholder=Signal::derive(|| text(Key::InboxMergeFind).to_owned())
                    on_choose=chosen
                />
            </Field>
            {move || preview().map(|told| outcome(&told, is_confirmed))}
            {move || wrong().map(|wrong| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{wrong}</p> })}
        </Dialog>
    }
}

/// What becomes of both.
fn outcome(told: &MergePreview, is_confirmed: RwSignal<bool>) -> impl IntoView + use<> {
    let numbers = told.numbers.iter().map(|number| format!("#{number}")).collect::<Vec<_>>().join(", ");
    let (into, messages, due) = (told.into.number, told.messages, told.into.due_at);
    let joining = told.joining.clone();
    let names = move || {
        let name = |id: &shared::id::ContactId| store::name(Object::Contact, *id);
        joining
            .iter()
            .map(|id| name(id).unwrap_or_else(|| text(Key::ValueHidden).to_owned()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let is_joined = !told.joining.is_empty();
    view! {
        <ul class="merge-outcome" aria-live="polite">
            <li>{fill(Key::InboxMergeEnds, &[("numbers", &numbers), ("into", &format!("#{into}"))])}</li>
            <li>{fill(Key::InboxMergeMessages, &[("n", &messages.to_string())])}</li>
            {is_joined.then(|| view! { <li>{move || fill(Key::InboxMergeJoins, &[("names", &names())])}</li> })}
            {due.map(|at| view! { <li>{move || fill(Key::InboxMergeDue, &[("at", &moment(at))])}</li> })}
        </ul>
        {told.is_others.then(|| view! {
            <p class="error"><Icon glyph=Glyph::TriangleAlert/>{t(Key::InboxMergeOthers)}</p>
            <Checkbox checked=is_confirmed label=Key::InboxMergeConfirm/>
        })}
    }
}
