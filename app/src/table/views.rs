//! The saved views of a list: choose one, save what is shown, share it.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::change::Patch;
use shared::i18n::Key;
use shared::views::View;

use crate::i18n::{fill, t};
use crate::store::{self, Command};
use crate::ui::{Glyph, Menu, MenuItem, MenuSection};
use crate::views::{SaveView, chosen, href, question};
use crate::{links, part, session};

/// The views of a kind in a layout.
#[component]
pub fn ViewMenu(
    object: Object,
    #[prop(into)] layout: Signal<String>,
    /// Column keys by comma, where the page has columns.
    #[prop(optional, into)]
    columns: Signal<Option<String>>,
    /// They are not the room's own.
    #[prop(optional, into)]
    are_chosen: Signal<bool>,
) -> impl IntoView {
    let views = Memo::new(move |_| {
        let mut views = store::views();
        views.retain(|view| view.object == object.word() && *layout.read() == view.layout);
        views
    });
    let current = Memo::new(move |_| {
        let chosen = chosen();
        views.read().iter().find(|view| Some(view.id) == chosen).cloned()
    });
    let is_changed =
        Memo::new(move |_| current.read().as_ref().is_some_and(|view| differs(view, columns.get().as_deref())));
    let label = Signal::derive(move || match (current.get(), is_changed.get()) {
        (None, _) => t(Key::TableAllRecords)().to_owned(),
        (Some(view), false) => view.name.clone(),
        (Some(view), true) => fill(Key::TableViewChanged, &[("name", &view.name)]),
    });
    view! {
        <Menu label show_label=true glyph=Glyph::Flag>
            {all_items(object, layout, views, current, is_changed, columns)}
        </Menu>
        <span class="save-view">
            <Show when=move || {
                if current.with(Option::is_some) {
                    return is_changed.get();
                }
                !question().is_empty() || are_chosen.get()
            }>
                {save_view(object, layout, columns)}
            </Show>
        </span>
    }
}

part! {
    asides: fn save_view(object: Object, layout: Signal<String>, columns: Signal<Option<String>>) =>
        view! { <SaveView object layout columns/> }
}

part! {
    asides: fn all_items(
        object: Object,
        layout: Signal<String>,
        views: Memo<Vec<Arc<View>>>,
        current: Memo<Option<Arc<View>>>,
        is_changed: Memo<bool>,
        columns: Signal<Option<String>>
    ) => items(object, layout, views, current, is_changed, columns)
}

fn items(
    object: Object,
    layout: Signal<String>,
    views: Memo<Vec<Arc<View>>>,
    current: Memo<Option<Arc<View>>>,
    is_changed: Memo<bool>,
    columns: Signal<Option<String>>,
) -> impl IntoView {
    let all = move || {
        let list = links::list(object).unwrap_or_default();
        // The board is what a deal's list shows by itself.
        let is_other = object == Object::Opportunity && *layout.read() != "board";
        links::go(&if is_other { format!("{list}?layout={}", layout.read()) } else { list });
    };
    let one = move |view: Arc<View>| {
        let (id, target) = (view.id, href(&view));
        let is_now = Signal::derive(move || current.read().as_ref().is_some_and(|view| view.id == id));
        view! { <MenuItem label=view.name.clone() checked=is_now on_choose=move || links::go(&target)/> }
    };
    let mine = move || current.get().filter(|view| view.owner_id == session::user_id());
    view! {
        <MenuItem label=Key::TableAllRecords checked=Signal::derive(move || current.read().is_none()) on_choose=all/>
        {views.get().into_iter().map(one).collect_view()}
        {mine().map(|view| {
            let (saved, shared) = (view.clone(), view.clone());
            let is_shared = view.team_id.is_some();
            view! {
                <MenuSection/>
                <MenuItem
                    label=Key::TableViewUpdate
                    glyph=Glyph::Save
                    disabled=Signal::derive(move || !is_changed.get())
                    on_choose=move || save(&saved, columns.get_untracked())
                />
                <MenuItem
                    label=if is_shared { Key::TableViewUnshare } else { Key::TableViewShare }
                    glyph=Glyph::Users
                    on_choose=move || share(&shared)
                />
            }
        })}
    }
}

/// What is shown is no longer what the view keeps. Tracked.
fn differs(view: &View, columns: Option<&str>) -> bool {
    view.query != question() || (columns.is_some() && view.columns.is_some() && view.columns.as_deref() != columns)
}

fn save(view: &View, columns: Option<String>) {
    let mut patch = Patch::set("query", untrack(question));
    if let Some(columns) = columns {
        patch = patch.and("columns", columns);
    }
    store::run(Command::update::<View>(view.id, patch).said(fill(Key::TableViewUpdated, &[("name", &view.name)])));
}

/// To the own team, or back to oneself.
fn share(view: &View) {
    let team = untrack(session::me).and_then(|me| me.actor.team_id).filter(|_| view.team_id.is_none());
    let key = if team.is_some() { Key::TableViewShared } else { Key::TableViewUnshared };
    let team = team.map(|team| team.to_string());
    store::run(Command::set::<View>(view.id, "team_id", team).said(fill(key, &[("name", &view.name)])));
}
