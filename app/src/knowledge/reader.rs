//! `/knowledge/:address`: an article as its readers see it.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::ArticleId;
use shared::knowledge::{Article, ArticleVersion, LOCALES, ReadArticle, ReadQuery, Reading, VersionState, ViewArticle};
use shared::query::ListQuery;
use shared::time::Date;
use uuid::Uuid;

use super::about::{About, Retire};
use super::feedback::Feedback;
use super::gaps::Gaps;
use super::health::HealthList;
use super::page::aside;
use super::shelf::{UNPUBLISHED, standing};
use super::synonyms::Synonyms;
use super::vote::Vote;
use crate::i18n::{fill, locale, t};
use crate::shell::use_title;
use crate::ui::place::Align;
use crate::ui::{
    Ago, Breadcrumb, EmptyState, ErrorState, Glyph, Icon, Menu, MenuItem, MenuLink, Skeleton, SkeletonKind, format,
};
use crate::{api, links, session, store, words};

const MOST: u32 = 100;

/// What stands at an address below `/knowledge`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Article,
    /// An article by its id, whose address has to be looked up.
    Id(Uuid),
    Gaps,
    Synonyms,
    Health,
}

impl At {
    fn of(slug: &str) -> Self {
        match slug {
            "gaps" => Self::Gaps,
            "synonyms" => Self::Synonyms,
            "health" => Self::Health,
            // A title may read as one without its hyphens.
            slug if slug.len() == Uuid::nil().to_string().len() => slug.parse().map_or(Self::Article, Self::Id),
            _ => Self::Article,
        }
    }
}

#[component]
pub fn ReaderPage() -> impl IntoView {
    let at = Memo::new(|before: Option<&At>| match before {
        // On the way out of here it shows what it showed.
        Some(before) if slug_of().is_empty() => *before,
        _ => At::of(&slug_of()),
    });
    move || match at.get() {
        At::Article => view! { <Reader/> }.into_any(),
        At::Id(id) => view! { <Led id/> }.into_any(),
        At::Gaps => aside(Key::KnowledgeGaps, Key::KnowledgeGapsText, view! { <Gaps/> }.into_any()),
        At::Synonyms => aside(Key::KnowledgeSynonyms, Key::KnowledgeSynonymsText, view! { <Synonyms/> }.into_any()),
        At::Health => aside(Key::KnowledgeHealth, Key::KnowledgeHealthText, view! { <HealthList/> }.into_any()),
    }
}

/// Goes on to where the article is read, or, before it is published, written.
#[component]
fn Led(id: Uuid) -> impl IntoView {
    let versions = store::list::<ArticleVersion>(move || {
        let filter = Some(format!("article_id.is.{id}"));
        Some(ListQuery { filter, sort: Some("-n".into()), limit: Some(MOST), ..ListQuery::default() })
    });
    let to = Memo::new(move |_| {
        let versions = versions.rows();
        let lang = locale().tag();
        let live = |version: &&Arc<ArticleVersion>| version.state == VersionState::Published;
        let in_mine = versions.iter().filter(live).find(|version| version.locale == lang);
        let slug = in_mine.or_else(|| versions.iter().find(live)).and_then(|version| version.slug.clone());
        let newest = versions.iter().find(|version| version.state != VersionState::Archived);
        slug.map(|slug| links::article(&slug))
            .or_else(|| newest.map(|version| links::write_article(id, &version.locale)))
    });
    Effect::new(move || {
        if let Some(to) = to.get() {
            // After this page is made: the address changes under it.
            crate::spawn::after(0, move || links::replace(&to));
        }
    });
    let is_missing = Memo::new(move |_| !versions.is_first() && to.read().is_none());
    view! {
        <Show when=move || is_missing.get() fallback=|| view! { <Skeleton kind=SkeletonKind::Text count=12/> }>
            <EmptyState glyph=Glyph::EyeOff title=Key::KnowledgeMissing text=Key::KnowledgeMissingText>
                <a class="btn" href=links::knowledge>{t(Key::KnowledgeBack)}</a>
            </EmptyState>
        </Show>
    }
}

#[component]
fn Reader() -> impl IntoView {
    let slug = Memo::new(|_| slug_of());
    let asked = store::query::<ReadArticle>(
        move || {
            // An address is of one language; a link that names another is followed to it.
            let is_article = At::of(&slug.read()) == At::Article && !slug.read().is_empty();
            is_article.then(|| ((), ReadQuery { slug: slug.get(), locale: links::param("locale") }))
        },
        &[Object::Article, Object::ArticleVersion],
    );
    let reading = Memo::new(move |_| asked.data());
    let title = move || reading.get().map(|reading| reading.version.name.clone()).unwrap_or_default();
    use_title(title);
    // The address it has now stands in the bar, for whoever copies it.
    Effect::new(move || {
        let Some(reading) = reading.get().filter(|reading| reading.has_moved) else { return };
        if let Some(slug) = &reading.version.slug
            && *slug != untrack(slug_of)
        {
            links::replace(&links::article(slug));
        }
    });
    // Counted once for each article that was opened.
    Effect::new(move |seen: Option<Option<Uuid>>| {
        let now = reading.get().map(|reading| reading.article.id.0);
        if let Some(id) = now
            && seen.flatten() != now
        {
            crate::spawn::local(async move {
                let _ = api::call::<ViewArticle>(id.into(), ()).await;
            });
        }
        now
    });
    let trail =
        Signal::derive(move || vec![(words::objects(Object::Article), Some(links::knowledge())), (title(), None)]);
    let fault = Memo::new(move |_| asked.error().filter(|_| asked.data().is_none()));
    view! {
        <div class="page">
            <header class="bar"><Breadcrumb trail/></header>
            <div class="content">
                {move || match (fault.get(), reading.get()) {
                    (Some(error), _) if error.status == 404 => view! {
                        <EmptyState glyph=Glyph::EyeOff title=Key::KnowledgeMissing text=Key::KnowledgeMissingText>
                            <a class="btn" href=links::knowledge>{t(Key::KnowledgeBack)}</a>
                        </EmptyState>
                    }.into_any(),
                    (Some(error), _) => {
                        let why = words::error(&error);
                        view! { <ErrorState title=Key::KnowledgeFailed text=Some(why) on_retry=move || asked.refresh()/> }.into_any()
                    }
                    (None, Some(reading)) => article(&reading).into_any(),
                    (None, None) => view! { <Skeleton kind=SkeletonKind::Text count=12/> }.into_any(),
                }}
            </div>
        </div>
    }
}

fn slug_of() -> String {
    links::path().split('/').nth(2).unwrap_or_default().to_owned()
}

fn article(reading: &Arc<Reading>) -> impl IntoView + use<> {
    let Reading { article, version, html, is_stale, locales, .. } = Reading::clone(reading);
    let (id, own) = (article.id, version.locale.clone());
    let others = locales.clone().into_iter().filter(|sibling| sibling.locale != own).map(|sibling| {
        let word = sibling.locale.clone();
        view! { <a class="link" href=links::article(&sibling.slug)>{move || words::choice("locale", &word)}</a> }
    });
    let here: Vec<String> = locales.iter().map(|sibling| sibling.locale.clone()).collect();
    let missing = LOCALES.iter().filter(move |word| !here.iter().any(|known| known == *word)).map(move |word| {
        let label = move || fill(Key::KnowledgeTranslate, &[("locale", &words::choice("locale", word))]);
        view! { <a class="link" href=links::write_article(id, word)>{label}</a> }
    });
    let owner = version.owner_id.and_then(|id| store::name(Object::User, id));
    let lang = version.locale.clone();
    let (due, acts) = (article.review_on.map(review), acts(&article, &own));
    view! {
        <article class="reader" lang=lang.clone()>
            <header>
                <h1>{version.name.clone()}</h1>
                <div class="row small faint">
                    <span>{owner}</span>
                    {version.published_at.map(|at| view! { <Ago at/> })}
                    {due}
                    <span class="grow"></span>
                    {others.collect_view()}
                    {session::can(Object::ArticleVersion, Action::Create).then(|| missing.collect_view())}
                    {acts}
                </div>
                <Underway article=id lang=lang.clone()/>
                {is_stale.then(|| view! { <p class="calendar-note" role="note"><Icon glyph=Glyph::TriangleAlert/>{t(Key::KnowledgeStale)}</p> })}
            </header>
            <div class="prose" inner_html=html></div>
            <Vote article=article.id version=version.id/>
            <Said article=article.id/>
        </article>
    }
}

/// The version that will take this one's place, for those who write it.
#[component]
fn Underway(article: ArticleId, lang: String) -> impl IntoView {
    let wanted = StoredValue::new(format!("all(article_id.is.{article},locale.is.{lang},{UNPUBLISHED})"));
    let list = store::list::<ArticleVersion>(move || {
        let filter = session::can(Object::ArticleVersion, Action::Create).then(|| wanted.get_value())?;
        Some(ListQuery { filter: Some(filter), sort: Some("-n".into()), limit: Some(1), ..ListQuery::default() })
    });
    let href = links::write_article(article, &lang);
    move || {
        let version = list.rows().into_iter().next()?;
        let label = move || fill(Key::KnowledgeUnderway, &[("state", &standing(&version))]);
        Some(view! { <a class="link small row underway" href=href.clone()><Icon glyph=Glyph::Pencil/>{label}</a> })
    }
}

/// When somebody should look at it again, for those who would.
fn review(day: Date) -> impl IntoView {
    let is_due = move || day <= format::today();
    let label = move || fill(Key::KnowledgeReviewDue, &[("day", &format::date(day))]);
    view! { <Show when=|| session::can(Object::Article, Action::Write)><span class:warn=is_due>{label}</span></Show> }
}

/// What those who write do with it.
fn acts(article: &Article, lang: &str) -> impl IntoView + use<> {
    let (id, about, retiring) = (article.id, RwSignal::new(false), RwSignal::new(false));
    let lang = StoredValue::new(lang.to_owned());
    let edit = move || links::write_article(id, &lang.read_value());
    let past = move || links::article_history(id, &lang.read_value());
    let may_write = || session::can(Object::Article, Action::Write);
    view! {
        <Show when=|| session::can(Object::ArticleVersion, Action::Create)>
            <a class="btn" href=edit><Icon glyph=Glyph::Pencil/><span class="btn-label">{t(Key::KnowledgeEdit)}</span></a>
            <Menu label=Key::KnowledgeActs glyph=Glyph::Ellipsis align=Align::End>
                <MenuLink label=Key::KnowledgeHistory glyph=Glyph::History href=Signal::derive(past)/>
                {move || may_write().then(|| view! { <MenuItem label=Key::KnowledgeAbout glyph=Glyph::Settings on_choose=move || about.set(true)/> })}
                {move || session::can(Object::Article, Action::Archive).then(|| view! {
                    <MenuItem label=Key::AdminArchive glyph=Glyph::Archive danger=true on_choose=move || retiring.set(true)/>
                })}
            </Menu>
        </Show>
        <About id open=about/>
        <Retire id open=retiring/>
    }
}

/// What readers said of it, for those who write it; asked for when it is opened.
#[component]
fn Said(article: ArticleId) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let may =
        || session::can(Object::ArticleFeedback, Action::Read) && session::can(Object::ArticleVersion, Action::Write);
    view! {
        <Show when=may>
            <details class="said" on:toggle=move |_| is_open.set(true)>
                <summary>{t(Key::KnowledgeFeedback)}</summary>
                <Show when=move || is_open.get()><Feedback article/></Show>
            </details>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_reserved_address_is_a_page_and_no_other_is() {
        assert!(shared::knowledge::RESERVED.iter().all(|slug| !matches!(At::of(slug), At::Article | At::Id(_))));
        let id = Uuid::from_u128(7);
        assert_eq!(At::of(&id.to_string()), At::Id(id));
        for slug in ["gaps-2", "health-check", "ru-he-gai-mi-ma", "a-title-as-long-as-an-id-and-no-id-1"] {
            assert_eq!(At::of(slug), At::Article);
        }
    }
}
