//! What is still on its way to the server.

use leptos::prelude::*;
use shared::i18n::{Key, Plural};

use crate::i18n::{count, t};
use crate::store;
use crate::ui::{Glyph, Icon};

/// "Offline, n waiting", in the navigation.
#[component]
pub fn Outbox() -> impl IntoView {
    let waiting = Memo::new(|_| store::waiting());
    view! {
        <Show when=move || waiting.get().is_offline>
            <button type="button" class="place waiting" data-tip=t(Key::StoreWaitingHint) on:click=move |_| store::pump()>
                <Icon glyph=Glyph::WifiOff/>
                <span class="words">{move || count(Plural::StoreWaiting, waiting.get().count)}</span>
            </button>
        </Show>
    }
}

/// The same for those who listen, and on a phone, where the navigation is folded away.
#[component]
pub fn Status() -> impl IntoView {
    let waiting = Memo::new(|_| store::waiting());
    view! {
        <div class="offline-note" role="status">
            {move || waiting.get().is_offline.then(|| count(Plural::StoreWaiting, waiting.get().count))}
        </div>
    }
}
