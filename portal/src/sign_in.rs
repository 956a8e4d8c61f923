//! Signing in: an address, then the code that was mailed to it, or a password.

use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::portal::*;

use crate::api;
use crate::parts::{Field, Refusal, field_error, focused};
use crate::place::{Address, Link, Place, address};
use crate::session::{Session, session};
use crate::words::{fill, t, text};

/// How the reader shows that the address is theirs.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// The address is asked for.
    Address,
    Code,
    Password,
}

/// What has been typed, and where it stands.
#[derive(Clone, Copy)]
struct Entry {
    way: RwSignal<Way>,
    email: RwSignal<String>,
    code: RwSignal<String>,
    password: RwSignal<String>,
    error: RwSignal<Option<ApiError>>,
    is_busy: RwSignal<bool>,
    session: Session,
    place: Address,
}

impl Entry {
    fn begin() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            way: RwSignal::new(Way::Address),
            email: text(),
            code: text(),
            password: text(),
            error: RwSignal::new(None),
            is_busy: RwSignal::new(false),
            session: session(),
            place: address(),
        }
    }

    fn turn_to(self, way: Way) {
        self.error.set(None);
        self.way.set(way);
    }

    fn ask_code(self) {
        self.is_busy.set(true);
        api::spawn(async move {
            let asked = CodeAsked { email: self.email.get_untracked() };
            match api::call::<AskPortalCode>((), asked).await {
                Ok(()) => {
                    self.error.try_set(None);
                    self.way.try_set(Way::Code);
                }
                Err(refused) => {
                    self.error.try_set(Some(refused));
                }
            }
            self.is_busy.try_set(false);
        });
    }

    fn go_on(self) {
        if self.is_busy.get_untracked() {
            return;
        }
        let email = self.email.get_untracked();
        match self.way.get_untracked() {
            Way::Address => self.ask_code(),
            Way::Code => {
                let given = CodeGiven { email, code: self.code.get_untracked(), as_token: false };
                self.enter(api::call::<SignInByCode>((), given));
            }
            Way::Password => {
                let given = PasswordGiven { email, password: self.password.get_untracked(), as_token: false };
                self.enter(api::call::<SignInCustomer>((), given));
            }
        }
    }

    fn enter(self, asked: impl Future<Output = Result<Home, ApiError>> + 'static) {
        self.is_busy.set(true);
        api::spawn(async move {
            let answer = asked.await;
            self.is_busy.try_set(false);
            match answer {
                Ok(home) => {
                    self.session.set(home);
                    // Elsewhere the page that asked for it comes by itself.
                    if self.place.get_untracked() == Place::SignIn {
                        self.place.replace(Place::Home);
                    }
                }
                Err(refused) => {
                    self.error.try_set(Some(refused));
                }
            }
        });
    }
}

#[component]
pub fn SignIn() -> impl IntoView {
    let entry = Entry::begin();
    let Entry { way, code, error, is_busy, .. } = entry;
    // Six digits are a whole code: nobody should have to press a button for it.
    Effect::new(move || {
        let is_whole = code.with(|code| code.chars().filter(char::is_ascii_digit).count() == CODE_LENGTH);
        if is_whole && way.get_untracked() == Way::Code {
            entry.go_on();
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        entry.go_on();
    };
    let action = move || match way.get() {
        Way::Address => Key::PortalSendCode,
        Way::Code | Way::Password => Key::PortalSignIn,
    };
    view! {
        <form class="card stack narrow" on:submit=submit novalidate>
            <h1>{t(Key::PortalSignIn)}</h1>
            <Fields entry/>
            <Refusal error/>
            <button class="button primary" disabled=move || is_busy.get()>{move || text(action())}</button>
            <OtherWays entry/>
            <p class="faint small">{t(Key::PortalNoAccount)}</p>
            <Link to=Place::Form class="link">{t(Key::PortalWithout)}</Link>
        </form>
    }
}

#[component]
fn Fields(entry: Entry) -> impl IntoView {
    let Entry { way, email, code, password, error, .. } = entry;
    let address = move || {
        view! {
            <Field id="email" label=Key::PortalEmail error=field_error(error, "email")>
                <input id="email" type="email" autocomplete="email" inputmode="email" bind:value=email node_ref=focused()/>
            </Field>
        }
    };
    move || {
        match way.get() {
        Way::Address => address().into_any(),
        Way::Password => view! {
            {address()}
            <Field id="password" label=Key::PortalPassword error=field_error(error, "password")>
                <input id="password" type="password" autocomplete="current-password" bind:value=password/>
            </Field>
        }
        .into_any(),
        Way::Code => view! {
            <p class="muted">{move || fill(Key::PortalCodeSent, &[("email", &email.get())])}</p>
            <Field id="code" label=Key::PortalCode error=field_error(error, "code")>
                <input id="code" class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" bind:value=code node_ref=focused()/>
            </Field>
        }
        .into_any(),
    }
    }
}

#[component]
fn OtherWays(entry: Entry) -> impl IntoView {
    let button = |label: Key, act: Box<dyn Fn()>| {
        view! { <button type="button" class="link" on:click=move |_| act()>{t(label)}</button> }
    };
    let to = move |label: Key, way: Way| button(label, Box::new(move || entry.turn_to(way)));
    view! {
        <div class="row wrap ways">
            {move || match entry.way.get() {
                Way::Address => to(Key::PortalByPassword, Way::Password).into_any(),
                Way::Password => to(Key::PortalByCode, Way::Address).into_any(),
                Way::Code => view! {
                    {button(Key::PortalCodeAgain, Box::new(move || entry.ask_code()))}
                    {to(Key::PortalOtherEmail, Way::Address)}
                }.into_any(),
            }}
        </div>
    }
}
