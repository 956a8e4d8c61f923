//! `kith user`: accounts from the console, for the first one and the locked-out.

use std::io::BufRead as _;

use clap::ArgMatches;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func, Query};
use shared::api::FieldErrors;
use shared::change::Cause;
use shared::fields::{check_required, check_row, row_of};
use shared::i18n::Key;
use shared::id::UserId;
use shared::users::{Role, User};
use uuid::Uuid;

use super::Console;
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::rows;
use crate::settings::Settings;
use crate::{App, auth};

pub async fn run(console: Console, settings: Settings, given: &ArgMatches) -> Result<()> {
    let app = App::open(settings).await?;
    match given.subcommand() {
        Some(("add", given)) => add(console, &app, given).await?,
        Some(("password", given)) => set_password(console, &app, given).await?,
        // Clap asks for one of them.
        _ => {}
    }
    app.db.close().await;
    Ok(())
}

async fn add(console: Console, app: &App, given: &ArgMatches) -> Result<()> {
    let email = shared::text::email(word(given, "email")).map_err(|error| Error::field("email", error.code()))?;
    if is_known(app, &email).await? {
        return Err(Error::field("email", "taken"));
    }
    let (password, is_made) = password(given, &email)?;
    let role = role(console, app, word(given, "role")).await?;
    let user = User {
        id: UserId(Uuid::now_v7()),
        name: word(given, "name").to_owned(),
        email: email.clone(),
        roles: vec![role.id],
        ..User::default()
    };
    let mut row = row_of(&user);
    row.retain(|key, _| User::SCHEMA.field(key).is_some_and(|field| !field.read_only));
    check_row(&User::SCHEMA, &mut row)?;
    check_required(&User::SCHEMA, &row)?;
    row.insert("id".into(), user.id.to_string().into());
    let hash = app.auth.passwords.hash(&password).await?;
    let mut write = app.write(Cause::User).await?;
    write.insert(&User::SCHEMA, vec![row]).await?;
    auth::store_hash(write.db(), user.id, &hash, write.now).await?;
    write.commit(|_| ()).await?;
    console.say(&console.fill(Key::CliUserAdded, &[("email", &email)]));
    say_password(console, &password, is_made);
    Ok(())
}

async fn set_password(console: Console, app: &App, given: &ArgMatches) -> Result<()> {
    let email = word(given, "email");
    let Some(user) = find(&app.db.read, email).await? else {
        return Err(Error::Internal(console.fill(Key::CliNoUser, &[("email", email)])));
    };
    let (password, is_made) = password(given, email)?;
    let hash = app.auth.passwords.hash(&password).await?;
    let write = app.db.begin().await?;
    auth::store_hash(&write.tx, user, &hash, app.clock.now()).await?;
    write.commit().await?;
    auth::end_sessions(app, user, "console").await?;
    console.say(&console.fill(Key::CliPasswordSet, &[("email", email)]));
    say_password(console, &password, is_made);
    Ok(())
}

fn word<'given>(given: &'given ArgMatches, name: &str) -> &'given str {
    given.get_one::<String>(name).map_or("", String::as_str)
}

fn say_password(console: Console, password: &str, is_made: bool) {
    if is_made {
        console.say(&console.fill(Key::CliPasswordIs, &[("password", password)]));
    }
}

/// The password from standard input, or a new one; and whether it is new.
fn password(given: &ArgMatches, email: &str) -> Result<(String, bool)> {
    if !given.get_flag("password-stdin") {
        return Ok((invent(), true));
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Error::internal)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    auth::check_password(&password, email)
        .map_err(|error| Error::Fields(FieldErrors::from([("password".to_owned(), error)])))?;
    Ok((password, false))
}

/// 80 bits that can be read out on the phone.
fn invent() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters: Vec<char> =
        rand::random::<[u8; 16]>().iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

async fn role(console: Console, app: &App, code: &str) -> Result<Role> {
    let found = rows::all(&app.db.read, &Role::SCHEMA, &rows::select(&Role::SCHEMA)).await?;
    let roles = found.iter().map(rows::typed::<Role>).collect::<Result<Vec<_>>>()?;
    let known: Vec<&str> = roles.iter().filter_map(|role| role.code.as_deref()).collect();
    let known = known.join(", ");
    let role = roles.into_iter().find(|role| role.code.as_deref() == Some(code) || role.name == code);
    role.ok_or_else(|| Error::Internal(console.fill(Key::CliNoRole, &[("role", code), ("roles", &known)])))
}

pub async fn is_known(app: &App, email: &str) -> Result<bool> {
    Ok(find(&app.db.read, email).await?.is_some())
}

async fn find(db: &impl ConnectionTrait, email: &str) -> Result<Option<UserId>> {
    let lower = Expr::expr(Func::lower(Expr::col(name("email"))));
    let select = Query::select()
        .column(name("id"))
        .from(name("users"))
        .cond_where(Condition::all().add(lower.eq(email.trim().to_lowercase())))
        .take();
    let found = db.query_one(&select).await?;
    Ok(found.map(|row| row.try_get_by_index(0)).transpose()?.map(UserId))
}

/// How many can sign in.
pub async fn with_password(db: &impl ConnectionTrait) -> Result<u64> {
    let count = Query::select().expr(Expr::col(name("user_id")).count()).from(name("credentials")).take();
    let found: Option<i64> = db.query_one(&count).await?.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(found.and_then(|found| found.try_into().ok()).unwrap_or_default())
}
