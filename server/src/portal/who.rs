//! Who looks at the portal: by the cookie of a session, by the same secret as a
//! bearer token, or by the key of one ticket.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use shared::access::{Customer, Sees};
use shared::contacts::Contact;
use shared::id::{ContactId, PortalUserId, TicketId};
use shared::portal::PortalUser;
use shared::time::{DAY, Instant, SECOND};

use crate::App;
use crate::auth::cookies;
use crate::auth::secret::{Secret, hash};
use crate::error::Result;
use crate::ground::db::name;
use crate::ground::rows;
use crate::tickets;

/// How long a session lasts after a day on which it was used.
const LIFETIME: i64 = 30 * DAY;
/// How long a link to a ticket is good.
const KEY_LIFETIME: i64 = 60 * DAY;
/// The key of a ticket, as the page of a link sends it. Addresses end up in
/// logs and histories; this does not.
const KEY_HEADER: &str = "x-kith-ticket-key";
/// Where the cookie goes: not to what staff calls.
const PATH: &str = "/api/portal";

/// Whoever it is; nobody in particular, if what they show will not do.
pub async fn customer(app: &App, headers: &HeaderMap, now: Instant) -> Result<Customer> {
    let key = headers.get(KEY_HEADER).and_then(|value| value.to_str().ok());
    if let Some(key) = key {
        return of_key(&app.db.read, key, now).await;
    }
    let Some(secret) = session_of(app, headers) else { return Ok(Customer::default()) };
    let Some((user, expires_at)) = session(&app.db.read, secret, now).await? else { return Ok(Customer::default()) };
    if expires_at.0 - now.0 < LIFETIME - DAY {
        prolong(app, secret, now).await?;
    }
    of_user(&app.db.read, user).await
}

/// The secret of the session that a caller shows.
pub fn session_of<'request>(app: &App, headers: &'request HeaderMap) -> Option<&'request str> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match bearer {
        Some(bearer) => bearer.strip_prefix("Bearer "),
        None => cookies::read(headers, cookie_name(app)),
    }
}

async fn session(db: &impl ConnectionTrait, secret: &str, now: Instant) -> Result<Option<(PortalUserId, Instant)>> {
    let select = Query::select()
        .columns(["user_id", "expires_at"].map(name))
        .from(name("portal_sessions"))
        .and_where(Expr::col(name("hash")).eq(hash(secret)))
        .and_where(Expr::col(name("expires_at")).gt(now.0))
        .take();
    let Some(found) = db.query_one(&select).await? else { return Ok(None) };
    Ok(Some((PortalUserId(found.try_get_by_index(0)?), Instant(found.try_get_by_index(1)?))))
}

async fn of_user(db: &impl ConnectionTrait, user: PortalUserId) -> Result<Customer> {
    let Some(row) = rows::find(db, &PortalUser::SCHEMA, user.0, Condition::all()).await? else {
        return Ok(Customer::default());
    };
    let user: PortalUser = rows::typed(&row)?;
    if user.is_disabled || user.archived_at.is_some() {
        return Ok(Customer::default());
    }
    let contact = match user.contact_id {
        Some(contact) => contact_in_use(db, contact).await?,
        None => None,
    };
    let accounts = contact.iter().flat_map(|contact| &contact.accounts);
    Ok(Customer {
        user: Some(user.id),
        accounts: accounts.filter(|place| !place.has_left).map(|place| place.account_id).collect(),
        contact: contact.map(|contact| contact.id),
        sees: user.sees,
        only: None,
    })
}

async fn contact_in_use(db: &impl ConnectionTrait, id: ContactId) -> Result<Option<Contact>> {
    let found = rows::find(db, &Contact::SCHEMA, id.0, Condition::all()).await?;
    let contact: Option<Contact> = found.as_ref().map(rows::typed).transpose()?;
    Ok(contact.filter(|contact| contact.archived_at.is_none()))
}

async fn of_key(db: &impl ConnectionTrait, key: &str, now: Instant) -> Result<Customer> {
    let select = Query::select()
        .columns(["ticket_id", "contact_id"].map(name))
        .from(name("ticket_keys"))
        .and_where(Expr::col(name("hash")).eq(hash(key)))
        .and_where(Expr::col(name("expires_at")).gt(now.0))
        .take();
    let Some(found) = db.query_one(&select).await? else { return Ok(Customer::default()) };
    let contact = contact_in_use(db, ContactId(found.try_get_by_index(1)?)).await?;
    Ok(Customer {
        contact: contact.map(|contact| contact.id),
        only: Some(tickets::goes_on_as(db, TicketId(found.try_get_by_index(0)?)).await?),
        sees: Sees::Own,
        ..Customer::default()
    })
}

/// Begins a session; its secret.
pub async fn begin(db: &impl ConnectionTrait, user: PortalUserId, now: Instant) -> Result<Secret> {
    let secret = Secret::random();
    let insert = Query::insert()
        .into_table(name("portal_sessions"))
        .columns(["hash", "user_id", "created_at", "expires_at"].map(name))
        .values_panic([secret.hash().into(), user.0.into(), now.0.into(), now.plus(LIFETIME).0.into()])
        .take();
    db.execute(&insert).await?;
    Ok(secret)
}

async fn prolong(app: &App, secret: &str, now: Instant) -> Result<()> {
    let update = Query::update()
        .table(name("portal_sessions"))
        .value(name("expires_at"), now.plus(LIFETIME).0)
        .and_where(Expr::col(name("hash")).eq(hash(secret)))
        .take();
    let write = app.db.begin().await?;
    write.tx.execute(&update).await?;
    write.commit().await
}

/// Ends the session of this secret.
pub async fn end(app: &App, secret: &str) -> Result<()> {
    delete(app, Expr::col(name("hash")).eq(hash(secret))).await
}

/// Ends all sessions of somebody.
pub async fn end_all(db: &impl ConnectionTrait, user: PortalUserId) -> Result<()> {
    let delete =
        Query::delete().from_table(name("portal_sessions")).and_where(Expr::col(name("user_id")).eq(user.0)).take();
    db.execute(&delete).await?;
    Ok(())
}

async fn delete(app: &App, which: sea_orm::sea_query::SimpleExpr) -> Result<()> {
    let delete = Query::delete().from_table(name("portal_sessions")).and_where(which).take();
    let write = app.db.begin().await?;
    write.tx.execute(&delete).await?;
    write.commit().await
}

/// A link to one ticket, for the contact who asked.
pub async fn link(
    app: &App,
    db: &impl ConnectionTrait,
    ticket: TicketId,
    contact: ContactId,
    now: Instant,
) -> Result<String> {
    let key = Secret::random();
    let insert = Query::insert()
        .into_table(name("ticket_keys"))
        .columns(["hash", "ticket_id", "contact_id", "expires_at"].map(name))
        .values_panic([key.hash().into(), ticket.0.into(), contact.0.into(), now.plus(KEY_LIFETIME).0.into()])
        .take();
    db.execute(&insert).await?;
    Ok(format!("{}/portal/tickets/{ticket}#{}", app.settings.public_url.trim_end_matches('/'), key.0))
}

/// Forgets what nobody can use any more.
pub async fn purge(db: &impl ConnectionTrait, now: Instant) -> Result<()> {
    for table in ["portal_codes", "portal_sessions", "ticket_keys"] {
        let delete = Query::delete().from_table(name(table)).and_where(Expr::col(name("expires_at")).lte(now.0)).take();
        db.execute(&delete).await?;
    }
    Ok(())
}

/// The cookie that carries a session's secret.
pub fn cookie(app: &App, secret: &Secret) -> HeaderValue {
    written(app, &secret.0, LIFETIME / SECOND)
}

/// The cookie that takes it away.
pub fn no_cookie(app: &App) -> HeaderValue {
    written(app, "", 0)
}

fn written(app: &App, value: &str, max_age: i64) -> HeaderValue {
    let secure = if app.settings.is_secure() { "; Secure" } else { "" };
    let text =
        format!("{}={value}; Path={PATH}; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}", cookie_name(app));
    HeaderValue::from_str(&text).expect("secrets are hexadecimal digits")
}

fn cookie_name(app: &App) -> &'static str {
    // Browsers take the first name only with Secure.
    if app.settings.is_secure() { "__Secure-kith-portal" } else { "kith-portal" }
}
