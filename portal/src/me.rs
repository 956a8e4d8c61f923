//! The reader's own: the address they are known by, a password, the way out.

use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::{Key, Locale};
use shared::portal::*;

use crate::api;
use crate::parts::{Field, Icon, Refusal, field_error};
use crate::place::{Link, Place, address};
use crate::session::session;
use crate::words::{self, t};

#[component]
pub fn Me() -> impl IntoView {
    let (session, place) = (session(), address());
    let password = RwSignal::new(String::new());
    let (error, is_saved) = (RwSignal::new(None::<ApiError>), RwSignal::new(false));
    let save = move |patch: MePatch| {
        api::spawn(async move {
            match api::call::<UpdatePortalMe>((), patch).await {
                Ok(home) => {
                    session.set(home);
                    error.try_set(None);
                    password.try_set(String::new());
                    is_saved.try_set(true);
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        is_saved.set(false);
        save(MePatch { password: Some(password.get_untracked()), locale: None });
    };
    let choose = move |locale: Locale| {
        words::choose(locale);
        save(MePatch { locale: Some(locale.tag().to_owned()), password: None });
    };
    let leave = move |_| {
        api::spawn(async move {
            let answer = api::call::<SignOutCustomer>((), ()).await;
            match answer {
                Ok(()) => {
                    session.home().fetch::<GetPortal>((), ());
                    place.replace(Place::Home);
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
        });
    };
    let known = session.me().unwrap_or_default();
    view! {
        <Link to=Place::Home class="back"><Icon name="chevron-left"/>{t(Key::PortalTickets)}</Link>
        <section class="card stack">
            <h1>{t(Key::PortalMe)}</h1>
            <p>{(!known.name.is_empty()).then_some(known.name)}" "<span class="muted">{known.email}</span></p>
            <div class="field">
                <span>{t(Key::PortalLanguage)}</span>
                <div class="tabs" role="group" aria-label=t(Key::PortalLanguage)>
                    {Locale::ALL.map(|locale| view! {
                        <button type="button" lang=locale.tag() aria-pressed=move || (words::locale() == locale).to_string()
                            on:click=move |_| choose(locale)>{locale.endonym()}</button>
                    }).collect_view()}
                </div>
                <p class="faint small">{t(Key::PortalLanguageHint)}</p>
            </div>
        </section>
        <form class="card stack" on:submit=submit novalidate>
            <h2>{move || t(if session.me().is_some_and(|me| me.has_password) { Key::PortalPasswordChange } else { Key::PortalPasswordSet })()}</h2>
            <Field id="password" label=Key::PortalPasswordNew error=field_error(error, "password")>
                <input id="password" type="password" autocomplete="new-password" bind:value=password/>
            </Field>
            <Refusal error/>
            <button class="button" disabled=move || password.with(String::is_empty)>{t(Key::PortalSave)}</button>
            {move || is_saved.get().then(|| view! { <p class="good small" role="status">{t(Key::PortalSaved)}</p> })}
        </form>
        <button type="button" class="button" on:click=leave><Icon name="log-out"/>{t(Key::PortalSignOut)}</button>
    }
}
