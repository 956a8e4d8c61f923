//! The reader's own settings: language, colours, password, sign-ins.

mod password;
mod sessions;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::{Key, Locale};

use crate::i18n::{locale, t, text};
use crate::ui::theme::{Theme, theme};
use crate::ui::{Avatar, Choice, SegmentedControl};
use crate::{session, shell, store, words};
use password::PasswordForm;
use sessions::Sessions;

#[component]
pub fn Page() -> impl IntoView {
    shell::use_title(|| text(Key::SettingsTitle).to_owned());
    view! {
        <header class="bar"><h1>{t(Key::SettingsTitle)}</h1></header>
        <div class="content">
            <div class="column">
                <Profile/>
                <Look/>
                <PasswordForm/>
                <Sessions/>
            </div>
        </div>
    }
}

#[component]
fn Profile() -> impl IntoView {
    let line = || {
        let me = session::me()?;
        let team = me.actor.team_id.and_then(|team| store::name(Object::Team, team));
        let roles = me.actor.roles.iter().filter_map(|id| store::get(*id).here()).map(|role| words::role(&role));
        Some(team.into_iter().chain(roles).collect::<Vec<_>>().join(" · "))
    };
    let me = untrack(session::me);
    let (id, name, email) =
        me.map(|me| (me.actor.id.to_string(), me.actor.name.clone(), me.email.clone())).unwrap_or_default();
    view! {
        <section class="section" aria-label=t(Key::SettingsProfile)>
            <h2>{t(Key::SettingsProfile)}</h2>
            <div class="row">
                <Avatar id name=name.clone() large=true decorative=true/>
                <div>
                    <p class="strong">{name}</p>
                    <p class="muted">{email}</p>
                    <p class="muted">{line}</p>
                </div>
            </div>
            <p class="faint small">{t(Key::SettingsProfileText)}</p>
        </section>
    }
}

#[component]
fn Look() -> impl IntoView {
    let languages = Locale::ALL.map(|one| Choice::new(one.tag(), one.endonym())).to_vec();
    let themes =
        Signal::derive(|| Theme::ALL.map(|one| Choice::new(one.name(), words::choice("theme", one.name()))).to_vec());
    view! {
        <section class="section" aria-label=t(Key::SettingsLook)>
            <h2>{t(Key::SettingsLook)}</h2>
            <div class="settings-line">
                <span>{t(Key::SettingsLanguage)}</span>
                <SegmentedControl
                    label=Key::SettingsLanguage
                    options=languages
                    value=Signal::derive(|| locale().tag().to_owned())
                    on_choose=|tag: String| if let Some(one) = Locale::from_tag(&tag) { session::choose_locale(one) }
                />
            </div>
            <div class="settings-line">
                <span>{t(Key::SettingsTheme)}</span>
                <SegmentedControl
                    label=Key::SettingsTheme
                    options=themes
                    value=Signal::derive(|| theme().name().to_owned())
                    on_choose=|name: String| if let Some(one) = Theme::from_name(&name) { session::choose_theme(one) }
                />
            </div>
        </section>
    }
}
