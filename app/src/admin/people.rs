//! The people: who they are, their team, what they may do.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::users::User;
use uuid::Uuid;

use super::form::{Editor, records, said};
use super::person::person_form;
use crate::each::each;
use crate::i18n::{fill, t};
use crate::store::{self, Command};
use crate::ui::{Avatar, Dialog, Glyph, IconButton, IconKind, Tag, Tone};
use crate::{session, words};

pub fn people() -> AnyView {
    let editor = Editor::new();
    view! {
        {records(Object::User, Key::AdminPeopleText, Key::AdminNewPerson, editor, list)}
        <Dialog open=editor.open title=editor.title(Key::AdminNewPerson, Key::AdminEditPerson)>
            {move || person_form(editor.edited.get(), editor.open)}
        </Dialog>
    }
    .into_any()
}

fn list(editor: Editor) -> AnyView {
    let ids = || store::users().iter().map(|user| user.id.into()).collect();
    view! {
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
                <tbody>{each(ids, move |id| row(id, editor))}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(id: Uuid, editor: Editor) -> AnyView {
    let user = move || store::get::<User>(id).here();
    let name = Signal::derive(move || store::name(Object::User, id).unwrap_or_default());
    let is_off = Signal::derive(move || user().is_some_and(|user| user.is_disabled));
    let roles = move || {
        let user = user()?;
        let names = user.roles.iter().filter_map(|role| store::get(*role).here()).map(|role| words::role(&role));
        Some(names.collect::<Vec<_>>().join(", "))
    };
    let toggle = move || {
        let is_off = is_off.get_untracked();
        let text = said(if is_off { Key::AdminEnabled } else { Key::AdminDisabled }, &name.get_untracked());
        store::run(Command::set::<User>(id, "is_disabled", !is_off).said(text));
    };
    let label = Signal::derive(move || {
        fill(if is_off.get() { Key::AdminEnableNamed } else { Key::AdminDisableNamed }, &[("name", &name.get())])
    });
    view! {
        <tr>
            <td>
                <button type="button" class="row" on:click=move |_| editor.edit(Some(id))>
                    <Avatar id=id.to_string() name decorative=true/>
                    <span class="clip">{name}</span>
                    {move || is_off.get().then(|| view! { <Tag tone=Tone::Warn label=Key::FieldUserIsDisabled/> })}
                </button>
            </td>
            <td>{move || user().map(|user| user.email.clone())}</td>
            <td>{move || user().and_then(|user| store::name(Object::Team, user.team_id?))}</td>
            <td>{roles}</td>
            <td class="figures">
                <IconButton
                    kind=IconKind::Small
                    glyph=Signal::derive(move || if is_off.get() { Glyph::Eye } else { Glyph::Lock })
                    label
                    disabled=Signal::derive(move || session::user_id().is_some_and(|me| me.0 == id))
                    on_click=toggle
                />
            </td>
        </tr>
    }
    .into_any()
}
