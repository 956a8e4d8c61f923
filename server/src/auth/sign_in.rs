//! From an address and a password to a session, with what slows guessing down.

use shared::auth::Credentials;

use super::client::Visit;
use super::credentials::{self, Known};
use super::limits::{self, Limit};
use super::password::is_too_long;
use super::secret::short_hash;
use super::sessions::{self, Pair};
use crate::App;
use crate::error::{Error, Result};

/// Begins a session for whoever these credentials name.
pub async fn attempt(app: &App, credentials: &Credentials, visit: &Visit) -> Result<Pair> {
    let email = credentials.email.trim();
    let known = credentials::by_email(&app.db.read, email).await?;
    let known = known.filter(|known| !known.is_barred);
    if !proves(app, email, known.as_ref(), &credentials.password, visit).await? {
        return Err(Error::WrongCredentials);
    }
    let user = known.ok_or(Error::WrongCredentials)?;
    let write = app.db.begin().await?;
    let pair = sessions::begin(&app.auth, &write.tx, user.id, visit).await?;
    write.commit().await?;
    Ok(pair)
}

/// Whether the password is this user's; each try costs a token, whoever it is for.
pub async fn proves(app: &App, email: &str, known: Option<&Known>, password: &str, visit: &Visit) -> Result<bool> {
    let buckets = buckets(app, email, known, visit).await?;
    let write = app.db.begin().await?;
    for (bucket, limit) in &buckets {
        limits::take(&write.tx, bucket, *limit, visit.now).await?;
    }
    write.commit().await?;
    let hash = known.and_then(|known| known.hash.as_deref());
    if is_too_long(password) || !app.auth.passwords.fits(password, hash).await? {
        return Ok(false);
    }
    let write = app.db.begin().await?;
    for (bucket, limit) in &buckets {
        limits::give_back(&write.tx, bucket, *limit).await?;
    }
    write.commit().await?;
    Ok(true)
}

/// A network that the user signed in from before has a bucket of its own, so
/// that strangers who guess cannot lock the owner out.
async fn buckets(app: &App, email: &str, known: Option<&Known>, visit: &Visit) -> Result<[(String, Limit); 2]> {
    let account = short_hash(&email.to_lowercase());
    // Asked for strangers too, so that they take as long.
    let user = known.map(|known| known.id).unwrap_or_default();
    let is_home = sessions::is_known_network(&app.db.read, user, &visit.network).await?;
    let account = if is_home { format!("account:{account}:{}", visit.network) } else { format!("account:{account}") };
    Ok([(format!("network:{}", visit.network), limits::SIGN_IN_NETWORK), (account, limits::SIGN_IN_ACCOUNT)])
}
