//! The rows of imports in their table. They are no records: nothing of them is
//! logged until they are written.

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, OnConflict, Order, Query, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value as SqlValue};
use shared::api::FieldErrors;
use shared::fields::Row;
use shared::id::ImportId;
use shared::imports::{NewRow, Outcome};
use uuid::Uuid;

use crate::error::Result;
use crate::ground::db::name;

/// A row as it is kept.
#[derive(Clone, Debug)]
pub struct Stored {
    pub line: i64,
    pub cells: Vec<String>,
    pub values: Row,
    /// What the reader of the file found wrong.
    pub faults: FieldErrors,
    /// What the check found wrong.
    pub errors: FieldErrors,
    pub outcome: Outcome,
    pub record_id: Option<Uuid>,
}

/// What a check found out about a row.
#[derive(Clone, Debug)]
pub struct Found {
    pub line: i64,
    pub outcome: Outcome,
    pub errors: FieldErrors,
    pub match_key: Option<String>,
    pub record_id: Option<Uuid>,
}

const COLUMNS: [&str; 7] = ["line", "cells", "values", "faults", "errors", "outcome", "record_id"];

fn of(import: ImportId) -> SimpleExpr {
    Expr::col(name("import_id")).eq(import.0)
}

fn select(import: ImportId) -> SelectStatement {
    Query::select()
        .columns(COLUMNS.map(name))
        .from(name("import_rows"))
        .and_where(of(import))
        .order_by(name("line"), Order::Asc)
        .take()
}

fn read(result: &QueryResult) -> Result<Stored> {
    let text = |at: usize| result.try_get_by_index::<String>(at);
    Ok(Stored {
        line: result.try_get_by_index(0)?,
        cells: serde_json::from_str(&text(1)?)?,
        values: serde_json::from_str(&text(2)?)?,
        faults: serde_json::from_str(&text(3)?)?,
        errors: serde_json::from_str(&text(4)?)?,
        outcome: text(5)?.parse().unwrap_or_default(),
        record_id: result.try_get_by_index(6)?,
    })
}

/// Puts rows; a line sent again replaces itself.
pub async fn put(db: &impl ConnectionTrait, import: ImportId, rows: &[NewRow]) -> Result<()> {
    let columns = ["import_id", "line", "cells", "values", "faults", "errors", "outcome", "wave", "is_written"];
    for chunk in rows.chunks(1_000) {
        let mut insert = Query::insert();
        insert.into_table(name("import_rows")).columns(columns.map(name));
        for row in chunk {
            insert.values_panic([
                SimpleExpr::from(import.0),
                row.line.into(),
                serde_json::to_string(&row.cells)?.into(),
                serde_json::to_string(&row.values)?.into(),
                serde_json::to_string(&row.errors)?.into(),
                "{}".into(),
                Outcome::Pending.word().into(),
                0_i64.into(),
                false.into(),
            ]);
        }
        let replaced = ["cells", "values", "faults", "errors", "outcome", "wave"].map(name);
        insert.on_conflict(OnConflict::columns(["import_id", "line"].map(name)).update_columns(replaced).to_owned());
        db.execute(&insert).await?;
    }
    Ok(())
}

pub async fn clear(db: &impl ConnectionTrait, import: ImportId) -> Result<()> {
    db.execute(&Query::delete().from_table(name("import_rows")).and_where(of(import)).take()).await?;
    Ok(())
}

pub async fn count(db: &impl ConnectionTrait, import: ImportId) -> Result<i64> {
    let select = Query::select().expr(Expr::cust("COUNT(*)")).from(name("import_rows")).and_where(of(import)).take();
    Ok(db.query_one(&select).await?.map(|found| found.try_get_by_index(0)).transpose()?.unwrap_or(0))
}

/// How many rows there are of each outcome.
pub async fn outcomes(db: &impl ConnectionTrait, import: ImportId) -> Result<HashMap<Outcome, i64>> {
    let select = Query::select()
        .column(name("outcome"))
        .expr(Expr::cust("COUNT(*)"))
        .from(name("import_rows"))
        .and_where(of(import))
        .add_group_by([Expr::col(name("outcome"))])
        .take();
    let mut counts = HashMap::new();
    for found in db.query_all(&select).await? {
        counts.insert(found.try_get_by_index::<String>(0)?.parse().unwrap_or_default(), found.try_get_by_index(1)?);
    }
    Ok(counts)
}

/// Whether any row has something in a field.
pub async fn mentions(db: &impl ConnectionTrait, import: ImportId, field: &str) -> Result<bool> {
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(name("import_rows"))
        .and_where(of(import))
        .and_where(Expr::col(name("values")).like(format!("%\"{field}\":%")))
        .limit(1)
        .take();
    Ok(db.query_one(&select).await?.is_some())
}

/// Rows after a line, in the order of the file.
pub async fn after(
    db: &impl ConnectionTrait,
    import: ImportId,
    line: i64,
    limit: u64,
    only: Condition,
) -> Result<Vec<Stored>> {
    let select = select(import).and_where(Expr::col(name("line")).gt(line)).cond_where(only).limit(limit).take();
    db.query_all(&select).await?.iter().map(read).collect()
}

pub async fn find(db: &impl ConnectionTrait, import: ImportId, line: i64) -> Result<Option<Stored>> {
    let select = select(import).and_where(Expr::col(name("line")).eq(line)).take();
    db.query_one(&select).await?.as_ref().map(read).transpose()
}

/// Rows that are still to be written.
pub fn unwritten() -> Condition {
    Condition::all().add(Expr::col(name("is_written")).eq(false))
}

pub fn of_outcomes(outcomes: &[Outcome]) -> Condition {
    Condition::all().add(Expr::col(name("outcome")).is_in(outcomes.iter().map(|outcome| outcome.word())))
}

pub fn of_wave(wave: i64) -> Condition {
    Condition::all().add(Expr::col(name("wave")).eq(wave))
}

pub async fn last_wave(db: &impl ConnectionTrait, import: ImportId) -> Result<i64> {
    let select = Query::select()
        .expr(Expr::cust("COALESCE(MAX(wave), 0)"))
        .from(name("import_rows"))
        .and_where(of(import))
        .take();
    Ok(db.query_one(&select).await?.map(|found| found.try_get_by_index(0)).transpose()?.unwrap_or(0))
}

/// The first lines that would write under these keys.
pub async fn holders(
    db: &impl ConnectionTrait,
    import: ImportId,
    keys: &[String],
    but: i64,
) -> Result<HashMap<String, i64>> {
    let mut holders = HashMap::new();
    for chunk in keys.chunks(1_000) {
        let select = Query::select()
            .column(name("match_key"))
            .expr(Expr::cust("MIN(line)"))
            .from(name("import_rows"))
            .and_where(of(import))
            .and_where(Expr::col(name("match_key")).is_in(chunk.iter().map(String::as_str)))
            .and_where(Expr::col(name("line")).ne(but))
            .cond_where(of_outcomes(&[Outcome::Create, Outcome::Update]))
            .add_group_by([Expr::col(name("match_key"))])
            .take();
        for found in db.query_all(&select).await? {
            holders.insert(found.try_get_by_index(0)?, found.try_get_by_index(1)?);
        }
    }
    Ok(holders)
}

/// Keeps what was found, many rows in one statement.
pub async fn save(db: &impl ConnectionTrait, import: ImportId, found: &[Found]) -> Result<()> {
    const WIDTH: usize = 5;
    for chunk in found.chunks(1_000) {
        let mut values: Vec<SqlValue> = Vec::with_capacity(chunk.len() * WIDTH + 1);
        for row in chunk {
            values.push(row.line.into());
            values.push(row.outcome.word().into());
            values.push(serde_json::to_string(&row.errors)?.into());
            values.push(row.match_key.clone().into());
            values.push(row.record_id.into());
        }
        values.push(import.0.into());
        let tuple = |n: usize| {
            let places: Vec<String> = (1..=WIDTH).map(|at| format!("${}", n * WIDTH + at)).collect();
            format!("({})", places.join(", "))
        };
        let tuples: Vec<String> = (0..chunk.len()).map(tuple).collect();
        let sql = format!(
            "WITH found (line, outcome, errors, match_key, record_id) AS (VALUES {}) \
             UPDATE import_rows SET outcome = found.outcome, errors = found.errors, \
             match_key = found.match_key, record_id = found.record_id \
             FROM found WHERE import_rows.import_id = ${} AND import_rows.line = found.line",
            tuples.join(", "),
            values.len(),
        );
        db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    }
    Ok(())
}

pub async fn mark_written(db: &impl ConnectionTrait, import: ImportId, lines: &[i64]) -> Result<()> {
    for chunk in lines.chunks(1_000) {
        let update = Query::update()
            .table(name("import_rows"))
            .value(name("is_written"), true)
            .and_where(of(import))
            .and_where(Expr::col(name("line")).is_in(chunk.iter().copied()))
            .take();
        db.execute(&update).await?;
    }
    Ok(())
}

/// What was written before was taken back: all is to be written again.
pub async fn forget_written(db: &impl ConnectionTrait, import: ImportId) -> Result<()> {
    let update =
        Query::update().table(name("import_rows")).value(name("is_written"), false).and_where(of(import)).take();
    db.execute(&update).await?;
    Ok(())
}

pub async fn set_waves(db: &impl ConnectionTrait, import: ImportId, waves: &HashMap<i64, i64>) -> Result<()> {
    let mut by_wave: HashMap<i64, Vec<i64>> = HashMap::new();
    for (line, wave) in waves {
        by_wave.entry(*wave).or_default().push(*line);
    }
    for (wave, lines) in by_wave {
        for chunk in lines.chunks(1_000) {
            let update = Query::update()
                .table(name("import_rows"))
                .value(name("wave"), wave)
                .and_where(of(import))
                .and_where(Expr::col(name("line")).is_in(chunk.iter().copied()))
                .take();
            db.execute(&update).await?;
        }
    }
    Ok(())
}
