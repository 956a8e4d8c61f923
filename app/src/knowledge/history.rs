//! The versions of an article in one language, two of them beside each other, and bringing one back.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::ArticleVersionId;
use shared::knowledge::{
    Article, ArticleVersion, DiffArticleVersions, DiffQuery, Restore, RestoreArticleVersion, VersionState,
};
use shared::query::ListQuery;
use uuid::Uuid;

use super::diff;
use crate::i18n::{fill, locale, t, text};
use crate::shell::use_title;
use crate::store::{self, Command, List};
use crate::ui::{
    Ago, Breadcrumb, Button, Choice, EmptyState, ErrorState, Glyph, Icon, SegmentedControl, Select, Skeleton,
    SkeletonKind, Tag, Tone, format,
};
use crate::{links, session, words};

const MOST: u32 = 500;

/// What is looked at.
#[derive(Clone, Copy)]
struct Desk {
    article: Uuid,
    all: List<ArticleVersion>,
    locale: Memo<String>,
    /// Those in the chosen language, the newest first.
    versions: Memo<Vec<Arc<ArticleVersion>>>,
    from: Memo<Option<Arc<ArticleVersion>>>,
    to: Memo<Option<Arc<ArticleVersion>>>,
}

impl Desk {
    fn new(article: Uuid) -> Self {
        let all = store::list::<ArticleVersion>(move || {
            let filter = Some(format!("article_id.is.{article}"));
            Some(ListQuery { filter, sort: Some("-n".into()), limit: Some(MOST), ..ListQuery::default() })
        });
        let chosen = Memo::new(move |_| {
            let own = || store::get::<Article>(article).here().map(|article| article.locale.clone());
            links::param("locale").or_else(own).unwrap_or_else(|| locale().tag().to_owned())
        });
        let versions = Memo::new(move |_| {
            let mut versions = all.rows();
            versions.retain(|version| version.locale == *chosen.read());
            versions
        });
        let named = move |key: &str| {
            let id = links::param(key)?.parse::<Uuid>().ok()?;
            versions.read().iter().find(|version| version.id.0 == id).cloned()
        };
        let to = Memo::new(move |_| named("to").or_else(|| versions.read().first().cloned()));
        let from = Memo::new(move |_| named("from").or_else(|| before(&versions.read(), to.get()?.n)));
        Self { article, all, locale: chosen, versions, from, to }
    }

    /// What is compared stands in the address, for whoever is sent it.
    fn keep_address(self) {
        Effect::new(move || {
            let of = |version: Memo<Option<Arc<ArticleVersion>>>| version.get().map(|version| version.id.to_string());
            let (Some(from), Some(to)) = (of(self.from), of(self.to)) else { return };
            let is_here = links::param("history").is_some();
            let is_said = links::param("from").as_ref() == Some(&from) && links::param("to").as_ref() == Some(&to);
            if is_here && !is_said {
                links::set_params(&[("from", Some(&from)), ("to", Some(&to))]);
            }
        });
    }
}

/// The version before the `n`th. `versions` stand with the newest first.
fn before(versions: &[Arc<ArticleVersion>], n: i64) -> Option<Arc<ArticleVersion>> {
    versions.iter().find(|version| version.n < n).cloned()
}

#[component]
pub fn History() -> impl IntoView {
    use_title(|| text(Key::KnowledgeHistory).to_owned());
    let id = untrack(|| links::param("history")).and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default();
    let desk = Desk::new(id);
    desk.keep_address();
    let trail = Signal::derive(move || {
        let name = store::name(Object::Article, id).unwrap_or_default();
        vec![
            (words::objects(Object::Article), Some(links::knowledge())),
            (name, Some(links::article_by_id(id))),
            (text(Key::KnowledgeHistory).to_owned(), None),
        ]
    });
    view! {
        <header class="bar editor-bar">
            <Breadcrumb trail/>
            <span class="grow"></span>
            <Languages desk/>
        </header>
        {move || if let Some(error) = desk.all.error().filter(|_| desk.all.ids().is_empty()) {
            let why = words::error(&error);
            view! { <ErrorState title=Key::KnowledgeFailed text=Some(why) on_retry=move || desk.all.refresh()/> }.into_any()
        } else if desk.all.is_first() {
            view! { <Skeleton kind=SkeletonKind::Rows count=6/> }.into_any()
        } else if desk.all.ids().is_empty() {
            view! { <EmptyState glyph=Glyph::History title=Key::KnowledgeMissing text=Key::KnowledgeMissingText/> }.into_any()
        } else {
            view! { <div class="history"><Compared desk/><Versions desk/></div> }.into_any()
        }}
    }
}

/// The languages that there are versions in.
#[component]
fn Languages(desk: Desk) -> impl IntoView {
    let known = Memo::new(move |_| {
        let mut known: Vec<String> = desk.all.rows().iter().map(|version| version.locale.clone()).collect();
        known.sort_unstable();
        known.dedup();
        known
    });
    let options = Signal::derive(move || {
        known.get().into_iter().map(|word| Choice::new(&word, words::choice("locale", &word))).collect::<Vec<_>>()
    });
    let choose = |word: String| links::set_params(&[("locale", Some(&word)), ("from", None), ("to", None)]);
    view! {
        <Show when=move || known.read().len() != 1>
            <SegmentedControl label=Key::FieldArticleVersionLocale options value=desk.locale on_choose=choose/>
        </Show>
    }
}

#[component]
fn Versions(desk: Desk) -> impl IntoView {
    let lines = move || desk.versions.get().into_iter().map(|version| line(desk, version)).collect_view();
    view! { <ol class="versions" aria-label=t(Key::KnowledgeHistory)>{lines}</ol> }
}

fn line(desk: Desk, version: Arc<ArticleVersion>) -> impl IntoView {
    let (id, n, state) = (version.id, version.n, version.state);
    let is_here = move || desk.to.read().as_ref().is_some_and(|shown| shown.id == id);
    let is_newest = move || desk.versions.read().first().is_some_and(|newest| newest.id == id);
    // Chosen in the list, it is told against the one before it.
    let href = move || {
        let from = before(&desk.versions.read(), n).map(|version| version.id.to_string());
        links::with(&[("from", from.as_deref()), ("to", Some(&id.to_string()))])
    };
    let label = Signal::derive(move || words::choice("state", state.word()));
    let tone = match state {
        VersionState::Published => Tone::Good,
        VersionState::Archived => Tone::Neutral,
        _ => Tone::Warn,
    };
    let owner = version.owner_id.and_then(|id| store::name(Object::User, id));
    let may = move || session::can(Object::ArticleVersion, Action::Create) && !is_newest();
    view! {
        <li>
            <a class="version-line" href=href aria-current=move || is_here().then_some("true")>
                <span class="row"><span class="strong grow">{move || number(n)}</span><Tag label tone/></span>
                <span class="row small faint"><span class="clip grow">{owner}</span><Ago at=version.published_at.unwrap_or(version.created_at)/></span>
            </a>
            <Show when=may><Button label=Key::KnowledgeRestore icon=Glyph::Undo2 hint=Signal::derive(move || Some(fill(Key::KnowledgeRestoreHint, &[("n", &n.to_string())]))) on_click=move |()| restore(id, n)/></Show>
            <Show when=move || state.is_open() && is_newest()><a class="btn" href=links::write_article(desk.article, &desk.locale.read())><Icon glyph=Glyph::Pencil/><span class="btn-label">{t(Key::KnowledgeWriteOn)}</span></a></Show>
        </li>
    }
}

fn number(n: i64) -> String {
    fill(Key::KnowledgeVersionN, &[("n", &format::number(n))])
}

/// A new draft with the words of that version.
fn restore(id: ArticleVersionId, n: i64) {
    let draft = ArticleVersionId(crate::id::new());
    let said = untrack(|| fill(Key::KnowledgeRestored, &[("n", &n.to_string())]));
    store::run(Command::of::<RestoreArticleVersion>(id, &Restore { id: draft }).said(said));
}

/// Which two, and what differs.
#[component]
fn Compared(desk: Desk) -> impl IntoView {
    let asked = store::query::<DiffArticleVersions>(
        move || Some(((), DiffQuery { from: desk.from.get()?.id, to: desk.to.get()?.id })),
        &[Object::ArticleVersion],
    );
    let lines = move || {
        if desk.from.read().is_none() {
            let body = desk.to.get().map(|only| only.body.clone());
            return view! {
                <p class="muted">{t(Key::KnowledgeOnlyVersion)}</p>
                <div class="source-words">{body}</div>
            }
            .into_any();
        }
        match (asked.data(), asked.error()) {
            (Some(lines), _) => diff::told(&lines),
            (None, Some(error)) => {
                let why = words::error(&error);
                view! { <ErrorState title=Key::KnowledgeDiffFailed text=Some(why) on_retry=move || asked.refresh()/> }
                    .into_any()
            }
            (None, None) => view! { <Skeleton kind=SkeletonKind::Text count=10/> }.into_any(),
        }
    };
    view! {
        <section class="compared" aria-label=t(Key::KnowledgeCompared) tabindex="0">
            <Show when=move || desk.versions.read().len() != 1>
                <div class="row wrap">
                    <Side desk key="from" label=Key::KnowledgeFrom shown=desk.from/>
                    <Icon glyph=Glyph::ArrowRight/>
                    <Side desk key="to" label=Key::KnowledgeTo shown=desk.to/>
                </div>
            </Show>
            {lines}
        </section>
    }
}

/// One of the two, by choice.
#[component]
fn Side(desk: Desk, key: &'static str, label: Key, shown: Memo<Option<Arc<ArticleVersion>>>) -> impl IntoView {
    let value = RwSignal::new(String::new());
    Effect::new(move || value.set(shown.read().as_ref().map(|version| version.id.to_string()).unwrap_or_default()));
    let options = Signal::derive(move || {
        let of = |version: &Arc<ArticleVersion>| {
            let state = words::choice("state", version.state.word());
            Choice::new(version.id, format!("{} · {state}", number(version.n)))
        };
        desk.versions.read().iter().map(of).collect::<Vec<_>>()
    });
    let choose = move |id: String| {
        // Both stand in the address, whichever was chosen.
        let of = |version: Memo<Option<Arc<ArticleVersion>>>| {
            version.read_untracked().as_ref().map(|version| version.id.to_string())
        };
        let (mut from, mut to) = (of(desk.from), of(desk.to));
        *(if key == "from" { &mut from } else { &mut to }) = Some(id);
        links::set_params(&[("from", from.as_deref()), ("to", to.as_deref())]);
    };
    view! { <span class="compared-side"><Select value options label on_commit=choose/></span> }
}
