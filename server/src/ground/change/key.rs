//! The key of a command: asked again, it is answered as the first time.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, InsertStatement, OnConflict, Query, SimpleExpr};
use serde::de::DeserializeOwned;
use shared::time::{DAY, Instant};

use super::super::db::name;
use super::Write;
use crate::error::{Error, Result};

impl Write<'_> {
    /// The first answer, when this very command was answered before. Of two that
    /// come at once the second waits here until the first is through.
    pub async fn repeated<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        if self.claim().await? {
            return Ok(None);
        }
        let select = Query::select()
            .columns(["fingerprint", "answer"].map(name))
            .from(name("commands"))
            .and_where(Expr::col(name("batch")).eq(self.batch.0))
            .take();
        let kept = self.db().query_one(&select).await?.ok_or(Error::Unavailable)?;
        if kept.try_get_by_index::<Vec<u8>>(0)? != self.fingerprint {
            return Err(Error::Refused("idempotency_mismatch"));
        }
        let answer: String = kept.try_get_by_index(1)?;
        if answer.is_empty() {
            return Err(Error::Refused("answer_forgotten"));
        }
        // The first may share a commit that is still to come: it is answered when
        // it is on the disk, and so is its repetition.
        if let Some(tx) = self.tx.take() {
            tx.commit().await?;
        }
        Ok(Some(serde_json::from_str(&answer)?))
    }

    /// Takes the key, unless it is taken. `commit` writes the answer beside it.
    async fn claim(&self) -> Result<bool> {
        let insert = self.command("").on_conflict(OnConflict::column(name("batch")).do_nothing().to_owned()).take();
        Ok(self.db().execute(&insert).await?.rows_affected() == 1)
    }

    fn command(&self, answer: &str) -> InsertStatement {
        Query::insert()
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
            .take()
    }

    /// Keeps the answer for whoever asks again.
    pub(super) async fn remember(&self, answer: &str) -> Result<()> {
        // Whoever asked whether it is repeated holds the key since; Kith itself never asks.
        let keep = OnConflict::column(name("batch")).update_columns(["answer", "undoes"].map(name)).to_owned();
        self.db().execute(&self.command(answer).on_conflict(keep).take()).await?;
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
