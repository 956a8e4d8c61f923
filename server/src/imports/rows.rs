//! The rows of an import, as its owner sees and mends them.

use std::collections::HashMap;

use sea_orm::DatabaseTransaction;
use sea_orm::sea_query::Condition;
use shared::access::Action;
use shared::api::{FieldError, FieldErrors, Page};
use shared::fields::Row;
use shared::id::ImportId;
use shared::imports::*;
use uuid::Uuid;

use super::checker::Checker;
use super::jobs::may_import;
use super::steps::{anew, create_pipeline, fields, save, trial};
use super::table::{self, Stored};
use crate::error::{Error, Result};
use crate::ground::rows as records;
use crate::http::Ctx;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
/// Wrong rows that are looked through for what is wrong most often.
const MOST_REASONED: u64 = 20_000;
const MOST_REASONS: usize = 20;

/// Takes a slice of rows.
pub async fn put(ctx: &Ctx, id: ImportId, slice: RowSlice) -> Result<RowsTaken> {
    let import = super::mine(ctx, id).await?;
    let object = may_import(ctx, import.target())?;
    check_slice(object, &slice)?;
    let mut rows = 0;
    save(ctx, async |tx| {
        let now = check_state(tx, id, Import::takes_changes).await?;
        if slice.restart {
            table::clear(tx, id).await?;
        }
        table::put(tx, id, &slice.rows).await?;
        rows = table::count(tx, id).await?;
        if rows > i64::try_from(MAX_ROWS).unwrap_or(i64::MAX) {
            return Err(too_many(MAX_ROWS));
        }
        let mut set = anew(tx, &now).await?;
        set.extend(fields(&[("state", serde_json::json!(ImportState::Draft)), ("rows", rows.into())]));
        records::update(tx, &Import::SCHEMA, id.0, &set).await
    })
    .await?;
    Ok(RowsTaken { rows })
}

fn too_many(max: usize) -> Error {
    FieldErrors::from([("rows".to_owned(), FieldError::new("too_many").with("max", max))]).into()
}

/// What no app of ours would send.
fn check_slice(object: shared::access::Object, slice: &RowSlice) -> Result<()> {
    if slice.rows.is_empty() {
        return Err(Error::field("rows", "required"));
    }
    if slice.rows.len() > MAX_ROWS {
        return Err(too_many(MAX_ROWS));
    }
    let targets = targets(object);
    let is_known = |key: &str| targets.iter().any(|target| target.field == key);
    for (n, row) in slice.rows.iter().enumerate() {
        if !(0..=i64::from(i32::MAX)).contains(&row.line) {
            let error = FieldError::new("out_of_range").with("min", 0).with("max", i32::MAX);
            return Err(FieldErrors::from([(format!("rows.{n}.line"), error)]).into());
        }
        if let Some(key) = row.values.keys().find(|key| !is_known(key)) {
            return Err(Error::field(&format!("rows.{n}.values.{key}"), "unknown"));
        }
    }
    Ok(())
}

/// A page of rows, in the order of the file.
pub async fn list(ctx: &Ctx, import: &Import, query: &RowQuery) -> Result<Page<ImportRow>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let after = match &query.after {
        None => -1,
        Some(after) => after.parse().map_err(|_| Error::BadRequest("bad_cursor"))?,
    };
    let only = query.outcome.map_or_else(Condition::all, |outcome| table::of_outcomes(&[outcome]));
    let mut rows = table::after(&ctx.app.db.read, import.id, after, u64::from(limit) + 1, only).await?;
    let wanted = limit as usize;
    let next = (rows.len() > wanted).then(|| rows[wanted - 1].line.to_string());
    rows.truncate(wanted);
    Ok(Page { items: told(ctx, import, rows).await?, next })
}

/// Rows with what the records they change hold now.
async fn told(ctx: &Ctx, import: &Import, rows: Vec<Stored>) -> Result<Vec<ImportRow>> {
    let object = import.target().ok_or(Error::NotFound)?;
    let changed = rows.iter().filter(|row| row.outcome == Outcome::Update);
    let ids: Vec<Uuid> = changed.filter_map(|row| row.record_id).collect();
    let now = records::by_ids(&ctx.app.db.read, object.schema(), &ids, &ctx.scope(object, Action::Read)?).await?;
    let before = |row: &Stored| -> Row {
        let record = row.record_id.and_then(|id| now.get(&id));
        // An amount is nothing without its currency.
        let keys = row.values.keys().map(String::as_str).chain(["currency"]);
        let held = |key: &str| record.and_then(|record| record.get(key)).cloned().map(|value| (key.to_owned(), value));
        keys.filter_map(held).collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let before = before(&row);
            let mut errors = row.faults;
            errors.extend(row.errors);
            for error in errors.values_mut() {
                error.message = error_text(error, ctx.locale);
            }
            ImportRow {
                line: row.line,
                cells: row.cells,
                values: row.values,
                before,
                outcome: row.outcome,
                errors,
                record_id: row.record_id,
            }
        })
        .collect())
}

/// The import as it stands, held until the end: no worker goes on with it meanwhile.
async fn check_state(tx: &DatabaseTransaction, id: ImportId, is_apt: impl Fn(&Import) -> bool) -> Result<Import> {
    let row = records::find_locked(tx, &Import::SCHEMA, id.0, Condition::all()).await?.ok_or(Error::NotFound)?;
    let import: Import = records::typed(&row)?;
    if is_apt(&import) { Ok(import) } else { Err(Error::Refused("import_closed")) }
}

fn is_mendable(import: &Import) -> bool {
    matches!(import.state, ImportState::Checked | ImportState::Failed | ImportState::Committed)
}

/// Puts a row anew and checks it alone.
pub async fn mend(ctx: &Ctx, import: Import, row: NewRow) -> Result<ImportRow> {
    let object = may_import(ctx, import.target())?;
    let line = row.line;
    check_slice(object, &RowSlice { rows: vec![row.clone()], restart: false })?;
    save(ctx, async |tx| {
        let now = check_state(tx, import.id, is_mendable).await?;
        let held = table::find(tx, import.id, line).await?.ok_or(Error::NotFound)?;
        if now.chunks > 0 && matches!(held.outcome, Outcome::Create | Outcome::Update) {
            // It may be written already.
            return Err(Error::Refused("import_closed"));
        }
        table::put(tx, import.id, &[row]).await
    })
    .await?;
    let found = {
        let mut write = trial(ctx, import.id).await?;
        let mut checker = Checker::load(&write, import.clone()).await?;
        checker.find_waves(write.db()).await?;
        create_pipeline(&mut write, &checker).await?;
        let stored = table::find(write.db(), import.id, line).await?.ok_or(Error::NotFound)?;
        let verdicts = checker.check(&write, vec![stored]).await?;
        verdicts.iter().map(super::check::Verdict::found).collect::<Vec<_>>()
    };
    save(ctx, async |tx| {
        check_state(tx, import.id, is_mendable).await?;
        table::save(tx, import.id, &found).await?;
        let outcomes = table::outcomes(tx, import.id).await?;
        let of = |outcome: Outcome| outcomes.get(&outcome).copied().unwrap_or(0);
        let set = fields(&[("duplicates", of(Outcome::Duplicate).into()), ("wrong", of(Outcome::Wrong).into())]);
        records::update(tx, &Import::SCHEMA, import.id.0, &set).await
    })
    .await?;
    let row = table::find(&ctx.app.db.read, import.id, line).await?.ok_or(Error::NotFound)?;
    told(ctx, &import, vec![row]).await?.pop().ok_or(Error::NotFound)
}

/// The numbers of the dry run, and what is wrong most often.
pub async fn summary(ctx: &Ctx, import: &Import) -> Result<Summary> {
    let db = &ctx.app.db.read;
    let outcomes = table::outcomes(db, import.id).await?;
    let of = |outcome: Outcome| outcomes.get(&outcome).copied().unwrap_or(0);
    let mut reasons: HashMap<(String, String, String), Reason> = HashMap::new();
    for row in table::after(db, import.id, -1, MOST_REASONED, table::of_outcomes(&[Outcome::Wrong])).await? {
        let mut errors = row.faults;
        errors.extend(row.errors);
        for (field, error) in errors {
            let value = error.params.get("value").or_else(|| error.params.get("name")).cloned().unwrap_or_default();
            let reason = reasons.entry((field.clone(), error.code.clone(), value)).or_insert_with(|| {
                let message = error_text(&error, ctx.locale);
                Reason { field, error: FieldError { message, ..error }, rows: 0 }
            });
            reason.rows += 1;
        }
    }
    let mut reasons: Vec<Reason> = reasons.into_values().collect();
    reasons.sort_by(|a, b| (b.rows, &a.field, &a.error.message).cmp(&(a.rows, &b.field, &b.error.message)));
    reasons.truncate(MOST_REASONS);
    Ok(Summary {
        create: of(Outcome::Create),
        update: of(Outcome::Update),
        duplicate: of(Outcome::Duplicate),
        wrong: of(Outcome::Wrong),
        linked: import.linked_records(),
        reasons,
    })
}
