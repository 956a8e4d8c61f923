//! Taking a command back: its inverse as a new command, through the same checks.

use std::collections::HashMap;

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query};
use serde_json::Value;
use shared::access::{Action, Object, Scope};
use shared::change::{BulkDone, Cause, Change, Conflict, Operation};
use shared::fields::{Row, STAMPS};
use shared::id::BatchId;
use uuid::Uuid;

use super::change::Write;
use super::db::name;
use super::{history, rows};
use crate::error::{Error, Result};
use crate::http::Ctx;
use crate::standing;

/// Takes a command back. Somebody else's only with the permission over all
/// records of its kinds.
pub async fn run(ctx: &Ctx, batch: BatchId) -> Result<BulkDone> {
    let mut write = ctx.write(&("undo", batch)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    take_back(&mut write, batch).await?;
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

/// Takes one update of one record back; the rest of its command stands.
pub async fn run_one(ctx: &Ctx, seq: i64) -> Result<BulkDone> {
    let mut write = ctx.write_because(Cause::Undo, &("undo one", seq)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let of_line = Condition::all().add(Expr::col(name("seq")).eq(seq));
    let changes = history::log(write.db(), of_line, Order::Desc, Some(1)).await?;
    let is_update = changes.first().is_some_and(|change| change.op == Operation::Update);
    if !is_update {
        return Err(Error::NotFound);
    }
    check_author(&write, &changes)?;
    undo_run(&mut write, &changes).await?;
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

/// Writes the inverse of a command within an open one.
pub async fn take_back(write: &mut Write<'_>, batch: BatchId) -> Result<()> {
    check_open(write, batch).await?;
    let of_batch = Condition::all().add(Expr::col(name("batch")).eq(batch.0));
    let changes = history::log(write.db(), of_batch, Order::Desc, None).await?;
    check_author(write, &changes)?;
    write.undoes(batch);
    for run in runs(&changes) {
        undo_run(write, run).await?;
    }
    Ok(())
}

/// A command that was taken back already, or never was, is not there to undo.
async fn check_open(write: &Write<'_>, batch: BatchId) -> Result<()> {
    let select = Query::select()
        .column(name("undone_by"))
        .from(name("commands"))
        .and_where(Expr::col(name("batch")).eq(batch.0))
        .lock_exclusive()
        .take();
    let command = write.db().query_one(&select).await?.ok_or(Error::NotFound)?;
    match command.try_get_by_index::<Option<Uuid>>(0)? {
        None => Ok(()),
        Some(_) => Err(Error::Refused("already_undone")),
    }
}

fn check_author(write: &Write<'_>, changes: &[Change]) -> Result<()> {
    let actor = write.actor()?;
    let foreign = |change: &&Change| change.actor != Some(actor.id);
    let reaches = |object: Object| actor.scope(object, Action::Write) == Scope::All;
    if changes.iter().filter(foreign).all(|change| reaches(change.object)) { Ok(()) } else { Err(Error::NotFound) }
}

/// Neighbouring changes of one kind and operation go together: an import of
/// thousands is taken back in a few statements.
fn runs(changes: &[Change]) -> impl Iterator<Item = &[Change]> {
    changes.chunk_by(|a, b| a.object == b.object && a.op == b.op).flat_map(|run| run.chunks(2_000))
}

async fn undo_run(write: &mut Write<'_>, run: &[Change]) -> Result<()> {
    let Some(first) = run.first() else { return Ok(()) };
    let schema = first.object.schema();
    if first.op == Operation::Delete {
        let records: Vec<Row> = run.iter().rev().map(|change| change.before.clone()).collect();
        check_reach(write, first.object, &records)?;
        let steps: Vec<_> = records.iter().map(|row| (Row::new(), row.clone())).collect();
        write.insert(schema, records).await?;
        return standing::check(write, first.object, &steps).await;
    }
    let ids: Vec<Uuid> = run.iter().map(|change| change.id).collect();
    let now = rows::by_ids_locked(write.db(), schema, &ids, &Condition::all()).await?;
    let scope = write.scope(first.object, Action::Write);
    let reached = rows::by_ids(write.db(), schema, &ids, &scope).await?;
    if ids.iter().any(|id| now.contains_key(id) && !reached.contains_key(id)) {
        return Err(Error::Forbidden);
    }
    match first.op {
        Operation::Create => uncreate(write, run, reached).await,
        _ => revert(write, run, reached).await,
    }
}

/// Somebody who may not create such a record may not bring it back.
fn check_reach(write: &Write<'_>, object: Object, records: &[Row]) -> Result<()> {
    let actor = write.actor()?;
    if actor.may(object, Action::Create) || records.is_empty() { Ok(()) } else { Err(Error::Forbidden) }
}

async fn uncreate(write: &mut Write<'_>, run: &[Change], mut reached: HashMap<Uuid, Row>) -> Result<()> {
    let mut records = Vec::with_capacity(run.len());
    for change in run {
        let row = reached.remove(&change.id).ok_or(Error::Refused("gone"))?;
        let moved = differences(write, change, &row).await?;
        if !moved.is_empty() {
            return Err(Error::Conflict(moved));
        }
        records.push(row);
    }
    standing::check_gone(write, run[0].object, &records).await?;
    write.delete(run[0].object.schema(), records).await
}

async fn revert(write: &mut Write<'_>, run: &[Change], mut reached: HashMap<Uuid, Row>) -> Result<()> {
    let mut steps = Vec::with_capacity(run.len());
    for change in run {
        let row = reached.get(&change.id).cloned().ok_or(Error::Refused("gone"))?;
        let moved = differences(write, change, &row).await?;
        if !moved.is_empty() {
            return Err(Error::Conflict(moved));
        }
        let after = write.update(change.object.schema(), &row, &change.before).await?;
        steps.push((row, after.clone()));
        reached.insert(change.id, after);
    }
    standing::check(write, run[0].object, &steps).await
}

/// What was changed again since: taking it back would lose that.
async fn differences(write: &Write<'_>, change: &Change, row: &Row) -> Result<Vec<Conflict>> {
    let mut conflicts = Vec::new();
    // A creation set every field, those it left empty too.
    let fields: Vec<&String> = match change.op {
        Operation::Create => row.keys().filter(|key| !STAMPS.contains(&key.as_str())).collect(),
        _ => change.after.keys().collect(),
    };
    for field in fields {
        let theirs = row.get(field).unwrap_or(&Value::Null);
        if theirs == change.after.get(field).unwrap_or(&Value::Null) {
            continue;
        }
        let last = history::last_change(write.db(), change.object, change.id, field).await?;
        let (by, by_name, at) = last.unwrap_or_default();
        conflicts.push(Conflict {
            object: change.object,
            id: change.id,
            field: field.clone(),
            mine: change.before.get(field).cloned().unwrap_or(Value::Null),
            theirs: theirs.clone(),
            by,
            by_name,
            at,
        });
    }
    Ok(conflicts)
}
