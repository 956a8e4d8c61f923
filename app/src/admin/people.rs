//! The people: who they are, their team, what they may do.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::fields::Row;
use shared::i18n::Key;
use shared::id::UserId;
use shared::users::User;

use super::form::said;
use super::person::PersonForm;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command};
use crate::ui::{Avatar, Button, ButtonKind, Dialog, Glyph, IconButton, IconKind, Skeleton, SkeletonKind, Tag, Tone};
use crate::{session, words};

#[component]
pub fn People() -> impl IntoView {
    let edited = RwSignal::new(None::<Arc<User>>);
    let open = RwSignal::new(false);
    let ids = Memo::new(|_| store::users().into_iter().map(|user| user.id).collect::<Vec<_>>());
    let edit = move |user: Option<Arc<User>>| {
        edited.set(user);
        open.set(true);
    };
    let title = Signal::derive(move || {
        text(if edited.read().is_some() { Key::AdminEditPerson } else { Key::AdminNewPerson }).to_owned()
    });
    view! {
        <div class="column wide">
            <div class="row wrap">
                <p class="muted grow">{t(Key::AdminPeopleText)}</p>
                <Show when=|| session::can(Object::User, Action::Create)>
                    <Button label=Key::AdminNewPerson icon=Glyph::UserPlus kind=ButtonKind::Primary on_click=move || edit(None)/>
                </Show>
            </div>
            <Show when=|| store::is_ready(Object::User) fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=6/> }>
                <div class="table-room">
                    <table class="table admin-table">
                        <thead>
                            <tr>
                                <th>{t(Key::FieldUserName)}</th>
                                <th>{t(Key::FieldUserEmail)}</th>
                                <th>{t(Key::FieldUserTeamId)}</th>
                                <th>{t(Key::FieldUserRoles)}</th>
                                <th><span class="hidden">{t(Key::AdminDo)}</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || ids.get() key=|id| *id children=move |id| row(id, Callback::new(move |user| edit(Some(user))))/>
                        </tbody>
                    </table>
                </div>
            </Show>
        </div>
        <Dialog open title>{move || view! { <PersonForm person=edited.get() open/> }}</Dialog>
    }
}

fn row(id: UserId, edit: Callback<Arc<User>>) -> impl IntoView {
    let user = Memo::new(move |_| store::get::<User>(id).here());
    let name = Signal::derive(move || user.get().map(|user| user.name.clone()).unwrap_or_default());
    let is_off = Signal::derive(move || user.read().as_ref().is_some_and(|user| user.is_disabled));
    let team = move || user.get().and_then(|user| user.team_id).and_then(|team| store::name(Object::Team, team));
    let roles = move || {
        let user = user.get()?;
        let names = user.roles.iter().filter_map(|role| store::get(*role).here()).map(|role| words::role(&role));
        Some(names.collect::<Vec<_>>().join(", "))
    };
    let toggle = move || {
        let (is_off, name) = (is_off.get_untracked(), name.get_untracked());
        let text = said(if is_off { Key::AdminEnabled } else { Key::AdminDisabled }, &name);
        let set = Row::from_iter([("is_disabled".to_owned(), (!is_off).into())]);
        let patch =
            set.into_iter().fold(shared::change::Patch::default(), |patch, (key, value)| patch.and(&key, value));
        store::run(Command::update::<User>(id, patch).said(text));
    };
    let is_me = Signal::derive(move || session::user_id() == Some(id));
    view! {
        <tr>
            <td>
                <button type="button" class="row" on:click=move |_| if let Some(user) = user.get_untracked() { edit.run(user) }>
                    <Avatar id=id.to_string() name decorative=true/>
                    <span class="clip">{name}</span>
                    {move || is_off.get().then(|| view! { <Tag tone=Tone::Warn label=Key::FieldUserIsDisabled/> })}
                </button>
            </td>
            <td>{move || user.get().map(|user| user.email.clone())}</td>
            <td>{team}</td>
            <td>{roles}</td>
            <td class="figures">
                <IconButton
                    kind=IconKind::Small
                    glyph=Signal::derive(move || if is_off.get() { Glyph::Eye } else { Glyph::Lock })
                    label=Signal::derive(move || fill(if is_off.get() { Key::AdminEnableNamed } else { Key::AdminDisableNamed }, &[("name", &name.get())]))
                    disabled=is_me
                    on_click=toggle
                />
            </td>
        </tr>
    }
}
