//! Articles: what greets a stranger, the shelves, and the search.

use std::time::Duration;

use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::portal::{HitTold, ListShelf, SearchShelf, Shelf, ShelfAsked, ShelfQuery};

use crate::api::{self, Loaded};
use crate::parts::{Coming, Failed, Icon, marked};
use crate::place::{Link, Place};
use crate::words::{self, t};

const PAUSE: Duration = Duration::from_millis(200);

/// The first page of somebody who is not signed in.
#[component]
pub fn Welcome() -> impl IntoView {
    view! {
        <section class="card stack welcome">
            <h1>{t(Key::PortalWelcome)}</h1>
            <p class="muted">{t(Key::PortalWelcomeText)}</p>
            <div class="row wrap">
                <Link to=Place::Ask class="button primary"><Icon name="message-square"/>{t(Key::PortalAsk)}</Link>
                <Link to=Place::SignIn class="button"><Icon name="ticket"/>{t(Key::PortalTickets)}</Link>
            </div>
        </section>
        <Library/>
    }
}

#[component]
pub fn Help() -> impl IntoView {
    view! {
        <h1>{t(Key::PortalHelp)}</h1>
        <Library/>
    }
}

/// The search above the shelves.
#[component]
fn Library() -> impl IntoView {
    let question = RwSignal::new(String::new());
    let found = Loaded::<(String, Vec<HitTold>)>::new();
    let turn = StoredValue::new(0_u32);
    let look = move |is_typing: bool| {
        let asked = question.get_untracked().trim().to_owned();
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        api::spawn(async move {
            let query = ShelfQuery { q: asked.clone(), limit: None, is_typing };
            let answer: Result<_, ApiError> = api::call::<SearchShelf>((), query).await;
            if turn.try_with_value(|turn| *turn == mine) == Some(true) {
                found.take(answer.map(|hits| (asked, hits)));
            }
        });
    };
    Effect::new(move || {
        let is_blank = question.with(|question| question.trim().is_empty());
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        if is_blank {
            found.value.set(None);
            found.error.set(None);
            return;
        }
        set_timeout(
            move || {
                if turn.try_with_value(|turn| *turn == mine) == Some(true) {
                    look(true);
                }
            },
            PAUSE,
        );
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if question.with_untracked(|question| !question.trim().is_empty()) {
            look(false);
        }
    };
    view! {
        <form class="search" role="search" on:submit=submit>
            <Icon name="search"/>
            <input type="search" aria-label=t(Key::PortalSearch) placeholder=t(Key::PortalSearch) bind:value=question/>
        </form>
        {move || match (found.value.get(), found.error.get()) {
            (_, Some(error)) => view! { <Failed error again=move || look(true)/> }.into_any(),
            (Some((_, hits)), None) if hits.is_empty() => view! {
                <div class="card empty">
                    <p>{t(Key::PortalNothingFound)}</p>
                    <Link to=Place::Ask class="button">{t(Key::PortalAsk)}</Link>
                </div>
            }.into_any(),
            (Some((_, hits)), None) => view! { <div class="card"><Hits hits/></div> }.into_any(),
            (None, None) => view! { <Shelves/> }.into_any(),
        }}
    }
}

/// Articles that were found, the best first.
#[component]
pub fn Hits(hits: Vec<HitTold>) -> impl IntoView {
    let lines = hits.into_iter().map(|hit| {
        view! {
            <li>
                <Link to=Place::Article(hit.slug.clone())>
                    <strong>{marked(&hit.title)}</strong>
                    <span class="muted small">{marked(&hit.snippet)}</span>
                </Link>
            </li>
        }
    });
    view! { <ul class="hits">{lines.collect_view()}</ul> }
}

#[component]
fn Shelves() -> impl IntoView {
    let shelves = Loaded::<Vec<Shelf>>::new();
    let fetch = move || {
        let locale = Some(words::locale_now().tag().to_owned());
        shelves.fetch::<ListShelf>((), ShelfAsked { locale });
    };
    Effect::new(move || {
        words::locale();
        fetch();
    });
    move || match (shelves.value.get(), shelves.error.get()) {
        (Some(shelves), _) if shelves.is_empty() => view! {
            <div class="card empty"><p>{t(Key::PortalNoArticles)}</p></div>
        }
        .into_any(),
        (Some(shelves), _) => shelves.into_iter().map(|shelf| view! { <OneShelf shelf/> }).collect_view().into_any(),
        (None, Some(error)) => view! { <Failed error again=fetch/> }.into_any(),
        (None, None) => view! { <Coming/> }.into_any(),
    }
}

#[component]
fn OneShelf(shelf: Shelf) -> impl IntoView {
    let titles = shelf
        .articles
        .into_iter()
        .map(|one| view! { <li><Link to=Place::Article(one.slug)>{one.title}</Link></li> })
        .collect_view();
    view! {
        <section class="card shelf">
            <h2>{shelf.name}</h2>
            <ul class="hits">{titles}</ul>
        </section>
    }
}
