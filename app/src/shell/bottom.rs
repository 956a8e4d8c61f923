//! The bar at the bottom of a phone, and the sheet behind its last place.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::{Key, Locale};
use shared::tickets::routing::Presence;

use super::nav::places_of;
use super::places::{ADMIN, MAIN, Place};
use super::status::Outbox;
use super::user;
use crate::i18n::{locale, t};
use crate::parts::once;
use crate::ui::theme::{Theme, theme};
use crate::ui::{Button, ButtonKind, Glyph, Icon, SegmentedControl, Sheet};
use crate::views::ViewLinks;
use crate::{links, palette, part, session};

#[component]
pub fn BottomBar() -> impl IntoView {
    let is_open = RwSignal::new(false);
    view! {
        <nav class="bottom-bar" aria-label=t(Key::NavMain)>
            {link(&MAIN[2], Key::NavAccounts)}
            {link(&MAIN[1], Key::NavTickets)}
            {link(&MAIN[0], Key::NavBoard)}
            <button type="button" on:click=move |_| palette::open()>
                <Icon glyph=Glyph::Search/>
                <span>{t(Key::NavFind)}</span>
            </button>
            <button type="button" aria-haspopup="dialog" on:click=move |_| is_open.set(true)>
                <Icon glyph=Glyph::Ellipsis/>
                <span>{t(Key::NavMore)}</span>
            </button>
        </nav>
        {once(move || is_open.get(), move || more(is_open))}
    }
}

fn link(place: &'static Place, label: Key) -> impl IntoView {
    view! {
        <a href=place.href aria-current=move || place.is_here().then_some("page")>
            <Icon glyph=place.glyph/>
            <span>{t(label)}</span>
        </a>
    }
}

part! {
    asides: fn more(is_open: RwSignal<bool>) =>
        view! { <Sheet open=is_open title=Key::NavMore><More is_open/></Sheet> }
}

#[component]
fn More(is_open: RwSignal<bool>) -> impl IntoView {
    let languages = Locale::ALL.map(|one| crate::ui::Choice::new(one.tag(), one.endonym())).to_vec();
    let themes = Signal::derive(|| {
        Theme::ALL.map(|one| crate::ui::Choice::new(one.name(), crate::words::choice("theme", one.name()))).to_vec()
    });
    let presences = Signal::derive(|| {
        let choice = |one: Presence| crate::ui::Choice::new(one.word(), crate::words::choice("presence", one.word()));
        user::PRESENCES.map(choice).to_vec()
    });
    view! {
        <div class="nav in-sheet" on:click=move |event: leptos::ev::MouseEvent| {
            use wasm_bindgen::JsCast as _;
            // A place that was chosen closes the sheet; a setting does not.
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            if target.is_some_and(|target| target.closest("a").ok().flatten().is_some()) {
                is_open.set(false);
            }
        }>
            <Outbox/>
            {places_of(&MAIN[3..])}
            {places_of(ADMIN)}
            <ViewLinks/>
            <Show when=|| session::can(Object::Ticket, Action::Read)>
                <h2 class="group">{t(Key::FieldUserPresence)}</h2>
                <SegmentedControl
                    label=Key::FieldUserPresence
                    options=presences
                    value=Signal::derive(|| user::said().map(|one| one.word().to_owned()).unwrap_or_default())
                    on_choose=|word: String| if let Ok(one) = word.parse() { user::say(one) }
                />
            </Show>
            <h2 class="group">{t(Key::NavLanguage)}</h2>
            <SegmentedControl
                label=Key::NavLanguage
                options=languages
                value=Signal::derive(|| locale().tag().to_owned())
                on_choose=|tag: String| if let Some(one) = Locale::from_tag(&tag) { session::choose_locale(one) }
            />
            <h2 class="group">{t(Key::NavTheme)}</h2>
            <SegmentedControl
                label=Key::NavTheme
                options=themes
                value=Signal::derive(|| theme().name().to_owned())
                on_choose=|name: String| if let Some(one) = Theme::from_name(&name) { session::choose_theme(one) }
            />
            <a class="place" href=links::settings><Icon glyph=Glyph::Settings/><span class="words">{t(Key::NavSettings)}</span></a>
            <Button label=Key::NavSignOut icon=Glyph::LogOut kind=ButtonKind::Quiet on_click=session::sign_out/>
        </div>
    }
}
