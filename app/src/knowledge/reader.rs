//! `/knowledge/:address`: an article as its readers see it.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::knowledge::{LOCALES, ReadArticle, ReadQuery, Reading, ViewArticle};

use super::vote::Vote;
use crate::i18n::{fill, locale, t};
use crate::shell::use_title;
use crate::ui::{Ago, Breadcrumb, EmptyState, ErrorState, Glyph, Icon, Skeleton, SkeletonKind};
use crate::{api, links, session, store, words};

#[component]
pub fn ReaderPage() -> impl IntoView {
    let slug = Memo::new(|_| links::path().split('/').nth(2).unwrap_or_default().to_owned());
    let asked = store::query::<ReadArticle>(
        move || {
            // An address is of one language; a link that names another is followed to it.
            let locale = links::param("locale").or_else(|| Some(untrack(locale).tag().to_owned()));
            Some(((), ReadQuery { slug: slug.get(), locale: locale.filter(|_| links::param("locale").is_some()) }))
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
    Effect::new(move |seen: Option<Option<uuid::Uuid>>| {
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
    view! {
        <article class="reader" lang=lang>
            <header>
                <h1>{version.name.clone()}</h1>
                <div class="row small faint">
                    <span>{owner}</span>
                    {version.published_at.map(|at| view! { <Ago at/> })}
                    <span class="grow"></span>
                    {others.collect_view()}
                    {session::can(Object::ArticleVersion, Action::Create).then(|| missing.collect_view())}
                    <Show when=|| session::can(Object::ArticleVersion, Action::Create)>
                        <a class="btn" href=links::write_article(id, &own)><Icon glyph=Glyph::Pencil/><span class="btn-label">{t(Key::KnowledgeEdit)}</span></a>
                    </Show>
                </div>
                {is_stale.then(|| view! { <p class="calendar-note" role="note"><Icon glyph=Glyph::TriangleAlert/>{t(Key::KnowledgeStale)}</p> })}
            </header>
            <div class="prose" inner_html=html></div>
            <Vote article=article.id version=version.id/>
        </article>
    }
}
