//! The roles: what their holders may do, and how far.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::{Key, Plural};
use shared::id::RoleId;
use shared::users::Role;

use super::role::RoleForm;
use crate::i18n::{count, t, text};
use crate::store;
use crate::ui::{Button, ButtonKind, Dialog, Glyph, Icon, Skeleton, SkeletonKind};
use crate::{session, words};

#[component]
pub fn Roles() -> impl IntoView {
    let edited = RwSignal::new(None::<Arc<Role>>);
    let open = RwSignal::new(false);
    let edit = move |role: Option<Arc<Role>>| {
        edited.set(role);
        open.set(true);
    };
    let roles = Memo::new(|_| store::roles());
    let title = Signal::derive(move || {
        text(if edited.read().is_some() { Key::AdminEditRole } else { Key::AdminNewRole }).to_owned()
    });
    view! {
        <div class="column wide">
            <div class="row wrap">
                <p class="muted grow">{t(Key::AdminRolesText)}</p>
                <Show when=|| session::can(Object::Role, Action::Create)>
                    <Button label=Key::AdminNewRole icon=Glyph::Plus kind=ButtonKind::Primary on_click=move || edit(None)/>
                </Show>
            </div>
            <Show when=|| store::is_ready(Object::Role) fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=4/> }>
                <ul class="tree">
                    <For each=move || roles.get() key=|role| (role.id, role.version) children=move |role| line(role, Callback::new(move |role| edit(Some(role))))/>
                </ul>
            </Show>
        </div>
        <Dialog open title wide=true>{move || view! { <RoleForm role=edited.get() open/> }}</Dialog>
    }
}

fn line(role: Arc<Role>, edit: Callback<Arc<Role>>) -> impl IntoView {
    let id = role.id;
    let named = role.clone();
    view! {
        <li>
            <button type="button" class="row" on:click=move |_| edit.run(role.clone())>
                <Icon glyph=Glyph::Shield/>
                <span>{move || words::role(&named)}</span>
                <span class="faint small">{move || count(Plural::AdminMembers, holders(id))}</span>
            </button>
        </li>
    }
}

fn holders(role: RoleId) -> usize {
    store::users().iter().filter(|user| user.roles.contains(&role)).count()
}
