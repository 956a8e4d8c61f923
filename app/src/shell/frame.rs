//! From nothing to the page: the session first, then the frame.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::Router;
use shared::api::ApiError;
use shared::i18n::Key;

use super::bottom::BottomBar;
use super::nav::Nav;
use super::routes::Pages;
use super::{places, status};
use crate::i18n::{self, fill, t};
use crate::palette;
use crate::parts::once;
use crate::session::{self, Session};
use crate::store;
use crate::ui::{self, ErrorState, Scope, Skeleton, SkeletonKind, ToastHost, TooltipHost, key_help, use_key};
use crate::{links, part, spawn, words};

/// The app.
#[component]
pub fn App() -> impl IntoView {
    store::through(ui::start());
    // Side by side: each answer checks the session anyway.
    i18n::start();
    session::load();
    store::begin();
    let stage = Memo::new(|_| match session::session() {
        _ if !i18n::is_ready() => None,
        Session::Loading => None,
        Session::Here(_) => Some(Ok(())),
        Session::Failed(error) => Some(Err(error)),
    });
    view! {
        <Router>
            {move || match stage.get() {
                None => loading().into_any(),
                Some(Ok(())) => view! { <Frame/> }.into_any(),
                Some(Err(error)) => failed(error).into_any(),
            }}
        </Router>
        {key_help()}
        <ToastHost/>
    }
}

/// The same frame with nothing in it yet, so that nothing jumps.
fn loading() -> impl IntoView {
    view! {
        <div class="app" aria-busy="true" class:narrow=places::is_narrow>
            <div class="nav"></div>
            <main class="page" aria-label=t(Key::NavLoading)><Skeleton kind=SkeletonKind::Rows count=8/></main>
        </div>
    }
}

fn failed(error: Arc<ApiError>) -> impl IntoView {
    let request_id = error.request_id.clone();
    let text = Signal::derive(move || fill(Key::NavFailedText, &[("reason", &words::error(&error))]));
    view! {
        <main class="page">
            <ErrorState title=Key::NavFailed text request_id on_retry=session::load/>
        </main>
    }
}

#[component]
fn Frame() -> impl IntoView {
    links::start();
    bind_keys();
    let is_quiet = when_quiet();
    view! {
        <a class="skip-link" href="#page" rel="external">{t(Key::NavSkip)}</a>
        <div class="app" class:narrow=places::is_narrow>
            <Nav/>
            <main class="page" id="page" tabindex="-1"><Pages/></main>
            <BottomBar/>
        </div>
        <status::Status/>
        {palette::palette()}
        {store::conflict_dialog()}
        {palette::visits()}
        {once(move || is_quiet.get(), tooltips)}
    }
}

part! { asides: fn tooltips() => TooltipHost() }

/// The first page is there, and there is nothing else to do: what later clicks will want is fetched.
fn when_quiet() -> RwSignal<bool> {
    const QUIET_MS: u64 = 1_500;
    let is_quiet = RwSignal::new(false);
    spawn::after(QUIET_MS, move || {
        is_quiet.try_set(true);
        #[cfg(feature = "split")]
        spawn::local(crate::parts::fetch_all());
    });
    is_quiet
}

fn bind_keys() {
    use_key(Scope::App, "mod+k", Key::KeysPalette, palette::open);
    use_key(Scope::App, "/", Key::KeysSearch, palette::open);
    use_key(Scope::App, "mod+z", Key::KeysUndo, store::undo);
    use_key(Scope::App, "mod+shift+z", Key::KeysRedo, store::redo);
    use_key(Scope::App, "g o", Key::KeysGoBoard, || links::go(&links::board()));
    use_key(Scope::App, "g t", Key::KeysGoTickets, || links::go(&links::tickets()));
    use_key(Scope::App, "g k", Key::KeysGoKnowledge, || links::go(&links::knowledge()));
    use_key(Scope::App, "g r", Key::KeysGoReports, || links::go(&links::service_report()));
    use_key(Scope::App, "g a", Key::KeysGoAccounts, || links::go(&links::accounts()));
    use_key(Scope::App, "g c", Key::KeysGoContacts, || links::go(&links::contacts()));
    use_key(Scope::App, "g p", Key::KeysGoProducts, || links::go(&links::products()));
    use_key(Scope::App, "g i", Key::KeysGoImports, || links::go(&links::imports()));
    use_key(Scope::App, "mod+\\", Key::KeysToggleNav, places::toggle_narrow);
}
