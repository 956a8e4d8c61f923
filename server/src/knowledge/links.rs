//! Links from article to article.

use std::collections::HashSet;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use shared::access::Object;
use shared::id::ArticleId;
use shared::knowledge::{Article, ArticleVersion, VersionState};

use crate::error::Result;
use crate::ground::db::name;
use crate::ground::markdown;

/// Before an article's address.
const PATH: &str = "/knowledge/";
/// More links of one text are not looked at.
const MAX: usize = 100;

/// The addresses of other articles that a text links to, each once.
pub fn inner(body: &str) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for link in markdown::links(body) {
        let Some(address) = link.strip_prefix(PATH) else { continue };
        let address = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        if !address.is_empty() && address.len() <= 120 && !addresses.iter().any(|known| known == address) {
            addresses.push(address.to_owned());
        }
    }
    addresses.truncate(MAX);
    addresses
}

/// Those that lead to no article, also not by way of a former address.
pub async fn broken(db: &impl ConnectionTrait, addresses: &[String]) -> Result<Vec<String>> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let (versions, articles) = (name(ArticleVersion::SCHEMA.table), name(Article::SCHEMA.table));
    let reaches = Condition::any()
        .add(Expr::col((articles.clone(), name("is_live"))).eq(true))
        .add(Expr::col((articles.clone(), name("redirect_id"))).is_not_null());
    let select = Query::select()
        .distinct()
        .column((versions.clone(), name("slug")))
        .from(versions.clone())
        .inner_join(
            articles.clone(),
            Expr::col((articles, name("id"))).eq(Expr::col((versions.clone(), name("article_id")))),
        )
        .and_where(Expr::col((versions.clone(), name("slug"))).is_in(addresses.iter().map(String::as_str)))
        .and_where(Expr::col((versions, name("published_at"))).is_not_null())
        .cond_where(reaches)
        .take();
    let mut known = HashSet::new();
    for found in db.query_all(&select).await? {
        known.insert(found.try_get_by_index::<String>(0)?);
    }
    Ok(addresses.iter().filter(|address| !known.contains(*address)).cloned().collect())
}

/// Whether a published text of another article links to this one.
pub async fn is_linked(db: &impl ConnectionTrait, article: ArticleId) -> Result<bool> {
    let versions = || name(ArticleVersion::SCHEMA.table);
    let addresses = Query::select()
        .column(name("slug"))
        .from(versions())
        .and_where(Expr::col(name("article_id")).eq(article.0))
        .and_where(Expr::col(name("published_at")).is_not_null())
        .take();
    let linking = Query::select()
        .column(name("record_id"))
        .from(name("links"))
        .and_where(Expr::col(name("object")).eq(Object::ArticleVersion.word()))
        .and_where(Expr::col(name("field")).eq("refs"))
        .and_where(Expr::col(name("key")).in_subquery(addresses))
        .take();
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(versions())
        .and_where(Expr::col(name("id")).in_subquery(linking))
        .and_where(Expr::col(name("article_id")).ne(article.0))
        .and_where(Expr::col(name("state")).eq(VersionState::Published.word()))
        .limit(1)
        .take();
    Ok(db.query_one(&select).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_other_articles_are_known() {
        let body =
            "[a](/knowledge/reset) [b](/knowledge/vpn#809) [c](/knowledge/reset) [d](https://a.example/knowledge/x)";
        assert_eq!(inner(body), ["reset", "vpn"]);
    }
}
