//! What is written of an article, and how it is kept and handed on.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::json;
use shared::access::Object;
use shared::api::{ApiError, FieldError};
use shared::change::Patch;
use shared::i18n::Key;
use shared::id::{ArticleId, ArticleVersionId};
use shared::knowledge::{Article, ArticleVersion, DecideArticleVersion, Decision, SubmitArticleVersion, VersionState};

use crate::i18n::fill;
use crate::store::{self, Command};
use crate::{links, session, words};

/// What is written, and where it stands.
#[derive(Clone, Copy)]
pub struct Writing {
    pub article: ArticleId,
    /// The version that is open, and how it was read; none before it is first saved.
    pub open: RwSignal<Option<Arc<ArticleVersion>>>,
    /// What is published of the article in this language.
    live: RwSignal<Option<Arc<ArticleVersion>>>,
    /// What a translation is of, as it reads now.
    pub source: RwSignal<Option<Arc<ArticleVersion>>>,
    /// As it read when it was translated.
    pub source_then: RwSignal<Option<Arc<ArticleVersion>>>,
    pub name: RwSignal<String>,
    pub body: RwSignal<String>,
    pub summary: RwSignal<String>,
    pub category: RwSignal<String>,
    pub locale: RwSignal<String>,
    /// The version of the original that is translated.
    pub source_n: RwSignal<Option<i64>>,
    pub is_new: bool,
    pub is_pending: RwSignal<bool>,
    pub fault: RwSignal<Option<ApiError>>,
    /// What comes once the words are kept.
    then: RwSignal<Option<Then>>,
}

#[derive(Clone)]
enum Then {
    GoTo(String),
    Submit,
}

impl Writing {
    pub fn new(article: ArticleId, lang: &str, is_new: bool) -> Self {
        let category = untrack(|| links::param("category")).unwrap_or_default();
        Self {
            article,
            open: RwSignal::new(None),
            live: RwSignal::new(None),
            source: RwSignal::new(None),
            source_then: RwSignal::new(None),
            name: RwSignal::new(String::new()),
            body: RwSignal::new(String::new()),
            summary: RwSignal::new(String::new()),
            category: RwSignal::new(category),
            locale: RwSignal::new(lang.to_owned()),
            source_n: RwSignal::new(None),
            is_new,
            is_pending: RwSignal::new(false),
            fault: RwSignal::new(None),
            then: RwSignal::new(None),
        }
    }

    /// Goes on with what is not yet published, else with the words that are; a
    /// first translation begins with the words it translates. `versions` stand
    /// with the newest first.
    pub fn take(self, versions: &[Arc<ArticleVersion>]) {
        let lang = self.locale.get();
        let first = store::get::<Article>(self.article.0).here().map(|article| article.locale.clone());
        let is_live = |version: &&Arc<ArticleVersion>| version.state == VersionState::Published;
        let is_underway =
            |version: &&Arc<ArticleVersion>| !matches!(version.state, VersionState::Published | VersionState::Archived);
        let of = |lang: &str| versions.iter().filter(|one| one.locale == lang).cloned().collect::<Vec<_>>();
        let own = of(&lang);
        let (open, live) = (own.iter().find(is_underway).cloned(), own.iter().find(is_live).cloned());
        let originals = first.filter(|first| *first != lang).map(|first| of(&first)).unwrap_or_default();
        let source = originals.iter().find(is_live).or_else(|| originals.iter().find(is_underway)).cloned();
        let of_own = open.as_ref().or(live.as_ref());
        let n = of_own.map_or_else(|| source.as_ref().map(|source| source.n), |own| own.source_n);
        if let Some(version) = of_own.or(source.as_ref()) {
            self.name.set(version.name.clone());
            self.body.set(version.body.clone());
            self.summary.set(version.summary.clone().unwrap_or_default());
        }
        self.source_then.set(originals.iter().find(|original| Some(original.n) == n).cloned());
        self.source_n.set(n.filter(|_| source.is_some()));
        self.source.set(source);
        self.open.set(open);
        self.live.set(live);
    }

    /// Where it stands. Tracked.
    pub fn state(self) -> Option<VersionState> {
        self.open.read().as_ref().map(|version| version.state)
    }

    /// The words may still change. Tracked.
    pub fn is_open(self) -> bool {
        self.state().is_none_or(VersionState::is_open)
    }

    /// The original has been published anew since it was translated. Tracked.
    pub fn is_stale(self) -> bool {
        let source = self.source.read();
        let is_live = source.as_ref().filter(|source| source.state == VersionState::Published);
        is_live.is_some_and(|source| self.source_n.get().unwrap_or(0) < source.n)
    }

    /// The translation says what the original says now.
    pub fn catch_up(self) {
        self.source_n.set(self.source.read_untracked().as_ref().map(|source| source.n));
        self.save();
    }

    fn summary(self) -> Option<String> {
        Some(self.summary.get_untracked().trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Something was typed that is not kept yet. Tracked.
    pub fn is_unkept(self) -> bool {
        let (open, live, source) = (self.open.read(), self.live.read(), self.source.read());
        let typed = |words: RwSignal<String>| words.read().trim().to_owned();
        let Some(kept) = open.as_ref().or(live.as_ref()).or(source.as_ref()) else {
            return [self.name, self.body, self.summary].into_iter().any(|words| !typed(words).is_empty());
        };
        let is_kept = kept.name == typed(self.name)
            && kept.body == *self.body.read()
            && kept.summary.as_deref().unwrap_or_default() == typed(self.summary);
        !is_kept
    }

    /// Goes there, with what was typed kept before.
    pub fn leave_for(self, href: &str) {
        if untrack(|| self.is_open() && self.is_unkept()) {
            self.then.set(Some(Then::GoTo(href.to_owned())));
            self.save();
        } else {
            links::go(href);
        }
    }

    /// Keeps the words as a draft.
    pub fn save(self) {
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
        match command {
            Some(command) => self.send(command.said(said)),
            None => self.then.set(None),
        }
    }

    /// Keeps an open draft without a word: a moment after the last key, and on the way out.
    pub fn keep(self, is_leaving: bool) {
        let Some(old) = self.open.try_get_untracked().flatten().filter(|old| old.state.is_open()) else { return };
        // What is not whole yet waits for whoever writes it.
        let is_whole = [self.name, self.body].iter().all(|words| !words.read_untracked().trim().is_empty());
        if !is_whole || self.is_pending.get_untracked() {
            return;
        }
        let Some(command) = self.change(&old).map(Command::for_good) else { return };
        if is_leaving {
            // A refusal is told wherever the writer is by then.
            return store::run(command);
        }
        let command = command.quietly().refused(move |error| {
            let _ = self.fault.try_set(Some(error.clone()));
        });
        store::run(command.done(move |answer| {
            let version = answer.record().and_then(store::parse::<ArticleVersion>).map(Arc::new);
            let _ = self.open.try_set(version);
        }));
    }

    fn change(self, old: &ArticleVersion) -> Option<Command> {
        let wanted = [
            ("name", json!(old.name), json!(self.name.get_untracked().trim())),
            ("body", json!(old.body), json!(self.body.get_untracked())),
            ("summary", json!(old.summary), json!(self.summary())),
            ("source_n", json!(old.source_n), json!(self.source_n.get_untracked())),
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
                let fields = [("category_id".to_owned(), FieldError::new("required"))].into();
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
            let _ = self.then.try_set(None);
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
            match self.then.get_untracked() {
                Some(Then::GoTo(href)) => return links::go(&href),
                Some(Then::Submit) => self.submit(),
                None => {}
            }
            // A reload goes on with this very draft.
            let id = self.article.to_string();
            links::set_params(&[
                ("new", None),
                ("ticket", None),
                ("edit", Some(&id)),
                ("locale", Some(&self.locale.read_untracked())),
            ]);
        }));
    }

    /// Hands it to the reviewers, as it stands here.
    pub fn submit(self) {
        if untrack(|| self.is_open() && self.is_unkept()) && self.then.read_untracked().is_none() {
            self.then.set(Some(Then::Submit));
            return self.save();
        }
        self.then.set(None);
        let Some(version) = self.open.get_untracked() else { return };
        let said = untrack(|| fill(Key::KnowledgeSubmitted, &[("name", &version.name)]));
        self.send(Command::of::<SubmitArticleVersion>(version.id, &()).said(said));
    }

    pub fn decide(self, decision: &Decision, said: Key) {
        let Some(version) = self.open.get_untracked() else { return };
        let said = untrack(|| fill(said, &[("name", &version.name)]));
        self.send(Command::of::<DecideArticleVersion>(version.id, decision).said(said));
    }

    pub fn error(self, key: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.fault.read().as_ref()?.fields.get(key).map(words::field_error))
    }

    /// What was wrong with the whole. Tracked.
    pub fn refused(self) -> Option<String> {
        let fault = self.fault.read();
        fault.as_ref().filter(|error| error.fields.is_empty()).map(words::error)
    }
}
