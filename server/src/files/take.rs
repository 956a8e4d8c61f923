//! Which files come with which messages.

use std::collections::{BTreeSet, HashMap};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query, SelectStatement, SimpleExpr};
use shared::api::{FieldError, FieldErrors};
use shared::files::{FILES_MAX, FileTold};
use shared::id::{FileId, MessageId};
use shared::tickets::Message;
use uuid::Uuid;

use super::{TABLE, TOLD, Uploader, told};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;

/// Gives files to a message, in its own command. One of somebody else's, one
/// that another message has and one that never was are refused alike.
pub async fn take(write: &Write<'_>, by: Uploader, files: &[FileId], message: MessageId) -> Result<()> {
    let ids: BTreeSet<Uuid> = files.iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    if ids.len() > FILES_MAX {
        let error = FieldError::new("too_many").with("max", FILES_MAX);
        return Err(FieldErrors::from([("files".to_owned(), error)]).into());
    }
    let theirs = Condition::all()
        .add(Expr::col(name("id")).is_in(ids.iter().copied()))
        .add(Expr::col(name("uploader")).eq(by.word()));
    // Held before it is looked whether they are free: of two messages one waits here.
    let hold = Query::select()
        .column(name("id"))
        .from(name(TABLE))
        .cond_where(theirs.clone())
        .order_by(name("id"), Order::Asc)
        .lock_exclusive()
        .take();
    write.db().query_all(&hold).await?;
    let give = Query::update()
        .table(name(TABLE))
        .value(name("message_id"), message.0)
        .value(name("loose_since"), Option::<i64>::None)
        .cond_where(theirs)
        .and_where(is_loose())
        .take();
    let given = write.db().execute(&give).await?.rows_affected();
    if given < ids.len() as u64 {
        return Err(Error::field("files", "no_such_record"));
    }
    Ok(())
}

/// No message has the file: none took it, or the one that did was taken back.
pub fn is_loose() -> SimpleExpr {
    let is_said = Query::select()
        .expr(Expr::cust("1"))
        .from(name(Message::SCHEMA.table))
        .and_where(Expr::col((name(Message::SCHEMA.table), name("id"))).equals((name(TABLE), name("message_id"))))
        .take();
    Expr::exists(is_said).not()
}

/// The files of messages, in the order in which they were brought.
pub async fn of_messages(
    db: &impl ConnectionTrait,
    messages: impl Iterator<Item = MessageId>,
) -> Result<HashMap<Uuid, Vec<FileTold>>> {
    let ids: Vec<Uuid> = messages.map(|message| message.0).collect();
    let mut found: HashMap<Uuid, Vec<FileTold>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let select: SelectStatement = Query::select()
        .columns(TOLD.map(name))
        .column(name("message_id"))
        .from(name(TABLE))
        .and_where(Expr::col(name("message_id")).is_in(ids))
        .order_by(name("id"), Order::Asc)
        .take();
    for row in db.query_all(&select).await? {
        found.entry(row.try_get_by_index(TOLD.len())?).or_default().push(told(&row)?);
    }
    Ok(found)
}
