//! The page around the pages: whose house it is, where one can go, the language.

use leptos::prelude::*;
use shared::i18n::{Key, Locale};
use shared::portal::GetPortal;

use crate::parts::{Coming, Failed};
use crate::place::{Address, Link, Place};
use crate::session::Session;
use crate::words::{self, t};
use crate::{api, article, ask, form, help, me, place, rate, sign_in, ticket, tickets};

#[component]
pub fn Portal() -> impl IntoView {
    words::keep_document_in_step();
    let address = Address::follow();
    // A link to one ticket carries its key where no server reads it.
    if matches!(address.get_untracked(), Place::Ticket(_)) {
        api::show_key(place::take_fragment());
    }
    let session = Session::begin();
    let again = move || session.home().fetch::<GetPortal>((), ());
    let page = move || {
        if !session.is_here() {
            let error = session.home().error.get();
            return match error {
                Some(error) => view! { <Failed error again=again/> }.into_any(),
                None => view! { <Coming/> }.into_any(),
            };
        }
        match address.get() {
            Place::Home if session.me().is_none() => view! { <help::Welcome/> }.into_any(),
            Place::Home => view! { <tickets::Tickets/> }.into_any(),
            Place::SignIn => view! { <sign_in::SignIn/> }.into_any(),
            Place::Ask if session.me().is_none() => view! { <sign_in::SignIn/> }.into_any(),
            Place::Ask => view! { <ask::Ask/> }.into_any(),
            Place::Form => view! { <form::Form/> }.into_any(),
            Place::Ticket(_) if session.me().is_none() && !api::has_key() => view! { <sign_in::SignIn/> }.into_any(),
            Place::Ticket(id) => view! { <ticket::Ticket id/> }.into_any(),
            Place::Rate => view! { <rate::ByLink/> }.into_any(),
            Place::Help => view! { <help::Help/> }.into_any(),
            Place::Article(slug) => view! { <article::Article slug/> }.into_any(),
            Place::Me if session.me().is_none() => view! { <sign_in::SignIn/> }.into_any(),
            Place::Me => view! { <me::Me/> }.into_any(),
            Place::Nowhere => view! { <Nowhere/> }.into_any(),
        }
    };
    view! {
        <a class="skip-link" href="#main">{t(Key::PortalSkip)}</a>
        {move || (!is_framed(address)).then(|| view! { <Head session/> })}
        <main id="main" tabindex="-1">{page}</main>
    }
}

/// Another site's page stands around this one.
fn is_framed(address: Address) -> bool {
    address.get() == Place::Form && window().parent().ok().flatten().is_some_and(|parent| parent != window())
}

#[component]
fn Head(session: Session) -> impl IntoView {
    let other = move || match words::locale() {
        Locale::ZhCn => Locale::En,
        Locale::En => Locale::ZhCn,
    };
    view! {
        <header class="head">
            <Link to=Place::Home class="house">{move || session.house()}</Link>
            <nav aria-label=t(Key::PortalNav)>
                <Link to=Place::Help>{t(Key::PortalHelp)}</Link>
                {move || {
                    match session.me() {
                        Some(_) => view! { <Link to=Place::Me>{t(Key::PortalMe)}</Link> }.into_any(),
                        None if session.is_here() => view! { <Link to=Place::SignIn>{t(Key::PortalSignIn)}</Link> }.into_any(),
                        None => ().into_any(),
                    }
                }}
                <button type="button" lang=move || other().tag() on:click=move |_| words::choose(other())>
                    {move || other().endonym()}
                </button>
            </nav>
        </header>
    }
}

#[component]
fn Nowhere() -> impl IntoView {
    view! {
        <div class="card stack">
            <h1>{t(Key::PortalNotFound)}</h1>
            <Link to=Place::Home class="button">{t(Key::PortalHome)}</Link>
        </div>
    }
}
