//! Signing in, staying signed in, and out again: who is calling.

use std::sync::Arc;

use http::HeaderMap;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Condition;
use shared::access::Actor;
use shared::api::FieldError;
use shared::auth::*;
use shared::fields::{Row, check_row};
use shared::id::UserId;
use shared::time::Instant;
use shared::users::User;
use uuid::Uuid;

use crate::App;
use crate::error::{Error, Result};
use crate::ground::clock::Clock;
use crate::ground::db::Db;
use crate::ground::rows;
use crate::http::{Call, Ctx, Reply, Routes};
use crate::settings::Settings;

pub mod client;
mod cookies;
mod credentials;
mod keys;
pub mod limits;
pub mod origin;
pub mod pages;
mod password;
pub mod reset;
mod rotation;
pub mod secret;
mod sessions;
mod sign_in;
mod token;

use cookies::Jar;
pub use credentials::{set_password, store as store_hash};
use keys::Keys;
pub use password::Passwords;
pub use password::check as check_password;
pub use secret::short_hash;
use sessions::{Sessions, Which};

/// What signing in needs, once per server.
pub struct Auth {
    keys: Keys,
    jar: Jar,
    sessions: Sessions,
    pub passwords: Passwords,
}

impl Auth {
    pub async fn load(db: &Db, settings: &Settings) -> Result<Self> {
        let zone = settings.zone().map_err(Error::internal)?;
        Ok(Self {
            keys: Keys::load(db, Clock::new(zone).now()).await?,
            jar: Jar::new(settings),
            sessions: Sessions::default(),
            passwords: Passwords::new(settings.weak_passwords)?,
        })
    }
}

impl Auth {
    /// After sessions ended: the next request asks the database.
    pub fn forget(&self) {
        self.sessions.forget();
    }
}

/// Who is calling.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Arc<Actor>,
    pub session: Uuid,
}

/// The caller that the access cookie names. A token that will not do is
/// nobody's, whatever is wrong with it.
pub async fn caller(app: &App, headers: &HeaderMap, now: Instant) -> Result<Option<Caller>> {
    let auth = &app.auth;
    let claims = auth.jar.access(headers).and_then(|token| token::read(&auth.keys, token, now));
    let Some(claims) = claims else {
        return Ok(None);
    };
    let Some(actor) = app.actors.get(app, claims.sub).await? else {
        return Ok(None);
    };
    let caller = Caller { actor, session: claims.sid };
    Ok(is_alive(app, &caller, now).await?.then_some(caller))
}

/// Whether the caller's session still goes on.
pub async fn is_alive(app: &App, caller: &Caller, now: Instant) -> Result<bool> {
    app.auth.sessions.is_alive(app, caller.session, caller.actor.id, now).await
}

/// Ends every session of a user at once.
pub async fn end_sessions(app: &App, user: UserId, by: &str) -> Result<()> {
    let write = app.db.begin().await?;
    sessions::end(&write.tx, Which::All(user), by, app.clock.now()).await?;
    write.commit().await?;
    app.auth.sessions.forget();
    Ok(())
}

/// Ends the sessions of those who may no longer sign in, in the transaction
/// that says so: should they be let in again, they sign in anew.
pub async fn end_sessions_of(db: &impl ConnectionTrait, users: &[UserId], now: Instant) -> Result<()> {
    for user in users {
        sessions::end(db, Which::All(*user), "disabled", now).await?;
    }
    Ok(())
}

/// Removes what nobody can use any more.
pub async fn purge(app: &App) -> Result<()> {
    let now = app.clock.now();
    let write = app.db.begin().await?;
    sessions::purge(&write.tx, now).await?;
    reset::purge(&write.tx, now).await?;
    limits::purge(&write.tx, now).await?;
    write.commit().await
}

pub fn routes() -> Routes {
    Routes::default()
        .on(sign_in)
        .on(refresh)
        .on(sign_out)
        .on(who_am_i)
        .on(update_me)
        .on(change_password)
        .on(list_sessions)
        .on(end_session)
        .on(ask_reset)
        .on(confirm_reset)
}

async fn sign_in(ctx: Ctx, Call { input, .. }: Call<SignIn>) -> Reply<SignIn> {
    let pair = sign_in::attempt(&ctx.app, &input, &ctx.visit()).await?;
    let me = me(&ctx.app, pair.user).await?;
    ctx.cookies.add(ctx.app.auth.jar.set(&pair));
    Ok(me)
}

async fn refresh(ctx: Ctx, _: Call<Refresh>) -> Reply<Refresh> {
    let jar = ctx.app.auth.jar;
    let pair = match jar.refresh(&ctx.headers) {
        Some(token) => rotation::refresh(&ctx.app, token, ctx.now).await?,
        None => None,
    };
    let Some(pair) = pair else {
        ctx.cookies.add(jar.clear());
        return Err(Error::SignedOut);
    };
    let me = me(&ctx.app, pair.user).await?;
    ctx.cookies.add(jar.set(&pair));
    Ok(me)
}

async fn sign_out(ctx: Ctx, _: Call<SignOut>) -> Reply<SignOut> {
    let (app, jar) = (&ctx.app, ctx.app.auth.jar);
    let claims = jar.access(&ctx.headers).and_then(|token| token::read(&app.auth.keys, token, ctx.now));
    let write = app.db.begin().await?;
    let session = match (claims, jar.refresh(&ctx.headers)) {
        (Some(claims), _) => Some(claims.sid),
        (None, Some(token)) => rotation::of_token(&write.tx, token).await?,
        (None, None) => None,
    };
    if let Some(session) = session {
        sessions::end(&write.tx, Which::One(session), "sign_out", ctx.now).await?;
        write.commit().await?;
        app.auth.sessions.forget();
    }
    ctx.cookies.add(jar.clear());
    Ok(())
}

async fn who_am_i(ctx: Ctx, _: Call<WhoAmI>) -> Reply<WhoAmI> {
    me(&ctx.app, ctx.actor()?.id).await
}

async fn update_me(ctx: Ctx, Call { input, .. }: Call<UpdateMe>) -> Reply<UpdateMe> {
    let wanted = [("locale", &input.locale), ("theme", &input.theme)];
    let set = wanted.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?.into())));
    let mut set: Row = set.collect();
    check_row(&User::SCHEMA, &mut set)?;
    let user = ctx.actor()?.id;
    // Read before the key is taken: who waits for it holds a connection too.
    let mut me = me(&ctx.app, user).await?;
    let mut write = ctx.write(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    // One's own language needs no permission to write users.
    let row = rows::find_locked(write.db(), &User::SCHEMA, user.0, Condition::all()).await?;
    let row = row.ok_or(Error::SignedOut)?;
    write.update(&User::SCHEMA, &row, &set).await?;
    me.locale = input.locale.or(me.locale);
    me.theme = input.theme.or(me.theme);
    write.commit(|_| me).await
}

async fn change_password(ctx: Ctx, Call { input, .. }: Call<ChangePassword>) -> Reply<ChangePassword> {
    let caller = ctx.caller.as_ref().ok_or(Error::SignedOut)?;
    let user = credentials::by_id(&ctx.app.db.read, caller.actor.id).await?.ok_or(Error::SignedOut)?;
    password::check(&input.new, &user.email).map_err(|error| at("new", error))?;
    if !sign_in::proves(&ctx.app, &user.email, Some(&user), &input.current, &ctx.visit()).await? {
        return Err(Error::field("current", "wrong_password"));
    }
    let hash = ctx.app.auth.passwords.hash(&input.new).await?;
    let write = ctx.app.db.begin().await?;
    credentials::store(&write.tx, user.id, &hash, ctx.now).await?;
    sessions::end(&write.tx, Which::AllBut(user.id, caller.session), "password", ctx.now).await?;
    write.commit().await?;
    ctx.app.auth.sessions.forget();
    Ok(())
}

async fn list_sessions(ctx: Ctx, _: Call<ListSessions>) -> Reply<ListSessions> {
    let caller = ctx.caller.as_ref().ok_or(Error::SignedOut)?;
    sessions::list(&ctx.app, caller.actor.id, caller.session, ctx.now).await
}

async fn end_session(ctx: Ctx, Call { path: session, .. }: Call<EndSession>) -> Reply<EndSession> {
    let owner = ctx.actor()?.id;
    let write = ctx.app.db.begin().await?;
    if sessions::end(&write.tx, Which::OneOf(owner, session), "ended", ctx.now).await? == 0 {
        return Err(Error::NotFound);
    }
    write.commit().await?;
    ctx.app.auth.sessions.forget();
    Ok(())
}

async fn ask_reset(ctx: Ctx, Call { input, .. }: Call<AskReset>) -> Reply<AskReset> {
    reset::ask(&ctx.app, &input.email, ctx.locale, &ctx.visit()).await
}

async fn confirm_reset(ctx: Ctx, Call { input, .. }: Call<Reset>) -> Reply<Reset> {
    reset::confirm(&ctx.app, &input.token, &input.password, ctx.now).await
}

/// What the app asks first: who is here.
async fn me(app: &App, user: UserId) -> Result<Me> {
    let actor = app.actors.get(app, user).await?.ok_or(Error::SignedOut)?;
    let known = credentials::by_id(&app.db.read, user).await?.ok_or(Error::SignedOut)?;
    Ok(Me {
        actor: Arc::unwrap_or_clone(actor),
        email: known.email,
        locale: known.locale.map(|locale| locale.tag().to_owned()),
        theme: known.theme,
        currency: app.settings.currency.clone(),
    })
}

fn at(field: &str, error: FieldError) -> Error {
    Error::Fields([(field.to_owned(), error)].into())
}
