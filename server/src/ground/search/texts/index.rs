//! Keeps the index: documents come and go with the rows, in their transaction.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query, SimpleExpr};
use shared::fields::{Row, Schema};
use uuid::Uuid;

use super::blocks::{self, BLOCK, Posting};
use super::words::{self, Terms};
use super::{Text, sound, text_of};
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::rows;

/// Terms and blocks of one statement.
const CHUNK: usize = 1_000;

pub async fn insert(db: &impl ConnectionTrait, schema: &Schema, records: &[Row]) -> Result<()> {
    change(db, schema, &[], records).await
}

pub async fn replace(db: &impl ConnectionTrait, schema: &Schema, before: &Row, after: &Row) -> Result<()> {
    change(db, schema, std::slice::from_ref(before), std::slice::from_ref(after)).await
}

pub async fn delete(db: &impl ConnectionTrait, schema: &Schema, records: &[Row]) -> Result<()> {
    change(db, schema, records, &[]).await
}

/// What a command does to the index.
#[derive(Default)]
struct Delta {
    /// By term and block: postings that come, and places that go.
    postings: BTreeMap<(String, i64), (Vec<Posting>, Vec<u16>)>,
    /// Documents that a term gains or loses.
    docs: BTreeMap<String, i64>,
    words: i64,
}

impl Delta {
    fn add(&mut self, doc: i64, terms: &Terms) {
        let length = blocks::length_code(length(terms));
        for (term, count) in &terms.counts {
            let small = |count: u32| u8::try_from(count).unwrap_or(u8::MAX);
            let posting = Posting { at: place(doc), title: small(count.title), body: small(count.body), length };
            self.postings.entry((term.clone(), doc / BLOCK)).or_default().0.push(posting);
            *self.docs.entry(term.clone()).or_default() += 1;
        }
        self.words += words_of(terms);
    }

    fn take(&mut self, doc: i64, terms: &Terms) {
        for term in terms.counts.keys() {
            self.postings.entry((term.clone(), doc / BLOCK)).or_default().1.push(place(doc));
            *self.docs.entry(term.clone()).or_default() -= 1;
        }
        self.words -= words_of(terms);
    }
}

fn place(doc: i64) -> u16 {
    u16::try_from(doc % BLOCK).unwrap_or(0)
}

/// As the ranking counts words: those of the title are heavier.
fn words_of(terms: &Terms) -> i64 {
    i64::from(terms.title_words) * 4 + i64::from(terms.body_words)
}

#[expect(clippy::cast_precision_loss, reason = "a length that is kept to a few percent")]
fn length(terms: &Terms) -> f32 {
    words_of(terms) as f32
}

async fn change(db: &impl ConnectionTrait, schema: &Schema, before: &[Row], after: &[Row]) -> Result<()> {
    let texts = |records: &[Row]| {
        let texts = records.iter().filter_map(|row| Some((rows::id(row), text_of(schema.object, row)?)));
        texts.collect::<Vec<_>>()
    };
    let (gone, come) = (texts(before), texts(after));
    // Most changes are of other fields: nothing is cut for them.
    if gone == come {
        return Ok(());
    }
    let (gone, come) = (cut(&gone), cut(&come));
    if gone.len() + come.len() == 0 || gone == come {
        return Ok(());
    }
    let object = schema.object.word();
    // Held to the end: of two writers of one index, one waits.
    let stats = Query::select()
        .column(name("next_doc"))
        .from(name("text_stats"))
        .and_where(Expr::col(name("object")).eq(object))
        .lock_exclusive()
        .take();
    let stats = db.query_one(&stats).await?.ok_or_else(|| Error::internal("the text index has no statistics"))?;
    let first: i64 = stats.try_get_by_index(0)?;
    let mut delta = Delta::default();
    let removed = take_docs(db, object, &gone, &mut delta).await?;
    put_docs(db, object, first, &come, &mut delta).await?;
    write_postings(db, object, &delta.postings).await?;
    write_terms(db, object, &delta.docs).await?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let update = Query::update()
        .table(name("text_stats"))
        .value(name("docs"), Expr::col(name("docs")).add(count(come.len()) - removed))
        .value(name("words"), Expr::col(name("words")).add(delta.words))
        .value(name("next_doc"), first + count(come.len()))
        .and_where(Expr::col(name("object")).eq(object))
        .take();
    db.execute(&update).await?;
    Ok(())
}

fn cut(texts: &[(Uuid, Text)]) -> Vec<(Uuid, Terms)> {
    let cut = texts.iter().map(|(id, text)| {
        let keywords: Vec<&str> = text.keywords.iter().map(String::as_str).collect();
        (*id, words::index_terms(&text.title, &keywords, &text.body))
    });
    cut.collect()
}

/// Removes the documents of records; how many there were.
async fn take_docs(db: &impl ConnectionTrait, object: &str, gone: &[(Uuid, Terms)], delta: &mut Delta) -> Result<i64> {
    let mut removed = 0;
    for chunk in gone.chunks(CHUNK) {
        let ids: Vec<Uuid> = chunk.iter().map(|(id, _)| *id).collect();
        let select = Query::select()
            .columns(["record_id", "doc"].map(name))
            .from(name("text_docs"))
            .and_where(Expr::col(name("record_id")).is_in(ids.iter().copied()))
            .and_where(Expr::col(name("object")).eq(object))
            .take();
        for found in db.query_all(&select).await? {
            let (id, doc): (Uuid, i64) = (found.try_get_by_index(0)?, found.try_get_by_index(1)?);
            if let Some((_, terms)) = chunk.iter().find(|(gone, _)| *gone == id) {
                delta.take(doc, terms);
                removed += 1;
            }
        }
        rows::delete(db, "text_docs", "record_id", &ids).await?;
    }
    Ok(removed)
}

async fn put_docs(
    db: &impl ConnectionTrait,
    object: &str,
    first: i64,
    come: &[(Uuid, Terms)],
    delta: &mut Delta,
) -> Result<()> {
    for (doc, (_, terms)) in (first..).zip(come) {
        delta.add(doc, terms);
    }
    let numbered: Vec<(i64, Uuid)> = (first..).zip(come.iter().map(|(id, _)| *id)).collect();
    for chunk in numbered.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table(name("text_docs")).columns(["object", "doc", "record_id"].map(name));
        for (doc, id) in chunk {
            insert.values_panic([SimpleExpr::from(object), (*doc).into(), (*id).into()]);
        }
        db.execute(&insert).await?;
    }
    Ok(())
}

type Changes = BTreeMap<(String, i64), (Vec<Posting>, Vec<u16>)>;

async fn write_postings(db: &impl ConnectionTrait, object: &str, changes: &Changes) -> Result<()> {
    let changes: Vec<_> = changes.iter().collect();
    for chunk in changes.chunks(CHUNK) {
        let mut kept = read_blocks(db, object, chunk.iter().map(|((term, block), _)| (term.as_str(), *block))).await?;
        let mut insert = Query::insert();
        insert.into_table(name("text_postings")).columns(["object", "term", "block", "data"].map(name));
        let mut written = 0;
        for ((term, block), (come, gone)) in chunk {
            let mut data = kept.remove(&(term.clone(), *block)).unwrap_or_default();
            data = gone.iter().fold(data, |data, at| blocks::without(&data, *at));
            data = merged(&data, come);
            insert.values_panic([SimpleExpr::from(object), term.as_str().into(), (*block).into(), data.into()]);
            written += 1;
        }
        insert.on_conflict(
            OnConflict::columns(["object", "term", "block"].map(name)).update_column(name("data")).to_owned(),
        );
        if written > 0 {
            db.execute(&insert).await?;
        }
    }
    Ok(())
}

/// New documents stand behind all others of their block.
fn merged(data: &[u8], come: &[Posting]) -> Vec<u8> {
    match come {
        [] => data.to_vec(),
        [one] => blocks::with(data, *one),
        many => {
            let mut all: Vec<Posting> = blocks::decode(data).collect();
            all.extend(many);
            all.sort_by_key(|posting| posting.at);
            all.dedup_by_key(|posting| posting.at);
            blocks::encode(&all)
        }
    }
}

async fn read_blocks(
    db: &impl ConnectionTrait,
    object: &str,
    wanted: impl Iterator<Item = (&str, i64)> + Clone,
) -> Result<BTreeMap<(String, i64), Vec<u8>>> {
    let terms: BTreeSet<&str> = wanted.clone().map(|(term, _)| term).collect();
    let numbers: BTreeSet<i64> = wanted.map(|(_, block)| block).collect();
    let select = Query::select()
        .columns(["term", "block", "data"].map(name))
        .from(name("text_postings"))
        .and_where(Expr::col(name("object")).eq(object))
        .and_where(Expr::col(name("term")).is_in(terms))
        .and_where(Expr::col(name("block")).is_in(numbers))
        .take();
    let mut kept = BTreeMap::new();
    for found in db.query_all(&select).await? {
        kept.insert((found.try_get_by_index(0)?, found.try_get_by_index(1)?), found.try_get_by_index(2)?);
    }
    Ok(kept)
}

async fn write_terms(db: &impl ConnectionTrait, object: &str, docs: &BTreeMap<String, i64>) -> Result<()> {
    let changed: Vec<(&String, i64)> = docs.iter().map(|(term, by)| (term, *by)).filter(|(_, by)| *by != 0).collect();
    for chunk in changed.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table(name("text_terms")).columns(["object", "term", "docs", "sound"].map(name));
        for (term, by) in chunk {
            let sound = sound::of_pair(term);
            insert.values_panic([SimpleExpr::from(object), term.as_str().into(), (*by).into(), sound.into()]);
        }
        let sum = Expr::col((name("text_terms"), name("docs"))).add(Expr::col((name("excluded"), name("docs"))));
        let again = OnConflict::columns(["object", "term"].map(name)).value(name("docs"), sum).to_owned();
        db.execute(insert.on_conflict(again)).await?;
    }
    let lessened: Vec<&str> = changed.iter().filter(|(_, by)| *by < 0).map(|(term, _)| term.as_str()).collect();
    for chunk in lessened.chunks(CHUNK) {
        forget_empty(db, object, chunk).await?;
    }
    Ok(())
}

/// Nobody is offered a word that stands nowhere any more.
async fn forget_empty(db: &impl ConnectionTrait, object: &str, terms: &[&str]) -> Result<()> {
    let no_docs = Expr::col(name("docs")).lte(0);
    let no_data = Expr::col(name("data")).eq(Vec::<u8>::new());
    for (table, is_empty) in [("text_terms", no_docs), ("text_postings", no_data)] {
        let delete = Query::delete()
            .from_table(name(table))
            .and_where(Expr::col(name("object")).eq(object))
            .and_where(Expr::col(name("term")).is_in(terms.iter().copied()))
            .and_where(is_empty)
            .take();
        db.execute(&delete).await?;
    }
    Ok(())
}
