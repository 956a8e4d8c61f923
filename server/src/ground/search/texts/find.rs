//! Finds the texts that answer a question, among those that the caller reads.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, JoinType, Query};
use serde_json::Value;
use shared::access::Object;
use shared::fields::Row;
use shared::knowledge::{Marked, Why};

use super::ask::{Ask, ask};
use super::marks::{Folded, show};
use super::rank::{Blocks, Candidate, Stats, chosen, rank};
use super::{meant, plain};
use crate::error::Result;
use crate::ground::db::name;
use crate::ground::rows::{self, column};

/// Candidates that are read at once, and how often more are fetched when the
/// caller may not read enough of them.
const SLICE: usize = 30;
const MAX_SLICES: usize = 16;
/// What a stretch of the question in the title or text adds.
const IN_TITLE: f32 = 0.5;
const IN_BODY: f32 = 0.2;

pub struct Asked<'a> {
    pub object: Object,
    pub question: &'a str,
    pub synonyms: &'a [Vec<String>],
    /// The caller's rule, and what else the rows must be.
    pub condition: Condition,
    pub limit: usize,
}

/// A text that was found.
pub struct Hit {
    pub row: Row,
    pub score: f32,
    pub title: Marked,
    pub snippet: Marked,
    pub why: Vec<Why>,
}

/// The best texts, the best first.
pub async fn find(db: &impl ConnectionTrait, asked: &Asked<'_>) -> Result<Vec<Hit>> {
    let mut question = ask(asked.question, asked.synonyms);
    if question.slots.is_empty() {
        return Ok(Vec::new());
    }
    let docs = meant::add(db, asked.object, &mut question).await?;
    let terms = chosen(&question, &docs);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let (stats, blocks) = (stats(db, asked.object).await?, blocks(db, asked.object, &terms).await?);
    let candidates = rank(&question, stats, &docs, &blocks);
    let phrase: Vec<char> = question.phrase.chars().collect();
    let mut hits = Vec::new();
    for slice in candidates.chunks(SLICE).take(MAX_SLICES) {
        hits.extend(shown(db, asked, &question, &phrase, slice).await?);
        if hits.len() >= asked.limit {
            break;
        }
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    hits.truncate(asked.limit);
    Ok(hits)
}

async fn stats(db: &impl ConnectionTrait, object: Object) -> Result<Stats> {
    let select = Query::select()
        .columns(["docs", "words"].map(name))
        .from(name("text_stats"))
        .and_where(Expr::col(name("object")).eq(object.word()))
        .take();
    let Some(found) = db.query_one(&select).await? else { return Ok(Stats::default()) };
    Ok(Stats { docs: found.try_get_by_index(0)?, words: found.try_get_by_index(1)? })
}

async fn blocks(db: &impl ConnectionTrait, object: Object, terms: &[String]) -> Result<Blocks> {
    let select = Query::select()
        .columns(["block", "term", "data"].map(name))
        .from(name("text_postings"))
        .and_where(Expr::col(name("object")).eq(object.word()))
        .and_where(Expr::col(name("term")).is_in(terms.iter().map(String::as_str)))
        .take();
    let mut blocks: Blocks = HashMap::new();
    for found in db.query_all(&select).await? {
        let (block, term): (i64, String) = (found.try_get_by_index(0)?, found.try_get_by_index(1)?);
        blocks.entry(block).or_default().insert(term, found.try_get_by_index(2)?);
    }
    Ok(blocks)
}

/// Those of the candidates that the caller reads, with their marks.
async fn shown(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    question: &Ask,
    phrase: &[char],
    slice: &[Candidate],
) -> Result<Vec<Hit>> {
    let schema = asked.object.schema();
    let docs = name("text_docs");
    let mut select = rows::select(schema);
    select
        .expr(Expr::col((docs.clone(), name("doc"))))
        .join(JoinType::InnerJoin, docs.clone(), Expr::col((docs.clone(), name("record_id"))).eq(column(schema, "id")))
        .and_where(Expr::col((docs.clone(), name("object"))).eq(asked.object.word()))
        .and_where(Expr::col((docs, name("doc"))).is_in(slice.iter().map(|candidate| candidate.doc)))
        .cond_where(asked.condition.clone());
    let scores: HashMap<i64, f32> = slice.iter().map(|candidate| (candidate.doc, candidate.score)).collect();
    let mut hits = Vec::new();
    for found in db.query_all(&select).await? {
        let row = rows::read(schema, &found)?;
        let doc: i64 = found.try_get_by_index(schema.fields.len())?;
        let title = Folded::new(row.get("name").and_then(Value::as_str).unwrap_or_default());
        let body = Folded::new(&plain(&row));
        let Some(marks) = show(question, &title, &body) else { continue };
        let bonus = 1.0 + IN_TITLE * title.shares(phrase) + IN_BODY * body.shares(phrase);
        let score = scores.get(&doc).copied().unwrap_or_default() * bonus;
        hits.push(Hit { row, score, title: marks.title, snippet: marks.snippet, why: marks.why });
    }
    Ok(hits)
}
