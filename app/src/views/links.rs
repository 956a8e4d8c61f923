//! The saved views in the navigation: my own, then those shared with my team.

use std::sync::Arc;

use leptos::prelude::*;
use shared::i18n::Key;
use shared::time::Instant;
use shared::views::View;

use super::{chosen, href};
use crate::i18n::{fill, t};
use crate::parts::once;
use crate::store::{self, Command};
use crate::ui::place::Align;
use crate::ui::{Button, ButtonKind, Dialog, Field, Glyph, Icon, Menu, MenuItem, TextInput};
use crate::{part, session};

#[component]
pub fn ViewLinks() -> impl IntoView {
    let views = Memo::new(|_| {
        let me = session::user_id();
        let (mine, shared): (Vec<_>, Vec<_>) =
            store::views().iter().map(shown).partition(|view| view.owner_id == me && view.team_id.is_none());
        (mine, shared)
    });
    let renamed = RwSignal::new(None::<Arc<View>>);
    view! {
        {move || group(Key::NavMyViews, views.with(|views| views.0.clone()), renamed)}
        {move || group(Key::NavTeamViews, views.with(|views| views.1.clone()), renamed)}
        {once(move || renamed.read().is_some(), move || rename(renamed))}
    }
}

/// A view without its stamps: that the server has it makes no other link of it,
/// and must not close a menu that somebody has just opened.
fn shown(view: &Arc<View>) -> Arc<View> {
    let unstamped = View { version: 0, created_by: None, ..View::clone(view) };
    Arc::new(View { created_at: Instant::default(), updated_at: Instant::default(), ..unstamped })
}

fn group(title: Key, views: Vec<Arc<View>>, renamed: RwSignal<Option<Arc<View>>>) -> impl IntoView {
    (!views.is_empty()).then(|| {
        view! {
            <h2 class="group">{t(title)}</h2>
            {views.into_iter().map(|view| link(view, renamed)).collect_view()}
        }
    })
}

fn link(view: Arc<View>, renamed: RwSignal<Option<Arc<View>>>) -> impl IntoView {
    let href = href(&view);
    let id = view.id;
    let name = view.name.clone();
    let label = {
        let name = view.name.clone();
        Signal::derive(move || fill(Key::NavViewMenu, &[("name", &name)]))
    };
    let is_mine = view.owner_id == session::user_id();
    view! {
        <div class="view-link">
            <a class="place" href=href aria-current=move || (chosen() == Some(id)).then_some("page")>
                <Icon glyph=Glyph::Flag/>
                <span class="words">{name}</span>
            </a>
            {is_mine.then(|| view! {
                <Menu label glyph=Glyph::Ellipsis align=Align::End>
                    {items(view.clone(), renamed)}
                </Menu>
            })}
        </div>
    }
}

fn items(view: Arc<View>, renamed: RwSignal<Option<Arc<View>>>) -> impl IntoView {
    let (rename, remove) = (view.clone(), view);
    let remove = move || {
        let said = fill(Key::NavViewRemoved, &[("name", &remove.name)]);
        store::run(Command::archive::<View>(vec![remove.id.into()], true).said(said));
    };
    view! {
        <MenuItem label=Key::NavRenameView glyph=Glyph::Pencil on_choose=move || renamed.set(Some(rename.clone()))/>
        <MenuItem label=Key::NavRemoveView glyph=Glyph::Trash2 danger=true on_choose=remove/>
    }
}

part! { asides: fn rename(renamed: RwSignal<Option<Arc<View>>>) => view! { <Rename renamed/> } }

#[component]
fn Rename(renamed: RwSignal<Option<Arc<View>>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    // The dialog keeps its own state; it opens when a view was chosen.
    Effect::new(move || {
        if let Some(view) = renamed.get() {
            name.set(view.name.clone());
            open.set(true);
        }
    });
    let save = move || {
        let text = name.get_untracked().trim().to_owned();
        if let Some(view) = renamed.get_untracked().filter(|view| !text.is_empty() && text != view.name) {
            let said = fill(Key::NavViewRenamed, &[("name", &text)]);
            store::run(Command::set::<View>(view.id, "name", text).said(said));
        }
        open.set(false);
    };
    view! {
        <Dialog open title=Key::NavRenameView on_close=move || renamed.set(None)>
            <form class="form" on:submit=move |event| {
                event.prevent_default();
                save();
            }>
                <Field label=Key::NavViewName><TextInput value=name autofocus=true maxlength=80/></Field>
                <div class="form-actions"><Button label=Key::NavSave kind=ButtonKind::Primary submit=true/></div>
            </form>
        </Dialog>
    }
}
