//! The work on an import that outlives the request that asked for it.

use std::sync::Arc;

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::access::{Action, Object};
use shared::i18n::Locale;
use shared::id::{BatchId, ImportId, UserId};
use shared::imports::{Import, ImportState};
use uuid::Uuid;

use super::undo::Way;
use super::{commit, steps, undo};
use crate::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::ground::records;
use crate::http::{Cookies, Ctx};

/// What is to be done with which import, and with whose rights.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Work {
    pub import: ImportId,
    pub by: UserId,
    /// The state in which the import waits for it.
    pub state: ImportState,
}

/// Works until the end. A break is made good by beginning anew: what was
/// written stays written.
pub async fn run(app: &App, work: Work) -> Result<()> {
    let Some(ctx) = ctx(app, work.by).await? else { return Ok(()) };
    let import = match records::get::<Import>(&ctx, work.import, None).await {
        Ok(import) => import,
        Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    // Ended by another worker.
    if import.state != work.state {
        return Ok(());
    }
    let (outcome, stopped) = match import.state {
        ImportState::Checking => (steps::check(&ctx, import).await, ImportState::Failed),
        ImportState::Committing => (commit::run(&ctx, import).await, ImportState::Failed),
        ImportState::Undoing => (undo::run(&ctx, &import, Way::Back).await, ImportState::Halted),
        ImportState::Redoing => (undo::run(&ctx, &import, Way::Again).await, ImportState::Halted),
        _ => return Ok(()),
    };
    match outcome {
        // The database is away: the job is tried again later.
        Err(Error::Unavailable) => Err(Error::Unavailable),
        Err(error) => stop(&ctx, work.import, stopped, &error).await,
        Ok(()) => Ok(()),
    }
}

/// The rights of the one who asked, as they are now; nobody once they left.
async fn ctx(app: &App, by: UserId) -> Result<Option<Ctx>> {
    let Some(actor) = app.actors.get(app, by).await? else { return Ok(None) };
    let now = app.clock.now();
    Ok(Some(Ctx {
        app: app.clone(),
        caller: Some(Caller { actor, session: Uuid::nil() }),
        customer: None,
        now,
        locale: Locale::default(),
        batch: BatchId(Uuid::now_v7()),
        made_at: now,
        headers: Arc::new(HeaderMap::new()),
        cookies: Cookies::default(),
    }))
}

/// Tells that it could not go on. What was written can be taken back, or the
/// rest be written, once the reason is gone.
async fn stop(ctx: &Ctx, id: ImportId, state: ImportState, error: &Error) -> Result<()> {
    tracing::error!(import = %id, ?error, "an import stopped");
    let code = match error {
        Error::Refused(code) | Error::BadRequest(code) => code,
        Error::Fields(_) => "fields",
        Error::Conflict(_) => "conflict",
        Error::Forbidden => "forbidden",
        _ => "internal",
    };
    let set = steps::fields(&[("state", json!(state)), ("problem", json!(code))]);
    steps::save(ctx, async |tx| crate::ground::rows::update(tx, &Import::SCHEMA, id.0, &set).await).await
}

/// The same worker at this moment, for its next command. Once the rights
/// changed with which it began, it begins anew with those of now.
pub async fn step(ctx: &Ctx, batch: BatchId) -> Result<Ctx> {
    let now = ctx.app.clock.now();
    let before = ctx.actor()?;
    let actor = ctx.app.actors.get(&ctx.app, before.id).await?.ok_or(Error::Forbidden)?;
    if *actor != *before {
        return Err(Error::Unavailable);
    }
    Ok(Ctx { batch, now, made_at: now, ..ctx.clone() })
}

/// Whether somebody may bring such records in at all.
pub fn may_import(ctx: &Ctx, object: Option<Object>) -> Result<Object> {
    let object = object.ok_or_else(|| Error::field("object", "not_offered"))?;
    if ctx.actor()?.may(object, Action::Import) { Ok(object) } else { Err(Error::Forbidden) }
}
