//! What is looked for in vain: counted as it happens, decided on by people.

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, OnConflict, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::Value;
use shared::access::{Action, Object};
use shared::api::Page;
use shared::change::{Done, settable};
use shared::fields::{Row, row_of};
use shared::id::{ArticleId, GapId};
use shared::knowledge::*;
use shared::time::Instant;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::search::texts::normal_form;
use crate::ground::{records, rows};
use crate::http::{Call, Ctx, Reply};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

/// Counts a question that found nothing. Who asked is nobody's business.
pub async fn note(ctx: &Ctx, question: &str) -> Result<()> {
    let norm = normal_form(question);
    if norm.is_empty() {
        return Ok(());
    }
    let again = OnConflict::column(name("norm"))
        .value(name("count"), Expr::col((name("failed_searches"), name("count"))).add(1))
        .value(name("last_at"), ctx.now.0)
        .to_owned();
    let insert = Query::insert()
        .into_table(name("failed_searches"))
        .columns(["norm", "name", "count", "last_at"].map(name))
        .values_panic([norm.into(), shared::text::collapse_spaces(question).into(), 1_i64.into(), ctx.now.0.into()])
        .on_conflict(again)
        .take();
    let write = ctx.app.db.begin().await?;
    write.tx.execute(&insert).await?;
    write.commit().await
}

pub async fn list(ctx: Ctx, Call { input, .. }: Call<ListGaps>) -> Reply<ListGaps> {
    let gap = |key| Expr::col((name("gaps"), name(key)));
    let mut select = lines();
    match input.state {
        None => {}
        Some(GapState::Open) => {
            let open = Condition::any().add(gap("state").is_null()).add(gap("state").eq(GapState::Open.word()));
            select.cond_where(open);
        }
        Some(state) => {
            select.and_where(gap("state").eq(state.word()));
        }
    }
    select
        .order_by((name("failed_searches"), name("count")), Order::Desc)
        .order_by((name("failed_searches"), name("norm")), Order::Asc)
        .limit(u64::from(input.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)));
    let found = ctx.app.db.read.query_all(&select).await?;
    Ok(Page { items: found.iter().map(line).collect::<Result<_>>()?, next: None })
}

fn lines() -> SelectStatement {
    let (failed, gaps) = (name("failed_searches"), name("gaps"));
    Query::select()
        .columns(["norm", "name", "count", "last_at"].map(|key| (failed.clone(), name(key))))
        .columns(["state", "article_id"].map(|key| (gaps.clone(), name(key))))
        .from(failed.clone())
        .left_join(gaps.clone(), Expr::col((gaps, name("norm"))).eq(Expr::col((failed, name("norm")))))
        .take()
}

fn line(found: &QueryResult) -> Result<GapLine> {
    let state: Option<String> = found.try_get_by_index(4)?;
    Ok(GapLine {
        norm: found.try_get_by_index(0)?,
        name: found.try_get_by_index(1)?,
        count: found.try_get_by_index(2)?,
        last_at: Instant(found.try_get_by_index(3)?),
        state: state.map(|word| word.parse().map_err(Error::internal)).transpose()?.unwrap_or_default(),
        article_id: found.try_get_by_index::<Option<Uuid>>(5)?.map(ArticleId),
    })
}

pub async fn decide(ctx: Ctx, Call { input, .. }: Call<DecideGap>) -> Reply<DecideGap> {
    let mut write = ctx.write(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let question = question(&write, &input.norm).await?;
    let record = set(&mut write, &input.norm, &question, input.state, None).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// As it was asked first; only what was asked can be decided on.
async fn question(write: &Write<'_>, norm: &str) -> Result<String> {
    // No normal form holds such characters, and PostgreSQL does not even compare some of them.
    if norm.contains(char::is_control) {
        return Err(Error::field("norm", "control_character"));
    }
    let select = lines().and_where(Expr::col((name("failed_searches"), name("norm"))).eq(norm)).take();
    let found = write.db().query_one(&select).await?.ok_or(Error::NotFound)?;
    Ok(found.try_get_by_index(1)?)
}

async fn set(
    write: &mut Write<'_>,
    norm: &str,
    question: &str,
    state: GapState,
    article: Option<ArticleId>,
) -> Result<Gap> {
    let known = find(write.db(), Expr::col(name("norm")).eq(norm)).await?;
    let Some(before) = known.first() else {
        let gap = Gap {
            id: GapId(Uuid::now_v7()),
            name: question.to_owned(),
            norm: norm.to_owned(),
            state,
            article_id: article,
            ..Gap::default()
        };
        write.insert(&Gap::SCHEMA, vec![row_of(&gap)]).await?;
        return Ok(gap);
    };
    let mut wanted = Row::from_iter([("state".to_owned(), Value::from(state.word()))]);
    if let Some(article) = article {
        wanted.insert("article_id".into(), article.to_string().into());
    }
    let after = write.update(&Gap::SCHEMA, before, &wanted).await?;
    rows::typed(&after)
}

async fn find(db: &impl ConnectionTrait, condition: sea_orm::sea_query::SimpleExpr) -> Result<Vec<Row>> {
    let select = rows::select(&Gap::SCHEMA).and_where(condition).lock_exclusive().take();
    rows::all(db, &Gap::SCHEMA, &select).await
}

/// An article with a first draft, named by what people asked: one command.
pub async fn draft(ctx: Ctx, Call { input, .. }: Call<DraftFromGap>) -> Reply<DraftFromGap> {
    let actor = ctx.actor()?;
    if !actor.may(Object::Gap, Action::Write) || !actor.may(Object::ArticleVersion, Action::Create) {
        return Err(Error::Forbidden);
    }
    let mut write = ctx.write(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let question = question(&write, &input.norm).await?;
    let article = Article {
        name: question.clone(),
        category_id: input.category_id,
        locale: input.locale.clone(),
        ..Article::default()
    };
    let version = ArticleVersion {
        article_id: input.article_id,
        name: question.clone(),
        body: question.clone(),
        locale: input.locale.clone(),
        ..ArticleVersion::default()
    };
    let values = settable(Object::Article, row_of(&article));
    let record = records::insert::<Article>(&mut write, input.article_id.0, values).await?;
    let values = settable(Object::ArticleVersion, row_of(&version));
    records::insert::<ArticleVersion>(&mut write, input.version_id.0, values).await?;
    set(&mut write, &input.norm, &question, GapState::Drafting, Some(input.article_id)).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// What an article was drafted for is answered once it is published.
pub async fn close(write: &mut Write<'_>, article: ArticleId) -> Result<()> {
    let drafting =
        Expr::col(name("article_id")).eq(article.0).and(Expr::col(name("state")).eq(GapState::Drafting.word()));
    for gap in find(write.db(), drafting).await? {
        let done = Row::from_iter([("state".to_owned(), Value::from(GapState::Done.word()))]);
        write.update(&Gap::SCHEMA, &gap, &done).await?;
    }
    Ok(())
}
