//! The dialog for a new record: open while the address says `new`.

use leptos::prelude::*;
use serde_json::Value;
use shared::access::{Action, Object};
use shared::api::ApiError;
use shared::fields::{Record, Row};
use shared::i18n::Key;
use uuid::Uuid;

use super::draft::{Draft, Whole};
use crate::i18n::t;
use crate::part;
use crate::parts::once;
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Dialog, Glyph, Icon, Scope, use_key};
use crate::{links, session};

/// Opens the dialog of this page. Back closes it.
pub fn begin() {
    links::go(&untrack(|| links::with(&[("new", Some(""))])));
}

fn end() {
    links::set_params(&[("new", None)]);
}

/// The dialog, its key, and on a phone its button under the thumb.
#[component]
pub fn NewRecord(object: Object, #[prop(into)] title: Signal<String>, #[prop(into)] form: ViewFn) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || open.set(links::param("new").is_some() && session::can(object, Action::Create)));
    let may = Memo::new(move |_| session::can(object, Action::Create));
    view! {
        <Show when=move || may.get()><Keys/><button type="button" class="fab" aria-label=title on:click=|_| begin()><Icon glyph=Glyph::Plus/></button></Show>
        {once(move || open.get(), move || dialog(open, title, form.clone()))}
    }
}

part! {
    asides: fn dialog(open: RwSignal<bool>, title: Signal<String>, form: ViewFn) => view! {
        <Dialog open title wide=true on_close=|| if untrack(|| links::param("new")).is_some() { end() }>{form.run()}</Dialog>
    }
}

#[component]
fn Keys() -> impl IntoView {
    use_key(Scope::Page, "c", Key::KeysCreate, begin);
}

/// Sends a new record; the form stays, with what was typed, until the server has it.
#[derive(Clone, Copy)]
pub struct Sending {
    pub is_pending: RwSignal<bool>,
    draft: Draft,
}

impl Sending {
    pub fn new(draft: Draft) -> Self {
        let sending = Self { is_pending: RwSignal::new(false), draft };
        // Without a network the record waits in the outbox; the reader does not.
        Effect::new(move || {
            if sending.is_pending.get() && store::waiting().is_offline {
                end();
            }
        });
        sending
    }

    /// `check` puts a record into form and says what its room finds wrong.
    pub fn send<R: Record>(
        self,
        check: impl FnOnce(&mut R) -> shared::api::FieldErrors,
        said: impl FnOnce(&str) -> String,
        then: impl FnOnce(Uuid) + 'static,
    ) {
        if self.is_pending.get_untracked() {
            return;
        }
        let Ok(mut row) = untrack(|| self.draft.check(Whole::Yes)) else { return };
        let id = crate::id::new();
        row.insert("id".to_owned(), id.to_string().into());
        let Some(mut record) = parse::<R>(row) else { return };
        let errors = check(&mut record);
        if !errors.is_empty() {
            return self.draft.refuse(&ApiError { fields: errors, ..ApiError::default() });
        }
        self.is_pending.set(true);
        let name = untrack(|| self.draft.text("name"));
        let command = Command::create(&record).said(said(&name)).quietly();
        let refused = move |error: &ApiError| {
            let _ = self.is_pending.try_set(false);
            self.draft.refuse(error);
        };
        let done = move |_: &store::Answer| {
            if self.is_pending.try_set(false).is_none() {
                then(id);
            }
        };
        store::run(command.done(done).refused(refused));
    }
}

fn parse<R: Record>(mut row: Row) -> Option<R> {
    row.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(row)).ok()
}

/// The buttons of a form for a new record, and what has no field of its own.
#[component]
pub fn FormActions(draft: Draft, sending: Sending, #[prop(into)] label: Signal<String>) -> impl IntoView {
    let pending = sending.is_pending;
    view! {
        {move || draft.stray().map(|error| view! { <p class="error form-error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
        <div class="form-actions">
            <span class="faint small grow">{t(Key::RecordFormKeys)}</span>
            <Button label=Key::UiCancel on_click=|()| end()/>
            <Button kind=ButtonKind::Primary label submit=true pending/>
        </div>
    }
}
