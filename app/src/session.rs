//! Who is signed in, and what they may do.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::api::ApiError;
use shared::auth::{Me, Preferences, SignOut, UpdateMe, WhoAmI};
use shared::i18n::{Key, Locale};
use shared::id::UserId;

use crate::ui::format;
use crate::ui::theme::{self, Theme};
use crate::{api, i18n, store};

/// How far the start has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Session {
    #[default]
    Loading,
    Here(Arc<Me>),
    Failed(Arc<ApiError>),
}

thread_local! {
    static SESSION: ArcRwSignal<Session> = ArcRwSignal::new(Session::default());
}

/// Tracked.
pub fn session() -> Session {
    SESSION.with(Get::get)
}

/// Asks who is signed in. Called at the start, and to try again.
pub fn load() {
    crate::spawn::local(async {
        match api::call::<WhoAmI>((), ()).await {
            Ok(me) => begin(me),
            // On the way to the sign-in page already.
            Err(error) if error.status == 401 => {}
            Err(error) => set(Session::Failed(Arc::new(error))),
        }
    });
}

/// Asks anew what the one who is here may do.
pub fn reload() {
    crate::spawn::local(async {
        if let Ok(me) = api::call::<WhoAmI>((), ()).await
            && untrack(user_id) == Some(me.actor.id)
        {
            set(Session::Here(Arc::new(me)));
        }
    });
}

fn begin(me: Me) {
    if let Some(locale) = me.locale.as_deref().and_then(Locale::from_tag) {
        i18n::choose(locale);
    }
    if let Some(theme) = me.theme.as_deref().and_then(Theme::from_name) {
        theme::choose(theme);
    }
    format::set_time_zone(Some(me.actor.time_zone.clone()).filter(|zone| !zone.is_empty()));
    let user = me.actor.id;
    set(Session::Here(Arc::new(me)));
    store::signed_in(user);
}

fn set(session: Session) {
    SESSION.with(|signal| signal.set(session));
}

/// Tracked.
pub fn me() -> Option<Arc<Me>> {
    match session() {
        Session::Here(me) => Some(me),
        Session::Loading | Session::Failed(_) => None,
    }
}

/// Tracked.
pub fn user_id() -> Option<UserId> {
    me().map(|me| me.actor.id)
}

/// Whether a button for it makes sense; the rows decide the rest. Tracked.
pub fn can(object: Object, action: Action) -> bool {
    me().is_some_and(|me| me.actor.may(object, action))
}

/// The currency of new amounts. Tracked.
pub fn currency() -> String {
    me().map(|me| me.currency.clone()).unwrap_or_default()
}

/// Changes the language here, and for the next sign-in elsewhere.
pub fn choose_locale(locale: Locale) {
    i18n::choose(locale);
    keep_preferences();
}

/// Changes the colours here, and for the next sign-in elsewhere.
pub fn choose_theme(theme: Theme) {
    theme::choose(theme);
    keep_preferences();
}

fn keep_preferences() {
    let locale = untrack(i18n::locale).tag().to_owned();
    let theme = match untrack(theme::theme) {
        Theme::System => None,
        theme => Some(theme.name().to_owned()),
    };
    crate::spawn::local(async move {
        // This device has it already; another learns of it when it can.
        let _ = api::call::<UpdateMe>((), Preferences { locale: Some(locale), theme }).await;
    });
}

/// Ends the session and goes to the sign-in page. What was not sent yet does not
/// stay behind for whoever uses this device next.
pub fn sign_out() {
    let count = untrack(store::waiting).count;
    if count > 0 {
        let told = i18n::fill(Key::NavUnsent, &[("n", &count.to_string())]);
        if !window().confirm_with_message(&told).unwrap_or(false) {
            return;
        }
    }
    let user = untrack(user_id);
    crate::spawn::local(async move {
        let _ = api::call::<SignOut>((), ()).await;
        if let Some(user) = user {
            store::forget_unsent(user);
        }
        let _ = window().location().set_href("/sign-in");
    });
}

/// The session has run out: sign in again, and come back here.
pub fn leave() {
    let location = window().location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let _ = location.set_href(&format!("/sign-in?next={}", shared::api::percent_encode(&here)));
}
