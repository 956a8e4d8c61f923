//! How articles fare: read, liked, stale, broken, due.

use std::collections::{HashMap, HashSet};

use chrono::Days;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Order, Query};
use shared::access::{Action, Object};
use shared::api::Page;
use shared::id::ArticleId;
use shared::knowledge::*;
use uuid::Uuid;

use super::{find, links, read};
use crate::error::{Error, Result};
use crate::ground::db::{name, sum};
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Reply};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
/// Views of so many days are told.
const DAYS: u64 = 90;

/// Counts a view of today.
pub async fn view(ctx: Ctx, Call { path: id, .. }: Call<ViewArticle>) -> Reply<ViewArticle> {
    let scope = ctx.scope(Object::Article, Action::Read)?;
    rows::find(&ctx.app.db.read, &Article::SCHEMA, id.0, scope).await?.ok_or(Error::NotFound)?;
    let again = OnConflict::columns(["article_id", "day"].map(name))
        .value(name("count"), Expr::col((name("article_views"), name("count"))).add(1))
        .to_owned();
    let insert = Query::insert()
        .into_table(name("article_views"))
        .columns(["article_id", "day", "count"].map(name))
        .values_panic([id.0.into(), ctx.app.clock.day_of(ctx.now).to_string().into(), 1_i64.into()])
        .on_conflict(again)
        .take();
    let write = ctx.app.db.begin().await?;
    write.tx.execute(&insert).await?;
    write.commit().await
}

/// Live articles that the caller looks after, in the order of their ids.
pub async fn list(ctx: Ctx, Call { input, .. }: Call<ListHealth>) -> Reply<ListHealth> {
    let schema = &Article::SCHEMA;
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let mut select = rows::select(schema);
    select
        .cond_where(ctx.scope(Object::Article, Action::Write)?)
        .and_where(column(schema, "is_live").eq(true))
        .order_by_expr(column(schema, "id"), Order::Asc)
        .limit(u64::from(limit) + 1);
    if let Some(after) = &input.after {
        let after: Uuid = after.parse().map_err(|_| Error::BadRequest("bad_cursor"))?;
        select.and_where(column(schema, "id").gt(after));
    }
    let found = rows::all(&ctx.app.db.read, schema, &select).await?;
    let mut articles = found.iter().map(rows::typed).collect::<Result<Vec<Article>>>()?;
    let has_more = articles.len() > limit as usize;
    articles.truncate(limit as usize);
    let next = articles.last().filter(|_| has_more).map(|last| last.id.to_string());
    Ok(Page { items: told(&ctx, articles).await?, next })
}

async fn told(ctx: &Ctx, articles: Vec<Article>) -> Result<Vec<Health>> {
    let ids: Vec<Uuid> = articles.iter().map(|article| article.id.0).collect();
    let today = ctx.app.clock.day_of(ctx.now);
    let (views, votes) = (views(ctx, &ids).await?, find::votes(&ctx.app.db.read, &ids).await?);
    let live = read::live_of(ctx, &ids).await?;
    let refs: HashSet<String> = live.iter().flat_map(|version| version.refs.iter().cloned()).collect();
    let broken = links::broken(&ctx.app.db.read, &refs.into_iter().collect::<Vec<_>>()).await?;
    let health = |article: Article| {
        let own: Vec<ArticleVersion> = live.iter().filter(|one| one.article_id == article.id).cloned().collect();
        let (helpful, all) = votes.get(&article.id).copied().unwrap_or((0, 0));
        let stale = own.iter().filter(|version| read::is_stale(&article, version, &own));
        let mut lost: Vec<String> = own.iter().flat_map(|version| &version.refs).cloned().collect();
        lost.retain(|address| broken.contains(address));
        lost.sort_unstable();
        lost.dedup();
        Health {
            views: views.get(&article.id).copied().unwrap_or(0),
            votes: all,
            helpful,
            stale: stale.map(|version| version.locale.clone()).collect(),
            broken: lost,
            is_review_due: article.review_on.is_some_and(|day| day <= today),
            article,
        }
    };
    Ok(articles.into_iter().map(health).collect())
}

async fn views(ctx: &Ctx, ids: &[Uuid]) -> Result<HashMap<ArticleId, i64>> {
    let since = ctx.app.clock.day_of(ctx.now).checked_sub_days(Days::new(DAYS)).unwrap_or_default();
    let select = Query::select()
        .column(name("article_id"))
        .expr(sum(Expr::col(name("count"))))
        .from(name("article_views"))
        .and_where(Expr::col(name("article_id")).is_in(ids.iter().copied()))
        .and_where(Expr::col(name("day")).gt(since.to_string()))
        .group_by_col(name("article_id"))
        .take();
    let found = ctx.app.db.read.query_all(&select).await?;
    found.iter().map(|row| Ok((ArticleId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}
