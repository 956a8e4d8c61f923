//! Where the reader is: the address, and ways from page to page.

use leptos::prelude::*;
use shared::id::TicketId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// A page of the portal.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// The reader's tickets, or what greets a stranger.
    Home,
    SignIn,
    Ask,
    /// For those who do not sign in, and for frames on other sites.
    Form,
    Ticket(TicketId),
    /// What a mail's link asks about a solution.
    Rate,
    Help,
    Article(String),
    Me,
    Nowhere,
}

impl Place {
    fn of(path: &str) -> Self {
        let rest = path.trim_start_matches("/portal").trim_matches('/');
        match rest.split_once('/').unwrap_or((rest, "")) {
            ("", _) => Self::Home,
            ("sign-in", "") => Self::SignIn,
            ("ask", "") => Self::Ask,
            ("form", "") => Self::Form,
            ("tickets", id) => id.parse().map_or(Self::Nowhere, Self::Ticket),
            ("rate", "") => Self::Rate,
            ("help", "") => Self::Help,
            ("help", slug) => Self::Article(decoded(slug)),
            ("me", "") => Self::Me,
            _ => Self::Nowhere,
        }
    }

    pub fn href(&self) -> String {
        match self {
            Self::Home | Self::Nowhere => "/portal".into(),
            Self::SignIn => "/portal/sign-in".into(),
            Self::Ask => "/portal/ask".into(),
            Self::Form => "/portal/form".into(),
            Self::Ticket(id) => format!("/portal/tickets/{id}"),
            Self::Rate => "/portal/rate".into(),
            Self::Help => "/portal/help".into(),
            Self::Article(slug) => format!("/portal/help/{}", String::from(js_sys::encode_uri_component(slug))),
            Self::Me => "/portal/me".into(),
        }
    }
}

fn decoded(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}

/// The address as a signal, for the whole page.
#[derive(Clone, Copy)]
pub struct Address(RwSignal<Place>);

impl Address {
    /// Reads the address and follows Back and Forward. Called once.
    pub fn follow() -> Self {
        let address = Self(RwSignal::new(here()));
        let back = Closure::<dyn Fn()>::new(move || address.0.set(here()));
        let _ = window().add_event_listener_with_callback("popstate", back.as_ref().unchecked_ref());
        back.forget();
        provide_context(address);
        address
    }

    pub fn get_untracked(self) -> Place {
        self.0.get_untracked()
    }

    pub fn get(self) -> Place {
        self.0.get()
    }

    pub fn go(self, place: Place) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&place.href()));
        }
        window().scroll_to_with_x_and_y(0.0, 0.0);
        self.0.set(place);
    }

    /// As `go`, but Back skips where the reader was.
    pub fn replace(self, place: Place) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&place.href()));
        }
        self.0.set(place);
    }
}

pub fn address() -> Address {
    expect_context()
}

fn here() -> Place {
    Place::of(&window().location().pathname().unwrap_or_default())
}

/// What stands behind `#`; taken out of the address, so that it is not passed on by chance.
pub fn take_fragment() -> Option<String> {
    let fragment = window().location().hash().ok()?;
    let fragment = fragment.strip_prefix('#').filter(|text| !text.is_empty())?.to_owned();
    let path = window().location().pathname().ok()?;
    let history = window().history().ok()?;
    history.replace_state_with_url(&JsValue::NULL, "", Some(&path)).ok()?;
    Some(fragment)
}

/// A link within the portal.
#[component]
pub fn Link(to: Place, #[prop(into, optional)] class: String, children: Children) -> impl IntoView {
    let address = address();
    let href = to.href();
    let follow = move |event: web_sys::MouseEvent| {
        // A new tab or window is the browser's business.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0) {
            event.prevent_default();
            address.go(to.clone());
        }
    };
    view! { <a href=href class=class on:click=follow>{children()}</a> }
}
