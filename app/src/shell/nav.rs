//! The navigation at the side.

use leptos::prelude::*;
use shared::i18n::Key;

use super::counts;
use super::places::{self, ADMIN, MAIN, Place};
use super::status::Outbox;
use super::user::UserMenu;
use crate::i18n::{t, text};
use crate::palette;
use crate::ui::{Glyph, Icon, IconButton, Kbd};
use crate::views::ViewLinks;

#[component]
pub fn Nav() -> impl IntoView {
    let fold = Signal::derive(|| text(if places::is_narrow() { Key::NavExpand } else { Key::NavCollapse }).to_owned());
    view! {
        <nav class="nav" aria-label=t(Key::NavMain)>
            <div class="brand">
                <span class="words"><b>"知客"</b>" Kith"</span>
                <IconButton glyph=Glyph::PanelLeft label=fold shortcut="mod+\\" on_click=places::toggle_narrow/>
            </div>
            <button
                type="button"
                class="find"
                aria-keyshortcuts="Control+K"
                aria-label=narrow_tip(Key::NavSearch)
                data-tip=narrow_tip(Key::NavSearch)
                on:click=move |_| palette::open()
            >
                <Icon glyph=Glyph::Search/>
                <span class="words">{t(Key::NavSearch)}</span>
                <span aria-hidden="true"><Kbd combo="mod+k"/></span>
            </button>
            {places_of(MAIN)}
            <ViewLinks/>
            <Show when=|| ADMIN.iter().any(Place::is_open_to_me)>
                <h2 class="group">{t(Key::NavAdmin)}</h2>
                {places_of(ADMIN)}
            </Show>
            <div class="end">
                <Outbox/>
                <UserMenu/>
            </div>
        </nav>
    }
}

pub fn places_of(places: &'static [Place]) -> impl IntoView {
    places.iter().map(|place| view! { <Show when=|| place.is_open_to_me()>{link(place)}</Show> }).collect_view()
}

fn link(place: &'static Place) -> impl IntoView {
    view! {
        <a
            class="place"
            href=place.href
            aria-current=move || place.is_here().then_some("page")
            data-tip=narrow_tip(place.label)
            data-keys=place.shortcut
        >
            <Icon glyph=place.glyph/>
            <span class="words">{t(place.label)}</span>
            {counts::count(place.counted)}
        </a>
    }
}

/// Words that the folded navigation does not show.
pub fn narrow_tip(label: Key) -> impl Fn() -> Option<&'static str> + Copy + Send + Sync {
    move || places::is_narrow().then(|| text(label))
}
