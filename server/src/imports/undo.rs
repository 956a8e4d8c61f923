//! Taking a whole import back, the last command first, and bringing it again,
//! the first one first: one command for each of its own, so that others take
//! their turn in between and a break loses nothing.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use serde_json::json;
use shared::access::Action;
use shared::change::Cause;
use shared::fields::Row;
use shared::id::{BatchId, ImportId};
use shared::imports::{Import, ImportState, Outcome};
use uuid::Uuid;

use super::jobs::step;
use super::steps::{fields, hand_over};
use super::{chain, table, undo_check};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::{rows, undo};
use crate::http::Ctx;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The records go.
    Back,
    /// They come again.
    Again,
}

impl Way {
    /// The state of an import that goes this way.
    fn state(self) -> ImportState {
        match self {
            Self::Back => ImportState::Undoing,
            Self::Again => ImportState::Redoing,
        }
    }

    /// Whether an import may go this way.
    fn check(self, import: &Import) -> Result<()> {
        let (is_apt, code) = match self {
            Self::Back => (
                matches!(import.state, ImportState::Committed | ImportState::Failed | ImportState::Undoing),
                "import_not_written",
            ),
            Self::Again => (matches!(import.state, ImportState::Undone | ImportState::Redoing), "import_not_undone"),
        };
        let is_apt = is_apt || import.state == ImportState::Halted;
        if is_apt && import.chunks > 0 { Ok(()) } else { Err(Error::Refused(code)) }
    }
}

/// Hands it to the workers. What stands in the way is told before anything is
/// taken back.
pub async fn begin(ctx: &Ctx, id: ImportId, way: Way) -> Result<Import> {
    if way == Way::Back {
        let import = super::mine(ctx, id).await?;
        if way.check(&import).is_ok() {
            undo_check::run(ctx, &import).await?;
        }
    }
    let mut write = ctx.write_because(Cause::Import, &("import goes", id, way.state())).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let before = write.find(&Import::SCHEMA, id.0, Action::Write).await?;
    way.check(&rows::typed(&before)?)?;
    hand_over(ctx, write, before, way.state(), fields(&[("done", json!(0))])).await
}

/// Goes the way to its end.
pub async fn run(ctx: &Ctx, import: &Import, way: Way) -> Result<()> {
    for at in 1..=import.chunks {
        let n = if way == Way::Back { import.chunks + 1 - at } else { at };
        if !turn(ctx, import, way, n, at).await? {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
    close(ctx, import.id, way).await
}

/// Takes the `n`th command back, or its undo, unless that was done before.
/// Nothing has to be remembered: the commands tell by what the records stand.
/// False when somebody else has ended it meanwhile.
async fn turn(ctx: &Ctx, import: &Import, way: Way, n: i64, at: i64) -> Result<bool> {
    let (last, is_away) = standing(&ctx.app.db.read, chain::batch(import, n)).await?;
    if is_away == (way == Way::Back) {
        return Ok(true);
    }
    let ctx = step(ctx, chain::reverse(last)).await?;
    let mut write = ctx.write_because(Cause::Undo, &("turn", import.id, n)).await?;
    if write.repeated::<()>().await?.is_some() {
        return Ok(true);
    }
    let now: Import = rows::typed(&write.find(&Import::SCHEMA, import.id.0, Action::Write).await?)?;
    if now.state != way.state() || now.run != import.run {
        return Ok(false);
    }
    undo::take_back(&mut write, last).await?;
    let done = (import.created + import.updated) * at / import.chunks;
    rows::update(write.db(), &Import::SCHEMA, import.id.0, &fields(&[("done", json!(done))])).await?;
    write.commit(|_| ()).await?;
    Ok(true)
}

/// The last of a command, its undo, the undo of that, and so on; and whether
/// the records are away by it.
pub async fn standing(db: &impl ConnectionTrait, batch: BatchId) -> Result<(BatchId, bool)> {
    let (mut last, mut is_away) = (batch, false);
    while let Some(next) = undone_by(db, last).await? {
        (last, is_away) = (next, !is_away);
    }
    Ok((last, is_away))
}

async fn undone_by(db: &impl ConnectionTrait, batch: BatchId) -> Result<Option<BatchId>> {
    let select = Query::select()
        .column(name("undone_by"))
        .from(name("commands"))
        .and_where(Expr::col(name("batch")).eq(batch.0))
        .take();
    let found = db.query_one(&select).await?.ok_or(Error::NotFound)?;
    Ok(found.try_get_by_index::<Option<Uuid>>(0)?.map(BatchId))
}

/// The import's one line in the log for all of it.
async fn close(ctx: &Ctx, id: ImportId, way: Way) -> Result<()> {
    let ctx = step(ctx, BatchId(Uuid::now_v7())).await?;
    let mut write = ctx.write_because(Cause::Undo, &("end", id, way.state())).await?;
    let mut before = write.find(&Import::SCHEMA, id.0, Action::Write).await?;
    let import: Import = rows::typed(&before)?;
    if import.state != way.state() {
        return Ok(());
    }
    let written = written(&write, id).await?;
    let (from, to) = match way {
        Way::Back => (written, ImportState::Undone),
        Way::Again => (ImportState::Undone, written),
    };
    // The log tells what became of the records, not how far the work was.
    before.insert("state".into(), json!(from));
    write.update(&Import::SCHEMA, &before, &Row::from_iter([("state".to_owned(), json!(to))])).await?;
    let done = if way == Way::Back { 0 } else { import.created + import.updated };
    rows::update(write.db(), &Import::SCHEMA, id.0, &fields(&[("done", json!(done))])).await?;
    write.commit(|_| ()).await
}

/// What an import is whose commands stand: a commit may have broken off.
async fn written(write: &Write<'_>, id: ImportId) -> Result<ImportState> {
    let open = table::unwritten().add(table::of_outcomes(&[Outcome::Create, Outcome::Update]));
    let is_whole = table::after(write.db(), id, -1, 1, open).await?.is_empty();
    Ok(if is_whole { ImportState::Committed } else { ImportState::Failed })
}
