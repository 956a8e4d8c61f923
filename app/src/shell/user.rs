//! The reader's own corner: language, colours, settings, and the way out.

use leptos::prelude::*;
use shared::i18n::{Key, Locale};

use crate::i18n::locale;
use crate::ui::place::Align;
use crate::ui::theme::{Theme, theme};
use crate::ui::{Avatar, Glyph, Menu, MenuItem, MenuLink, MenuSection};
use crate::{links, part, session, store};

/// Who is signed in: their name, and the team's behind it.
fn who() -> String {
    let Some(me) = session::me() else { return String::new() };
    let team = me.actor.team_id.and_then(|team| store::name(shared::access::Object::Team, team));
    match team {
        Some(team) => format!("{} · {team}", me.actor.name),
        None => me.actor.name.clone(),
    }
}

#[component]
pub fn UserMenu() -> impl IntoView {
    let me = untrack(session::me);
    let (id, name) = me.map(|me| (me.actor.id.to_string(), me.actor.name.clone())).unwrap_or_default();
    view! {
        <div class="me">
            <Avatar id name decorative=true/>
            <Menu label=Signal::derive(who) show_label=true class="place" align=Align::Start>
                {user_items()}
            </Menu>
        </div>
    }
}

part! { asides: fn user_items() => UserItems() }

/// The items, which the phone shows in its sheet.
#[component]
pub fn UserItems() -> impl IntoView {
    view! {
        <MenuSection label=Signal::derive(|| crate::i18n::text(Key::NavLanguage).to_owned())/>
        {Locale::ALL.map(|one| view! {
            <MenuItem
                label=one.endonym()
                checked=Signal::derive(move || locale() == one)
                on_choose=move || session::choose_locale(one)
            />
        })}
        <MenuSection label=Signal::derive(|| crate::i18n::text(Key::NavTheme).to_owned())/>
        {Theme::ALL.map(|one| view! {
            <MenuItem
                label=Signal::derive(move || crate::words::choice("theme", one.name()))
                checked=Signal::derive(move || theme() == one)
                on_choose=move || session::choose_theme(one)
            />
        })}
        <MenuSection/>
        <MenuLink label=Key::NavSettings glyph=Glyph::Settings href=links::settings/>
        <MenuItem label=Key::NavSignOut glyph=Glyph::LogOut on_choose=session::sign_out/>
    }
}
