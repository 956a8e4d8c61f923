//! What the forms of administration share: one dialog, a command, and the
//! refusals at their fields.

use leptos::prelude::*;
use shared::api::{ApiError, FieldErrors};
use shared::i18n::Key;

use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind};
use crate::{i18n, words};

/// A form on its way to the server.
#[derive(Clone, Copy)]
pub struct Sending {
    pub open: RwSignal<bool>,
    is_pending: RwSignal<bool>,
    refusal: RwSignal<Option<ApiError>>,
}

impl Sending {
    pub fn new(open: RwSignal<bool>) -> Self {
        Self { open, is_pending: RwSignal::new(false), refusal: RwSignal::new(None) }
    }

    /// Sends it; the dialog closes when it is confirmed, and stays with what
    /// was typed when it is refused.
    pub fn send(self, command: Command) {
        self.refusal.set(None);
        self.is_pending.set(true);
        let command = command.quietly().done(move |_| {
            self.is_pending.try_set(false);
            self.open.try_set(false);
        });
        store::run(command.refused(move |error| {
            self.is_pending.try_set(false);
            self.refusal.try_set(Some(error.clone()));
        }));
    }

    /// What was wrong with a field.
    pub fn error(self, key: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.refusal.read().as_ref()?.fields.get(key).map(words::field_error))
    }

    /// Shown before anything is sent.
    pub fn wrong(self, fields: FieldErrors) {
        self.refusal.set(Some(ApiError { code: "fields".into(), fields, ..ApiError::default() }));
    }

    /// What was wrong with the whole.
    fn refused(self) -> Option<String> {
        let refusal = self.refusal.read();
        let error = refusal.as_ref().filter(|error| error.fields.is_empty())?;
        Some(words::error(error))
    }
}

/// The end of a form: what was wrong with the whole, and its buttons.
#[component]
pub fn FormEnd(sending: Sending) -> impl IntoView {
    view! {
        {move || sending.refused().map(|text| view! { <p class="bad" role="alert">{text}</p> })}
        <div class="form-actions">
            <Button label=Key::UiCancel on_click=move || sending.open.set(false)/>
            <Button label=Key::NavSave kind=ButtonKind::Primary submit=true pending=sending.is_pending/>
        </div>
    }
}

/// "Stage 方案报价 saved" and the like.
pub fn said(key: Key, name: &str) -> String {
    untrack(|| i18n::fill(key, &[("name", name)]))
}
