//! The knowledge base: found by those who ask, written with care, shown to
//! those it is for.

mod access;
mod gaps;
mod search;
mod shown;
mod versions;

use shared::access::Object;
use shared::change::{Cause, New};
use shared::fields::{Record, row_of};
use shared::id::{ArticleCategoryId, ArticleId, ArticleVersionId, TeamId};
use shared::knowledge::*;
use shared::time::Instant;
use tests::{Caller, TestApp};
use uuid::Uuid;

/// A category for all of staff, or for some teams.
pub async fn category(caller: &Caller<'_>, name: &str, teams: &[TeamId]) -> ArticleCategoryId {
    let audience = if teams.is_empty() { Audience::Staff } else { Audience::Teams };
    let category = ArticleCategory { name: name.into(), audience, teams: teams.to_vec(), ..ArticleCategory::default() };
    caller.call::<CreateArticleCategory>((), New::of(Uuid::now_v7(), &category)).await.unwrap().record.id
}

/// An article in Chinese with its first draft.
pub async fn draft(caller: &Caller<'_>, category: ArticleCategoryId, title: &str, body: &str) -> ArticleVersion {
    let article = Article { name: title.into(), category_id: category, locale: "zh-CN".into(), ..Article::default() };
    let article = caller.call::<CreateArticle>((), New::of(Uuid::now_v7(), &article)).await.unwrap().record;
    next_draft(caller, article.id, "zh-CN", title, body).await
}

pub async fn next_draft(
    caller: &Caller<'_>,
    article: ArticleId,
    locale: &str,
    title: &str,
    body: &str,
) -> ArticleVersion {
    let version = ArticleVersion {
        article_id: article,
        locale: locale.into(),
        name: title.into(),
        body: body.into(),
        ..ArticleVersion::default()
    };
    caller.call::<CreateArticleVersion>((), New::of(Uuid::now_v7(), &version)).await.unwrap().record
}

/// Takes a draft through its review by somebody else to its readers.
pub async fn publish(author: &Caller<'_>, reviewer: &Caller<'_>, version: ArticleVersionId) -> ArticleVersion {
    author.call::<SubmitArticleVersion>(version, ()).await.unwrap();
    decide(reviewer, version, VersionState::Approved).await.unwrap();
    decide(reviewer, version, VersionState::Published).await.unwrap()
}

pub async fn decide(
    caller: &Caller<'_>,
    version: ArticleVersionId,
    to: VersionState,
) -> Result<ArticleVersion, shared::api::ApiError> {
    let decision = Decision { to, ..Decision::default() };
    caller.call::<DecideArticleVersion>(version, decision).await.map(|done| done.record)
}

/// Writes published articles straight into the database, as if reviewed before.
pub async fn shelve(app: &TestApp, category: ArticleCategoryId, texts: &[(String, String)]) -> Vec<ArticleId> {
    let (mut articles, mut versions) = (Vec::new(), Vec::new());
    for (n, (title, body)) in texts.iter().enumerate() {
        let article = Article {
            id: ArticleId(Uuid::now_v7()),
            name: title.clone(),
            category_id: category,
            locale: "zh-CN".into(),
            is_live: true,
            ..Article::default()
        };
        versions.push(ArticleVersion {
            id: ArticleVersionId(Uuid::now_v7()),
            article_id: article.id,
            locale: "zh-CN".into(),
            n: 1,
            name: title.clone(),
            slug: Some(format!("shelved-{n}")),
            body: body.clone(),
            state: VersionState::Published,
            published_at: Some(Instant(1)),
            ..ArticleVersion::default()
        });
        articles.push(article);
    }
    write(app, Object::Article, &articles).await;
    write(app, Object::ArticleVersion, &versions).await;
    articles.iter().map(|article| article.id).collect()
}

async fn write<R: Record>(app: &TestApp, object: Object, records: &[R]) {
    let mut write = app.app.write(Cause::Demo).await.unwrap();
    write.insert(object.schema(), records.iter().map(row_of).collect()).await.unwrap();
    write.commit(|_| ()).await.unwrap();
}

pub async fn search(caller: &Caller<'_>, q: &str) -> Vec<ArticleHit> {
    let asked = KnowledgeQuery { q: q.into(), ..KnowledgeQuery::default() };
    caller.call::<SearchArticles>((), asked).await.unwrap().hits
}
