//! A version on its way to the readers: submitted, decided, scheduled,
//! published, archived, restored.

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::access::{Action, Object};
use shared::change::{BulkDone, Cause, Done};
use shared::fields::{Row, row_of};
use shared::id::{ArticleId, ArticleVersionId};
use shared::knowledge::*;
use shared::time::Instant;

use super::{address, gaps};
use crate::App;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::jobs::{self, Job};
use crate::ground::records::Turn;
use crate::ground::{history, records, rows};
use crate::http::{Call, Ctx, Reply};

/// A version whose time comes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Due {
    pub version: ArticleVersionId,
    pub at: Instant,
}

pub async fn submit(ctx: Ctx, Call { path: id, .. }: Call<SubmitArticleVersion>) -> Reply<SubmitArticleVersion> {
    let mut write = ctx.write(&("submit", id)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let before = write.find(&ArticleVersion::SCHEMA, id.0, Action::Write).await?;
    let record = step(&mut write, &before, VersionState::InReview, Row::new()).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

pub async fn decide(ctx: Ctx, Call { path: id, input }: Call<DecideArticleVersion>) -> Reply<DecideArticleVersion> {
    let mut write = ctx.write(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let before = write.find(&ArticleVersion::SCHEMA, id.0, Action::Read).await?;
    let version: ArticleVersion = rows::typed(&before)?;
    let article = write.find(&Article::SCHEMA, version.article_id.0, Action::Write).await?;
    let record = decided(&mut write, &before, &version, &article, input).await?;
    let now = write.now;
    let done = write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await?;
    if done.record.publish_at.is_some_and(|at| at <= now) {
        ctx.app.jobs.wake();
    }
    Ok(done)
}

async fn decided(
    write: &mut Write<'_>,
    before: &Row,
    version: &ArticleVersion,
    article: &Row,
    decision: Decision,
) -> Result<ArticleVersion> {
    match decision.to {
        VersionState::Draft | VersionState::InReview => Err(Error::field("to", "not_offered")),
        VersionState::ChangesRequested => {
            let note = decision.note.filter(|note| shared::text::not_blank(note));
            let note = note.ok_or_else(|| Error::field("note", "required"))?;
            step(write, before, decision.to, Row::from_iter([("review_note".to_owned(), note.into())])).await
        }
        VersionState::Approved => {
            if version.state == VersionState::InReview {
                check_reviewer(write, version).await?;
            }
            step(write, before, decision.to, no_date()).await
        }
        VersionState::Scheduled => {
            let at = decision.at.filter(|at| *at > write.now);
            let at = at.ok_or_else(|| Error::field("at", "in_the_past"))?;
            let due = Due { version: version.id, at };
            // Each date has a job of its own; one that was put off finds that its time has not come.
            let key = format!("{}@{}", version.id, at.0);
            jobs::enqueue(write.db(), &Job::PublishArticle(due), at, Some(&key)).await?;
            step(write, before, decision.to, Row::from_iter([("publish_at".to_owned(), at.0.into())])).await
        }
        VersionState::Published => publish(write, before, version, article).await,
        VersionState::Archived => retire(write, before, version, article).await,
    }
}

fn no_date() -> Row {
    Row::from_iter([("publish_at".to_owned(), Value::Null)])
}

/// Takes a version to its next state.
async fn step(write: &mut Write<'_>, before: &Row, to: VersionState, mut set: Row) -> Result<ArticleVersion> {
    let version: ArticleVersion = rows::typed(before)?;
    if !version.state.may_become(to) {
        return Err(Error::Refused("no_such_step"));
    }
    set.insert("state".into(), to.word().into());
    let after = write.update(&ArticleVersion::SCHEMA, before, &set).await?;
    rows::typed(&after)
}

/// Nobody approves their own words, where the house wants four eyes.
pub async fn check_reviewer(write: &Write<'_>, version: &ArticleVersion) -> Result<()> {
    if !write.app().settings.four_eyes {
        return Ok(());
    }
    let actor = write.actor()?.id;
    let last = history::last_change(write.db(), Object::ArticleVersion, version.id.0, "body").await?;
    let wrote = version.owner_id == Some(actor) || last.is_some_and(|(by, ..)| by == Some(actor));
    if wrote { Err(Error::Refused("own_review")) } else { Ok(()) }
}

/// The version becomes what readers see, in the place of the one before it.
async fn publish(
    write: &mut Write<'_>,
    before: &Row,
    version: &ArticleVersion,
    article: &Row,
) -> Result<ArticleVersion> {
    let holder: Article = rows::typed(article)?;
    if holder.archived_at.is_some() {
        return Err(Error::Refused("article_archived"));
    }
    let slug = version.slug.as_deref().unwrap_or_default();
    if address::is_taken(write.db(), slug, version.article_id).await? {
        return Err(Error::Refused("address_taken"));
    }
    for live in published(write, version.article_id, Some(&version.locale)).await? {
        step(write, &live, VersionState::Archived, Row::new()).await?;
    }
    let mut set = no_date();
    set.insert("published_at".into(), write.now.0.into());
    let record = step(write, before, VersionState::Published, set).await?;
    let mut shown = Row::from_iter([("is_live".to_owned(), true.into())]);
    if version.locale == holder.locale {
        shown.insert("name".into(), version.name.clone().into());
    }
    write.update(&Article::SCHEMA, article, &shown).await?;
    gaps::close(write, version.article_id).await?;
    Ok(record)
}

/// Takes a version out of the readers' or the authors' way.
async fn retire(
    write: &mut Write<'_>,
    before: &Row,
    version: &ArticleVersion,
    article: &Row,
) -> Result<ArticleVersion> {
    let is_last = published(write, version.article_id, None).await?.iter().all(|live| rows::id(live) == version.id.0);
    if version.state == VersionState::Published && is_last {
        let hidden = Row::from_iter([("is_live".to_owned(), false.into())]);
        let after = write.update(&Article::SCHEMA, article, &hidden).await?;
        records::check_holds::<Article>(write, &[Turn { before: Some(article.clone()), after: Some(after) }]).await?;
    }
    step(write, before, VersionState::Archived, no_date()).await
}

async fn published(write: &Write<'_>, article: ArticleId, locale: Option<&str>) -> Result<Vec<Row>> {
    let mut select = rows::select(&ArticleVersion::SCHEMA);
    select
        .and_where(Expr::col(name("article_id")).eq(article.0))
        .and_where(Expr::col(name("state")).eq(VersionState::Published.word()));
    if let Some(locale) = locale {
        select.and_where(Expr::col(name("locale")).eq(locale));
    }
    rows::all(write.db(), &ArticleVersion::SCHEMA, &select).await
}

pub async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveArticles>) -> Reply<ArchiveArticles> {
    records::check_size(&input.ids)?;
    let mut write = ctx.write(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let mut turns = Vec::new();
    for id in &input.ids {
        let before = write.find(&Article::SCHEMA, *id, Action::Archive).await?;
        let is_archived = before.get("archived_at").is_some_and(|at| !at.is_null());
        if is_archived != input.archived {
            let after = put_away(&mut write, &before, input.archived).await?;
            turns.push(Turn { before: Some(before), after: Some(after) });
        }
    }
    records::check_holds::<Article>(&write, &turns).await?;
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

async fn put_away(write: &mut Write<'_>, before: &Row, away: bool) -> Result<Row> {
    let at = if away { Value::from(write.now.0) } else { Value::Null };
    let mut set = Row::from_iter([("archived_at".to_owned(), at)]);
    if away {
        for live in published(write, ArticleId(rows::id(before)), None).await? {
            step(write, &live, VersionState::Archived, no_date()).await?;
        }
        set.insert("is_live".into(), false.into());
    }
    write.update(&Article::SCHEMA, before, &set).await
}

pub async fn restore(ctx: Ctx, Call { path: id, input }: Call<RestoreArticleVersion>) -> Reply<RestoreArticleVersion> {
    let mut write = ctx.write(&(id, &input)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let old = write.find(&ArticleVersion::SCHEMA, id.0, Action::Read).await?;
    let old: ArticleVersion = rows::typed(&old)?;
    let words = ArticleVersion {
        article_id: old.article_id,
        locale: old.locale,
        name: old.name,
        body: old.body,
        summary: old.summary,
        keywords: old.keywords,
        slug: old.slug,
        // An old translation is as old as it was.
        source_n: old.source_n,
        ..ArticleVersion::default()
    };
    let values = shared::change::settable(ArticleVersion::SCHEMA.object, row_of(&words));
    let record = records::insert::<ArticleVersion>(&mut write, input.id.0, values).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// Publishes what was scheduled, if it still is, and for this moment.
pub async fn publish_due(app: &App, due: Due) -> Result<()> {
    match publish_if_due(app, &due).await {
        Err(Error::Refused(why)) => {
            tracing::warn!(version = %due.version, why, "a scheduled version was not published");
            hand_back(app, &due).await
        }
        outcome => outcome,
    }
}

async fn publish_if_due(app: &App, due: &Due) -> Result<()> {
    let mut write = app.write(Cause::Rule).await?;
    let Some((before, version)) = scheduled(&write, due).await? else { return Ok(()) };
    let article = write.find(&Article::SCHEMA, version.article_id.0, Action::Write).await?;
    publish(&mut write, &before, &version, &article).await?;
    write.commit(|_| ()).await
}

/// Somebody has to look at it again: it waits, approved, without a date.
async fn hand_back(app: &App, due: &Due) -> Result<()> {
    let mut write = app.write(Cause::Rule).await?;
    let Some((before, _)) = scheduled(&write, due).await? else { return Ok(()) };
    step(&mut write, &before, VersionState::Approved, no_date()).await?;
    write.commit(|_| ()).await
}

/// The version, if it is still scheduled for this moment.
async fn scheduled(write: &Write<'_>, due: &Due) -> Result<Option<(Row, ArticleVersion)>> {
    let found = rows::find_locked(write.db(), &ArticleVersion::SCHEMA, due.version.0, Condition::all()).await?;
    let Some(row) = found else { return Ok(None) };
    let version: ArticleVersion = rows::typed(&row)?;
    let is_due = version.state == VersionState::Scheduled && version.publish_at == Some(due.at);
    Ok(is_due.then_some((row, version)))
}
