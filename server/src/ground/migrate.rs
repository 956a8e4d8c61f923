//! Brings the database up to this version, after a copy of the SQLite file.

use std::path::{Path, PathBuf};

use migrations::{Migrator, MigratorTrait as _};
use sea_orm::ConnectionTrait as _;

use super::clock::Clock;
use super::db::Db;
use super::tally;
use crate::error::{Error, Result};
use crate::settings::Settings;

/// Copies that are kept; older ones go.
const KEPT_COPIES: usize = 5;

/// Applies the steps that are missing, and counts what they left uncounted.
/// Nothing is touched when there is nothing to do.
pub async fn up(db: &Db, settings: &Settings) -> Result<()> {
    steps(db, settings).await?;
    let clock = Clock::new(settings.zone().map_err(Error::internal)?);
    tally::keep_up(db, &clock).await
}

async fn steps(db: &Db, settings: &Settings) -> Result<()> {
    let connection = db.for_migrations();
    let pending = Migrator::get_pending_migrations(connection).await?;
    if pending.is_empty() {
        return Ok(());
    }
    let applied = Migrator::get_applied_migrations(connection).await?;
    if db.is_sqlite() && !applied.is_empty() {
        copy(db, &settings.data, applied.len()).await?;
    }
    tracing::info!(steps = pending.len(), "migrating the database");
    Migrator::up(connection, None).await?;
    Ok(())
}

/// Whether every step is applied.
pub async fn is_current(db: &Db) -> Result<bool> {
    Ok(Migrator::get_pending_migrations(db.for_migrations()).await?.is_empty())
}

/// A whole copy beside the database, made by SQLite itself.
async fn copy(db: &Db, data: &Path, step: usize) -> Result<()> {
    let folder = data.join("copies");
    std::fs::create_dir_all(&folder).map_err(Error::internal)?;
    let mut file = folder.join(format!("kith-before-step-{:04}.db", step + 1));
    for n in 2.. {
        if !file.exists() {
            break;
        }
        file = folder.join(format!("kith-before-step-{:04}-{n}.db", step + 1));
    }
    let path = file.display().to_string().replace('\'', "''");
    db.for_migrations().execute_unprepared(&format!("VACUUM INTO '{path}'")).await?;
    tracing::info!(file = %file.display(), "copied the database before migrating");
    prune(&folder)
}

fn prune(folder: &Path) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(Error::internal)?;
    let mut copies: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    copies.sort_by_key(|path| std::fs::metadata(path).and_then(|data| data.modified()).ok());
    for old in copies.iter().rev().skip(KEPT_COPIES) {
        std::fs::remove_file(old).map_err(Error::internal)?;
    }
    Ok(())
}
