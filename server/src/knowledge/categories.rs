//! The tree of categories: who may read only narrows down it.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use shared::fields::Record;
use shared::id::ArticleCategoryId;
use shared::knowledge::*;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{Room, Turn, going};
use crate::ground::rows;

/// Deeper trees help nobody to find anything.
const MAX_DEPTH: usize = 8;

impl Room for ArticleCategory {
    const SORT: &'static str = "position,name";

    async fn rules(write: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        match after.audience {
            Audience::Teams if after.teams.is_empty() => return Err(Error::field("teams", "required")),
            Audience::Teams => {}
            Audience::Staff | Audience::Customers | Audience::Public => after.teams.clear(),
        }
        check_place(write, after).await
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let standing = turns.iter().filter_map(|turn| turn.after.as_ref());
        for category in standing.filter(|category| category.archived_at.is_none()) {
            check_place(write, category).await?;
        }
        // A category that something stands in is not put away with it.
        let away = going(turns, |it| (it.archived_at, it.id.0));
        check_empty::<Article>(write, &away, "category_id").await?;
        check_empty::<Self>(write, &away, "parent_id").await
    }
}

/// Between what it stands in and what stands in it.
async fn check_place(write: &Write<'_>, category: &ArticleCategory) -> Result<()> {
    if let Some(parent) = category.parent_id {
        check_parents(write, category, parent).await?;
    }
    for child in children(write, category.id).await? {
        if !is_narrower(&child, category) {
            return Err(Error::field("audience", "wider_below"));
        }
    }
    Ok(())
}

/// Every reader of `child` also reads `parent`.
fn is_narrower(child: &ArticleCategory, parent: &ArticleCategory) -> bool {
    let within = parent.audience != Audience::Teams || child.teams.iter().all(|team| parent.teams.contains(team));
    child.audience.fits_in(parent.audience) && within
}

async fn check_parents(write: &Write<'_>, category: &ArticleCategory, parent: ArticleCategoryId) -> Result<()> {
    let mut next = Some(parent);
    for depth in 1..=MAX_DEPTH {
        let Some(id) = next else { return Ok(()) };
        if id == category.id {
            return Err(Error::field("parent_id", "circle_of_categories"));
        }
        let row = rows::find_locked(write.db(), &ArticleCategory::SCHEMA, id.0, Condition::all()).await?;
        let above: ArticleCategory = rows::typed(&row.ok_or_else(|| Error::field("parent_id", "no_such_record"))?)?;
        if depth == 1 && !is_narrower(category, &above) {
            return Err(Error::field("audience", "wider_than_parent"));
        }
        next = above.parent_id;
    }
    Err(Error::field("parent_id", "too_deep"))
}

async fn children(write: &Write<'_>, of: ArticleCategoryId) -> Result<Vec<ArticleCategory>> {
    let select = rows::select(&ArticleCategory::SCHEMA)
        .and_where(Expr::col(name("parent_id")).eq(of.0))
        .and_where(Expr::col(name("archived_at")).is_null())
        .take();
    rows::all(write.db(), &ArticleCategory::SCHEMA, &select).await?.iter().map(rows::typed).collect()
}

async fn check_empty<R: Record>(write: &Write<'_>, away: &[Uuid], key: &'static str) -> Result<()> {
    if away.is_empty() {
        return Ok(());
    }
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(name(R::OBJECT.schema().table))
        .and_where(Expr::col(name(key)).is_in(away.iter().copied()))
        .and_where(Expr::col(name("archived_at")).is_null())
        .limit(1)
        .take();
    match write.db().query_one(&select).await? {
        None => Ok(()),
        Some(_) => Err(Error::Refused("category_in_use")),
    }
}
