//! An article as its readers see it, and versions beside each other.

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order};
use shared::access::{Action, Object};
use shared::fields::Row;
use shared::id::ArticleId;
use shared::knowledge::*;

use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::rows::{self, column};
use crate::ground::{markdown, records};
use crate::http::{Call, Ctx, Reply};

/// Articles that took each other's place, one after the other.
const MAX_REDIRECTS: usize = 5;

pub async fn read(ctx: Ctx, Call { input, .. }: Call<ReadArticle>) -> Reply<ReadArticle> {
    let (article_id, locale, has_moved) = place(&ctx, &input.slug).await?;
    let article: Article = records::get(&ctx, article_id, None).await?;
    let live = live(&ctx, article_id).await?;
    let wanted = input.locale.unwrap_or(locale);
    let version = [wanted.as_str(), article.locale.as_str()]
        .iter()
        .find_map(|locale| live.iter().find(|version| version.locale == *locale))
        .or_else(|| live.first());
    let version = version.cloned().ok_or(Error::NotFound)?;
    Ok(Reading {
        html: markdown::html(&version.body),
        has_moved: has_moved || version.slug.as_deref() != Some(&input.slug),
        is_stale: is_stale(&article, &version, &live),
        locales: live.iter().map(sibling).collect(),
        article,
        version,
    })
}

fn sibling(version: &ArticleVersion) -> Sibling {
    Sibling { locale: version.locale.clone(), slug: version.slug.clone().unwrap_or_default() }
}

/// Whether a text translates an older version than the one that is published.
pub fn is_stale(article: &Article, version: &ArticleVersion, live: &[ArticleVersion]) -> bool {
    let source = live.iter().find(|source| source.locale == article.locale);
    version.locale != article.locale && source.is_some_and(|source| version.source_n.unwrap_or(0) < source.n)
}

/// The article that an address leads to, in which language, and whether it led
/// elsewhere before.
async fn place(ctx: &Ctx, slug: &str) -> Result<(ArticleId, String, bool)> {
    let schema = &ArticleVersion::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "slug").eq(slug))
        .and_where(column(schema, "published_at").is_not_null())
        // What is published now comes before what once was.
        .order_by_expr(column(schema, "state").eq(VersionState::Published.word()), Order::Desc)
        .order_by_expr(column(schema, "published_at"), Order::Desc)
        .limit(1)
        .take();
    let found = rows::all(&ctx.app.db.read, schema, &select).await?;
    let version: ArticleVersion = rows::typed(found.first().ok_or(Error::NotFound)?)?;
    let (mut id, mut has_moved) = (version.article_id, version.state != VersionState::Published);
    for _ in 0..MAX_REDIRECTS {
        let row = rows::find(&ctx.app.db.read, &Article::SCHEMA, id.0, Condition::all()).await?;
        let article: Article = rows::typed(&row.ok_or(Error::NotFound)?)?;
        match article.redirect_id.filter(|_| article.archived_at.is_some()) {
            Some(next) => (id, has_moved) = (next, true),
            None => break,
        }
    }
    Ok((id, version.locale, has_moved))
}

/// The published versions that the caller reads, in the order of their languages.
async fn live(ctx: &Ctx, article: ArticleId) -> Result<Vec<ArticleVersion>> {
    let schema = &ArticleVersion::SCHEMA;
    let select = rows::select(schema)
        .cond_where(ctx.scope(Object::ArticleVersion, Action::Read)?)
        .and_where(column(schema, "article_id").eq(article.0))
        .and_where(column(schema, "state").eq(VersionState::Published.word()))
        .order_by_expr(column(schema, "locale"), Order::Asc)
        .take();
    rows::all(&ctx.app.db.read, schema, &select).await?.iter().map(rows::typed).collect()
}

pub async fn diff(ctx: Ctx, Call { input, .. }: Call<DiffArticleVersions>) -> Reply<DiffArticleVersions> {
    let scope = ctx.scope(Object::ArticleVersion, Action::Read)?;
    let ids = [input.from.0, input.to.0];
    let found = rows::by_ids(&ctx.app.db.read, &ArticleVersion::SCHEMA, &ids, &scope).await?;
    let text = |id| found.get(&id).map(words).ok_or(Error::NotFound);
    Ok(shared::knowledge::diff(&text(ids[0])?, &text(ids[1])?))
}

/// What a version says, as lines.
fn words(row: &Row) -> String {
    let word = |key: &str| row.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    let parts = ["name", "summary", "body"].map(word);
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Published versions of several articles, whoever may read them.
pub async fn live_of(ctx: &Ctx, articles: &[uuid::Uuid]) -> Result<Vec<ArticleVersion>> {
    let select = rows::select(&ArticleVersion::SCHEMA)
        .and_where(Expr::col(name("article_id")).is_in(articles.iter().copied()))
        .and_where(Expr::col(name("state")).eq(VersionState::Published.word()))
        .take();
    rows::all(&ctx.app.db.read, &ArticleVersion::SCHEMA, &select).await?.iter().map(rows::typed).collect()
}
