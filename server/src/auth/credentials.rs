//! Passwords of staff, kept apart from their records.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, JoinType, OnConflict, Query, SelectStatement, SimpleExpr};
use shared::i18n::Locale;
use shared::id::UserId;
use shared::time::Instant;

use super::Auth;
use crate::error::Result;
use crate::ground::db::name;

/// A member of staff, as the sign-in sees them.
pub struct Known {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub locale: Option<Locale>,
    pub theme: Option<String>,
    /// Absent: no password was ever set.
    pub hash: Option<String>,
    /// Disabled or archived.
    pub is_barred: bool,
}

const COLUMNS: [&str; 7] = ["id", "email", "name", "locale", "theme", "is_disabled", "archived_at"];

fn select() -> SelectStatement {
    let mut select = Query::select();
    for column in COLUMNS {
        select.column((name("users"), name(column)));
    }
    select
        .column((name("credentials"), name("password_hash")))
        .from(name("users"))
        .join(
            JoinType::LeftJoin,
            name("credentials"),
            Expr::col((name("credentials"), name("user_id"))).equals((name("users"), name("id"))),
        )
        .take()
}

/// Whoever signs in by this address, whatever the case of its letters.
pub async fn by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<Known>> {
    // Nobody has such an address, and PostgreSQL would not even look.
    if email.contains(char::is_control) {
        return Ok(None);
    }
    let column = Func::lower(Expr::col((name("users"), name("email"))));
    one(db, Expr::expr(column).eq(email.trim().to_lowercase())).await
}

pub async fn by_id(db: &impl ConnectionTrait, user: UserId) -> Result<Option<Known>> {
    one(db, Expr::col((name("users"), name("id"))).eq(user.0)).await
}

async fn one(db: &impl ConnectionTrait, condition: SimpleExpr) -> Result<Option<Known>> {
    let Some(row) = db.query_one(&select().and_where(condition).take()).await? else {
        return Ok(None);
    };
    let is_archived = row.try_get_by_index::<Option<i64>>(6)?.is_some();
    Ok(Some(Known {
        id: UserId(row.try_get_by_index(0)?),
        email: row.try_get_by_index(1)?,
        name: row.try_get_by_index(2)?,
        locale: row.try_get_by_index::<Option<String>>(3)?.as_deref().and_then(Locale::from_tag),
        theme: row.try_get_by_index(4)?,
        is_barred: is_archived || row.try_get_by_index(5)?,
        hash: row.try_get_by_index(7)?,
    }))
}

/// Sets somebody's password; what it must be like is checked by the caller.
pub async fn set_password(
    auth: &Auth,
    db: &impl ConnectionTrait,
    user: UserId,
    password: &str,
    now: Instant,
) -> Result<()> {
    store(db, user, &auth.passwords.hash(password).await?, now).await
}

/// Keeps a hash that was made before the transaction began.
pub async fn store(db: &impl ConnectionTrait, user: UserId, hash: &str, now: Instant) -> Result<()> {
    let replace =
        OnConflict::column(name("user_id")).update_columns(["password_hash", "changed_at"].map(name)).to_owned();
    let insert = Query::insert()
        .into_table(name("credentials"))
        .columns(["user_id", "password_hash", "changed_at"].map(name))
        .values_panic([user.0.into(), hash.into(), now.0.into()])
        .on_conflict(replace)
        .take();
    db.execute(&insert).await?;
    Ok(())
}
