//! The one door for writes: rows, their log, their links and their search
//! tokens in one transaction, under the caller's idempotency key.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query, SimpleExpr};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use shared::access::{Action, Actor, Object};
use shared::change::{Cause, Operation};
use shared::fields::{Row, STAMPS, Schema};
use shared::id::BatchId;
use shared::time::{DAY, Instant};
use uuid::Uuid;

use super::chain::{LOG_COLUMNS, Line};
use super::db::{WriteTx, name};
use super::{links, rows, search};
use crate::App;
use crate::error::{Error, Result};
use crate::http::Ctx;

/// An open command. Dropped without `commit`, nothing of it happened.
pub struct Write<'a> {
    app: &'a App,
    tx: WriteTx<'a>,
    pub actor: Option<&'a Actor>,
    pub now: Instant,
    made_at: Instant,
    pub batch: BatchId,
    cause: Cause,
    fingerprint: Vec<u8>,
    undoes: Option<BatchId>,
    pending: Vec<Pending>,
}

struct Pending {
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
        let fingerprint = Sha256::new()
            .chain_update(actor.id.0.as_bytes())
            .chain_update(std::any::type_name_of_val(request))
            .chain_update(serde_json::to_vec(request)?)
            .finalize();
        Ok(Write {
            app: &self.app,
            tx: self.app.db.begin().await?,
            actor: Some(actor),
            now: self.now,
            made_at: self.made_at,
            batch: self.batch,
            cause,
            fingerprint: fingerprint.to_vec(),
            undoes: None,
            pending: Vec::new(),
        })
    }
}

impl App {
    /// Opens a command of Kith itself: demo data, users made at the console.
    pub async fn write(&self, cause: Cause) -> Result<Write<'_>> {
        let now = self.clock.now();
        Ok(Write {
            app: self,
            tx: self.db.begin().await?,
            actor: None,
            now,
            made_at: now,
            batch: BatchId(Uuid::now_v7()),
            cause,
            fingerprint: Vec::new(),
            undoes: None,
            pending: Vec::new(),
        })
    }
}

impl Write<'_> {
    /// The transaction, for reading what the command decides on.
    pub fn db(&self) -> &sea_orm::DatabaseTransaction {
        &self.tx.tx
    }

    pub fn app(&self) -> &App {
        self.app
    }

    pub fn actor(&self) -> Result<&Actor> {
        self.actor.ok_or(Error::SignedOut)
    }

    /// Which rows the writer reaches; Kith itself reaches all.
    pub fn scope(&self, object: Object, action: Action) -> Condition {
        match self.actor {
            Some(actor) => super::access::scope(actor, object, action, self.now),
            None => Condition::all(),
        }
    }

    /// The first answer, when this very command was answered before.
    pub async fn repeated<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let select = Query::select()
            .columns(["fingerprint", "answer"].map(name))
            .from(name("commands"))
            .and_where(Expr::col(name("batch")).eq(self.batch.0))
            .take();
        let Some(kept) = self.db().query_one(&select).await? else { return Ok(None) };
        if kept.try_get_by_index::<Vec<u8>>(0)? != self.fingerprint {
            return Err(Error::Refused("idempotency_mismatch"));
        }
        let answer: String = kept.try_get_by_index(1)?;
        if answer.is_empty() {
            return Err(Error::Refused("answer_forgotten"));
        }
        Ok(Some(serde_json::from_str(&answer)?))
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

    /// Writes new records; their stamps are set here unless a redo brings them.
    pub async fn insert(&mut self, schema: &Schema, mut records: Vec<Row>) -> Result<()> {
        for row in &mut records {
            row.insert("version".into(), 1.into());
            row.insert("updated_at".into(), self.now.0.into());
            if row.get("created_at").and_then(Value::as_i64).unwrap_or(0) == 0 {
                row.insert("created_at".into(), self.now.0.into());
                let by = self.actor.map_or(Value::Null, |actor| actor.id.to_string().into());
                row.insert("created_by".into(), by);
            }
        }
        rows::insert(self.db(), schema, &records).await?;
        links::insert(self.db(), schema, &records).await?;
        search::insert(self.db(), schema, &records).await?;
        search::texts::insert(self.db(), schema, &records).await?;
        for row in records {
            let id = rows::id(&row);
            let pending =
                Pending { object: schema.object, id, op: Operation::Create, before: Row::new(), after: logged(row) };
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
        let version = before.get("version").and_then(Value::as_i64).unwrap_or(0) + 1;
        let mut set = to.clone();
        for row in [&mut set, &mut after] {
            row.insert("version".into(), version.into());
            row.insert("updated_at".into(), self.now.0.into());
        }
        let id = rows::id(before);
        rows::update(self.db(), schema, id, &set).await?;
        links::replace(self.db(), schema, &after, &to).await?;
        search::replace(self.db(), schema, &after, &to).await?;
        search::texts::replace(self.db(), schema, before, &after).await?;
        self.pending.push(Pending { object: schema.object, id, op: Operation::Update, before: from, after: to });
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
            let id = rows::id(&row);
            let pending =
                Pending { object: schema.object, id, op: Operation::Delete, before: logged(row), after: Row::new() };
            self.pending.push(pending);
        }
        Ok(())
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
        let seq = self.log(&pending).await?;
        let answer = answer(Receipt { batch: self.batch, seq, changed });
        self.remember(&serde_json::to_string(&answer)?).await?;
        let guards = pending.iter().any(|change| matches!(change.object, Object::User | Object::Team | Object::Role));
        let app = self.app.clone();
        if changed > 0 && !app.db.is_sqlite() {
            // Delivered with the commit, to every server on this database.
            self.db().execute_unprepared("SELECT pg_notify('kith_log', '')").await?;
        }
        self.tx.commit().await?;
        if guards {
            app.actors.forget();
        }
        if changed > 0 {
            app.live.wake();
        }
        Ok(answer)
    }

    /// Appends to the chain: each line's hash covers the line before it.
    async fn log(&self, pending: &[Pending]) -> Result<i64> {
        // Held to the end: numbers follow the order of the commits.
        let head = Query::select().columns(["seq", "hash"].map(name)).from(name("log_head")).lock_exclusive().take();
        let head = self.db().query_one(&head).await?.ok_or_else(|| Error::internal("the change log has no head"))?;
        let (mut seq, mut hash): (i64, Vec<u8>) = (head.try_get_by_index(0)?, head.try_get_by_index(1)?);
        if pending.is_empty() {
            return Ok(seq);
        }
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
                    cause: self.cause.word().to_owned(),
                    made_at: self.made_at.0,
                    applied_at: self.now.0,
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
            .and_where(Expr::col(name("id")).eq(1_i64))
            .take();
        self.db().execute(&advance).await?;
        Ok(seq)
    }

    async fn remember(&self, answer: &str) -> Result<()> {
        let insert = Query::insert()
            .into_table(name("commands"))
            .columns(["batch", "actor", "fingerprint", "answer", "undoes", "applied_at"].map(name))
            .values_panic([
                SimpleExpr::from(self.batch.0),
                self.actor.map(|actor| actor.id.0).into(),
                self.fingerprint.clone().into(),
                answer.into(),
                self.undoes.map(|batch| batch.0).into(),
                self.now.0.into(),
            ])
            .take();
        // Another request with this key won the race: the caller asks again
        // and gets its answer.
        self.db().execute(&insert).await.map_err(|error| match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Error::Unavailable,
            _ => error.into(),
        })?;
        if let Some(undone) = self.undoes {
            let mark = Query::update()
                .table(name("commands"))
                .value(name("undone_by"), self.batch.0)
                .and_where(Expr::col(name("batch")).eq(undone.0))
                .take();
            self.db().execute(&mark).await?;
        }
        Ok(())
    }
}

/// Forgets answers that nobody will ask for again. That the command was done is kept.
pub async fn forget_answers(db: &impl ConnectionTrait, before: Instant) -> Result<()> {
    let forget = Query::update()
        .table(name("commands"))
        .value(name("answer"), "")
        .and_where(Expr::col(name("applied_at")).lt(before.0))
        // What is older was forgotten on an earlier day.
        .and_where(Expr::col(name("applied_at")).gte(before.plus(-30 * DAY).0))
        .take();
    db.execute(&forget).await?;
    Ok(())
}

/// A row as the log keeps it: without what every write stamps, without absences.
fn logged(mut row: Row) -> Row {
    row.retain(|key, value| !Value::is_null(value) && !STAMPS.contains(&key.as_str()));
    row
}
