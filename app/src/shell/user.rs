//! The reader's own corner: language, colours, settings, and the way out.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::fields::row_with;
use shared::i18n::{Key, Locale};
use shared::tickets::SetPresence;
use shared::tickets::routing::{Presence, PresenceChange};
use shared::users::User;

use crate::i18n::{fill, locale};
use crate::store::{Command, Expected};
use crate::ui::place::Align;
use crate::ui::theme::{Theme, theme};
use crate::ui::{Avatar, Glyph, Menu, MenuItem, MenuLink, MenuSection};
use crate::{links, part, session, store};

/// Who is signed in: their name, and the team's behind it.
fn who() -> String {
    let Some(me) = session::me() else { return String::new() };
    let team = me.actor.team_id.and_then(|team| store::name(Object::Team, team));
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
        <Show when=|| session::can(Object::Ticket, Action::Read)>{presence()}</Show>
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

/// What one says of oneself; offline is who is out of their hours.
pub const PRESENCES: [Presence; 3] = [Presence::Online, Presence::Busy, Presence::Away];

/// Whether the reader takes new tickets, as they said. Tracked.
pub fn said() -> Option<Presence> {
    store::get::<User>(session::user_id()?).here()?.presence
}

fn presence() -> impl IntoView {
    let item = |one: Presence| {
        view! {
            <MenuItem
                label=Signal::derive(move || crate::words::choice("presence", one.word()))
                checked=Signal::derive(move || said() == Some(one))
                on_choose=move || say(one)
            />
        }
    };
    view! {
        <MenuSection label=Key::FieldUserPresence/>
        {PRESENCES.map(item).into_iter().collect_view()}
    }
}

pub fn say(presence: Presence) {
    let Some(me) = untrack(session::user_id) else { return };
    let set = row_with([("presence".to_owned(), presence.word().into())]);
    let name = untrack(|| crate::words::choice("presence", presence.word()));
    let told = untrack(|| fill(Key::InboxPresenceSaid, &[("presence", &name)]));
    let effect = Expected::Set { object: Object::User, ids: vec![me.0], set };
    store::run(Command::of::<SetPresence>((), &PresenceChange { presence }).expecting(effect).said(told));
}
