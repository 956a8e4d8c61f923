//! Search by tokens: posting lists beside the rows, written in their
//! transaction, read together with the caller's rule.

mod said;
pub mod texts;
pub mod tokens;

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{
    Condition, Expr, ExprTrait as _, Func, JoinType, Order, Query, SelectStatement, SimpleExpr, UnionType,
};
use serde_json::Value;
use shared::access::{Action, Object};
use shared::fields::{FieldKind, Row, Schema};
use shared::search::{Hit, Search};
use uuid::Uuid;

use super::db::name;
use super::rows::{self, column};
use crate::error::{Error, Result};
use crate::http::{Call, Ctx, Reply, Routes};
use tokens::{Match, Piece};

/// The kinds that the palette finds.
const FOUND: [Object; 4] = [Object::Account, Object::Contact, Object::Opportunity, Object::Article];
const DEFAULT_HITS: u32 = 8;
const MAX_HITS: u32 = 50;
const MAX_QUERY: usize = 200;

/// Postings of a word are counted no further: beyond it a word is common.
const COMMON: u64 = 500;

/// Of more that fit in one way, so many compete for the few that are shown: who
/// types one common syllable goes on typing.
const COMPETING: u64 = 100;

pub fn routes() -> Routes {
    Routes::default().on(find)
}

/// Writes the tokens of new records.
pub async fn insert(db: &impl ConnectionTrait, schema: &Schema, records: &[Row]) -> Result<()> {
    if !FOUND.contains(&schema.object) {
        return Ok(());
    }
    let mut found = Vec::new();
    for row in records {
        found.extend(tokens_of(schema, row).into_iter().map(|token| (rows::id(row), token)));
    }
    for chunk in found.chunks(5_000) {
        let mut insert = Query::insert();
        insert.into_table(name("tokens")).columns(["object", "token", "record_id", "weight"].map(name));
        for (id, token) in chunk {
            insert.values_panic([
                SimpleExpr::from(schema.object.word()),
                token.text.as_str().into(),
                (*id).into(),
                i64::from(token.weight).into(),
            ]);
        }
        db.execute(&insert).await?;
    }
    Ok(())
}

/// Writes the tokens of a changed record anew, if its words changed.
pub async fn replace(db: &impl ConnectionTrait, schema: &Schema, row: &Row, changed: &Row) -> Result<()> {
    let is_searched = |field: &shared::fields::Field| field.searched && changed.contains_key(field.key);
    if !FOUND.contains(&schema.object) || !schema.fields.iter().any(is_searched) {
        return Ok(());
    }
    delete(db, schema, &[rows::id(row)]).await?;
    insert(db, schema, std::slice::from_ref(row)).await
}

pub async fn delete(db: &impl ConnectionTrait, schema: &Schema, ids: &[Uuid]) -> Result<()> {
    if !FOUND.contains(&schema.object) {
        return Ok(());
    }
    for chunk in ids.chunks(1_000) {
        let delete = Query::delete()
            .from_table(name("tokens"))
            .and_where(Expr::col(name("record_id")).is_in(chunk.iter().copied()))
            .and_where(Expr::col(name("object")).eq(schema.object.word()))
            .take();
        db.execute(&delete).await?;
    }
    Ok(())
}

fn tokens_of(schema: &Schema, row: &Row) -> Vec<tokens::Token> {
    let title = row.get("name").and_then(Value::as_str).unwrap_or_default();
    let mut extra: Vec<&str> = Vec::new();
    for field in schema.fields.iter().filter(|field| field.searched && field.key != "name") {
        match (field.kind, row.get(field.key)) {
            (FieldKind::List(_), Some(Value::Array(points))) => {
                extra.extend(points.iter().filter_map(|point| point.get("norm").and_then(Value::as_str)));
            }
            (_, Some(Value::String(text))) => extra.push(text),
            _ => {}
        }
    }
    tokens::index_tokens(title, &extra)
}

/// Rows of `schema` that hold every word of `words`; tickets also by what was said on them.
pub async fn condition(ctx: &Ctx, schema: &Schema, words: &str) -> Result<Condition> {
    match schema.object {
        Object::Ticket => said::condition(ctx, words).await,
        _ => Ok(by_tokens(schema, words)),
    }
}

fn by_tokens(schema: &Schema, words: &str) -> Condition {
    let pieces = tokens::query_tokens(words).pieces;
    if pieces.is_empty() {
        return Condition::all().add(Expr::value(false));
    }
    pieces
        .iter()
        .fold(Condition::all(), |all, piece| all.add(column(schema, "id").in_subquery(holders(schema.object, piece))))
}

/// As `condition`, for rows in memory: those of the past.
pub fn matcher(schema: &Schema, words: &str) -> impl Fn(&Row) -> bool {
    let pieces = tokens::query_tokens(words).pieces;
    move |row: &Row| {
        // What was said on a ticket in the past is asked of its thread.
        let is_named = FOUND.contains(&schema.object) || schema.object == Object::Ticket;
        let held = if is_named { tokens_of(schema, row) } else { Vec::new() };
        let holds = |wanted: &Match| match wanted {
            Match::Exact(text) => held.iter().any(|token| token.text == *text),
            Match::Prefix(text) => held.iter().any(|token| token.text.starts_with(text.as_str())),
        };
        !pieces.is_empty() && pieces.iter().all(|piece| piece.matches.iter().any(holds))
    }
}

/// Who holds a piece. One walk along the index for each way to match: an `OR`
/// of them would read all tokens of the kind.
fn postings(object: Object, piece: &Piece) -> SelectStatement {
    let one = |condition: SimpleExpr| {
        Query::select()
            .column(name("record_id"))
            .from(name("tokens"))
            .and_where(Expr::col(name("object")).eq(object.word()))
            .and_where(condition)
            .take()
    };
    let ways = piece.matches.iter().map(|wanted| one(matching(Expr::col(name("token")), wanted)));
    ways.reduce(|mut all, way| all.union(UnionType::All, way).take()).unwrap_or_else(|| one(Expr::value(false)))
}

fn holders(object: Object, piece: &Piece) -> SelectStatement {
    Query::select().column(name("record_id")).from_subquery(postings(object, piece), name("posting")).take()
}

async fn find(ctx: Ctx, Call { input, .. }: Call<Search>) -> Reply<Search> {
    if input.q.chars().count() > MAX_QUERY {
        return Err(Error::field("q", "too_long"));
    }
    let pieces = tokens::query_tokens(&input.q).pieces;
    let limit = input.limit.unwrap_or(DEFAULT_HITS).clamp(1, MAX_HITS);
    let mut asked: Vec<Object> =
        FOUND.into_iter().filter(|kind| input.object.is_none_or(|only| only == *kind)).collect();
    if pieces.is_empty() {
        asked.clear();
    }
    let mut hits = Vec::new();
    for (object, pieces) in rarest_first(&ctx, asked, &pieces).await? {
        hits.extend(best(&ctx, object, &pieces, limit).await?);
    }
    Ok(hits)
}

/// The words for each kind, the rarest first: it leads, and the others are only
/// looked up for its holders. Kinds that lack a word are left out.
async fn rarest_first(ctx: &Ctx, asked: Vec<Object>, pieces: &[Piece]) -> Result<Vec<(Object, Vec<Piece>)>> {
    if pieces.len() < 2 {
        return Ok(asked.into_iter().map(|object| (object, pieces.to_vec())).collect());
    }
    let one = |object: Object, piece: &Piece| {
        let some = Query::select()
            .column(name("record_id"))
            .from_subquery(postings(object, piece), name("all"))
            .limit(COMMON)
            .take();
        Query::select().expr(Func::count(Expr::col(name("record_id")))).from_subquery(some, name("some")).take()
    };
    let counts = asked.iter().flat_map(|object| pieces.iter().map(move |piece| (*object, piece)));
    let mut select = Query::select();
    for (object, piece) in counts {
        select.expr(SimpleExpr::SubQuery(None, Box::new(one(object, piece).into())));
    }
    let row = ctx.app.db.read.query_one(&select).await?;
    let row = row.ok_or_else(|| Error::internal("counting words has no answer"))?;
    let mut kinds = Vec::new();
    for (at, object) in asked.into_iter().enumerate() {
        let count = |n: usize| row.try_get_by_index::<i64>(at * pieces.len() + n);
        let mut counted = Vec::new();
        for (n, piece) in pieces.iter().enumerate() {
            counted.push((count(n)?, piece.clone()));
        }
        counted.sort_by_key(|(count, _)| *count);
        if counted.first().is_some_and(|(count, _)| *count > 0) {
            kinds.push((object, counted.into_iter().map(|(_, piece)| piece).collect()));
        }
    }
    Ok(kinds)
}

/// The best rows of one kind: the weight of the fitting token, then the name.
async fn best(ctx: &Ctx, object: Object, pieces: &[Piece], limit: u32) -> Result<Vec<Hit>> {
    let schema = object.schema();
    let hits = Query::select()
        .column(name("record_id"))
        .expr_as(Func::max(Expr::col(name("weight"))), name("weight"))
        .from_subquery(competing(ctx, object, pieces)?, name("fitting"))
        .group_by_col(name("record_id"))
        .take();
    let id = || column(schema, "id");
    let mut select = rows::select(schema);
    select
        .join_subquery(JoinType::InnerJoin, hits, name("hits"), Expr::col((name("hits"), name("record_id"))).eq(id()))
        .order_by_expr(Expr::col((name("hits"), name("weight"))), Order::Desc)
        .order_by_expr(super::query::lower(column(schema, "name")), Order::Asc)
        .order_by_expr(id(), Order::Asc)
        .limit(u64::from(limit));
    let found = rows::all(&ctx.app.db.read, schema, &select).await?;
    let hints = hints(ctx, &found).await?;
    Ok(found.iter().map(|row| hit(object, row, &hints)).collect())
}

/// Of what fits: the first along the index for each way to match, and of a
/// single word those whose name begins with it. Both databases name the same.
fn competing(ctx: &Ctx, object: Object, pieces: &[Piece]) -> Result<SelectStatement> {
    let schema = object.schema();
    let (lead, others) = pieces.split_first().ok_or(Error::BadRequest("bad_query"))?;
    let posting = |key: &'static str| Expr::col((name("tokens"), name(key)));
    let id = || column(schema, "id");
    let mut fitting = Query::select();
    fitting
        .columns(["record_id", "weight"].map(|key| (name("tokens"), name(key))))
        .from(name("tokens"))
        .inner_join(name(schema.table), posting("record_id").eq(id()))
        .and_where(posting("object").eq(object.word()))
        .cond_where(ctx.scope(object, Action::Read)?)
        .and_where(column(schema, "archived_at").is_null())
        .order_by((name("tokens"), name("token")), Order::Asc)
        .order_by((name("tokens"), name("record_id")), Order::Asc)
        .limit(COMPETING);
    for piece in others {
        fitting.and_where(posting("record_id").in_subquery(holders(object, piece)));
    }
    let along = lead.matches.iter().map(|wanted| {
        let mut along = fitting.clone();
        along.and_where(matching(posting("token"), wanted)).take()
    });
    let full = lead.matches.iter().filter(|_| others.is_empty()).map(|wanted| {
        let (Match::Exact(text) | Match::Prefix(text)) = wanted;
        let mut full = fitting.clone();
        full.and_where(posting("token").eq(text.as_str()))
            .and_where(posting("weight").eq(i64::from(tokens::FULL)))
            .take()
    });
    let each = along
        .chain(full)
        .map(|way| Query::select().columns(["record_id", "weight"].map(name)).from_subquery(way, name("way")).take());
    each.reduce(|mut all, way| all.union(UnionType::All, way).take()).ok_or(Error::BadRequest("bad_query"))
}

/// Whether a token is one that is looked for.
fn matching(token: SimpleExpr, wanted: &Match) -> SimpleExpr {
    match wanted {
        Match::Exact(text) => token.eq(text.as_str()),
        // `\u{10FFFF}` follows every character that a token can hold.
        Match::Prefix(text) => token.clone().gte(text.as_str()).and(token.lt(format!("{text}\u{10FFFF}"))),
    }
}

fn hit(object: Object, row: &Row, accounts: &HashMap<Uuid, String>) -> Hit {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let hint = match (object, account_of(row)) {
        (Object::Account, _) => text("region"),
        (_, Some(account)) => accounts.get(&account).cloned().unwrap_or_default(),
        (_, None) => text("job_title"),
    };
    Hit { object, id: rows::id(row), title: text("name"), hint }
}

fn account_of(row: &Row) -> Option<Uuid> {
    let first = row.get("accounts").and_then(|links| links.get(0)).and_then(|link| link.get("account_id"));
    rows::reference(row, "account_id").or_else(|| first.and_then(rows::id_of))
}

/// Names of the accounts that the caller may read.
async fn hints(ctx: &Ctx, found: &[Row]) -> Result<HashMap<Uuid, String>> {
    let ids: Vec<Uuid> = found.iter().filter_map(account_of).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    rows::names(&ctx.app.db.read, Object::Account, &ids, &ctx.scope(Object::Account, Action::Read)?).await
}
