//! The categories as a tree, and the articles of the one that is open.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::id::ArticleId;
use shared::knowledge::{ArticleCategory, ArticleVersion, Audience, VersionState};
use shared::query::ListQuery;
use uuid::Uuid;

use crate::i18n::{locale, t};
use crate::store::{self, List};
use crate::ui::{Ago, EmptyState, ErrorState, Glyph, Icon, Skeleton, SkeletonKind, Tag, Tone};
use crate::{links, words};

const MOST: u32 = 200;
/// Versions that are still on their way to readers.
const UNPUBLISHED: &str = "state.is.draft~in_review~changes_requested~approved~scheduled";

/// The open category. Tracked.
fn category() -> Option<Uuid> {
    links::param("category")?.parse().ok()
}

fn is_at_drafts() -> bool {
    links::param("tab").as_deref() == Some("drafts")
}

#[component]
pub fn Shelf() -> impl IntoView {
    let list = store::list::<ArticleCategory>(|| {
        Some(ListQuery { sort: Some("position,name".into()), limit: Some(MOST), ..ListQuery::default() })
    });
    let tree = Memo::new(move |_| grown(&list.rows()));
    let all = || links::with(&[("category", None), ("tab", None), ("search", None)]);
    let drafts = || links::with(&[("category", None), ("tab", Some("drafts")), ("search", None)]);
    let is_all = move || category().is_none() && !is_at_drafts();
    view! {
        <nav class="shelf" aria-label=t(Key::KnowledgeShelf)>
            <a class="place" href=all aria-current=move || is_all().then_some("page")><Icon glyph=Glyph::FileText/>{t(Key::KnowledgeAll)}</a>
            <a class="place" href=drafts aria-current=move || is_at_drafts().then_some("page")><Icon glyph=Glyph::Pencil/>{t(Key::KnowledgeDrafts)}</a>
            {move || tree.get().into_iter().map(|(depth, category)| branch(depth, &category)).collect_view()}
        </nav>
    }
}

fn branch(depth: usize, category: &Arc<ArticleCategory>) -> impl IntoView + use<> {
    let (id, audience) = (category.id.0, category.audience);
    let href = move || links::with(&[("category", Some(&id.to_string())), ("tab", None), ("search", None)]);
    // Most are for everybody; only what is for fewer is marked.
    let mark = (audience < Audience::Customers)
        .then(|| view! { <span class="faint small">{move || words::choice("audience", audience.word())}</span> });
    view! {
        <a class="place" href=href style:padding-inline-start=format!("{}px", 8 + depth * 16) aria-current=move || (self::category() == Some(id)).then_some("page")>
            <span class="clip grow">{category.name.clone()}</span>{mark}
        </a>
    }
}

/// The tree, each with its depth.
fn grown(all: &[Arc<ArticleCategory>]) -> Vec<(usize, Arc<ArticleCategory>)> {
    fn grow(
        all: &[Arc<ArticleCategory>],
        below: Option<Uuid>,
        depth: usize,
        lines: &mut Vec<(usize, Arc<ArticleCategory>)>,
    ) {
        // A circle cannot be stored; a half-loaded list must not hang the page.
        if depth > 20 {
            return;
        }
        for category in all.iter().filter(|category| category.parent_id.map(|id| id.0) == below) {
            lines.push((depth, category.clone()));
            grow(all, Some(category.id.0), depth + 1, lines);
        }
    }
    let mut lines = Vec::new();
    grow(all, None, 0, &mut lines);
    lines
}

#[component]
pub fn Articles() -> impl IntoView {
    let list = store::list::<ArticleVersion>(|| {
        let state = if is_at_drafts() { UNPUBLISHED.to_owned() } else { "state.is.published".to_owned() };
        let filter = category().map_or(state.clone(), |id| format!("all({state},article_id>category_id.is.{id})"));
        Some(ListQuery {
            filter: Some(filter),
            sort: Some("-updated_at".into()),
            limit: Some(MOST),
            ..ListQuery::default()
        })
    });
    move || {
        if let Some(error) = list.error().filter(|_| list.ids().is_empty()) {
            let why = words::error(&error);
            return view! { <ErrorState title=Key::KnowledgeFailed text=Some(why) on_retry=move || list.refresh()/> }
                .into_any();
        }
        if list.is_first() {
            return view! { <Skeleton kind=SkeletonKind::Rows count=6/> }.into_any();
        }
        if list.ids().is_empty() {
            let title = if is_at_drafts() { Key::KnowledgeNoDrafts } else { Key::KnowledgeEmpty };
            return view! { <EmptyState glyph=Glyph::FileText title text=Key::KnowledgeEmptyText/> }.into_any();
        }
        lines(list).into_any()
    }
}

/// One line for each article, with its languages.
fn lines(list: List<ArticleVersion>) -> impl IntoView {
    let mut order: Vec<ArticleId> = Vec::new();
    let mut articles: BTreeMap<ArticleId, Vec<Arc<ArticleVersion>>> = BTreeMap::new();
    for version in list.rows() {
        let versions = articles.entry(version.article_id).or_default();
        if versions.is_empty() {
            order.push(version.article_id);
        }
        versions.push(version);
    }
    let lines = order.into_iter().filter_map(|id| articles.remove(&id)).map(|versions| line(&versions));
    view! { <ul class="articles">{lines.collect_view()}</ul> }
}

fn line(versions: &[Arc<ArticleVersion>]) -> impl IntoView + use<> {
    let lang = locale().tag();
    let first = versions.iter().find(|version| version.locale == lang).unwrap_or(&versions[0]).clone();
    let tags = versions.iter().map(|version| {
        let (locale, state) = (version.locale.clone(), version.state);
        let label = Signal::derive(move || {
            let locale = words::choice("locale", &locale);
            match state {
                VersionState::Published => locale,
                state => format!("{locale} · {}", words::choice("state", state.word())),
            }
        });
        let tone = if state == VersionState::Published { Tone::Neutral } else { Tone::Warn };
        view! { <Tag label tone/> }
    });
    let owner = first.owner_id.and_then(|id| store::name(Object::User, id));
    view! {
        <li>
            <a class="article-line" href=href(&first)>
                <span class="row"><span class="strong clip grow">{first.name.clone()}</span>{tags.collect_view()}</span>
                <span class="row small faint">
                    <span class="clip grow">{first.summary.clone()}</span>
                    <span>{owner}</span>
                    <Ago at=first.updated_at/>
                </span>
            </a>
        </li>
    }
}

/// What is published is read; what is not yet is written on.
fn href(version: &ArticleVersion) -> String {
    match (&version.state, &version.slug) {
        (VersionState::Published, Some(slug)) => links::article(slug),
        _ => links::write_article(version.article_id, &version.locale),
    }
}
