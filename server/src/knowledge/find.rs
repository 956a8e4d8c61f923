//! The search over published articles: the ground's ranking, and a little for
//! what helped others and what is recent.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use shared::access::{Action, Object};
use shared::id::ArticleId;
use shared::knowledge::*;
use shared::time::{DAY, Instant};
use uuid::Uuid;

use super::{gaps, synonyms};
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::rows::{self, column};
use crate::ground::search::texts::{self, Asked, Hit};
use crate::http::{Call, Ctx, Reply};

const DEFAULT_HITS: u32 = 10;
const MAX_HITS: u32 = 50;
const MAX_QUERY: usize = 200;
/// So much more than nothing counts that every reader was helped.
const HELPFUL: f32 = 0.2;
/// So much more counts an article of today than one of years ago.
const RECENT: f32 = 0.05;

pub async fn search(ctx: Ctx, Call { input, .. }: Call<SearchArticles>) -> Reply<SearchArticles> {
    if input.q.chars().count() > MAX_QUERY {
        return Err(Error::field("q", "too_long"));
    }
    if input.locale.as_deref().is_some_and(|locale| !LOCALES.contains(&locale)) {
        return Err(Error::field("locale", "not_offered"));
    }
    let hits = best(&ctx, &input).await?;
    if hits.is_empty() && !input.is_typing {
        gaps::note(&ctx, &input.q).await?;
    }
    Ok(Found { hits })
}

async fn best(ctx: &Ctx, input: &KnowledgeQuery) -> Result<Vec<ArticleHit>> {
    let schema = &ArticleVersion::SCHEMA;
    let limit = input.limit.unwrap_or(DEFAULT_HITS).clamp(1, MAX_HITS) as usize;
    // A writer's own drafts are no answer.
    let mut condition = ctx
        .scope(Object::ArticleVersion, Action::Read)?
        .add(column(schema, "state").eq(VersionState::Published.word()));
    if let Some(locale) = &input.locale {
        condition = condition.add(column(schema, "locale").eq(locale.as_str()));
    }
    let db = &ctx.app.db.read;
    let synonyms = synonyms::groups(db).await?;
    let asked =
        Asked { object: Object::ArticleVersion, question: &input.q, synonyms: &synonyms, condition, limit: limit + 10 };
    let mut found = Vec::new();
    for hit in texts::find(db, &asked).await? {
        found.push((rows::typed::<ArticleVersion>(&hit.row)?, hit));
    }
    prefer(ctx, &mut found).await?;
    Ok(found.into_iter().take(limit).map(|(version, hit)| shown(version, hit)).collect())
}

fn shown(version: ArticleVersion, hit: Hit) -> ArticleHit {
    ArticleHit {
        article_id: version.article_id,
        version_id: version.id,
        locale: version.locale,
        slug: version.slug.unwrap_or_default(),
        title: hit.title,
        snippet: hit.snippet,
        why: hit.why,
    }
}

/// Of two that fit alike, the one that helped more, then the newer one.
async fn prefer(ctx: &Ctx, found: &mut [(ArticleVersion, Hit)]) -> Result<()> {
    let ids: Vec<Uuid> = found.iter().map(|(version, _)| version.article_id.0).collect();
    let votes = votes(&ctx.app.db.read, &ids).await?;
    for (version, hit) in found.iter_mut() {
        let (helpful, all) = votes.get(&version.article_id).copied().unwrap_or((0, 0));
        hit.score *= prior(helpful, all, version.published_at, ctx.now);
    }
    found.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    Ok(())
}

/// Few votes tell little: four readers in the middle are added to them.
#[expect(clippy::cast_precision_loss, reason = "a share of counts, an age in days")]
fn prior(helpful: i64, votes: i64, published_at: Option<Instant>, now: Instant) -> f32 {
    let share = (helpful as f32 + 2.0) / (votes as f32 + 4.0);
    let age = published_at.map_or(0, |at| (now.0 - at.0) / DAY) as f32 / 365.0;
    1.0 + HELPFUL * (share - 0.5) + RECENT / (1.0 + age)
}

/// Helpful votes and all votes of articles.
pub async fn votes(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<ArticleId, (i64, i64)>> {
    let mut votes = HashMap::new();
    if ids.is_empty() {
        return Ok(votes);
    }
    let select = Query::select()
        .column(name("article_id"))
        .expr(Expr::cust("SUM(CASE WHEN is_helpful THEN 1 ELSE 0 END)"))
        .expr(Expr::cust("COUNT(*)"))
        .from(name(ArticleFeedback::SCHEMA.table))
        .and_where(Expr::col(name("article_id")).is_in(ids.iter().copied()))
        .and_where(Expr::col(name("archived_at")).is_null())
        .group_by_col(name("article_id"))
        .take();
    for row in db.query_all(&select).await? {
        votes.insert(ArticleId(row.try_get_by_index(0)?), (row.try_get_by_index(1)?, row.try_get_by_index(2)?));
    }
    Ok(votes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helped_and_what_is_recent_counts_a_little_more() {
        let (now, then) = (Instant(1_000 * DAY), Instant(0));
        let order = [prior(9, 10, Some(now), now), prior(9, 10, Some(then), now), prior(1, 10, Some(now), now)];
        assert!(order.is_sorted_by(|a, b| a > b), "{order:?}");
        assert!(prior(1, 1, None, now) < prior(40, 40, None, now), "one vote tells little");
        assert!(order.iter().all(|prior| (0.8..1.2).contains(prior)));
    }
}
