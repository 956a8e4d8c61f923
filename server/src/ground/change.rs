//! The one door for writes: rows, their log, their links, their search tokens
//! and their numbers in one transaction, under the caller's idempotency key.

use std::sync::{Mutex, PoisonError};

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use shared::access::{Action, Actor, Object};
use shared::change::{Cause, Operation};
use shared::fields::{Row, STAMPS, Schema};
use shared::id::{BatchId, UserId};
use shared::time::Instant;
use uuid::Uuid;

use super::chain::{LOG_COLUMNS, Line};
use super::db::{WriteTx, name};
use super::jobs::{self, Job};
use super::tally::Tally;
use super::{chain, links, rows, search};
use crate::App;
use crate::error::{Error, Result};
use crate::http::Ctx;

mod key;

pub use key::forget_answers;

/// An open command. Dropped without `commit`, nothing of it happened.
pub struct Write<'a> {
    app: &'a App,
    /// Gone once it is committed.
    tx: Option<WriteTx>,
    pub actor: Option<&'a Actor>,
    pub now: Instant,
    made_at: Instant,
    pub batch: BatchId,
    cause: Cause,
    fingerprint: Vec<u8>,
    undoes: Option<BatchId>,
    pending: Vec<Pending>,
    tally: Tally,
    /// What is to run after the commit.
    later: Mutex<Vec<Job>>,
}

struct Pending {
    cause: Cause,
    object: Object,
    id: Uuid,
    op: Operation,
    before: Row,
    after: Row,
}

/// What a finished command is known by.
#[derive(Clone, Copy, Debug)]
pub struct Receipt {
    pub batch: BatchId,
    pub seq: i64,
    pub changed: i64,
}

impl Ctx {
    /// Opens a command of the caller. `request` is what was asked: the same
    /// key with another request is refused.
    pub async fn write(&self, request: &impl Serialize) -> Result<Write<'_>> {
        self.write_because(Cause::User, request).await
    }

    pub async fn write_because(&self, cause: Cause, request: &impl Serialize) -> Result<Write<'_>> {
        let actor = self.actor()?;
        self.open(Some(actor), actor.id.0.as_bytes(), cause, request).await
    }

    /// Opens a command of a customer. It reaches all rows: the portal finds those
    /// that the customer may change.
    pub async fn write_as_customer(&self, request: &impl Serialize) -> Result<Write<'_>> {
        let customer = self.customer()?;
        let who = customer.user.map(Uuid::from).or(customer.contact.map(Uuid::from)).ok_or(Error::SignedOut)?;
        self.open(None, who.as_bytes(), Cause::Portal, request).await
    }

    async fn open<'a>(
        &'a self,
        actor: Option<&'a Actor>,
        who: &[u8],
        cause: Cause,
        request: &impl Serialize,
    ) -> Result<Write<'a>> {
        let fingerprint = Sha256::new()
            .chain_update(who)
            .chain_update(std::any::type_name_of_val(request))
            .chain_update(serde_json::to_vec(request)?)
            .finalize();
        Ok(Write {
            app: &self.app,
            tx: Some(self.app.db.begin().await?),
            actor,
            now: self.now,
            made_at: self.made_at,
            batch: self.batch,
            cause,
            fingerprint: fingerprint.to_vec(),
            undoes: None,
            pending: Vec::new(),
            tally: Tally::default(),
            later: Mutex::default(),
        })
    }
}

impl App {
    /// Opens a command of Kith itself: demo data, users made at the console.
    pub async fn write(&self, cause: Cause) -> Result<Write<'_>> {
        let now = self.clock.now();
        Ok(Write {
            app: self,
            tx: Some(self.db.begin().await?),
            actor: None,
            now,
            made_at: now,
            batch: BatchId(Uuid::now_v7()),
            cause,
            fingerprint: Vec::new(),
            undoes: None,
            pending: Vec::new(),
            tally: Tally::default(),
            later: Mutex::default(),
        })
    }
}

impl Write<'_> {
    /// The transaction, for reading what the command decides on.
    pub fn db(&self) -> &sea_orm::DatabaseTransaction {
        &self.tx.as_ref().expect("it goes with the command's end, and nothing follows that").tx
    }

    pub fn app(&self) -> &App {
        self.app
    }

    pub fn actor(&self) -> Result<&Actor> {
        self.actor.ok_or(Error::SignedOut)
    }

    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// What this command has written of a record so far, which the log does not have yet.
    pub fn written<'w>(&'w self, object: Object, id: Uuid) -> impl Iterator<Item = &'w Row> {
        let is_of = move |pending: &&'w Pending| (pending.object, pending.id) == (object, id);
        self.pending.iter().filter(is_of).map(|pending| &pending.after)
    }

    /// Which rows the writer reaches; Kith itself reaches all.
    pub fn scope(&self, object: Object, action: Action) -> Condition {
        match self.actor {
            Some(actor) => super::access::scope(actor, object, action, self.now),
            None => Condition::all(),
        }
    }

    /// Which rows the writer reaches of their own right, not by a share.
    pub fn own_scope(&self, object: Object, action: Action) -> Condition {
        match self.actor {
            Some(actor) => super::access::own_scope(actor, object, action),
            None => Condition::all(),
        }
    }

    /// A row that the writer reaches, held until the end; else not found.
    pub async fn find(&self, schema: &Schema, id: Uuid, action: Action) -> Result<Row> {
        let found = rows::find_locked(self.db(), schema, id, self.scope(schema.object, action)).await?;
        if let Some(row) = found {
            return Ok(row);
        }
        // Seen but not reached is told apart from unseen.
        let seen = rows::find(self.db(), schema, id, self.scope(schema.object, Action::Read)).await?;
        Err(if seen.is_some() { Error::Forbidden } else { Error::NotFound })
    }

    /// Takes rows in one order, whichever the caller names: of two commands on
    /// the same rows the second waits at its first, and neither for the other.
    pub async fn lock(&self, schema: &Schema, ids: &[Uuid]) -> Result<()> {
        // SQLite has one writer at a time.
        if self.app.db.is_sqlite() {
            return Ok(());
        }
        rows::lock(self.db(), schema, ids).await
    }

    /// Sets the stamps of a new record, unless a redo brings them.
    pub fn stamp(&self, row: &mut Row) {
        row.insert("version".into(), 1.into());
        row.insert("updated_at".into(), self.now.0.into());
        if row.get("created_at").and_then(Value::as_i64).unwrap_or(0) == 0 {
            row.insert("created_at".into(), self.now.0.into());
            let by = self.actor.map_or(Value::Null, |actor| actor.id.to_string().into());
            row.insert("created_by".into(), by);
        }
    }

    /// Writes new records, stamped.
    pub async fn insert(&mut self, schema: &Schema, mut records: Vec<Row>) -> Result<()> {
        for row in &mut records {
            self.stamp(row);
        }
        rows::insert(self.db(), schema, &records).await?;
        links::insert(self.db(), schema, &records).await?;
        search::insert(self.db(), schema, &records).await?;
        search::texts::insert(self.db(), schema, &records).await?;
        for row in records {
            self.tally.insert(schema.object, &row);
            let id = rows::id(&row);
            let pending = Pending {
                cause: self.cause,
                object: schema.object,
                id,
                op: Operation::Create,
                before: Row::new(),
                after: logged(row),
            };
            self.pending.push(pending);
        }
        Ok(())
    }

    /// Sets the fields of `wanted` that differ from `before`; the row after it.
    pub async fn update(&mut self, schema: &Schema, before: &Row, wanted: &Row) -> Result<Row> {
        let mut after = before.clone();
        let (mut from, mut to) = (Row::new(), Row::new());
        for (key, value) in wanted {
            let old = before.get(key).unwrap_or(&Value::Null);
            if old == value || STAMPS.contains(&key.as_str()) {
                continue;
            }
            from.insert(key.clone(), old.clone());
            to.insert(key.clone(), value.clone());
            after.insert(key.clone(), value.clone());
        }
        if to.is_empty() {
            return Ok(after);
        }
        let seen = before.get("version").and_then(Value::as_i64).unwrap_or(0);
        let mut set = to.clone();
        for row in [&mut set, &mut after] {
            row.insert("version".into(), (seen + 1).into());
            row.insert("updated_at".into(), self.now.0.into());
        }
        let id = rows::id(before);
        // Somebody was faster with a row that was read without holding it: the
        // caller asks again, under the same key.
        if !rows::update_seen(self.db(), schema, id, seen, &set).await? {
            return Err(Error::Unavailable);
        }
        links::replace(self.db(), schema, &after, &to).await?;
        search::replace(self.db(), schema, &after, &to).await?;
        self.tally.update(schema.object, before, &after, &to);
        search::texts::replace(self.db(), schema, before, &after).await?;
        self.pending.push(Pending {
            cause: self.cause,
            object: schema.object,
            id,
            op: Operation::Update,
            before: from,
            after: to,
        });
        Ok(after)
    }

    /// Removes rows: only the undo of a creation does.
    pub async fn delete(&mut self, schema: &Schema, records: Vec<Row>) -> Result<()> {
        let ids: Vec<Uuid> = records.iter().map(rows::id).collect();
        links::delete(self.db(), schema, &ids).await?;
        search::delete(self.db(), schema, &ids).await?;
        search::texts::delete(self.db(), schema, &records).await?;
        rows::delete(self.db(), schema.table, "id", &ids).await?;
        for row in records {
            self.tally.delete(schema.object, &row);
            let id = rows::id(&row);
            let pending = Pending {
                cause: self.cause,
                object: schema.object,
                id,
                op: Operation::Delete,
                before: logged(row),
                after: Row::new(),
            };
            self.pending.push(pending);
        }
        Ok(())
    }

    /// From here on the command goes on for this reason; the one before.
    pub fn because(&mut self, cause: Cause) -> Cause {
        std::mem::replace(&mut self.cause, cause)
    }

    /// A job that looks at what this command leaves behind, once it is through:
    /// of several equal ones only one runs.
    pub fn afterwards(&self, job: Job) {
        self.later.lock().unwrap_or_else(PoisonError::into_inner).push(job);
    }

    /// This command takes another one back.
    pub fn undoes(&mut self, batch: BatchId) {
        self.undoes = Some(batch);
        self.cause = Cause::Undo;
    }

    /// Writes the log and the answer, and makes it all true at once.
    pub async fn commit<T: Serialize>(mut self, answer: impl FnOnce(Receipt) -> T) -> Result<T> {
        let pending = std::mem::take(&mut self.pending);
        let changed = i64::try_from(pending.len()).unwrap_or(i64::MAX);
        let later = std::mem::take(self.later.get_mut().unwrap_or_else(PoisonError::into_inner));
        let has_later = !later.is_empty();
        jobs::enqueue_after(self.db(), later, self.now).await?;
        let seq = self.log(&pending).await?;
        let tally = std::mem::take(&mut self.tally);
        tally.settle(self.db(), &self.app.clock).await?;
        let answer = answer(Receipt { batch: self.batch, seq, changed });
        self.remember(&serde_json::to_string(&answer)?).await?;
        let guards = pending.iter().any(|change| matches!(change.object, Object::User | Object::Team | Object::Role));
        let app = self.app.clone();
        if changed > 0 && !app.db.is_sqlite() {
            // Delivered with the commit, to every server on this database.
            self.db().execute_unprepared("SELECT pg_notify('kith_log', '')").await?;
        }
        let left: Vec<UserId> =
            pending.iter().filter(|change| leaves(change)).map(|change| UserId(change.id)).collect();
        crate::auth::end_sessions_of(self.db(), &left, self.now).await?;
        if let Some(tx) = self.tx.take() {
            tx.commit().await?;
        }
        if guards {
            app.forget_guards();
        }
        if changed > 0 {
            app.live.wake();
        }
        if has_later {
            app.jobs.wake();
        }
        Ok(answer)
    }

    /// Appends to the chain: each line's hash covers the line before it.
    async fn log(&self, pending: &[Pending]) -> Result<i64> {
        // Held to the end: numbers follow the order of the commits.
        let chain::Head { mut seq, mut hash, applied_at } = chain::held_head(self.db()).await?;
        if pending.is_empty() {
            return Ok(seq);
        }
        // A request that waited is written when it is its turn: the moments of
        // the log follow its numbers, whatever the clocks of the servers say.
        let applied_at = Ord::max(self.app.clock.now().0, applied_at);
        for chunk in pending.chunks(1_000) {
            let mut insert = Query::insert();
            insert.into_table(name("changes")).columns(LOG_COLUMNS.map(name));
            for change in chunk {
                seq += 1;
                let line = Line {
                    seq,
                    batch: self.batch.0,
                    object: change.object.word().to_owned(),
                    record_id: change.id,
                    op: change.op.word().to_owned(),
                    before: serde_json::to_string(&change.before)?,
                    after: serde_json::to_string(&change.after)?,
                    actor: self.actor.map(|actor| actor.id.0),
                    cause: change.cause.word().to_owned(),
                    made_at: self.made_at.0,
                    applied_at,
                };
                hash = line.hash(&hash);
                insert.values_panic(line.values(&hash));
            }
            self.db().execute(&insert).await?;
        }
        let advance = Query::update()
            .table(name("log_head"))
            .value(name("seq"), seq)
            .value(name("hash"), hash)
            .value(name("applied_at"), applied_at)
            .and_where(Expr::col(name("id")).eq(1_i64))
            .take();
        self.db().execute(&advance).await?;
        Ok(seq)
    }
}

/// Whether a user may no longer sign in.
fn leaves(change: &Pending) -> bool {
    let is_set =
        |key: &str| change.after.get(key).is_some_and(|value| *value != Value::Null && *value != Value::Bool(false));
    change.object == Object::User && (is_set("is_disabled") || is_set("archived_at"))
}

/// A row as the log keeps it: without what every write stamps, without absences.
fn logged(mut row: Row) -> Row {
    row.retain(|key, value| !Value::is_null(value) && !STAMPS.contains(&key.as_str()));
    row
}
