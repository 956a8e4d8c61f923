//! A forgotten password: asked for by anybody, answered by mail alone.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use serde::{Deserialize, Serialize};
use shared::i18n::{Key, Locale, fill};
use shared::id::UserId;
use shared::time::{Instant, MINUTE};

use super::client::Visit;
use super::credentials;
use super::limits;
use super::password;
use super::secret::{self, Secret, short_hash};
use super::sessions::{self, Which};
use crate::App;
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::jobs::{self, Job};
use crate::ground::outbox::{self, Mail};

/// How long a link is good.
const LIFETIME: i64 = 30 * MINUTE;

/// Who asked, to be looked up later: the answer must not tell whether there is such a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    email: String,
    locale: Locale,
}

pub async fn ask(app: &App, email: &str, locale: Locale, visit: &Visit) -> Result<()> {
    let email = shared::text::email(email).map_err(|error| Error::field("email", error.code()))?.to_lowercase();
    let write = app.db.begin().await?;
    let network = format!("reset-network:{}", visit.network);
    limits::take(&write.tx, &network, limits::RESET_NETWORK, visit.now).await?;
    let address = format!("reset:{}", short_hash(&email));
    limits::take(&write.tx, &address, limits::RESET_ADDRESS, visit.now).await?;
    jobs::enqueue(&write.tx, &Job::PasswordReset(Asked { email, locale }), visit.now, None).await?;
    write.commit().await?;
    app.jobs.wake();
    Ok(())
}

/// Writes the mail, if the address is somebody's who may sign in.
pub async fn write_mail(app: &App, asked: Asked) -> Result<()> {
    let Some(user) = credentials::by_email(&app.db.read, &asked.email).await? else {
        return Ok(());
    };
    if user.is_barred {
        return Ok(());
    }
    let now = app.clock.now();
    let write = app.db.begin().await?;
    let token = Secret::random();
    keep(&write.tx, &token, user.id, now.plus(LIFETIME)).await?;
    let locale = user.locale.unwrap_or(asked.locale);
    let link = format!("{}/reset?token={}", app.settings.public_url.trim_end_matches('/'), token.0);
    let mail = Mail {
        recipient: user.email,
        subject: Key::MailResetSubject.text(locale).to_owned(),
        body: fill(locale, Key::MailResetBody, &[("name", &user.name), ("link", &link)]),
        expires_at: Some(now.plus(LIFETIME)),
    };
    outbox::put(&write.tx, &mail, now).await?;
    write.commit().await
}

async fn keep(db: &impl ConnectionTrait, token: &Secret, user: UserId, expires_at: Instant) -> Result<()> {
    let insert = Query::insert()
        .into_table(name("reset_tokens"))
        .columns(["hash", "user_id", "expires_at"].map(name))
        .values_panic([token.hash().into(), user.0.into(), expires_at.0.into()])
        .take();
    db.execute(&insert).await?;
    Ok(())
}

/// Sets the password by the link of the mail. It ends every session: whoever
/// had one may have been the reason.
pub async fn confirm(app: &App, token: &str, new: &str, now: Instant) -> Result<()> {
    let Some(user) = owner(&app.db.read, token, now).await? else {
        return Err(Error::field("token", "expired_link"));
    };
    let known = credentials::by_id(&app.db.read, user).await?.filter(|known| !known.is_barred);
    let Some(known) = known else {
        return Err(Error::field("token", "expired_link"));
    };
    password::check(new, &known.email).map_err(|error| super::at("password", error))?;
    let hash = app.auth.passwords.hash(new).await?;
    let write = app.db.begin().await?;
    if !spend(&write.tx, token, now).await? {
        return Err(Error::field("token", "expired_link"));
    }
    credentials::store(&write.tx, user, &hash, now).await?;
    forget(&write.tx, user).await?;
    sessions::end(&write.tx, Which::All(user), "reset", now).await?;
    write.commit().await?;
    app.auth.sessions.forget();
    Ok(())
}

/// Whose password the link may set, if it is still good.
pub async fn owner(db: &impl ConnectionTrait, token: &str, now: Instant) -> Result<Option<UserId>> {
    let select = Query::select()
        .column(name("user_id"))
        .from(name("reset_tokens"))
        .and_where(Expr::col(name("hash")).eq(secret::hash(token)))
        .and_where(Expr::col(name("expires_at")).gt(now.0))
        .take();
    let found = db.query_one(&select).await?;
    Ok(found.map(|row| row.try_get_by_index(0)).transpose()?.map(UserId))
}

/// Of two that come with one link, the second finds it gone.
async fn spend(db: &impl ConnectionTrait, token: &str, now: Instant) -> Result<bool> {
    let delete = Query::delete()
        .from_table(name("reset_tokens"))
        .and_where(Expr::col(name("hash")).eq(secret::hash(token)))
        .and_where(Expr::col(name("expires_at")).gt(now.0))
        .take();
    Ok(db.execute(&delete).await?.rows_affected() == 1)
}

/// Other links of the same person are good no more.
async fn forget(db: &impl ConnectionTrait, user: UserId) -> Result<()> {
    let delete =
        Query::delete().from_table(name("reset_tokens")).and_where(Expr::col(name("user_id")).eq(user.0)).take();
    db.execute(&delete).await?;
    Ok(())
}

pub async fn purge(db: &impl ConnectionTrait, now: Instant) -> Result<()> {
    let delete =
        Query::delete().from_table(name("reset_tokens")).and_where(Expr::col(name("expires_at")).lte(now.0)).take();
    db.execute(&delete).await?;
    Ok(())
}
