//! The categories as a tree, and the articles of the one that is open.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::ArticleId;
use shared::knowledge::{ArticleCategory, ArticleVersion, Audience, VersionState};
use shared::query::ListQuery;
use uuid::Uuid;

use super::branch::{Shaping, ShapingDialog};
use crate::i18n::{locale, t};
use crate::store::{self, List};
use crate::ui::{Ago, Choice, EmptyState, ErrorState, Glyph, Icon, Skeleton, SkeletonKind, Tag, Tone, format};
use crate::{links, session, words};

const MOST: u32 = 200;
/// Versions that are still on their way to readers.
pub const UNPUBLISHED: &str = "state.is.draft~in_review~changes_requested~approved~scheduled";

/// The open category. Tracked.
fn category() -> Option<Uuid> {
    links::param("category")?.parse().ok()
}

fn is_at_drafts() -> bool {
    links::param("tab").as_deref() == Some("drafts")
}

/// All categories, as the tree has them.
pub fn question() -> ListQuery {
    ListQuery { sort: Some("position,name".into()), limit: Some(MOST), ..ListQuery::default() }
}

/// What a tree of categories offers to choose from, those below others set in.
pub fn choices(all: &[Arc<ArticleCategory>]) -> Vec<Choice> {
    let of = |(depth, category): (usize, Arc<ArticleCategory>)| {
        Choice::new(category.id, format!("{}{}", "\u{2003}".repeat(depth), category.name))
    };
    grown(all).into_iter().map(of).collect()
}

/// A page beside the articles.
struct Care {
    label: Key,
    glyph: Glyph,
    href: fn() -> String,
    /// Shown to those who may do this.
    needs: (Object, Action),
}

const CARE: [Care; 3] = [
    Care {
        label: Key::KnowledgeGaps,
        glyph: Glyph::CircleQuestionMark,
        href: links::gaps,
        needs: (Object::Gap, Action::Read),
    },
    Care {
        label: Key::KnowledgeSynonyms,
        glyph: Glyph::Link,
        href: links::synonyms,
        needs: (Object::Synonym, Action::Read),
    },
    Care {
        label: Key::KnowledgeHealth,
        glyph: Glyph::CircleCheck,
        href: links::health,
        needs: (Object::Article, Action::Write),
    },
];

#[component]
pub fn Shelf() -> impl IntoView {
    let list = store::list::<ArticleCategory>(|| Some(question()));
    let tree = Memo::new(move |_| grown(&list.rows()));
    let shaping = Shaping::new(tree);
    let is_home = || links::path() == links::knowledge();
    let is_all = move || is_home() && category().is_none() && !is_at_drafts();
    let is_drafts = move || is_home() && is_at_drafts();
    let care = move || {
        let mine = CARE.iter().filter(|care| session::can(care.needs.0, care.needs.1));
        mine.map(|Care { label, glyph, href, .. }| {
            let (label, glyph, href) = (*label, *glyph, *href);
            let is_here = move || links::path() == href();
            view! { <a class="place" href=href aria-current=move || is_here().then_some("page")><Icon glyph/>{t(label)}</a> }
        })
        .collect_view()
    };
    view! {
        <nav class="shelf" aria-label=t(Key::KnowledgeShelf)>
            <a class="place" href=links::knowledge aria-current=move || is_all().then_some("page")><Icon glyph=Glyph::FileText/>{t(Key::KnowledgeAll)}</a>
            <a class="place" href=links::article_drafts aria-current=move || is_drafts().then_some("page")><Icon glyph=Glyph::Pencil/>{t(Key::KnowledgeDrafts)}</a>
            {move || tree.get().into_iter().map(|(depth, category)| branch(depth, &category, shaping)).collect_view()}
            <Show when=|| session::can(Object::ArticleCategory, Action::Create)>
                <button type="button" class="place faint" on:click=move |_| shaping.begin(None)><Icon glyph=Glyph::Plus/>{t(Key::KnowledgeNewCategory)}</button>
            </Show>
            <span class="shelf-line" role="presentation"></span>
            {care}
        </nav>
        <ShapingDialog shaping/>
    }
}

fn branch(depth: usize, category: &Arc<ArticleCategory>, shaping: Shaping) -> impl IntoView + use<> {
    let (id, audience) = (category.id.0, category.audience);
    // Most are for everybody; only what is for fewer is marked.
    let mark = (audience < Audience::Customers)
        .then(|| view! { <span class="faint small">{move || words::choice("audience", audience.word())}</span> });
    let menu = {
        let category = category.clone();
        move || shaping.menu(&category)
    };
    view! {
        <span class="branch">
            <a class="place grow" href=links::shelf(id) style:padding-inline-start=format!("{}px", 8 + depth * 16) aria-current=move || (self::category() == Some(id)).then_some("page")>
                <span class="clip grow">{category.name.clone()}</span>{mark}
            </a>
            <Show when=|| session::can(Object::ArticleCategory, Action::Write)>{menu()}</Show>
        </span>
    }
}

/// The tree, each with its depth.
pub fn grown(all: &[Arc<ArticleCategory>]) -> Vec<(usize, Arc<ArticleCategory>)> {
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

/// Where a version stands, and when it goes live if that is set. Tracked.
pub fn standing(version: &ArticleVersion) -> String {
    let word = words::choice("state", version.state.word());
    match version.publish_at.filter(|_| version.state == VersionState::Scheduled) {
        Some(at) => format!("{word} · {}", format::date_time(at)),
        None => word,
    }
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
            let may = session::can(Object::Article, Action::Create);
            let href = || links::with(&[("new", Some("")), ("tab", None)]);
            return view! {
                <EmptyState glyph=Glyph::FileText title text=Key::KnowledgeEmptyText>
                    {may.then(|| view! { <a class="btn primary" href=href><Icon glyph=Glyph::Plus/><span class="btn-label">{t(Key::KnowledgeNew)}</span></a> })}
                </EmptyState>
            }
            .into_any();
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
        let version = version.clone();
        let tone = if version.state == VersionState::Published { Tone::Neutral } else { Tone::Warn };
        let label = Signal::derive(move || {
            let locale = words::choice("locale", &version.locale);
            let is_live = version.state == VersionState::Published;
            if is_live { locale } else { format!("{locale} · {}", standing(&version)) }
        });
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
