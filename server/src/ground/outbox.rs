//! Messages on their way out, written in the transaction that causes them.
//!
//! Kith has no mail server to hand them to yet: they wait, and `kith doctor` shows them.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query};
use shared::time::{DAY, Instant};
use uuid::Uuid;

use super::db::name;
use crate::error::Result;

#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    pub recipient: String,
    pub subject: String,
    pub body: String,
    /// Not worth sending later than this.
    pub expires_at: Option<Instant>,
}

/// A mail that waits, and since when.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub mail: Mail,
    pub since: Instant,
}

pub async fn put(db: &impl ConnectionTrait, mail: &Mail, now: Instant) -> Result<()> {
    let insert = Query::insert()
        .into_table(name("outbox"))
        .columns(["id", "kind", "recipient", "subject", "body", "state", "created_at", "expires_at"].map(name))
        .values_panic([
            Uuid::now_v7().into(),
            "mail".into(),
            mail.recipient.as_str().into(),
            mail.subject.as_str().into(),
            mail.body.as_str().into(),
            "waiting".into(),
            now.0.into(),
            mail.expires_at.map(|at| at.0).into(),
        ])
        .take();
    db.execute(&insert).await?;
    Ok(())
}

/// Mails that are still worth sending, the oldest first.
pub async fn waiting(db: &impl ConnectionTrait, now: Instant) -> Result<Vec<Waiting>> {
    let select = Query::select()
        .columns(["recipient", "subject", "body", "expires_at", "created_at"].map(name))
        .from(name("outbox"))
        .and_where(Expr::col(name("state")).eq("waiting"))
        .cond_where(
            Condition::any().add(Expr::col(name("expires_at")).is_null()).add(Expr::col(name("expires_at")).gt(now.0)),
        )
        .order_by(name("created_at"), Order::Asc)
        .order_by(name("id"), Order::Asc)
        .limit(1_000)
        .take();
    let mut waiting = Vec::new();
    for row in db.query_all(&select).await? {
        let mail = Mail {
            recipient: row.try_get_by_index(0)?,
            subject: row.try_get_by_index(1)?,
            body: row.try_get_by_index(2)?,
            expires_at: row.try_get_by_index::<Option<i64>>(3)?.map(Instant),
        };
        waiting.push(Waiting { mail, since: Instant(row.try_get_by_index(4)?) });
    }
    Ok(waiting)
}

/// Removes mails a day after they stopped being worth sending.
pub async fn purge(db: &impl ConnectionTrait, now: Instant) -> Result<()> {
    let delete =
        Query::delete().from_table(name("outbox")).and_where(Expr::col(name("expires_at")).lt(now.plus(-DAY).0)).take();
    db.execute(&delete).await?;
    Ok(())
}
