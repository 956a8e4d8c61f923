//! `/knowledge/health`: which articles are read and liked, and which need somebody's hand.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::id::ArticleId;
use shared::knowledge::{Health, HealthQuery, ListHealth};

use super::feedback::{Feedback, share, views};
use crate::i18n::{fill, text};
use crate::store::{self, Asker};
use crate::ui::{
    Button, Choice, Dialog, EmptyState, ErrorState, Glyph, Icon, SegmentedControl, Skeleton, SkeletonKind, format,
    use_toasts,
};
use crate::{links, words};

/// The most that the server tells at once.
const PORTION: u32 = 200;
/// From so few helpful votes in a hundred on, of so many votes, readers are not content.
const CONTENT: i64 = 60;
const TELLING: i64 = 5;

/// Somebody should look at it.
fn asks(health: &Health) -> bool {
    health.is_review_due || !health.stale.is_empty() || !health.broken.is_empty() || is_disliked(health)
}

fn is_disliked(health: &Health) -> bool {
    health.votes >= TELLING && health.helpful * 100 < health.votes * CONTENT
}

/// All that do well too. Tracked.
fn is_all() -> bool {
    links::param("show").as_deref() == Some("all")
}

#[component]
pub fn HealthList() -> impl IntoView {
    let asked = store::query::<ListHealth>(
        || Some(((), HealthQuery { after: None, limit: Some(PORTION) })),
        &[Object::Article, Object::ArticleVersion, Object::ArticleFeedback],
    );
    let further = RwSignal::new((Vec::<Health>::new(), None::<String>));
    let said_of = RwSignal::new(None::<ArticleId>);
    let all = move || {
        let first = asked.data().map(|page| page.items.clone()).unwrap_or_default();
        let mut all = [first, further.get().0].concat();
        // What is read most matters most.
        shared::order::sort_by_key(&mut all, |health| (!asks(health), std::cmp::Reverse(health.views)));
        all
    };
    let options = Signal::derive(move || {
        let n = |count: usize| format::number(i64::try_from(count).unwrap_or(i64::MAX));
        let all = all();
        let asking = all.iter().filter(|health| asks(health)).count();
        vec![
            Choice::new("asking", format!("{} {}", text(Key::KnowledgeAsking), n(asking))),
            Choice::new("all", format!("{} {}", text(Key::KnowledgeAll), n(all.len()))),
        ]
    });
    let value = Signal::derive(|| if is_all() { "all" } else { "asking" }.to_owned());
    let choose = |word: String| links::set_params(&[("show", (word == "all").then_some("all"))]);
    let list = move || {
        let shown: Vec<_> = all().into_iter().filter(|health| is_all() || asks(health)).collect();
        if shown.is_empty() {
            return view! { <EmptyState glyph=Glyph::CircleCheck title=Key::KnowledgeAllWell text=Key::KnowledgeAllWellText/> }
                .into_any();
        }
        view! { <ul class="articles">{shown.iter().map(|health| line(health, said_of)).collect_view()}</ul> }.into_any()
    };
    view! {
        {move || match (asked.is_first(), asked.error().filter(|_| asked.data().is_none())) {
            (_, Some(error)) => {
                let why = words::error(&error);
                view! { <ErrorState title=Key::KnowledgeHealthFailed text=Some(why) on_retry=move || asked.refresh()/> }.into_any()
            }
            (true, None) => view! { <Skeleton kind=SkeletonKind::Rows count=6/> }.into_any(),
            (false, None) => view! {
                <div><SegmentedControl label=Key::KnowledgeHealth options value on_choose=choose/></div>
                {list}
                <More first=Signal::derive(move || asked.data().and_then(|page| page.next.clone())) further/>
            }.into_any(),
        }}
        <SaidOf said_of/>
    }
}

/// The articles behind those that the server told of first.
#[component]
fn More(first: Signal<Option<String>>, further: RwSignal<(Vec<Health>, Option<String>)>) -> impl IntoView {
    let asker = Asker::new();
    let is_pending = RwSignal::new(false);
    let toasts = use_toasts();
    let next = move || {
        let further = further.read();
        if further.0.is_empty() { first.get() } else { further.1.clone() }
    };
    let more = move || {
        is_pending.set(true);
        let query = HealthQuery { after: untrack(next), limit: Some(PORTION) };
        asker.ask::<ListHealth>((), query, move |answer| {
            is_pending.set(false);
            match answer {
                Ok(page) => further.update(|(all, next)| {
                    all.extend(page.items);
                    *next = page.next;
                }),
                Err(error) => drop(toasts.wrong(untrack(|| words::error(&error)))),
            }
        });
    };
    view! {
        <Show when=move || next().is_some()><Button label=Key::KnowledgeMore pending=is_pending on_click=move |()| more()/></Show>
    }
}

/// The title opens the article, each trouble the place where it is mended.
fn line(health: &Health, said_of: RwSignal<Option<ArticleId>>) -> impl IntoView + use<> {
    let (id, own) = (health.article.id, health.article.locale.clone());
    let (seen, votes, helpful) = (health.views, health.votes, health.helpful);
    let stale = health.stale.iter().map(|locale| {
        let (word, href) = (locale.clone(), links::write_article(id, locale));
        let label = move || fill(Key::KnowledgeStaleIn, &[("locale", &words::choice("locale", &word))]);
        view! { <a class="trouble" href=href><Icon glyph=Glyph::TriangleAlert/>{label}</a> }
    });
    let broken = (!health.broken.is_empty()).then(|| {
        let addresses = health.broken.join(", ");
        let label = move || fill(Key::KnowledgeBroken, &[("links", &addresses)]);
        view! { <a class="trouble" href=links::write_article(id, &own)><Icon glyph=Glyph::Link/>{label}</a> }
    });
    let due = health.article.review_on.filter(|_| health.is_review_due).map(|day| {
        let label = move || fill(Key::KnowledgeReviewDue, &[("day", &format::date(day))]);
        view! { <a class="trouble" href=links::article_by_id(id)><Icon glyph=Glyph::Calendar/>{label}</a> }
    });
    let is_disliked = is_disliked(health);
    view! {
        <li class="care-line health">
            <a class="strong grow" href=links::article_by_id(id)>{health.article.name.clone()}</a>
            <span class="small muted figures">{move || views(seen)}</span>
            <button type="button" class="link small figures" class:warn=is_disliked disabled=votes == 0 on:click=move |_| said_of.set(Some(id))>{move || share(helpful, votes)}</button>
            <div class="troubles small">{stale.collect_view()}{broken}{due}</div>
        </li>
    }
}

/// The votes behind the number.
#[component]
fn SaidOf(said_of: RwSignal<Option<ArticleId>>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || open.set(said_of.read().is_some()));
    let title = Signal::derive(move || {
        let name = said_of.get().and_then(|id| store::name(Object::Article, id.0)).unwrap_or_default();
        fill(Key::KnowledgeFeedbackOn, &[("name", &name)])
    });
    view! {
        <Dialog open title wide=true on_close=move || said_of.set(None)>
            {move || said_of.get().map(|article| view! { <Feedback article/> })}
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::knowledge::Article;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn health(votes: i64, helpful: i64) -> Health {
        Health {
            article: Article::default(),
            views: 0,
            votes,
            helpful,
            stale: Vec::new(),
            broken: Vec::new(),
            is_review_due: false,
        }
    }

    #[test]
    fn few_votes_trouble_nobody_and_many_bad_ones_do() {
        assert!(!asks(&health(4, 0)), "four readers tell little");
        assert!(asks(&health(5, 2)));
        assert!(!asks(&health(5, 3)));
        assert!(asks(&Health { stale: vec!["en".into()], ..health(0, 0) }));
        assert!(asks(&Health { is_review_due: true, ..health(100, 100) }));
    }
}
