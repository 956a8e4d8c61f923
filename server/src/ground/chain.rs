//! The chain of the change log: each line's hash covers the line before it,
//! so that no line can be altered, removed or put in between unseen.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::db::name;
use crate::error::{Error, Result};

pub const LOG_COLUMNS: [&str; 12] =
    ["seq", "batch", "object", "record_id", "op", "before", "after", "actor", "cause", "made_at", "applied_at", "hash"];

/// A line of the log as it is hashed and stored.
#[derive(Serialize)]
pub struct Line {
    pub seq: i64,
    pub batch: Uuid,
    pub object: String,
    pub record_id: Uuid,
    pub op: String,
    pub before: String,
    pub after: String,
    pub actor: Option<Uuid>,
    pub cause: String,
    pub made_at: i64,
    pub applied_at: i64,
}

impl Line {
    pub fn hash(&self, previous: &[u8]) -> Vec<u8> {
        let text = serde_json::to_vec(self).unwrap_or_default();
        Sha256::new().chain_update(previous).chain_update(text).finalize().to_vec()
    }

    pub fn values(self, hash: &[u8]) -> [SimpleExpr; 12] {
        [
            self.seq.into(),
            self.batch.into(),
            self.object.into(),
            self.record_id.into(),
            self.op.into(),
            self.before.into(),
            self.after.into(),
            self.actor.into(),
            self.cause.into(),
            self.made_at.into(),
            self.applied_at.into(),
            hash.to_vec().into(),
        ]
    }
}

/// The last line: its number, its hash and its moment.
pub struct Head {
    pub seq: i64,
    pub hash: Vec<u8>,
    pub applied_at: i64,
}

/// The head of the log, held to the end of the transaction: numbers follow the
/// order of the commits.
pub async fn held_head(db: &impl ConnectionTrait) -> Result<Head> {
    head(db, Query::select().lock_exclusive()).await
}

async fn head(db: &impl ConnectionTrait, select: &mut SelectStatement) -> Result<Head> {
    let select = select.columns(["seq", "hash", "applied_at"].map(name)).from(name("log_head")).take();
    let head = db.query_one(&select).await?.ok_or_else(|| Error::internal("the change log has no head"))?;
    Ok(Head { seq: head.try_get_by_index(0)?, hash: head.try_get_by_index(1)?, applied_at: head.try_get_by_index(2)? })
}

/// Walks the chain; the number of the first line that does not fit.
pub async fn verify(db: &impl ConnectionTrait) -> Result<Option<i64>> {
    let mut hash: Vec<u8> = Vec::new();
    let mut seq = 0_i64;
    loop {
        let select = Query::select()
            .columns(LOG_COLUMNS.map(name))
            .from(name("changes"))
            .and_where(Expr::col(name("seq")).gt(seq))
            .order_by(name("seq"), sea_orm::sea_query::Order::Asc)
            .limit(1_000)
            .take();
        let lines = db.query_all(&select).await?;
        for line in &lines {
            let kept: Vec<u8> = line.try_get_by_index(11)?;
            let line = Line {
                seq: line.try_get_by_index(0)?,
                batch: line.try_get_by_index(1)?,
                object: line.try_get_by_index(2)?,
                record_id: line.try_get_by_index(3)?,
                op: line.try_get_by_index(4)?,
                before: line.try_get_by_index(5)?,
                after: line.try_get_by_index(6)?,
                actor: line.try_get_by_index(7)?,
                cause: line.try_get_by_index(8)?,
                made_at: line.try_get_by_index(9)?,
                applied_at: line.try_get_by_index(10)?,
            };
            hash = line.hash(&hash);
            if line.seq != seq + 1 || hash != kept {
                return Ok(Some(seq + 1));
            }
            seq = line.seq;
        }
        if lines.is_empty() {
            break;
        }
    }
    let head = head(db, &mut Query::select()).await?;
    let is_whole = (head.seq, head.hash) == (seq, hash);
    Ok(if is_whole { None } else { Some(seq + 1) })
}
