//! Writing what was checked: short commands one after the other, each of them
//! complete in itself, so that a break loses nothing.

use std::collections::HashMap;

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{ExprTrait as _, Order, Query};
use serde_json::json;
use shared::access::{Action, Object};
use shared::change::Cause;
use shared::fields::Row;
use shared::id::ImportId;
use shared::imports::{Import, ImportState, Outcome};
use shared::opportunities::Opportunity;
use uuid::Uuid;

use super::chain;
use super::check::{Fate, Verdict};
use super::checker::Checker;
use super::jobs::{may_import, step};
use super::steps::{create_pipeline, fields, save, trial};
use super::table::{self, Found};
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records;
use crate::ground::rows::{self, column};
use crate::http::Ctx;

/// Rows of one command. Each command waits for the disk once, and pages that
/// many rows share are written once; other writers wait for no longer than it.
const CHUNK: u64 = 500;

/// Writes all rows that are not written yet.
pub async fn run(ctx: &Ctx, mut import: Import) -> Result<()> {
    let id = import.id;
    may_import(ctx, import.target())?;
    loop {
        if pass(ctx, import).await? {
            return finish(ctx, id).await;
        }
        // Somebody else has gone on with it: go on from there.
        import = records::get(ctx, id, None).await?;
        if import.state != ImportState::Committing {
            return Ok(());
        }
    }
}

/// Writes chunk after chunk; whether all are written.
async fn pass(ctx: &Ctx, import: Import) -> Result<bool> {
    let id = import.id;
    let mut checker = {
        let write = trial(ctx, id).await?;
        let mut checker = Checker::load(&write, import).await?;
        checker.ranks = last_ranks(&write, &checker).await?;
        checker
    };
    let db = &ctx.app.db.read;
    checker.find_waves(db).await?;
    for wave in 0..=table::last_wave(db, id).await? {
        let mut line = -1;
        loop {
            let wanted = table::unwritten()
                .add(table::of_wave(wave))
                .add(table::of_outcomes(&[Outcome::Create, Outcome::Update]));
            let rows = table::after(db, id, line, CHUNK, wanted).await?;
            let Some(last) = rows.last() else { break };
            line = last.line;
            if !chunk(ctx, &mut checker, rows).await? {
                return Ok(false);
            }
            tokio::task::yield_now().await;
        }
    }
    Ok(true)
}

/// Where new cards go: below the last of each column.
async fn last_ranks(write: &Write<'_>, checker: &Checker) -> Result<HashMap<Uuid, Option<String>>> {
    if checker.object != Object::Opportunity {
        return Ok(HashMap::new());
    }
    let schema = &Opportunity::SCHEMA;
    let mut ranks = HashMap::new();
    for stage in &checker.stages {
        let select = Query::select()
            .expr(column(schema, "rank"))
            .from(name(schema.table))
            .and_where(column(schema, "stage_id").eq(stage.id.0))
            .and_where(column(schema, "archived_at").is_null())
            .order_by_expr(column(schema, "rank"), Order::Desc)
            .limit(1)
            .take();
        let last = write.db().query_one(&select).await?.map(|found| found.try_get_by_index(0)).transpose()?;
        ranks.insert(stage.id.0, last);
    }
    Ok(ranks)
}

/// Writes a chunk as one command, unless somebody else has gone on meanwhile.
async fn chunk(ctx: &Ctx, checker: &mut Checker, stored: Vec<table::Stored>) -> Result<bool> {
    let id = checker.import.id;
    let n = checker.import.chunks + 1;
    let ctx = step(ctx, chain::batch(&checker.import, n)).await?;
    let mut write = ctx.write_because(Cause::Import, &("chunk", id, n)).await?;
    if write.repeated::<()>().await?.is_some() {
        return Ok(false);
    }
    let before = write.find(&Import::SCHEMA, id.0, Action::Write).await?;
    let now: Import = rows::typed(&before)?;
    if now.state != ImportState::Committing || now.chunks + 1 != n {
        return Ok(false);
    }
    create_pipeline(&mut write, checker).await?;
    let expected: HashMap<i64, Outcome> = stored.iter().map(|row| (row.line, row.outcome)).collect();
    let mut verdicts = checker.check(&write, stored).await?;
    checker.drop_orphans(&write, &mut verdicts).await?;
    checker.need(&verdicts);
    write_planned(&mut write, checker).await?;
    // What was found before is kept already, unless the world has changed since.
    let news: Vec<Found> =
        verdicts.iter().map(Verdict::found).filter(|found| expected.get(&found.line) != Some(&found.outcome)).collect();
    let lines = lines(&verdicts);
    let (created, updated) = write_rows(&mut write, checker, verdicts).await?;
    table::save(write.db(), id, &news).await?;
    table::mark_written(write.db(), id, &lines).await?;
    let set = fields(&[
        ("done", json!(now.done + created + updated)),
        ("created", json!(now.created + created)),
        ("updated", json!(now.updated + updated)),
        ("chunks", json!(n)),
    ]);
    rows::update(write.db(), &Import::SCHEMA, id.0, &set).await?;
    write.commit(|_| ()).await?;
    checker.import.chunks = n;
    for planned in checker.planned.values_mut().filter(|planned| planned.is_needed) {
        planned.is_written = true;
    }
    Ok(true)
}

fn lines(verdicts: &[Verdict]) -> Vec<i64> {
    verdicts.iter().filter(|verdict| verdict.is_written()).map(|verdict| verdict.line).collect()
}

/// The records that the chunk's rows name come first.
async fn write_planned(write: &mut Write<'_>, checker: &Checker) -> Result<()> {
    let mut planned: Vec<_> =
        checker.planned.iter().filter(|(_, planned)| planned.is_needed && !planned.is_written).collect();
    planned.sort_by_key(|(_, planned)| planned.order);
    for ((object, _), planned) in planned {
        write.insert(object.schema(), vec![planned.row.clone()]).await?;
    }
    Ok(())
}

async fn write_rows(write: &mut Write<'_>, checker: &Checker, verdicts: Vec<Verdict>) -> Result<(i64, i64)> {
    let mut new: Vec<Row> = Vec::new();
    let mut updated = 0;
    for verdict in verdicts {
        match verdict.fate {
            Fate::Create(row) => new.push(row),
            Fate::Update { before, set } => {
                write.update(checker.schema, &before, &set).await?;
                updated += 1;
            }
            Fate::Duplicate(..) | Fate::Wrong(_) => {}
        }
    }
    let created = i64::try_from(new.len()).unwrap_or(0);
    if !new.is_empty() {
        write.insert(checker.schema, new).await?;
    }
    Ok((created, updated))
}

async fn finish(ctx: &Ctx, id: ImportId) -> Result<()> {
    save(ctx, async |tx| {
        let outcomes = table::outcomes(tx, id).await?;
        let of = |outcome: Outcome| outcomes.get(&outcome).copied().unwrap_or(0);
        let set = fields(&[
            ("state", json!(ImportState::Committed)),
            ("duplicates", json!(of(Outcome::Duplicate))),
            ("wrong", json!(of(Outcome::Wrong))),
        ]);
        rows::update(tx, &Import::SCHEMA, id.0, &set).await
    })
    .await
}
