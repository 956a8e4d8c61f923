//! What a search finds, where in the text, and by which word.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::knowledge::{ArticleHit, Found, KnowledgeQuery, Marked, SearchArticles, Why, WhyKind};

use crate::i18n::{fill, t, text};
use crate::store::Asker;
use crate::tickets::search;
use crate::ui::{EmptyState, ErrorState, Glyph, Skeleton, SkeletonKind, Tag};
use crate::{links, words};

/// As many as one looks through.
const SHOWN: u32 = 20;
/// A question that stands this long is meant: what it does not find is a gap.
const MEANT_MS: u64 = 1_500;

#[component]
pub fn Hits() -> impl IntoView {
    let found = RwSignal::new(None::<Result<Found, String>>);
    let (asker, meant) = (Asker::new(), Asker::new());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let ask = move || {
        let Some(q) = search() else { return };
        let query = KnowledgeQuery { q, limit: Some(SHOWN), is_typing: true, ..KnowledgeQuery::default() };
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
        let whole = KnowledgeQuery { is_typing: false, ..query.clone() };
        waiting.set_value(crate::spawn::after(MEANT_MS, move || meant.ask::<SearchArticles>((), whole, |_| ())));
        asker.ask::<SearchArticles>((), query, move |answer| {
            found.set(Some(answer.map_err(|error| untrack(|| words::error(&error)))));
        });
    };
    Effect::new(ask);
    on_cleanup(move || {
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    });
    move || match found.get() {
        None => view! { <Skeleton kind=SkeletonKind::Text count=6/> }.into_any(),
        Some(Err(why)) => {
            view! { <ErrorState title=Key::KnowledgeFailed text=Some(why) on_retry=move || untrack(ask)/> }.into_any()
        }
        Some(Ok(found)) if found.hits.is_empty() => {
            view! { <EmptyState glyph=Glyph::Search title=Key::KnowledgeNothing text=Key::KnowledgeNothingText/> }
                .into_any()
        }
        Some(Ok(found)) => {
            view! { <ul class="articles">{found.hits.into_iter().map(hit).collect_view()}</ul> }.into_any()
        }
    }
}

fn hit(hit: ArticleHit) -> impl IntoView {
    let why = hit.why.into_iter().filter(|why| why.kind != WhyKind::Term).map(because);
    let locale = hit.locale.clone();
    view! {
        <li>
            <a class="article-line" href=links::article(&hit.slug)>
                <span class="row">
                    <span class="strong clip grow">{marked(&hit.title)}</span>
                    <Tag label=Signal::derive(move || words::choice("locale", &locale))/>
                </span>
                <span class="small muted">{marked(&hit.snippet)}</span>
                <span class="small faint">{why.collect_view()}</span>
            </a>
        </li>
    }
}

/// Found by another word than was typed.
fn because(why: Why) -> impl IntoView {
    let key = match why.kind {
        WhyKind::Synonym => Key::KnowledgeBySynonym,
        WhyKind::Pinyin => Key::KnowledgeByPinyin,
        WhyKind::Term | WhyKind::Typo => Key::KnowledgeByTypo,
    };
    view! { <span>{move || fill(key, &[("asked", &why.asked), ("found", &why.found)])}" "</span> }
}

/// The text with what was looked for marked.
pub fn marked(marked: &Marked) -> impl IntoView + use<> {
    let chars: Vec<char> = marked.text.chars().collect();
    let piece =
        |from: usize, to: usize| chars.get(from..to.min(chars.len())).unwrap_or_default().iter().collect::<String>();
    let mut parts = Vec::new();
    let mut at = 0;
    for (from, to) in &marked.marks {
        parts.push(piece(at, *from).into_any());
        parts.push(view! { <mark>{piece(*from, *to)}</mark> }.into_any());
        at = *to;
    }
    parts.push(piece(at, chars.len()).into_any());
    parts
}

/// Articles near to some words, for those who answer: nothing where there are none.
#[component]
pub fn Related(#[prop(into)] words: Signal<String>) -> impl IntoView {
    const MOST: u32 = 4;
    let found = RwSignal::new(Found::default());
    let asker = Asker::new();
    Effect::new(move || {
        let q = words.get();
        if q.trim().is_empty() {
            return;
        }
        let query = KnowledgeQuery { q, limit: Some(MOST), is_typing: true, ..KnowledgeQuery::default() };
        asker.ask::<SearchArticles>((), query, move |answer| found.set(answer.unwrap_or_default()));
    });
    let line = |hit: ArticleHit| {
        view! { <li class="row small"><a class="value-link clip" href=links::article(&hit.slug)>{hit.title.text}</a></li> }
    };
    view! {
        <Show when=move || !found.read().hits.is_empty()>
            <section>
                <h3>{t(Key::KnowledgeRelated)}</h3>
                <ul class="plain-list" aria-label=move || text(Key::KnowledgeRelated)>{move || found.get().hits.into_iter().map(line).collect_view()}</ul>
            </section>
        </Show>
    }
}
