//! One article, in the reader's language where there is one, and whether it helped.

use leptos::prelude::*;
use shared::i18n::{Key, Locale};
use shared::id::{ArticleFeedbackId, ArticleVersionId};
use shared::knowledge::{FeedbackReason, ReadQuery};
use shared::portal::*;
use uuid::Uuid;

use crate::api::{self, Loaded};
use crate::format::moment;
use crate::parts::{Coming, Failed, Icon};
use crate::place::{Link, Place};
use crate::words::{self, fill, t};

#[component]
pub fn Article(slug: String) -> impl IntoView {
    let article = Loaded::<ArticleTold>::new();
    let fetch = move || {
        let locale = Some(words::locale_now().tag().to_owned());
        article.fetch::<ReadShelf>((), ReadQuery { slug: slug.clone(), locale });
    };
    let again = fetch.clone();
    Effect::new(move || {
        words::locale();
        fetch();
    });
    view! {
        <Link to=Place::Help class="back"><Icon name="chevron-left"/>{t(Key::PortalHelp)}</Link>
        {move || match (article.value.get(), article.error.get()) {
            (Some(article), _) => view! { <Text article/> }.into_any(),
            (None, Some(error)) => view! { <Failed error again=again.clone()/> }.into_any(),
            (None, None) => view! { <Coming lines=6/> }.into_any(),
        }}
    }
}

#[component]
fn Text(article: ArticleTold) -> impl IntoView {
    let at = article.published_at;
    let other = move |tag: &str| Locale::from_tag(tag) != Some(words::locale());
    let is_foreign = {
        let tag = article.locale.clone();
        move || other(&tag)
    };
    let version = article.version_id;
    view! {
        <article class="card article" lang=article.locale.clone()>
            <h1>{article.title}</h1>
            {at.map(|at| view! { <p class="faint small">{move || fill(Key::PortalUpdated, &[("time", &moment(at))])}</p> })}
            {move || is_foreign().then(|| view! { <p class="note small">{t(Key::PortalOtherLanguage)}</p> })}
            {article.is_stale.then(|| view! { <p class="note small">{t(Key::PortalOlder)}</p> })}
            <div class="text" inner_html=article.html></div>
        </article>
        <Helpful version/>
        <p class="row wrap still">
            <span class="muted">{t(Key::PortalStill)}</span>
            <Link to=Place::Ask class="link">{t(Key::PortalAsk)}</Link>
        </p>
    }
}

/// What the reader has said of it.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    No,
    Thanks,
}

#[component]
fn Helpful(version: ArticleVersionId) -> impl IntoView {
    let said = RwSignal::new(Said::Nothing);
    let error = RwSignal::new(false);
    let vote = move |is_helpful: bool, reason: Option<FeedbackReason>| {
        let id = ArticleFeedbackId(Uuid::now_v7());
        api::spawn(async move {
            let vote = Vote { id, version_id: version, is_helpful, reason, note: None };
            let answer = api::call::<VoteOnShelf>((), vote).await;
            error.try_set(answer.is_err());
            if answer.is_ok() {
                said.try_set(Said::Thanks);
            }
        });
    };
    let reasons = [
        (FeedbackReason::NotMyProblem, Key::PortalNotMine),
        (FeedbackReason::Unclear, Key::PortalUnclear),
        (FeedbackReason::Outdated, Key::PortalOutdated),
        (FeedbackReason::Wrong, Key::PortalWrong),
    ];
    view! {
        <section class="helpful" aria-live="polite">
            {move || match said.get() {
                Said::Nothing => view! {
                    <span>{t(Key::PortalHelpful)}</span>
                    <button type="button" class="button" on:click=move |_| vote(true, None)>{t(Key::PortalYes)}</button>
                    <button type="button" class="button" on:click=move |_| said.set(Said::No)>{t(Key::PortalNo)}</button>
                }.into_any(),
                Said::No => view! {
                    <span>{t(Key::PortalWhy)}</span>
                    {reasons.map(|(reason, label)| view! {
                        <button type="button" class="button" on:click=move |_| vote(false, Some(reason))>{t(label)}</button>
                    }).collect_view()}
                }.into_any(),
                Said::Thanks => view! { <span><Icon name="check"/>" "{t(Key::PortalThanks)}</span> }.into_any(),
            }}
            {move || error.get().then(|| view! { <p class="bad small" role="alert">{t(Key::PortalOffline)}</p> })}
        </section>
    }
}
