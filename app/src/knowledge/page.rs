//! `/knowledge`: the tree of categories, the articles of one, and what a search finds.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::editor::Editor;
use super::history::History;
use super::hits::Hits;
use super::shelf::{Articles, Shelf};
use crate::i18n::{t, text};
use crate::shell::use_title;
use crate::table::Search;
use crate::tickets::search;
use crate::ui::{Breadcrumb, Glyph, Icon, Scope, use_key};
use crate::{links, session, words};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Looking,
    Writing,
    Comparing,
}

#[component]
pub fn Page() -> impl IntoView {
    use_title(|| words::objects(Object::Article));
    let doing = Memo::new(|_| {
        let is_asked = |key| links::param(key).is_some();
        if is_asked("edit") || is_asked("new") {
            Doing::Writing
        } else if is_asked("history") {
            Doing::Comparing
        } else {
            Doing::Looking
        }
    });
    view! {
        <div class="page">
            {move || match doing.get() {
                Doing::Looking => view! { <Library/> }.into_any(),
                Doing::Writing => view! { <Editor/> }.into_any(),
                Doing::Comparing => view! { <History/> }.into_any(),
            }}
        </div>
    }
}

/// `j` and `k` go down and up the lines of a list.
fn walk() {
    use_key(Scope::Page, "j", Key::KnowledgeNext, || step(1));
    use_key(Scope::Page, "k", Key::KnowledgePrevious, || step(-1));
}

fn step(by: isize) {
    let Ok(lines) = document().query_selector_all(".library-main .articles > li") else { return };
    let lines: Vec<Element> = (0..lines.length()).filter_map(|at| lines.get(at)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let at = lines.iter().position(|line| active.as_ref().is_some_and(|active| line.contains(Some(active))));
    let to = match at {
        Some(at) => at.saturating_add_signed(by).min(lines.len().saturating_sub(1)),
        None => 0,
    };
    let first = lines.get(to).and_then(|line| line.query_selector("a, button").ok().flatten());
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}

#[component]
fn Library() -> impl IntoView {
    walk();
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

/// What is beside the articles, with the same shelf at its side.
pub fn aside(title: Key, intro: Key, content: AnyView) -> AnyView {
    use_title(move || text(title).to_owned());
    walk();
    let trail = Signal::derive(move || {
        vec![(words::objects(Object::Article), Some(links::knowledge())), (text(title).to_owned(), None)]
    });
    view! {
        <div class="page">
            <header class="bar"><Breadcrumb trail/></header>
            <div class="library">
                <Shelf/>
                <div class="library-main">
                    <h1>{t(title)}</h1>
                    <p class="muted library-intro">{t(intro)}</p>
                    {content}
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// A new article, in the category that is open; on a phone its button is under the thumb.
#[component]
fn New() -> impl IntoView {
    let href = || links::with(&[("new", Some("")), ("search", None), ("tab", None)]);
    use_key(Scope::Page, "c", Key::KnowledgeNew, move || links::go(&untrack(href)));
    view! {
        <span class="wide-only"><a class="btn primary" href=href><Icon glyph=Glyph::Plus/><span class="btn-label">{t(Key::KnowledgeNew)}</span></a></span>
        <a class="fab" href=href aria-label=t(Key::KnowledgeNew)><Icon glyph=Glyph::Plus/></a>
    }
}
