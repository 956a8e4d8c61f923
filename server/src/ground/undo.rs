//! Taking a command back: its inverse as a new command, through the same checks.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query};
use serde_json::Value;
use shared::access::{Action, Actor, Object, Scope};
use shared::change::{BulkDone, Cause, Change, Conflict, Operation};
use shared::fields::{Row, STAMPS, Schema};
use shared::id::BatchId;
use shared::users::User;
use uuid::Uuid;

use super::change::Write;
use super::db::name;
use super::records::{self, Turn};
use super::references::{self, Standing};
use super::{history, links, rows};
use crate::error::{Error, Result};
use crate::http::Ctx;

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
    check_author(write.actor()?, &changes)?;
    undo_run(&mut write, &changes).await?;
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

/// Writes the inverse of a command within an open one.
pub async fn take_back(write: &mut Write<'_>, batch: BatchId) -> Result<()> {
    check_open(write, batch).await?;
    let of_batch = Condition::all().add(Expr::col(name("batch")).eq(batch.0));
    let changes = history::log(write.db(), of_batch, Order::Desc, None).await?;
    check_author(write.actor()?, &changes)?;
    write.undoes(batch);
    for run in runs(&changes) {
        undo_run(write, run).await?;
    }
    Ok(())
}

/// A command that was taken back already, or never was, is not there to undo.
async fn check_open(write: &Write<'_>, batch: BatchId) -> Result<()> {
    // Its own key is taken by now; nothing was done under it.
    if batch == write.batch {
        return Err(Error::NotFound);
    }
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

/// Whether it is theirs to take back.
pub fn check_author(actor: &Actor, changes: &[Change]) -> Result<()> {
    // What routing or a rule did is nobody's own: whoever may change the records takes it back.
    let is_nobodys = |change: &Change| {
        let by_itself = change.cause == Cause::Routing || (change.cause == Cause::Rule && change.actor.is_none());
        by_itself && actor.may(change.object, Action::Write)
    };
    let foreign = |change: &&Change| change.actor != Some(actor.id) && !is_nobodys(change);
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
    let (object, schema) = (first.object, first.object.schema());
    let turns = if first.op == Operation::Delete {
        bring_back(write, schema, run).await?
    } else {
        let ids: Vec<Uuid> = run.iter().map(|change| change.id).collect();
        write.lock(schema, &ids).await?;
        let reached = reached(write, run, &ids).await?;
        match first.op {
            Operation::Create => uncreate(write, run, reached).await?,
            _ => revert(write, run, reached).await?,
        }
    };
    let after: Vec<(Option<&Row>, &Row)> =
        turns.iter().filter_map(|turn| Some((turn.before.as_ref(), turn.after.as_ref()?))).collect();
    references::check(write, schema, &after, Standing::Any).await?;
    records::check_owners(write, schema, &after).await?;
    crate::check_holds(write, object, &turns).await
}

/// The rows as they stand. All that are still there must be the writer's to change.
async fn reached(write: &Write<'_>, run: &[Change], ids: &[Uuid]) -> Result<HashMap<Uuid, Row>> {
    let (object, schema) = (run[0].object, run[0].object.schema());
    let now = rows::by_ids(write.db(), schema, ids, &Condition::all()).await?;
    let mut reached = rows::by_ids(write.db(), schema, ids, &write.scope(object, Action::Write)).await?;
    let actor = write.actor()?;
    for change in run.iter().filter(|change| is_ones_own(actor, change)) {
        reached.extend(now.get(&change.id).map(|row| (change.id, row.clone())));
    }
    if ids.iter().any(|id| now.contains_key(id) && !reached.contains_key(id)) {
        // One knows of what one did; what routing did to others' tickets never was.
        let is_known = run.iter().all(|change| change.actor == Some(actor.id));
        return Err(if is_known { Error::Forbidden } else { Error::NotFound });
    }
    Ok(reached)
}

/// What anybody may set of themselves, they may take back.
fn is_ones_own(actor: &Actor, change: &Change) -> bool {
    change.object == Object::User
        && change.id == actor.id.0
        && change.op == Operation::Update
        && change.after.keys().all(|key| User::OWN.contains(&key.as_str()))
}

/// What an undo took away comes again, for who may create it.
async fn bring_back(write: &mut Write<'_>, schema: &Schema, run: &[Change]) -> Result<Vec<Turn<Row>>> {
    if !write.actor()?.may(schema.object, Action::Create) {
        return Err(Error::Forbidden);
    }
    let records: Vec<Row> = run.iter().rev().map(|change| change.before.clone()).collect();
    write.insert(schema, records.clone()).await?;
    Ok(records.into_iter().map(|row| Turn { before: None, after: Some(row) }).collect())
}

async fn uncreate(write: &mut Write<'_>, run: &[Change], mut reached: HashMap<Uuid, Row>) -> Result<Vec<Turn<Row>>> {
    let schema = run[0].object.schema();
    let mut records = Vec::with_capacity(run.len());
    for change in run {
        let row = reached.remove(&change.id).ok_or(Error::Refused("gone"))?;
        let moved = differences(write.db(), change, &row).await?;
        if !moved.is_empty() {
            return Err(Error::Conflict(moved));
        }
        records.push(row);
    }
    write.delete(schema, records.clone()).await?;
    if links::is_target(write.db(), schema.object, &records.iter().map(rows::id).collect::<Vec<_>>()).await? {
        return Err(Error::Refused("in_use"));
    }
    Ok(records.into_iter().map(|row| Turn { before: Some(row), after: None }).collect())
}

async fn revert(write: &mut Write<'_>, run: &[Change], now: HashMap<Uuid, Row>) -> Result<Vec<Turn<Row>>> {
    let mut rows = now.clone();
    for change in run {
        let row = rows.get(&change.id).cloned().ok_or(Error::Refused("gone"))?;
        let moved = differences(write.db(), change, &row).await?;
        if !moved.is_empty() {
            return Err(Error::Conflict(moved));
        }
        let after = write.update(change.object.schema(), &row, &change.before).await?;
        rows.insert(change.id, after);
    }
    // What one command did to a row in several steps is taken back as a whole.
    Ok(now.into_iter().map(|(id, before)| Turn { before: Some(before), after: rows.remove(&id) }).collect())
}

/// What was changed again since: taking it back would lose that.
pub async fn differences(db: &impl ConnectionTrait, change: &Change, row: &Row) -> Result<Vec<Conflict>> {
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
        let last = history::last_change(db, change.object, change.id, field).await?;
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
