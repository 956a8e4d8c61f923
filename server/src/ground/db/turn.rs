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
    is_apart: bool,
}

impl Queue {
    /// Waits for its turn, and opens a transaction or a part of the open one. In
    /// a task of its own: a part that is given up half-way would take the whole
    /// group back with it. A writer apart has a connection of its own, and
    /// belongs to no group.
    pub async fn begin(&self, writer: &DatabaseConnection, is_apart: bool) -> Result<(DatabaseTransaction, Turn)> {
        let (queue, writer) = (self.clone(), writer.clone());
        Ok(tokio::spawn(async move { queue.open(&writer, is_apart).await }).await.map_err(Error::internal)??)
    }

    async fn open(
        self,
        writer: &DatabaseConnection,
        is_apart: bool,
    ) -> std::result::Result<(DatabaseTransaction, Turn), DbErr> {
        let mut open = self.0.clone().lock_owned().await;
        if let Some(group) = open.take_if(|_| is_apart) {
            group.commit().await;
        }
        let tx = if let Some(group) = open.as_ref() {
            match group.tx.begin().await {
                Ok(tx) => tx,
                Err(error) => {
                    // Without its savepoint, giving up has taken the group back.
                    if let Some(group) = open.take() {
                        group.end.send_replace(Some(Err(error.to_string())));
                    }
                    return Err(error);
                }
            }
        } else {
            // Another program on the same file is waited for here. A transaction that
            // only began by reading would be refused when it comes to write.
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            writer.begin_with_options(options).await?
        };
        Ok((tx, Turn { open, queue: self, is_apart }))
    }

    /// Commits the open group, unless the one that `end` is about has ended.
    async fn close(self, end: &watch::Receiver<Option<Outcome>>) {
        let mut open = self.0.lock_owned().await;
        let has_ended = end.borrow().is_some();
        if let Some(group) = open.take_if(|_| !has_ended) {
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
    /// Ends the turn; returns when what was written is on the disk. Whoever hangs
    /// up meanwhile leaves nothing undone.
    pub async fn commit(self, tx: DatabaseTransaction) -> Result<()> {
        tokio::spawn(self.end(tx)).await.map_err(Error::internal)?
    }

    async fn end(self, tx: DatabaseTransaction) -> Result<()> {
        let Self { mut open, queue, is_apart } = self;
        if is_apart {
            return Ok(tx.commit().await?);
        }
        let end = if let Some(group) = open.as_ref() {
            tx.commit().await?;
            group.end.subscribe()
        } else {
            let (told, end) = watch::channel(None);
            *open = Some(Group { tx, since: Instant::now(), end: told });
            end
        };
        if let Some(late) = open.take_if(|group| group.since.elapsed() > LONGEST) {
            late.commit().await;
            drop(open);
        } else {
            drop(open);
            queue.close(&end).await;
        }
        let outcome = end.borrow().clone();
        outcome.ok_or_else(|| Error::internal("a group of commands has no end"))?.map_err(Error::internal)
    }
}
