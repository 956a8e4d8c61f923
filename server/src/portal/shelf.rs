//! Articles for customers: found, listed, read and voted on by the knowledge
//! base's own rules, and told field by field.

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, ExprTrait as _, Order};
use shared::access::{Action, Object};
use shared::change::{Cause, settable};
use shared::fields::row_of;
use shared::id::{ArticleCategoryId, ArticleId};
use shared::knowledge::{
    Article, ArticleCategory, ArticleFeedback, ArticleHit, ArticleVersion, KnowledgeQuery, LOCALES, Reading,
    VersionState,
};
use shared::portal::*;
use shared::time::SECOND;

use crate::auth::limits::{self, Limit};
use crate::error::{Error, Result};
use crate::ground::records;
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Reply};
use crate::knowledge;

const MAX_HITS: u32 = 20;
/// As many titles as a page shows.
const MAX_TITLES: u64 = 500;
/// Votes of one network.
const VOTES: Limit = Limit { burst: 20, every: 30 * SECOND };
/// Questions of one network: as fast as people type, and an office shares one.
const SEARCHES: Limit = Limit { burst: 300, every: SECOND / 10 };

pub async fn search(ctx: Ctx, Call { input, .. }: Call<SearchShelf>) -> Reply<SearchShelf> {
    let write = ctx.app.db.begin().await?;
    limits::take(&write.tx, &format!("portal-search:{}", ctx.visit().network), SEARCHES, ctx.now).await?;
    write.commit().await?;
    let limit = Some(input.limit.unwrap_or(10).clamp(1, MAX_HITS));
    let asked = KnowledgeQuery { q: input.q, locale: None, limit, is_typing: input.is_typing };
    let found = knowledge::search(ctx, Call { path: (), input: asked }).await?;
    Ok(found.hits.into_iter().map(hit).collect())
}

fn hit(hit: ArticleHit) -> HitTold {
    HitTold { slug: hit.slug, locale: hit.locale, title: hit.title, snippet: hit.snippet }
}

pub async fn read(ctx: Ctx, Call { input, .. }: Call<ReadShelf>) -> Reply<ReadShelf> {
    let Reading { article, version, html, is_stale, locales, .. } =
        knowledge::read(ctx, Call { path: (), input }).await?;
    Ok(ArticleTold {
        article_id: article.id,
        version_id: version.id,
        slug: version.slug.unwrap_or_default(),
        locale: version.locale,
        title: version.name,
        html,
        published_at: version.published_at,
        is_stale,
        locales,
    })
}

pub async fn list(ctx: Ctx, Call { input, .. }: Call<ListShelf>) -> Reply<ListShelf> {
    let db = &ctx.app.db.read;
    let wanted = input.locale.filter(|locale| LOCALES.contains(&locale.as_str()));
    let versions = published(&ctx).await?;
    let ids: Vec<_> = versions.iter().map(|version| version.article_id.0).collect();
    let articles = rows::by_ids(db, &Article::SCHEMA, &ids, &Condition::all()).await?;
    let category_of = |id: ArticleId| articles.get(&id.0).and_then(|row| rows::reference(row, "category_id"));
    let mut titles: HashMap<ArticleCategoryId, Vec<TitleTold>> = HashMap::new();
    let mut told = std::collections::HashSet::new();
    let fits = |version: &&ArticleVersion| wanted.as_ref() == Some(&version.locale);
    // The text in the reader's language where there is one, else any.
    for version in versions.iter().filter(fits).chain(versions.iter().filter(|version| !fits(version))) {
        let Some(category) = category_of(version.article_id).map(ArticleCategoryId) else { continue };
        if told.insert(version.article_id) {
            let slug = version.slug.clone().unwrap_or_default();
            titles.entry(category).or_default().push(TitleTold { slug, title: version.name.clone() });
        }
    }
    let schema = &ArticleCategory::SCHEMA;
    let select = rows::select(schema)
        .cond_where(ctx.scope(Object::ArticleCategory, Action::Read)?)
        .order_by_expr(column(schema, "position"), Order::Asc)
        .order_by_expr(column(schema, "name"), Order::Asc)
        .take();
    let categories = rows::all(db, schema, &select).await?;
    let categories = categories.iter().map(rows::typed::<ArticleCategory>).collect::<Result<Vec<_>>>()?;
    let shelves = categories.into_iter().filter_map(|category| {
        let articles = titles.remove(&category.id)?;
        Some(Shelf { name: category.name, articles })
    });
    Ok(shelves.collect())
}

async fn published(ctx: &Ctx) -> Result<Vec<ArticleVersion>> {
    let schema = &ArticleVersion::SCHEMA;
    let select = rows::select(schema)
        .cond_where(ctx.scope(Object::ArticleVersion, Action::Read)?)
        .and_where(column(schema, "state").eq(VersionState::Published.word()))
        .order_by_expr(column(schema, "name"), Order::Asc)
        .limit(MAX_TITLES)
        .take();
    rows::all(&ctx.app.db.read, schema, &select).await?.iter().map(rows::typed).collect()
}

pub async fn vote(ctx: Ctx, Call { input, .. }: Call<VoteOnShelf>) -> Reply<VoteOnShelf> {
    let schema = &ArticleVersion::SCHEMA;
    let scope = ctx.scope(Object::ArticleVersion, Action::Read)?;
    let row = rows::find(&ctx.app.db.read, schema, input.version_id.0, scope).await?.ok_or(Error::NotFound)?;
    let version: ArticleVersion = rows::typed(&row)?;
    let mut write = ctx.app.write(Cause::Portal).await?;
    limits::take(write.db(), &format!("portal-votes:{}", ctx.visit().network), VOTES, ctx.now).await?;
    let known = rows::find(write.db(), &ArticleFeedback::SCHEMA, input.id.0, Condition::all()).await?;
    if known.is_some() {
        // Sent again: it counts once.
        return Ok(());
    }
    let feedback = ArticleFeedback {
        id: input.id,
        article_id: version.article_id,
        version_id: version.id,
        is_helpful: input.is_helpful,
        reason: input.reason.filter(|_| !input.is_helpful),
        note: input.note,
        ..ArticleFeedback::default()
    };
    let values = settable(ArticleFeedback::SCHEMA.object, row_of(&feedback));
    records::insert::<ArticleFeedback>(&mut write, input.id.0, values).await?;
    write.commit(|_| ()).await
}
