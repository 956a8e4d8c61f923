//! Taking a whole import back: every command that it wrote, the last first,
//! in one command, or nothing.

use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use serde_json::json;
use shared::access::Action;
use shared::change::BulkDone;
use shared::fields::Row;
use shared::id::{BatchId, ImportId};
use shared::imports::{Import, ImportState};
use uuid::Uuid;

use super::chain;
use super::steps::fields;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::{rows, undo};
use crate::http::Ctx;

pub async fn run(ctx: &Ctx, id: ImportId) -> Result<BulkDone> {
    let mut write = ctx.write(&("undo import", id)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let import: Import = rows::typed(&write.find(&Import::SCHEMA, id.0, Action::Write).await?)?;
    if !matches!(import.state, ImportState::Committed | ImportState::Failed) || import.chunks == 0 {
        return Err(Error::Refused("import_not_written"));
    }
    let batches = standing(&write, &import).await?;
    for batch in &batches {
        undo::take_back(&mut write, *batch).await?;
    }
    mark_undone(&write, &batches).await?;
    let before = write.find(&Import::SCHEMA, id.0, Action::Write).await?;
    write.update(&Import::SCHEMA, &before, &undone(&import)).await?;
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

fn undone(import: &Import) -> Row {
    fields(&[
        ("state", json!(ImportState::Undone)),
        ("run", json!(import.run + 1)),
        ("chunks", json!(0)),
        ("done", json!(0)),
        ("created", json!(0)),
        ("updated", json!(0)),
        ("problem", json!(null)),
    ])
}

/// The commands by which the import's records stand now, the last first: its
/// own, or the one that brought them back after an undo.
async fn standing(write: &Write<'_>, import: &Import) -> Result<Vec<BatchId>> {
    let mut standing: Vec<Uuid> = (1..=import.chunks).rev().map(|n| chain::batch(import, n).0).collect();
    loop {
        let next = undone_by(write, &standing).await?;
        let mut kept: Vec<Uuid> = Vec::with_capacity(standing.len());
        let mut is_final = true;
        for batch in &standing {
            let next = next.get(batch).ok_or(Error::NotFound)?;
            is_final &= next.is_none();
            kept.push(next.unwrap_or(*batch));
        }
        // One command may have brought many back.
        let mut seen = HashSet::new();
        kept.retain(|batch| seen.insert(*batch));
        if is_final {
            return Ok(kept.into_iter().map(BatchId).collect());
        }
        standing = kept;
    }
}

/// Which command took each of these back, if one did.
async fn undone_by(write: &Write<'_>, batches: &[Uuid]) -> Result<HashMap<Uuid, Option<Uuid>>> {
    let mut undone = HashMap::with_capacity(batches.len());
    for chunk in batches.chunks(1_000) {
        let select = Query::select()
            .columns(["batch", "undone_by"].map(name))
            .from(name("commands"))
            .and_where(Expr::col(name("batch")).is_in(chunk.iter().copied()))
            .take();
        for found in write.db().query_all(&select).await? {
            undone.insert(found.try_get_by_index(0)?, found.try_get_by_index(1)?);
        }
    }
    Ok(undone)
}

/// A command is kept as undone by one other; here one undoes many.
async fn mark_undone(write: &Write<'_>, batches: &[BatchId]) -> Result<()> {
    for chunk in batches.chunks(1_000) {
        let mark = Query::update()
            .table(name("commands"))
            .value(name("undone_by"), write.batch.0)
            .and_where(Expr::col(name("batch")).is_in(chunk.iter().map(|batch| batch.0)))
            .take();
        write.db().execute(&mark).await?;
    }
    Ok(())
}
