//! The steps of an import: checking, and starting to write.

use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::access::Action;
use shared::change::Cause;
use shared::fields::Row;
use shared::id::{BatchId, ImportId};
use shared::imports::{Import, ImportState, Outcome};
use uuid::Uuid;

use super::checker::Checker;
use super::jobs::{Work, may_import, step};
use super::table;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::jobs::{Job, enqueue};
use crate::ground::rows;
use crate::http::Ctx;

/// Rows that are checked at once; another writer's turn comes in between.
const CHUNK: u64 = 500;

/// Sets the import to work and hands it to the workers. How far it is stands in
/// its row, not in the log: the log tells what became of records.
async fn begin(ctx: &Ctx, id: ImportId, state: ImportState) -> Result<Import> {
    let ctx = step(ctx, BatchId(Uuid::now_v7())).await?;
    let write = ctx.write_because(Cause::Import, &("begin", id, state)).await?;
    let before = write.find(&Import::SCHEMA, id.0, Action::Write).await?;
    let import: Import = rows::typed(&before)?;
    may_import(&ctx, import.target())?;
    let is_commit = state == ImportState::Committing;
    let set = if is_commit { may_commit(&write, &import).await? } else { may_check(&write, &import).await? };
    hand_over(&ctx, write, before, state, set).await
}

/// Sets the import to work within an open command, and wakes the workers.
pub async fn hand_over(ctx: &Ctx, write: Write<'_>, mut row: Row, state: ImportState, set: Row) -> Result<Import> {
    row.extend(set.clone());
    row.insert("state".into(), json!(state));
    row.insert("problem".into(), json!(null));
    let import: Import = rows::typed(&row)?;
    let mut set = set;
    for key in ["state", "problem"] {
        set.insert(key.into(), row[key].clone());
    }
    rows::update(write.db(), &Import::SCHEMA, import.id.0, &set).await?;
    let work = Work { import: import.id, by: write.actor()?.id, state };
    // A key of its own: the step before may still be closing its job, which
    // must not swallow this one.
    let key = format!("{} {}", import.id, write.batch);
    enqueue(write.db(), &Job::Import(work), write.now, Some(&key)).await?;
    let import = write.commit(|_| import).await?;
    ctx.app.jobs.wake();
    Ok(import)
}

pub async fn begin_check(ctx: &Ctx, id: ImportId) -> Result<Import> {
    begin(ctx, id, ImportState::Checking).await
}

pub async fn begin_commit(ctx: &Ctx, id: ImportId) -> Result<Import> {
    begin(ctx, id, ImportState::Committing).await
}

async fn may_check(write: &Write<'_>, import: &Import) -> Result<Row> {
    let is_open = import.state == ImportState::Checking || import.takes_changes();
    if !is_open {
        return Err(Error::Refused("import_closed"));
    }
    let rows = table::count(write.db(), import.id).await?;
    if rows == 0 {
        return Err(Error::Refused("import_empty"));
    }
    let mut set = anew(write.db(), import).await?;
    set.extend(fields(&[("rows", json!(rows)), ("done", json!(0))]));
    Ok(set)
}

/// What was taken back is to be written again, as other records: until now it
/// could have been brought back.
pub async fn anew(db: &impl ConnectionTrait, import: &Import) -> Result<Row> {
    if import.state != ImportState::Undone {
        return Ok(Row::new());
    }
    table::forget_written(db, import.id).await?;
    Ok(fields(&[("run", json!(import.run + 1)), ("chunks", json!(0)), ("created", json!(0)), ("updated", json!(0))]))
}

async fn may_commit(write: &Write<'_>, import: &Import) -> Result<Row> {
    match import.state {
        ImportState::Checked | ImportState::Failed | ImportState::Committing | ImportState::Committed => {}
        ImportState::Undoing | ImportState::Redoing | ImportState::Halted => {
            return Err(Error::Refused("import_closed"));
        }
        ImportState::Draft | ImportState::Checking | ImportState::Undone => {
            return Err(Error::Refused("import_unchecked"));
        }
    }
    let pending = table::outcomes(write.db(), import.id).await?.get(&Outcome::Pending).copied().unwrap_or(0);
    if pending > 0 {
        return Err(Error::Refused("import_unchecked"));
    }
    Ok(Row::new())
}

pub fn fields(pairs: &[(&str, serde_json::Value)]) -> Row {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

/// Checks all rows that are not written yet.
pub async fn check(ctx: &Ctx, import: Import) -> Result<()> {
    let id = import.id;
    may_import(ctx, import.target())?;
    let mut checker = {
        let write = trial(ctx, id).await?;
        Checker::load(&write, import).await?
    };
    let db = &ctx.app.db.read;
    let waves = checker.find_waves(db).await?;
    save(ctx, async |tx| table::set_waves(tx, id, &waves.of).await).await?;
    let (mut line, mut done) = (-1, 0_i64);
    loop {
        let rows = table::after(db, id, line, CHUNK, table::unwritten()).await?;
        let Some(last) = rows.last() else { break };
        line = last.line;
        done += i64::try_from(rows.len()).unwrap_or(0);
        let ctx = &step(ctx, ctx.batch).await?;
        let verdicts = {
            let mut write = trial(ctx, id).await?;
            create_pipeline(&mut write, &checker).await?;
            checker.check(&write, rows).await?
        };
        checker.need(&verdicts);
        let found: Vec<_> = verdicts.iter().map(super::check::Verdict::found).collect();
        save(ctx, async |tx| {
            table::save(tx, id, &found).await?;
            rows::update(tx, &Import::SCHEMA, id.0, &fields(&[("done", json!(done))])).await
        })
        .await?;
        tokio::task::yield_now().await;
    }
    let orphans = waves.orphans(db, id).await?;
    save(ctx, async |tx| table::save(tx, id, &orphans).await).await?;
    conclude(ctx, &checker).await
}

/// A command that is never committed: the rules look into its transaction.
pub async fn trial(ctx: &Ctx, id: ImportId) -> Result<Write<'_>> {
    ctx.write_because(Cause::Import, &("trial", id)).await
}

/// Writes to the rows of an import, which are no records.
pub async fn save<F>(ctx: &Ctx, write: F) -> Result<()>
where
    F: AsyncFnOnce(&sea_orm::DatabaseTransaction) -> Result<()>,
{
    let open = ctx.app.db.begin().await?;
    write(&open.tx).await?;
    open.commit().await
}

async fn conclude(ctx: &Ctx, checker: &Checker) -> Result<()> {
    let id = checker.import.id;
    save(ctx, async |tx| {
        let outcomes = table::outcomes(tx, id).await?;
        let of = |outcome: Outcome| outcomes.get(&outcome).copied().unwrap_or(0);
        let set = fields(&[
            ("state", json!(ImportState::Checked)),
            ("done", json!(0)),
            ("created", json!(0)),
            ("updated", json!(0)),
            ("duplicates", json!(of(Outcome::Duplicate))),
            ("wrong", json!(of(Outcome::Wrong))),
            ("linked", json!(linked(checker))),
        ]);
        rows::update(tx, &Import::SCHEMA, id.0, &set).await
    })
    .await
}

/// What rows name that is created for them: `team:3,user:6`.
pub fn linked(checker: &Checker) -> Option<String> {
    let mut counts = std::collections::BTreeMap::<&str, i64>::new();
    for ((object, _), _) in checker.planned.iter().filter(|(_, planned)| planned.is_needed) {
        *counts.entry(object.word()).or_default() += 1;
    }
    let told: Vec<String> = counts.iter().map(|(object, n)| format!("{object}:{n}")).collect();
    (!told.is_empty()).then(|| told.join(","))
}

/// The pipeline that the plan brings along, if it is not there yet.
pub async fn create_pipeline(write: &mut Write<'_>, checker: &Checker) -> Result<()> {
    use sea_orm::sea_query::Condition;
    use shared::access::Object;
    use shared::fields::row_of;
    use shared::pipelines::{Pipeline, Stage};

    let Some(new) = &checker.plan.new_pipeline else { return Ok(()) };
    if rows::find(write.db(), &Pipeline::SCHEMA, new.id.0, Condition::all()).await?.is_some() {
        return Ok(());
    }
    let actor = write.actor()?;
    if !actor.may(Object::Pipeline, Action::Create) || !actor.may(Object::Stage, Action::Create) {
        return Err(Error::Refused("may_not_create_pipeline"));
    }
    write.insert(&Pipeline::SCHEMA, vec![row_of(&new.pipeline())]).await?;
    write.insert(&Stage::SCHEMA, new.stages().iter().map(row_of).collect()).await
}
