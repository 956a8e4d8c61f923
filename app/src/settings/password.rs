//! Changing one's password.

use leptos::prelude::*;
use shared::api::{ApiError, FieldError};
use shared::auth::{ChangePassword, MAX_PASSWORD, MIN_PASSWORD, PasswordChange};
use shared::i18n::Key;

use crate::i18n::{fill, t, text};
use crate::store::Asker;
use crate::ui::{Button, ButtonKind, Field, TextInput, use_toasts};
use crate::words;

/// As an input takes it.
#[expect(clippy::cast_possible_truncation, reason = "a few hundred")]
const LONGEST: u32 = MAX_PASSWORD as u32;

#[component]
pub fn PasswordForm() -> impl IntoView {
    let toasts = use_toasts();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let is_sending = RwSignal::new(false);
    let refusal = RwSignal::new(None::<ApiError>);
    let asker = Asker::new();
    let save = move |change: PasswordChange| {
        is_sending.set(true);
        asker.ask::<ChangePassword>((), change, move |answer| {
            is_sending.set(false);
            if answer.is_ok() {
                current.set(String::new());
                new.set(String::new());
                toasts.show(untrack(|| text(Key::SettingsPasswordChanged)), None);
            }
            refusal.set(answer.err());
        });
    };
    let at = move |key: &'static str| {
        Signal::derive(move || {
            let error = refusal.get()?;
            let own = error.fields.get(key).map(words::field_error);
            own.or_else(|| (key == "new" && error.fields.is_empty()).then(|| words::error(&error)))
        })
    };
    // Said before it is sent: the server has the last word.
    let too_short = Signal::derive(move || {
        let length = new.read().chars().count();
        let is_short = length > 0 && length < MIN_PASSWORD;
        is_short.then(|| words::field_error(&FieldError::new("too_short").with("min", MIN_PASSWORD)))
    });
    let new_error = {
        let refused = at("new");
        Signal::derive(move || too_short.get().or_else(|| refused.get()))
    };
    let is_ready = move || !current.read().is_empty() && new.read().chars().count() >= MIN_PASSWORD;
    let submit = move || {
        if untrack(is_ready) && !is_sending.get_untracked() {
            save(PasswordChange { current: current.get_untracked(), new: new.get_untracked() });
        }
    };
    view! {
        <section class="section" aria-label=t(Key::SettingsPassword)>
            <h2>{t(Key::SettingsPassword)}</h2>
            <form class="form two" on:submit=move |event| {
                event.prevent_default();
                submit();
            }>
                <Field label=Key::SettingsCurrent error=at("current")>
                    <TextInput value=current kind="password" autocomplete="current-password" maxlength=LONGEST/>
                </Field>
                <Field label=Key::SettingsNew error=new_error>
                    <TextInput value=new kind="password" autocomplete="new-password" maxlength=LONGEST/>
                </Field>
                <p class="hint whole">{move || fill(Key::SettingsPasswordText, &[("min", &MIN_PASSWORD.to_string())])}</p>
                <div class="whole">
                    <Button
                        label=Key::SettingsChangePassword
                        kind=ButtonKind::Primary
                        submit=true
                        pending=is_sending
                        disabled=Signal::derive(move || !is_ready())
                    />
                </div>
            </form>
        </section>
    }
}
