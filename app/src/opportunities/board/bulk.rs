//! What can be done to the chosen cards together.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::fields::row_with;
use shared::i18n::{self, Key, Plural};
use shared::opportunities::Opportunity;
use uuid::Uuid;

use super::desk::Desk;
use crate::i18n::{locale, t};
use crate::part;
use crate::session;
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Glyph, Menu, MenuItem, Scope, use_key};

#[component]
pub fn BoardBulk(desk: Desk) -> impl IntoView {
    view! {
        <Show when=move || !desk.selection.is_empty()>
            {bar(desk)}
        </Show>
    }
}

part! { asides: fn bar(desk: Desk) => view! { <Bar desk/> } }

fn ids(desk: Desk) -> Vec<Uuid> {
    desk.chosen().into_iter().map(Uuid::from).collect()
}

#[component]
fn Bar(desk: Desk) -> impl IntoView {
    use_key(Scope::Page, "escape", Key::UiClearSelection, move || desk.selection.clear());
    let number = move || i18n::count(locale(), Plural::BoardChosenMany, desk.selection.len() as u64, &[]);
    let is_fixed = move || desk.is_fixed();
    let archive = move || {
        let ids = ids(desk);
        let said = untrack(|| i18n::count(locale(), Plural::BoardArchived, ids.len() as u64, &[]));
        store::run(Command::archive::<Opportunity>(ids, true).said(said));
        desk.selection.clear();
    };
    view! {
        <div class="bulk-bar" role="toolbar" aria-label=t(Key::UiBulkActions)>
            <span class="strong" aria-live="polite">{number}</span>
            <Button label=Key::BoardMoveTo icon=Glyph::ArrowRight shortcut="m" disabled=Signal::derive(is_fixed) on_click=move |()| desk.moving.set(desk.chosen())/>
            <Show when=move || !is_fixed() && session::can(Object::Opportunity, Action::Assign)>
                <Menu label=Key::BoardGiveTo show_label=true class="btn">
                    {move || store::users().into_iter().filter(|user| !user.is_disabled).map(|user| {
                        let id = user.id;
                        let name = user.name.clone();
                        view! { <MenuItem label=name.clone() on_choose=move || give(desk, id.into(), &name)/> }
                    }).collect_view()}
                </Menu>
            </Show>
            <Show when=move || !is_fixed() && session::can(Object::Opportunity, Action::Archive)>
                <Button label=Key::BoardArchive icon=Glyph::Archive on_click=move |()| archive()/>
            </Show>
            <Button kind=ButtonKind::Quiet label=Key::UiClearSelection shortcut="escape" on_click=move |()| desk.selection.clear()/>
        </div>
    }
}

fn give(desk: Desk, owner: Uuid, name: &str) {
    let ids = ids(desk);
    let said = untrack(|| i18n::count(locale(), Plural::BoardGiven, ids.len() as u64, &[("name", name)]));
    let set = row_with([("owner_id".to_owned(), owner.to_string().into())]);
    store::run(Command::bulk::<Opportunity>(ids, set).said(said));
}
