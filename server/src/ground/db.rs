//! The database: SQLite with one writer and several readers, or PostgreSQL.

use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::sea_query::{Alias, Func, SimpleExpr};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, TransactionTrait as _};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::error::Result;
use crate::settings::Settings;

mod turn;

use turn::{Queue, Turn};

/// Slower statements are worth a line in the log.
const SLOW: Duration = Duration::from_millis(500);

/// Connections for reading and writing. Reads never wait for a write.
#[derive(Clone)]
pub struct Db {
    pub read: DatabaseConnection,
    write: DatabaseConnection,
    queue: Queue,
    statements: Arc<AtomicU64>,
    /// Its commands share no commit with those of others.
    is_apart: bool,
}

/// An open write transaction. Dropped without `commit`, it never was.
pub struct WriteTx {
    pub tx: DatabaseTransaction,
    /// On SQLite, which takes one writer at a time.
    turn: Option<Turn>,
}

impl Db {
    pub async fn open(settings: &Settings) -> std::result::Result<Self, DbErr> {
        Self::connect(settings, Queue::default(), Arc::default(), false).await
    }

    /// Connections of their own to the same database, for what runs on a thread
    /// of its own: on SQLite each has a thread, as urgent as the one that opens it.
    pub async fn beside(&self, settings: &Settings) -> std::result::Result<Self, DbErr> {
        Self::connect(settings, self.queue.clone(), self.statements.clone(), true).await
    }

    async fn connect(
        settings: &Settings,
        queue: Queue,
        statements: Arc<AtomicU64>,
        is_apart: bool,
    ) -> std::result::Result<Self, DbErr> {
        let (mut read, mut write) = match &settings.database_url {
            Some(url) => Self::postgres(url).await?,
            None => Self::sqlite(&settings.data.join("kith.db")).await?,
        };
        for connection in [&mut read, &mut write] {
            let statements = statements.clone();
            connection.set_metric_callback(move |info| note(info, &statements));
        }
        Ok(Self { read, write, queue, statements, is_apart })
    }

    /// How many statements were run so far: what a test counts.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    async fn sqlite(file: &Path) -> std::result::Result<(DatabaseConnection, DatabaseConnection), DbErr> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        let options = SqliteConnectOptions::from_str("sqlite://")
            .map_err(conn)?
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A write that was answered survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(256)
            // A board's column passes whole: with fewer, the thread that reads rows and
            // the task that waits for them wake each other over and over.
            .row_buffer_size(1_000)
            .pragma("cache_size", "-16000")
            .pragma("mmap_size", "268435456")
            .pragma("temp_store", "memory");
        let one = SqlitePoolOptions::new().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
        let write = one.connect_with(options.clone()).await.map_err(conn)?;
        let many = SqlitePoolOptions::new().max_connections(4).min_connections(1).idle_timeout(None).max_lifetime(None);
        // Readers find most pages in the mapped file, and keep few of their own.
        let reading = options.pragma("query_only", "on").pragma("cache_size", "-4000");
        let read = many.connect_with(reading).await.map_err(conn)?;
        Ok((read.into(), write.into()))
    }

    async fn postgres(url: &str) -> std::result::Result<(DatabaseConnection, DatabaseConnection), DbErr> {
        let options = PgConnectOptions::from_str(url).map_err(conn)?.application_name("kith");
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await
            .map_err(conn)?;
        let both: DatabaseConnection = pool.into();
        Ok((both.clone(), both))
    }

    pub fn backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    pub fn is_sqlite(&self) -> bool {
        self.backend() == DbBackend::Sqlite
    }

    /// Opens a write transaction, waiting for its turn.
    pub async fn begin(&self) -> Result<WriteTx> {
        if !self.is_sqlite() {
            return Ok(WriteTx { tx: self.write.begin().await?, turn: None });
        }
        let (tx, turn) = self.queue.begin(&self.write, self.is_apart).await?;
        Ok(WriteTx { tx, turn: Some(turn) })
    }

    /// For migrations only: everything else writes through `begin`.
    pub fn for_migrations(&self) -> &DatabaseConnection {
        &self.write
    }

    pub async fn close(&self) {
        let _ = self.write.close_by_ref().await;
        let _ = self.read.close_by_ref().await;
    }
}

impl WriteTx {
    pub async fn commit(self) -> Result<()> {
        match self.turn {
            None => self.tx.commit().await.map_err(Into::into),
            Some(turn) => turn.commit(self.tx).await,
        }
    }
}

/// Counts a statement, and writes a slow one to the log without its values.
fn note(info: &sea_orm::metric::Info, statements: &AtomicU64) {
    statements.fetch_add(1, Ordering::Relaxed);
    if info.elapsed > SLOW {
        tracing::warn!(ms = info.elapsed.as_millis(), sql = info.statement.sql, "slow statement");
    }
}

fn conn(error: sqlx::Error) -> DbErr {
    DbErr::Conn(sea_orm::RuntimeErr::SqlxError(Arc::new(error)))
}

/// A table or column by its name.
pub fn name(text: &'static str) -> Alias {
    Alias::new(text)
}

/// An integer sum: PostgreSQL sums to `numeric`, which is cast back.
pub fn sum(of: SimpleExpr) -> SimpleExpr {
    use sea_orm::sea_query::ExprTrait as _;
    Func::coalesce([SimpleExpr::from(Func::sum(of)), SimpleExpr::from(0_i64)]).cast_as(Alias::new("bigint"))
}
