//! SQLite's one writer: commands go one after the other, and those that wait
//! for one another share a commit, whose way to the disk takes longer than they.
//!
//! A command that is done leaves the transaction open for whoever comes next
//! and queues again, to commit. Only then are all of them answered. Each but
//! the first has a savepoint: one that fails takes back itself alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions};
use sea_orm::{DbErr, TransactionTrait as _};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use crate::error::{Error, Result};

/// Nobody who is done waits much longer than this for others to be done.
const LONGEST: Duration = Duration::from_millis(10);

/// Waiting here is fair, in SQLite's busy handler it is not.
#[derive(Clone, Default)]
pub struct Queue(Arc<Mutex<Option<Group>>>);

/// Commands that are done and not yet committed.
struct Group {
    tx: DatabaseTransaction,
    since: Instant,
    end: watch::Sender<Option<Outcome>>,
}

type Outcome = std::result::Result<(), String>;

/// Nobody else writes while it is held.
pub struct Turn {
    open: OwnedMutexGuard<Option<Group>>,
    queue: Queue,
}

impl Queue {
    /// Waits for its turn, and opens a transaction or a part of the open one.
    pub async fn begin(&self, writer: &DatabaseConnection) -> std::result::Result<(DatabaseTransaction, Turn), DbErr> {
        let turn = Turn { open: self.0.clone().lock_owned().await, queue: self.clone() };
        if let Some(group) = turn.open.as_ref() {
            return Ok((group.tx.begin().await?, turn));
        }
        // Another program on the same file is waited for here. A transaction that
        // only began by reading would be refused when it comes to write.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok((writer.begin_with_options(options).await?, turn))
    }

    /// Commits the open group, unless the one that `end` is about has ended.
    async fn close(self, end: watch::Receiver<Option<Outcome>>) {
        let mut open = self.0.lock_owned().await;
        if end.borrow().is_none()
            && let Some(group) = open.take()
        {
            group.commit().await;
        }
    }
}

impl Group {
    async fn commit(self) {
        let outcome = self.tx.commit().await.map_err(|error| error.to_string());
        self.end.send_replace(Some(outcome));
    }
}

impl Turn {
    /// Ends the turn; returns when what was written is on the disk.
    pub async fn commit(mut self, tx: DatabaseTransaction) -> Result<()> {
        let mut end = match self.open.as_ref() {
            Some(group) => {
                tx.commit().await?;
                group.end.subscribe()
            }
            None => {
                let (told, end) = watch::channel(None);
                *self.open = Some(Group { tx, since: Instant::now(), end: told });
                end
            }
        };
        let Self { mut open, queue } = self;
        let late = open.take_if(|group| group.since.elapsed() > LONGEST);
        let watched = end.clone();
        // Apart from the request: whoever hangs up leaves nobody's commit undone.
        tokio::spawn(async move {
            if let Some(group) = late {
                group.commit().await;
                drop(open);
            } else {
                drop(open);
                queue.close(watched).await;
            }
        });
        let outcome = end.wait_for(Option::is_some).await.map_err(Error::internal)?.clone();
        outcome.unwrap_or(Ok(())).map_err(Error::internal)
    }
}
