//! `/knowledge`: the tree of categories, the articles of one, and what a search finds.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;

use super::editor::Editor;
use super::hits::Hits;
use super::shelf::{Articles, Shelf};
use crate::i18n::t;
use crate::shell::use_title;
use crate::table::Search;
use crate::tickets::search;
use crate::ui::{Glyph, Icon, Scope, use_key};
use crate::{links, session, words};

#[component]
pub fn Page() -> impl IntoView {
    use_title(|| words::objects(Object::Article));
    let is_writing = Memo::new(|_| links::param("edit").is_some() || links::param("new").is_some());
    view! {
        <div class="page">
            {move || if is_writing.get() { view! { <Editor/> }.into_any() } else { view! { <Library/> }.into_any() }}
        </div>
    }
}

#[component]
fn Library() -> impl IntoView {
    let may_create = Memo::new(|_| session::can(Object::Article, Action::Create));
    let is_searching = Memo::new(|_| search().is_some());
    view! {
        <header class="bar">
            <h1 class="grow">{move || words::objects(Object::Article)}</h1>
            <Search/>
            <Show when=move || may_create.get()><New/></Show>
        </header>
        <div class="library">
            <Shelf/>
            <div class="library-main">
                {move || if is_searching.get() { view! { <Hits/> }.into_any() } else { view! { <Articles/> }.into_any() }}
            </div>
        </div>
    }
}

/// A new article, in the category that is open.
#[component]
fn New() -> impl IntoView {
    let href = || links::with(&[("new", Some("")), ("search", None)]);
    use_key(Scope::Page, "c", Key::KnowledgeNew, move || links::go(&untrack(href)));
    view! { <a class="btn primary" href=href><Icon glyph=Glyph::Plus/><span class="btn-label">{t(Key::KnowledgeNew)}</span></a> }
}
