//! Writing an article: its words and what becomes of them, beside how they will read.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::json;
use shared::access::{Action, Object};
use shared::api::ApiError;
use shared::change::Patch;
use shared::i18n::Key;
use shared::id::{ArticleId, ArticleVersionId};
use shared::knowledge::{
    Article, ArticleCategory, ArticleVersion, BODY_MAX, DecideArticleVersion, Decision, Preview, PreviewArticle,
    Rendered, SubmitArticleVersion, VersionState,
};
use shared::query::ListQuery;
use uuid::Uuid;

use crate::i18n::{fill, locale, t, text};
use crate::store::{self, Asker, Command, Known};
use crate::ui::{
    Breadcrumb, Button, ButtonKind, Choice, Field, Glyph, Icon, Scope, Select, Skeleton, SkeletonKind, Tag, TextArea,
    TextInput, Tone, use_key,
};
use crate::{links, session, words};

/// The text is shown as it will read so soon after the last key.
const PAUSE_MS: u64 = 300;
const MOST: u32 = 200;

/// What is written, and where it stands.
#[derive(Clone, Copy)]
struct Writing {
    article: ArticleId,
    /// The version that is open, and how it was read; none before it is first saved.
    open: RwSignal<Option<Arc<ArticleVersion>>>,
    /// What is published of the article in this language.
    live: RwSignal<Option<Arc<ArticleVersion>>>,
    name: RwSignal<String>,
    body: RwSignal<String>,
    summary: RwSignal<String>,
    category: RwSignal<String>,
    locale: RwSignal<String>,
    /// The version of the original that is translated.
    source_n: RwSignal<Option<i64>>,
    is_new: bool,
    is_pending: RwSignal<bool>,
    fault: RwSignal<Option<ApiError>>,
}

#[component]
pub fn Editor() -> impl IntoView {
    let edited = untrack(|| links::param("edit")).and_then(|id| id.parse::<Uuid>().ok());
    let lang = untrack(|| links::param("locale")).unwrap_or_else(|| untrack(locale).tag().to_owned());
    let Some(id) = edited else {
        return view! { <Form writing=Writing::new(crate::id::new().into(), &lang, true)/> }.into_any();
    };
    let versions = store::list::<ArticleVersion>(move || {
        let filter = Some(format!("article_id.is.{id}"));
        Some(ListQuery { filter, sort: Some("-n".into()), limit: Some(MOST), ..ListQuery::default() })
    });
    // In which language it was written first decides what is a translation.
    let is_here = Memo::new(move |_| !versions.is_first() && store::get::<Article>(id) != Known::Loading);
    (move || {
        if !is_here.get() {
            return view! { <Skeleton kind=SkeletonKind::Text count=10/> }.into_any();
        }
        let writing = Writing::new(id.into(), &lang, false);
        untrack(|| writing.take(&versions.rows()));
        view! { <Form writing/> }.into_any()
    })
    .into_any()
}

impl Writing {
    fn new(article: ArticleId, lang: &str, is_new: bool) -> Self {
        let category = untrack(|| links::param("category")).unwrap_or_default();
        Self {
            article,
            open: RwSignal::new(None),
            live: RwSignal::new(None),
            name: RwSignal::new(String::new()),
            body: RwSignal::new(String::new()),
            summary: RwSignal::new(String::new()),
            category: RwSignal::new(category),
            locale: RwSignal::new(lang.to_owned()),
            source_n: RwSignal::new(None),
            is_new,
            is_pending: RwSignal::new(false),
            fault: RwSignal::new(None),
        }
    }

    /// Goes on with what is not yet published, else with the words that are; a
    /// first translation begins with the words it translates.
    fn take(self, versions: &[Arc<ArticleVersion>]) {
        let lang = self.locale.get();
        let first = store::get::<Article>(self.article.0).here().map(|article| article.locale.clone());
        let is_live = |version: &&Arc<ArticleVersion>| version.state == VersionState::Published;
        let source = versions.iter().filter(is_live).find(|version| Some(&version.locale) == first.as_ref()).cloned();
        let source = source.filter(|source| source.locale != lang);
        self.source_n.set(source.as_ref().map(|source| source.n));
        let versions: Vec<_> = versions.iter().filter(|version| version.locale == lang).cloned().collect();
        let is_underway =
            |version: &&Arc<ArticleVersion>| !matches!(version.state, VersionState::Published | VersionState::Archived);
        let open = versions.iter().find(is_underway).cloned();
        let live = versions.iter().find(is_live).cloned();
        if let Some(version) = open.as_ref().or(live.as_ref()).or(source.as_ref()) {
            self.name.set(version.name.clone());
            self.body.set(version.body.clone());
            self.summary.set(version.summary.clone().unwrap_or_default());
        }
        self.open.set(open);
        self.live.set(live);
    }

    /// Where it stands. Tracked.
    fn state(self) -> Option<VersionState> {
        self.open.read().as_ref().map(|version| version.state)
    }

    /// The words may still change. Tracked.
    fn is_open(self) -> bool {
        self.state().is_none_or(VersionState::is_open)
    }

    fn summary(self) -> Option<String> {
        Some(self.summary.get_untracked().trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Keeps the words as a draft.
    fn save(self) {
        if self.is_pending.get_untracked() || !untrack(|| self.is_open()) {
            return;
        }
        let name = self.name.get_untracked().trim().to_owned();
        let said = untrack(|| fill(Key::KnowledgeSaved, &[("name", &name)]));
        let old = self.open.get_untracked();
        let command = match &old {
            Some(old) => self.change(old),
            None => self.begin(&name),
        };
        if let Some(command) = command {
            self.send(command.said(said));
        }
    }

    fn change(self, old: &ArticleVersion) -> Option<Command> {
        let wanted = [
            ("name", json!(old.name), json!(self.name.get_untracked().trim())),
            ("body", json!(old.body), json!(self.body.get_untracked())),
            ("summary", json!(old.summary), json!(self.summary())),
        ];
        let mut patch = Patch::default();
        for (key, before, after) in wanted {
            if before != after {
                patch = patch.and(key, after).base(key, before);
            }
        }
        (!patch.set.is_empty()).then(|| Command::update_row(Object::ArticleVersion, old.id.0, patch))
    }

    /// The first draft; of a new article the article itself before it.
    fn begin(self, name: &str) -> Option<Command> {
        let locale = self.locale.get_untracked();
        if self.is_new && self.live.get_untracked().is_none() {
            let Ok(category_id) = self.category.read_untracked().parse() else {
                let missing = shared::api::FieldError::new("required");
                let fields = [("category_id".to_owned(), missing)].into();
                self.fault.set(Some(ApiError { fields, ..ApiError::default() }));
                return None;
            };
            let article = Article {
                id: self.article,
                name: name.to_owned(),
                category_id,
                locale: locale.clone(),
                owner_id: untrack(session::user_id),
                ..Article::default()
            };
            store::run(Command::create(&article).quietly().refused(move |error| {
                let _ = self.fault.try_set(Some(error.clone()));
            }));
        }
        let version = ArticleVersion {
            id: ArticleVersionId(crate::id::new()),
            article_id: self.article,
            locale,
            name: name.to_owned(),
            body: self.body.get_untracked(),
            summary: self.summary(),
            source_n: self.source_n.get_untracked(),
            owner_id: untrack(session::user_id),
            ..ArticleVersion::default()
        };
        Some(Command::create(&version))
    }

    /// Sends one step, and takes what the server has made of the version.
    fn send(self, command: Command) {
        self.fault.set(None);
        self.is_pending.set(true);
        let command = command.quietly().refused(move |error| {
            let _ = self.is_pending.try_set(false);
            let _ = self.fault.try_set(Some(error.clone()));
        });
        store::run(command.done(move |answer| {
            if self.is_pending.try_set(false).is_some() {
                return;
            }
            let version = answer.record().and_then(store::parse::<ArticleVersion>).map(Arc::new);
            let is_live = version.as_ref().is_some_and(|version| version.state == VersionState::Published);
            if let (true, Some(slug)) = (is_live, version.as_ref().and_then(|version| version.slug.clone())) {
                return links::replace(&links::article(&slug));
            }
            self.open.set(version);
            // A reload goes on with this very draft.
            let id = self.article.to_string();
            links::set_params(&[("new", None), ("edit", Some(&id)), ("locale", Some(&self.locale.read_untracked()))]);
        }));
    }

    /// Hands it to the reviewers.
    fn submit(self) {
        let Some(version) = self.open.get_untracked() else { return };
        let said = untrack(|| fill(Key::KnowledgeSubmitted, &[("name", &version.name)]));
        self.send(Command::of::<SubmitArticleVersion>(version.id, &()).said(said));
    }

    fn decide(self, to: VersionState, said: Key) {
        let Some(version) = self.open.get_untracked() else { return };
        let said = untrack(|| fill(said, &[("name", &version.name)]));
        let decision = Decision { to, ..Decision::default() };
        self.send(Command::of::<DecideArticleVersion>(version.id, &decision).said(said));
    }

    fn error(self, key: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.fault.read().as_ref()?.fields.get(key).map(words::field_error))
    }

    /// What was wrong with the whole. Tracked.
    fn refused(self) -> Option<String> {
        let fault = self.fault.read();
        fault.as_ref().filter(|error| error.fields.is_empty()).map(words::error)
    }
}

#[component]
fn Form(writing: Writing) -> impl IntoView {
    let may = Signal::derive(move || writing.is_open());
    let trail = Signal::derive(move || {
        let name = writing.name.get();
        let name = if name.trim().is_empty() { text(Key::KnowledgeNew).to_owned() } else { name };
        vec![(words::objects(Object::Article), Some(links::knowledge())), (name, None)]
    });
    let off = Signal::derive(move || !may.get());
    let save = Callback::new(move |()| writing.save());
    use_key(Scope::Page, "mod+s", Key::KnowledgeSave, save);
    view! {
        <header class="bar">
            <Breadcrumb trail/>
            <span class="grow"></span>
            <Steps writing save/>
        </header>
        <div class="editor">
            <form class="form editor-words" on:submit=move |event| {
                event.prevent_default();
                save.run(());
            }>
                {move || writing.refused().map(|error| view! { <p class="error form-error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
                <Show when=move || !may.get()><p class="muted small" role="note">{t(Key::KnowledgeLocked)}</p></Show>
                <Where writing/>
                <Field label=Key::FieldArticleVersionName required=true error=writing.error("name")>
                    <TextInput value=writing.name maxlength=200 disabled=off autofocus=true/>
                </Field>
                <Field label=Key::FieldArticleVersionSummary error=writing.error("summary")>
                    <TextInput value=writing.summary maxlength=500 disabled=off/>
                </Field>
                <Field label=Key::FieldArticleVersionBody required=true error=writing.error("body") hint=Signal::derive(|| Some(text(Key::KnowledgeMarkdown).to_owned()))>
                    <TextArea value=writing.body rows=18 maxlength=u32::try_from(BODY_MAX).unwrap_or(u32::MAX) disabled=off/>
                </Field>
            </form>
            <Reads writing/>
        </div>
    }
}

/// A new article says where it stands and in which language.
#[component]
fn Where(writing: Writing) -> impl IntoView {
    let list = store::list::<ArticleCategory>(move || {
        writing.is_new.then(|| ListQuery {
            sort: Some("position,name".into()),
            limit: Some(MOST),
            ..ListQuery::default()
        })
    });
    let categories = Signal::derive(move || {
        list.rows().iter().map(|category| Choice::new(category.id, &category.name)).collect::<Vec<_>>()
    });
    let locales = Signal::derive(|| {
        shared::knowledge::LOCALES
            .iter()
            .map(|word| Choice::new(*word, words::choice("locale", word)))
            .collect::<Vec<_>>()
    });
    let is_first = Memo::new(move |_| writing.is_new && writing.open.read().is_none());
    view! {
        <Show when=move || is_first.get()>
            <div class="form two">
                <Field label=Key::FieldArticleCategoryId required=true error=writing.error("category_id")>
                    <Select value=writing.category options=categories empty=Signal::derive(|| text(Key::ValueNone).to_owned())/>
                </Field>
                <Field label=Key::FieldArticleLocale><Select value=writing.locale options=locales/></Field>
            </div>
        </Show>
    }
}

/// Where it stands, and what may come next.
#[component]
fn Steps(writing: Writing, save: Callback<()>) -> impl IntoView {
    let state = Memo::new(move |_| writing.state());
    let may_decide = Memo::new(|_| session::can(Object::Article, Action::Write));
    let pending = writing.is_pending;
    let label =
        Signal::derive(move || state.get().map(|state| words::choice("state", state.word())).unwrap_or_default());
    view! {
        <Show when=move || state.get().is_some()><Tag label tone=Tone::Warn/></Show>
        <Show when=move || state.get().is_none_or(VersionState::is_open)>
            <Button label=Key::KnowledgeSave shortcut="mod+s" pending on_click=save/>
        </Show>
        {move || match state.get() {
            Some(VersionState::Draft | VersionState::ChangesRequested) => view! {
                <Button kind=ButtonKind::Primary label=Key::KnowledgeSubmit pending on_click=move |()| writing.submit()/>
            }.into_any(),
            Some(VersionState::InReview) if may_decide.get() => view! {
                <Button kind=ButtonKind::Primary label=Key::KnowledgeApprove pending on_click=move |()| writing.decide(VersionState::Approved, Key::KnowledgeApproved)/>
            }.into_any(),
            Some(VersionState::Approved | VersionState::Scheduled) if may_decide.get() => view! {
                <Button kind=ButtonKind::Primary label=Key::KnowledgePublish pending on_click=move |()| writing.decide(VersionState::Published, Key::KnowledgePublished)/>
            }.into_any(),
            _ => ().into_any(),
        }}
    }
}

/// The words as readers will see them.
#[component]
fn Reads(writing: Writing) -> impl IntoView {
    let shown = RwSignal::new(Rendered { html: String::new(), broken: Vec::new() });
    let asker = Asker::new();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let ask = move || {
        let Some(body) = writing.body.try_get_untracked() else { return };
        asker.ask::<PreviewArticle>((), Preview { body }, move |answer| {
            if let Ok(rendered) = answer {
                shown.set(rendered);
            }
        });
    };
    Effect::new(move || {
        writing.body.track();
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
        waiting.set_value(crate::spawn::after(PAUSE_MS, ask));
    });
    on_cleanup(move || {
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    });
    let broken = move || shown.read().broken.join(", ");
    view! {
        <section class="editor-reads" aria-label=t(Key::KnowledgePreview) tabindex="0">
            <h2 class="faint small">{t(Key::KnowledgePreview)}</h2>
            <h1>{move || writing.name.get()}</h1>
            <Show when=move || !shown.read().broken.is_empty()>
                <p class="calendar-note" role="note"><Icon glyph=Glyph::TriangleAlert/>{move || fill(Key::KnowledgeBroken, &[("links", &broken())])}</p>
            </Show>
            <div class="prose" inner_html=move || shown.get().html></div>
        </section>
    }
}
