//! What must hold of articles, their versions and what readers say.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func, Query};
use shared::access::{Action, Object};
use shared::id::ArticleId;
use shared::knowledge::*;

use super::{address, decide, links};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{Room, Turn};
use crate::ground::rows;

impl Room for Article {
    async fn rules(_: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        // Translations are measured by the versions in this language.
        if before.is_some_and(|before| before.locale != after.locale) {
            return Err(Error::field("locale", "read_only"));
        }
        if after.redirect_id == Some(after.id) {
            return Err(Error::field("redirect_id", "itself"));
        }
        Ok(())
    }

    /// What others link to goes only when its readers have somewhere else to go.
    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        for turn in turns {
            let Some(before) = &turn.before else { continue };
            let stays = turn.after.as_ref().is_some_and(|after| {
                let is_there = after.archived_at.is_none() || before.archived_at.is_some();
                (is_there && (after.is_live || !before.is_live)) || after.redirect_id.is_some()
            });
            if !stays && links::is_linked(write.db(), before.id).await? {
                return Err(Error::Refused("article_linked"));
            }
        }
        Ok(())
    }
}

impl Room for ArticleVersion {
    const SORT: &'static str = "-n";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        if let Some(before) = before {
            check_open(before, after)?;
        } else {
            number(write, after).await?;
        }
        after.refs = links::inner(&after.body);
        after.slug = Some(slug(write, after).await?);
        Ok(())
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        for turn in turns {
            let (Some(before), Some(after)) = (&turn.before, &turn.after) else { continue };
            if words(before) != words(after) {
                check_open(before, after)?;
            }
            if before.state != after.state {
                check_step(write, before, after).await?;
            }
        }
        Ok(())
    }
}

/// What is approved of a version.
fn words(version: &ArticleVersion) -> (&str, &str, Option<&str>, Option<&str>, &[String]) {
    let ArticleVersion { name, body, summary, slug, keywords, .. } = version;
    (name, body, summary.as_deref(), slug.as_deref(), keywords)
}

/// A step that is taken back is a step: it is decided by whoever decides.
async fn check_step(write: &Write<'_>, before: &ArticleVersion, after: &ArticleVersion) -> Result<()> {
    let is_authors = |state: VersionState| matches!(state, VersionState::Draft | VersionState::InReview);
    if !(is_authors(before.state) && is_authors(after.state)) {
        let editable = write.scope(Object::Article, Action::Write);
        let article = rows::find(write.db(), &Article::SCHEMA, after.article_id.0, editable).await?;
        article.ok_or(Error::Forbidden)?;
    }
    match after.state {
        VersionState::Approved if before.state == VersionState::InReview => decide::check_reviewer(write, after).await,
        VersionState::Scheduled if after.publish_at.is_none_or(|at| at <= write.now) => {
            Err(Error::field("at", "in_the_past"))
        }
        VersionState::Published => {
            let slug = after.slug.as_deref().unwrap_or_default();
            let is_taken = address::is_taken(write.db(), slug, after.article_id).await?;
            if is_taken { Err(Error::Refused("address_taken")) } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

/// What was handed on keeps its words: whoever approved them approved these.
fn check_open(before: &ArticleVersion, after: &ArticleVersion) -> Result<()> {
    if !before.state.is_open() {
        return Err(Error::Refused("version_closed"));
    }
    if before.article_id != after.article_id {
        return Err(Error::field("article_id", "read_only"));
    }
    if before.locale != after.locale {
        return Err(Error::field("locale", "read_only"));
    }
    Ok(())
}

/// The next number in its language, and what it translates unless that is said.
async fn number(write: &Write<'_>, version: &mut ArticleVersion) -> Result<()> {
    let article = article(write, version.article_id).await?;
    version.n = last_number(write, article.id, &version.locale).await? + 1;
    version.state = VersionState::Draft;
    if version.locale == article.locale {
        version.source_n = None;
        return Ok(());
    }
    let newest = last_number(write, article.id, &article.locale).await?;
    if version.source_n.is_some_and(|n| n > newest) {
        return Err(Error::field("source_n", "no_such_record"));
    }
    if version.source_n.is_none() && newest > 0 {
        version.source_n = Some(newest);
    }
    Ok(())
}

/// The article, held until the command ends: two drafts at once get two numbers.
pub async fn article(write: &Write<'_>, id: ArticleId) -> Result<Article> {
    let row = rows::find_locked(write.db(), &Article::SCHEMA, id.0, Condition::all()).await?;
    rows::typed(&row.ok_or_else(|| Error::field("article_id", "no_such_record"))?)
}

async fn last_number(write: &Write<'_>, article: ArticleId, locale: &str) -> Result<i64> {
    let select = Query::select()
        .expr(Func::max(Expr::col(name("n"))))
        .from(name(ArticleVersion::SCHEMA.table))
        .and_where(Expr::col(name("article_id")).eq(article.0))
        .and_where(Expr::col(name("locale")).eq(locale))
        .take();
    let found = write.db().query_one(&select).await?;
    Ok(found.map(|found| found.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten().unwrap_or(0))
}

async fn slug(write: &Write<'_>, version: &ArticleVersion) -> Result<String> {
    let Some(wanted) = version.slug.as_deref() else {
        return address::free(write.db(), address::of_title(&version.name), version.article_id, &version.locale).await;
    };
    if !address::is_good(wanted) {
        return Err(Error::field("slug", "bad_address"));
    }
    if address::is_taken(write.db(), wanted, version.article_id).await? {
        return Err(Error::field("slug", "taken"));
    }
    Ok(wanted.to_owned())
}

impl Room for ArticleFeedback {
    const SORT: &'static str = "-created_at";

    async fn rules(write: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        let of_article = Condition::all().add(Expr::col(name("article_id")).eq(after.article_id.0));
        let read = rows::find(write.db(), &ArticleVersion::SCHEMA, after.version_id.0, of_article).await?;
        read.ok_or_else(|| Error::field("version_id", "no_such_record"))?;
        if after.is_helpful {
            after.reason = None;
        }
        Ok(())
    }
}

impl Room for Gap {
    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }
}
