//! The knowledge base: a tree of categories, articles, their versions in each
//! language, what readers say of them, and what they looked for in vain.

use serde::{Deserialize, Serialize};

use crate::access::Access::{SignedIn, Staff};
use crate::access::Action::*;
use crate::access::Object;
use crate::api::Page;
use crate::change::{Archive, BulkDone, Done, New, Patch};
use crate::fields::ListKind;
use crate::id::{ArticleCategoryId, ArticleFeedbackId, ArticleId, ArticleVersionId, GapId, SynonymId, TeamId, UserId};
use crate::query::ListQuery;
use crate::time::{Date, Instant};

mod diff;
mod state;

pub use diff::{DiffKind, DiffLine, diff};
pub use state::{Audience, VersionState};

crate::endpoints! {
    ListArticleCategories:    GET   "/api/article-categories"         (ListQuery)                    -> Page<ArticleCategory>, Staff(Object::ArticleCategory, Read);
    CreateArticleCategory:    POST  "/api/article-categories"         (New<ArticleCategory>)         -> Done<ArticleCategory>, Staff(Object::ArticleCategory, Create);
    UpdateArticleCategory:    PATCH "/api/article-categories/{id}"    [ArticleCategoryId] (Patch)    -> Done<ArticleCategory>, Staff(Object::ArticleCategory, Write);
    /// Refused while articles or categories stand in it.
    ArchiveArticleCategories: POST  "/api/article-categories/archive" (Archive)                      -> BulkDone,              Staff(Object::ArticleCategory, Archive);

    ListArticles:    GET   "/api/articles"           (ListQuery)               -> Page<Article>,     Staff(Object::Article, Read);
    GetArticle:      GET   "/api/articles/{id}"      [ArticleId]               -> Article,           Staff(Object::Article, Read);
    CreateArticle:   POST  "/api/articles"           (New<Article>)            -> Done<Article>,     Staff(Object::Article, Create);
    UpdateArticle:   PATCH "/api/articles/{id}"      [ArticleId] (Patch)       -> Done<Article>,     Staff(Object::Article, Write);
    /// Takes articles off the shelf, their published versions with them.
    /// Refused while others link to one that names no substitute.
    ArchiveArticles: POST  "/api/articles/archive"   (Archive)                 -> BulkDone,          Staff(Object::Article, Archive);
    /// How articles fare: views, votes, stale translations, broken links, reviews due.
    ListHealth:      GET   "/api/articles/health"    (HealthQuery)             -> Page<Health>,      Staff(Object::Article, Write);
    /// Somebody opened the article.
    ViewArticle:     POST  "/api/articles/{id}/view" [ArticleId]               -> (),                Staff(Object::Article, Read);

    ListArticleVersions:   GET   "/api/article-versions"              (ListQuery)                   -> Page<ArticleVersion>, Staff(Object::ArticleVersion, Read);
    GetArticleVersion:     GET   "/api/article-versions/{id}"         [ArticleVersionId]            -> ArticleVersion,       Staff(Object::ArticleVersion, Read);
    /// A new draft; what is published stays live.
    CreateArticleVersion:  POST  "/api/article-versions"              (New<ArticleVersion>)         -> Done<ArticleVersion>, Staff(Object::ArticleVersion, Create);
    /// Drafts only, and what a reviewer sent back.
    UpdateArticleVersion:  PATCH "/api/article-versions/{id}"         [ArticleVersionId] (Patch)    -> Done<ArticleVersion>, Staff(Object::ArticleVersion, Write);
    /// Hands a draft to the reviewers.
    SubmitArticleVersion:  POST  "/api/article-versions/{id}/submit"  [ArticleVersionId]            -> Done<ArticleVersion>, Staff(Object::ArticleVersion, Write);
    /// Sends back, approves, schedules, publishes or archives.
    DecideArticleVersion:  POST  "/api/article-versions/{id}/decide"  [ArticleVersionId] (Decision) -> Done<ArticleVersion>, Staff(Object::Article, Write);
    /// A new draft with the words of this version.
    RestoreArticleVersion: POST  "/api/article-versions/{id}/restore" [ArticleVersionId] (Restore)  -> Done<ArticleVersion>, Staff(Object::ArticleVersion, Create);
    /// Two versions line by line.
    DiffArticleVersions:   GET   "/api/article-versions/diff"         (DiffQuery)                   -> Vec<DiffLine>,        Staff(Object::ArticleVersion, Read);

    /// The published article behind an address, also a former one.
    ReadArticle:     GET  "/api/knowledge/read"    (ReadQuery)      -> Reading,  Staff(Object::Article, Read);
    /// The best articles for a question, among what the caller may read.
    SearchArticles:  GET  "/api/knowledge/search"  (KnowledgeQuery) -> Found,    Staff(Object::Article, Read);
    /// Markdown as readers will see it.
    PreviewArticle:  POST "/api/knowledge/preview" (Preview)        -> Rendered, SignedIn;

    ListArticleFeedback: GET  "/api/article-feedback" (ListQuery)            -> Page<ArticleFeedback>, Staff(Object::ArticleFeedback, Read);
    GiveArticleFeedback: POST "/api/article-feedback" (New<ArticleFeedback>) -> Done<ArticleFeedback>, Staff(Object::ArticleFeedback, Create);

    /// What was looked for in vain, the most wanted first.
    ListGaps:     GET  "/api/gaps"       (GapQuery)    -> Page<GapLine>, Staff(Object::Gap, Read);
    DecideGap:    POST "/api/gaps"       (GapDecision) -> Done<Gap>,     Staff(Object::Gap, Write);
    /// An article with a first draft, named by what people asked.
    DraftFromGap: POST "/api/gaps/draft" (GapDraft)    -> Done<Article>, Staff(Object::Article, Create);

    ListSynonyms:    GET   "/api/synonyms"         (ListQuery)           -> Page<Synonym>, Staff(Object::Synonym, Read);
    CreateSynonym:   POST  "/api/synonyms"         (New<Synonym>)        -> Done<Synonym>, Staff(Object::Synonym, Create);
    UpdateSynonym:   PATCH "/api/synonyms/{id}"    [SynonymId] (Patch)   -> Done<Synonym>, Staff(Object::Synonym, Write);
    ArchiveSynonyms: POST  "/api/synonyms/archive" (Archive)             -> BulkDone,      Staff(Object::Synonym, Archive);
}

/// Languages of articles.
pub const LOCALES: &[&str] = &["zh-CN", "en"];
/// Addresses below `/knowledge` that are pages of the library, and so are no article's.
pub const RESERVED: &[&str] = &["gaps", "health", "synonyms"];
pub const TITLE_MAX: usize = 200;
pub const BODY_MAX: usize = 100_000;

record! {
    /// A branch of the tree; who may read it, narrower towards the leaves.
    ArticleCategory (ArticleCategoryId) as ArticleCategory in "article_categories", Audience {
        name: String = text(80).required();
        parent_id: Option<ArticleCategoryId> = to(Object::ArticleCategory);
        position: i64 = int(0, 10_000);
        audience: Audience = choice(Audience::WORDS).required();
        /// Who reads it when the audience is `teams`.
        teams: Vec<TeamId> = list(ListKind::Teams);
    }
}

record! {
    /// One subject, whatever its versions and languages.
    Article (ArticleId) as Article in "articles", Published {
        /// The working title; publishing in its own language renews it.
        name: String = text(TITLE_MAX).required().searched();
        category_id: ArticleCategoryId = to(Object::ArticleCategory).required();
        /// The language it is written in first.
        locale: String = choice(LOCALES).required();
        owner_id: Option<UserId> = to(Object::User);
        /// When somebody should look whether it still holds.
        review_on: Option<Date> = date();
        /// At least one version is published.
        is_live: bool = flag().read_only();
        /// Where its readers go once it is archived.
        redirect_id: Option<ArticleId> = to(Object::Article);
    }
}

record! {
    /// A text of an article in one language.
    ArticleVersion (ArticleVersionId) as ArticleVersion in "article_versions", Published {
        article_id: ArticleId = to(Object::Article).required();
        locale: String = choice(LOCALES).required();
        /// Counts from 1 in each language.
        n: i64 = int(0, 1_000_000).read_only();
        name: String = text(TITLE_MAX).required();
        /// Its address; made from the title unless given.
        slug: Option<String> = text(120);
        /// Markdown.
        body: String = long_text(BODY_MAX).required();
        summary: Option<String> = text(500);
        keywords: Vec<String> = list(ListKind::Tags);
        /// Addresses of other articles that the text links to.
        refs: Vec<String> = list(ListKind::Tags).read_only();
        state: VersionState = choice(VersionState::WORDS).read_only();
        /// The number of the version, in the article's own language, that this one translates.
        source_n: Option<i64> = int(1, 1_000_000);
        /// What the reviewer asks for.
        review_note: Option<String> = text(1_000).read_only();
        publish_at: Option<Instant> = time().read_only();
        published_at: Option<Instant> = time().read_only();
        /// The author.
        owner_id: Option<UserId> = to(Object::User);
    }
}

choices! {
    /// Why an article did not help.
    pub enum FeedbackReason {
        Wrong = "wrong",
        Outdated = "outdated",
        Unclear = "unclear",
        NotMyProblem = "not_my_problem",
    }
}

record! {
    /// A reader's vote, on the version they read.
    ArticleFeedback (ArticleFeedbackId) as ArticleFeedback in "article_feedback", Audience {
        article_id: ArticleId = to(Object::Article).required();
        version_id: ArticleVersionId = to(Object::ArticleVersion).required();
        is_helpful: bool = flag();
        reason: Option<FeedbackReason> = choice(FeedbackReason::WORDS);
        note: Option<String> = long_text(1_000);
    }
}

choices! {
    /// What became of a question without an answer.
    pub enum GapState {
        Open = "open",
        Drafting = "drafting",
        Done = "done",
        Ignored = "ignored",
    }
}

record! {
    /// What people decided about something that is looked for in vain.
    Gap (GapId) as Gap in "gaps", Common {
        /// As it was typed first.
        name: String = text(200).required().read_only();
        /// Its normal form: all ways to type it are one gap.
        norm: String = text(200).required().read_only();
        state: GapState = choice(GapState::WORDS).required();
        article_id: Option<ArticleId> = to(Object::Article);
    }
}

record! {
    /// Words that mean the same to the search.
    Synonym (SynonymId) as Synonym in "synonyms", Common {
        words: Vec<String> = list(ListKind::Tags).required();
    }
}

/// What a reviewer or editor makes of a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub to: VersionState,
    /// When a scheduled version is published.
    #[serde(default)]
    pub at: Option<Instant>,
    /// What the author should change.
    #[serde(default)]
    pub note: Option<String>,
}

/// The id of the draft to make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    pub id: ArticleVersionId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiffQuery {
    pub from: ArticleVersionId,
    pub to: ArticleVersionId,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadQuery {
    pub slug: String,
    /// The language to read it in, where it is published in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// A published article, ready to be shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub article: Article,
    pub version: ArticleVersion,
    /// Sanitised.
    pub html: String,
    /// The address moved: a browser should show `version.slug` instead.
    pub has_moved: bool,
    /// It translates an older version than the one that is published.
    pub is_stale: bool,
    /// Languages it is published in, with their addresses.
    pub locales: Vec<Sibling>,
}

/// The same article in another language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sibling {
    pub locale: String,
    pub slug: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KnowledgeQuery {
    pub q: String,
    /// Only articles in this language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// At most 50, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The question is not finished: what it does not find is no gap.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_typing: bool,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub hits: Vec<ArticleHit>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleHit {
    pub article_id: ArticleId,
    pub version_id: ArticleVersionId,
    pub locale: String,
    pub slug: String,
    pub title: Marked,
    /// The stretch of the text that fits best.
    pub snippet: Marked,
    pub why: Vec<Why>,
}

/// A text with stretches to mark, counted in characters from 0, the end excluded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    pub text: String,
    pub marks: Vec<(usize, usize)>,
}

choices! {
    /// By what a word of the question fits the article.
    pub enum WhyKind {
        Term = "term",
        Synonym = "synonym",
        Pinyin = "pinyin",
        Typo = "typo",
    }
}

/// Why an article was found: what was asked, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub kind: WhyKind,
    pub asked: String,
    pub found: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preview {
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// Sanitised.
    pub html: String,
    /// Addresses of articles that lead nowhere.
    pub broken: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GapQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<GapState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A gap, and how often it was met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapLine {
    pub norm: String,
    pub name: String,
    pub count: i64,
    pub last_at: Instant,
    pub state: GapState,
    pub article_id: Option<ArticleId>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GapDecision {
    pub norm: String,
    pub state: GapState,
}

/// The article and the draft to make of a gap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GapDraft {
    pub norm: String,
    pub article_id: ArticleId,
    pub version_id: ArticleVersionId,
    pub category_id: ArticleCategoryId,
    pub locale: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HealthQuery {
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// How a published article fares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Health {
    pub article: Article,
    /// In the last 90 days.
    pub views: i64,
    pub votes: i64,
    /// Of `votes`; a share without their number would tell nothing.
    pub helpful: i64,
    /// Languages whose text translates an older version than the published one.
    pub stale: Vec<String>,
    /// Addresses in its published texts that lead nowhere.
    pub broken: Vec<String>,
    pub is_review_due: bool,
}
