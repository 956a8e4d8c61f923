//! The roles: what their holders may do, and how far.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::{Key, Plural};
use shared::users::Role;
use uuid::Uuid;

use super::form::{Editor, records};
use super::role::role_form;
use crate::each::each;
use crate::i18n::count;
use crate::ui::{Dialog, Glyph, Icon};
use crate::{store, words};

pub fn roles() -> AnyView {
    let editor = Editor::new();
    view! {
        {records(Object::Role, Key::AdminRolesText, Key::AdminNewRole, editor, list)}
        <Dialog open=editor.open title=editor.title(Key::AdminNewRole, Key::AdminEditRole) wide=true>
            {move || role_form(editor.edited.get(), editor.open)}
        </Dialog>
    }
    .into_any()
}

fn list(editor: Editor) -> AnyView {
    let ids = || store::roles().iter().map(|role| role.id.into()).collect();
    view! { <ul class="tree">{each(ids, move |id| line(id, editor))}</ul> }.into_any()
}

fn line(id: Uuid, editor: Editor) -> AnyView {
    view! {
        <li>
            <button type="button" class="row" on:click=move |_| editor.edit(Some(id))>
                <Icon glyph=Glyph::Shield/>
                <span>{move || store::get::<Role>(id).here().map(|role| words::role(&role))}</span>
                <span class="faint small">{move || count(Plural::AdminMembers, holders(id))}</span>
            </button>
        </li>
    }
    .into_any()
}

fn holders(role: Uuid) -> usize {
    store::users().iter().filter(|user| user.roles.iter().any(|held| held.0 == role)).count()
}
