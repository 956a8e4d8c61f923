//! The rule of what stands in the tree of categories: its audience is the
//! category's, and so is that of its versions and of what readers say of it.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr};
use serde_json::Value;
use shared::access::{Facts, Guard, Object};
use shared::fields::{Row, Schema};
use shared::id::TeamId;
use shared::knowledge::{Article, ArticleCategory, Audience, VersionState};
use uuid::Uuid;

use crate::error::Result;
use crate::ground::db::name;
use crate::ground::rows::{self, column};

/// In a category for all of staff, or for one of these teams.
pub fn heard(schema: &Schema, teams: &[TeamId]) -> SimpleExpr {
    let category = |key| Expr::col((name(ArticleCategory::SCHEMA.table), name(key)));
    let mut any = Condition::any().add(category("audience").ne(Audience::Teams.word()));
    if !teams.is_empty() {
        any = any.add(category("id").in_subquery(categories_of(teams)));
    }
    if schema.object == Object::ArticleCategory {
        return any.into();
    }
    standing_in(schema, any)
}

/// In a category for one of these audiences.
pub fn read_by(schema: &Schema, audiences: &[Audience]) -> SimpleExpr {
    let audience = Expr::col((name(ArticleCategory::SCHEMA.table), name("audience")));
    let any = Condition::all().add(audience.is_in(audiences.iter().map(|audience| audience.word())));
    if schema.object == Object::ArticleCategory {
        return any.into();
    }
    standing_in(schema, any)
}

/// In one of the categories that fit.
fn standing_in(schema: &Schema, fits: Condition) -> SimpleExpr {
    let id = Expr::col((name(ArticleCategory::SCHEMA.table), name("id")));
    let heard = Query::select().expr(id).from(name(ArticleCategory::SCHEMA.table)).cond_where(fits).take();
    if schema.object == Object::Article {
        return column(schema, "category_id").in_subquery(heard);
    }
    // Row by row: a list of all articles that somebody reads would be made anew for each question.
    let article = Query::select()
        .expr(Expr::cust("1"))
        .from(name(Article::SCHEMA.table))
        .and_where(column(&Article::SCHEMA, "id").eq(column(schema, "article_id")))
        .and_where(column(&Article::SCHEMA, "category_id").in_subquery(heard))
        .take();
    Expr::exists(article)
}

fn categories_of(teams: &[TeamId]) -> SelectStatement {
    Query::select()
        .column(name("record_id"))
        .from(name("links"))
        .and_where(Expr::col(name("object")).eq(Object::ArticleCategory.word()))
        .and_where(Expr::col(name("field")).eq("teams"))
        .and_where(Expr::col(name("key")).is_in(teams.iter().map(ToString::to_string)))
        .take()
}

pub fn published(schema: &Schema) -> SimpleExpr {
    match schema.object {
        Object::Article => column(schema, "is_live").eq(true),
        _ => column(schema, "state").eq(VersionState::Published.word()),
    }
}

/// Adds what the rule must know of these rows, in two statements.
pub async fn add_facts(
    db: &impl ConnectionTrait,
    schema: &Schema,
    records: &[&Row],
    facts: &mut [Facts],
) -> Result<()> {
    if !matches!(schema.guard, Guard::Audience | Guard::Published) {
        return Ok(());
    }
    let articles = match schema.object {
        Object::ArticleFeedback | Object::ArticleVersion => articles_of(db, records).await?,
        _ => HashMap::new(),
    };
    let category_of = |row: &Row| match schema.object {
        Object::ArticleCategory => Some(rows::id(row)),
        Object::Article => rows::reference(row, "category_id"),
        _ => rows::reference(row, "article_id").and_then(|article| articles.get(&article).copied()),
    };
    let wanted: Vec<Uuid> = records.iter().filter_map(|row| category_of(row)).collect();
    let mut audiences = HashMap::new();
    if schema.object != Object::ArticleCategory && !wanted.is_empty() {
        let found = rows::by_ids(db, &ArticleCategory::SCHEMA, &wanted, &Condition::all()).await?;
        audiences.extend(found.iter().map(|(id, row)| (*id, audience_of(row))));
    }
    for (row, fact) in records.iter().zip(facts) {
        fact.is_published = row.get("is_live") == Some(&Value::Bool(true))
            || row.get("state").and_then(Value::as_str) == Some(VersionState::Published.word());
        fact.audience = match schema.object {
            Object::ArticleCategory => Some(audience_of(row)),
            _ => category_of(row).and_then(|category| audiences.get(&category).cloned()),
        };
    }
    Ok(())
}

async fn articles_of(db: &impl ConnectionTrait, records: &[&Row]) -> Result<HashMap<Uuid, Uuid>> {
    let ids: Vec<Uuid> = records.iter().filter_map(|row| rows::reference(row, "article_id")).collect();
    let found = rows::by_ids(db, &Article::SCHEMA, &ids, &Condition::all()).await?;
    Ok(found.iter().filter_map(|(id, row)| Some((*id, rows::reference(row, "category_id")?))).collect())
}

fn audience_of(row: &Row) -> (Audience, Vec<TeamId>) {
    let audience = row.get("audience").and_then(Value::as_str).and_then(|word| word.parse().ok()).unwrap_or_default();
    let teams = row.get("teams").and_then(Value::as_array).into_iter().flatten();
    (audience, teams.filter_map(rows::id_of).map(TeamId).collect())
}
