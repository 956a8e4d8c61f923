//! Signing in: by a code that is mailed, or by a password. Nothing here tells
//! whether Kith knows an address: whoever proves that it is theirs is let in.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use shared::i18n::{Key, fill};
use shared::id::PortalUserId;
use shared::portal::*;
use shared::time::{HOUR, Instant, MINUTE, SECOND};

use super::{people, who};
use crate::App;
use crate::auth::client::Visit;
use crate::auth::limits::{self, Limit};
use crate::auth::secret::short_hash;
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::outbox::{self, Mail};
use crate::http::{Call, Ctx, Reply};

/// How long a code is good.
const LIFETIME: i64 = 10 * MINUTE;
/// Of a million codes, so many guesses.
const TRIES: i64 = 5;
/// Codes to one address.
const CODE_ADDRESS: Limit = Limit { burst: 5, every: 10 * MINUTE };
/// Codes asked for by one network; a company shares one.
const CODE_NETWORK: Limit = Limit { burst: 30, every: MINUTE };
/// Attempts to sign in from one network.
const ATTEMPT_NETWORK: Limit = Limit { burst: 30, every: 4 * SECOND };
/// Attempts on one address, from wherever.
const ATTEMPT_ADDRESS: Limit = Limit { burst: 10, every: HOUR / 20 };

pub async fn ask_code(ctx: Ctx, Call { input, .. }: Call<AskPortalCode>) -> Reply<AskPortalCode> {
    let (app, visit) = (&ctx.app, ctx.visit());
    let email = address(&input.email)?;
    let code = format!("{:06}", rand::random::<u32>() % 1_000_000);
    let write = app.db.begin().await?;
    limits::take(&write.tx, &format!("portal-code-network:{}", visit.network), CODE_NETWORK, ctx.now).await?;
    limits::take(&write.tx, &format!("portal-code:{}", short_hash(&email)), CODE_ADDRESS, ctx.now).await?;
    let expires_at = ctx.now.plus(LIFETIME);
    keep(&write.tx, &email, sealed(app, &email, &code), expires_at).await?;
    let mail = Mail {
        recipient: email,
        subject: fill(ctx.locale, Key::MailPortalCodeSubject, &[("code", &code)]),
        body: fill(ctx.locale, Key::MailPortalCodeBody, &[("code", &code)]),
        expires_at: Some(expires_at),
    };
    outbox::put(&write.tx, &mail, ctx.now).await?;
    write.commit().await
}

pub async fn by_code(ctx: Ctx, Call { input, .. }: Call<SignInByCode>) -> Reply<SignInByCode> {
    let email = address(&input.email)?;
    attempt(&ctx.app, &email, &ctx.visit()).await?;
    let code: String = input.code.chars().filter(char::is_ascii_digit).collect();
    if !spend(&ctx.app, &email, &code, ctx.now).await? {
        return Err(Error::field("code", "wrong_code"));
    }
    // Whoever may not come in is told no more than who guessed.
    let user = people::of_address(&ctx, &email).await?.ok_or_else(|| Error::field("code", "wrong_code"))?;
    let_in(&ctx, user, input.as_token).await
}

pub async fn by_password(ctx: Ctx, Call { input, .. }: Call<SignInCustomer>) -> Reply<SignInCustomer> {
    let email = address(&input.email)?;
    attempt(&ctx.app, &email, &ctx.visit()).await?;
    let known = people::with_password(&ctx.app.db.read, &email).await?;
    let hash = known.as_ref().map(|(_, hash)| hash.as_str());
    let is_long = crate::auth::is_too_long(&input.password);
    // Asked of strangers too, so that they take as long.
    let fits = !is_long && ctx.app.auth.passwords.fits(&input.password, hash).await?;
    match known {
        Some((user, _)) if fits => let_in(&ctx, user, input.as_token).await,
        _ => Err(Error::WrongCredentials),
    }
}

pub async fn out(ctx: Ctx, _: Call<SignOutCustomer>) -> Reply<SignOutCustomer> {
    if let Some(secret) = who::session_of(&ctx.app, &ctx.headers) {
        who::end(&ctx.app, secret).await?;
    }
    ctx.cookies.add([who::no_cookie(&ctx.app)]);
    Ok(())
}

async fn let_in(ctx: &Ctx, user: PortalUserId, as_token: bool) -> Result<Home> {
    let write = ctx.app.db.begin().await?;
    let secret = who::begin(&write.tx, user, ctx.now).await?;
    write.commit().await?;
    if !as_token {
        ctx.cookies.add([who::cookie(&ctx.app, &secret)]);
    }
    Ok(Home {
        me: Some(people::me(&ctx.app, user).await?),
        house: ctx.app.settings.house.clone(),
        token: as_token.then_some(secret.0),
    })
}

/// An address in the form in which it is compared.
pub fn address(typed: &str) -> Result<String> {
    let email = shared::text::email(typed).map_err(|error| Error::field("email", error.code()))?;
    Ok(email.to_lowercase())
}

async fn attempt(app: &App, email: &str, visit: &Visit) -> Result<()> {
    let write = app.db.begin().await?;
    limits::take(&write.tx, &format!("portal-network:{}", visit.network), ATTEMPT_NETWORK, visit.now).await?;
    limits::take(&write.tx, &format!("portal:{}", short_hash(email)), ATTEMPT_ADDRESS, visit.now).await?;
    write.commit().await
}

/// A code as it is kept: who reads the table does not learn it by trying a million.
fn sealed(app: &App, email: &str, code: &str) -> Vec<u8> {
    app.auth.derive(&[b"portal code", email.as_bytes(), code.as_bytes()]).to_vec()
}

async fn keep(db: &impl ConnectionTrait, email: &str, hash: Vec<u8>, expires_at: Instant) -> Result<()> {
    let insert = Query::insert()
        .into_table(name("portal_codes"))
        .columns(["email", "hash", "tries", "expires_at"].map(name))
        .values_panic([email.into(), hash.into(), 0_i64.into(), expires_at.0.into()])
        // The last code asked for is the one that is good.
        .on_conflict(
            OnConflict::column(name("email")).update_columns(["hash", "tries", "expires_at"].map(name)).to_owned(),
        )
        .take();
    db.execute(&insert).await?;
    Ok(())
}

/// Whether it was the code. Each try counts, whatever comes of it.
async fn spend(app: &App, email: &str, code: &str, now: Instant) -> Result<bool> {
    let of_address = || Expr::col(name("email")).eq(email);
    let write = app.db.begin().await?;
    let try_it = Query::update()
        .table(name("portal_codes"))
        .value(name("tries"), Expr::col(name("tries")).add(1_i64))
        .and_where(of_address())
        .and_where(Expr::col(name("tries")).lt(TRIES))
        .and_where(Expr::col(name("expires_at")).gt(now.0))
        .take();
    let is_open = write.tx.execute(&try_it).await?.rows_affected() == 1;
    let take = Query::delete()
        .from_table(name("portal_codes"))
        .and_where(of_address())
        .and_where(Expr::col(name("hash")).eq(sealed(app, email, code)))
        .take();
    let fits = is_open && write.tx.execute(&take).await?.rows_affected() == 1;
    write.commit().await?;
    Ok(fits)
}
