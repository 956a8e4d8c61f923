//! Imports: rows wait in a table of their own, are checked against everything
//! that writing would ask, and are then written in short commands.

mod chain;
mod check;
mod checker;
mod commit;
pub mod files;
mod finish;
mod jobs;
mod matching;
pub mod names;
mod resolve;
mod rows;
mod rules;
mod steps;
mod table;
mod undo;
mod undo_check;
mod waves;

use shared::access::Action;
use shared::fields::Row;
use shared::id::ImportId;
use shared::imports::*;

use crate::error::{Error, Result};
use crate::ground::records;
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub use jobs::{Work, run};
use undo::Way;

pub fn routes() -> Routes {
    Routes::default()
        .on_list(list)
        .on(get)
        .on(create)
        .on(update)
        .on(put_rows)
        .on(match_names)
        .on(dry_run)
        .on(summary)
        .on(list_rows)
        .on(update_row)
        .on(commit_all)
        .on(undo_all)
        .on(redo_all)
        .raw(http::Method::GET, WRONG_ROWS, files::wrong_rows)
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListImports>) -> Listed {
    records::list::<Import>(&ctx, &input).await
}

async fn get(ctx: Ctx, Call { path: id, .. }: Call<GetImport>) -> Reply<GetImport> {
    records::get(&ctx, id, None).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateImport>) -> Reply<CreateImport> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateImport>) -> Reply<UpdateImport> {
    records::update(&ctx, id, input).await
}

async fn put_rows(ctx: Ctx, Call { path: id, input }: Call<PutRows>) -> Reply<PutRows> {
    rows::put(&ctx, id, input).await
}

async fn match_names(ctx: Ctx, Call { input, .. }: Call<MatchNames>) -> Reply<MatchNames> {
    names::find(&ctx, input).await
}

async fn dry_run(ctx: Ctx, Call { path: id, .. }: Call<DryRun>) -> Reply<DryRun> {
    steps::begin_check(&ctx, id).await
}

async fn summary(ctx: Ctx, Call { path: id, .. }: Call<GetSummary>) -> Reply<GetSummary> {
    let import = records::get::<Import>(&ctx, id, None).await?;
    rows::summary(&ctx, &import).await
}

async fn list_rows(ctx: Ctx, Call { path: id, input }: Call<ListRows>) -> Reply<ListRows> {
    let import = records::get::<Import>(&ctx, id, None).await?;
    rows::list(&ctx, &import, &input).await
}

async fn update_row(ctx: Ctx, Call { path: id, input }: Call<UpdateRow>) -> Reply<UpdateRow> {
    let import = mine(&ctx, id).await?;
    rows::mend(&ctx, import, input).await
}

async fn commit_all(ctx: Ctx, Call { path: id, .. }: Call<Commit>) -> Reply<Commit> {
    steps::begin_commit(&ctx, id).await
}

async fn undo_all(ctx: Ctx, Call { path: id, .. }: Call<UndoImport>) -> Reply<UndoImport> {
    undo::begin(&ctx, id, Way::Back).await
}

async fn redo_all(ctx: Ctx, Call { path: id, .. }: Call<RedoImport>) -> Reply<RedoImport> {
    undo::begin(&ctx, id, Way::Again).await
}

/// An import that the caller may go on with.
async fn mine(ctx: &Ctx, id: ImportId) -> Result<Import> {
    let import = records::get::<Import>(ctx, id, None).await?;
    let scope = ctx.scope(shared::access::Object::Import, Action::Write)?;
    let reached = crate::ground::rows::find(&ctx.app.db.read, &Import::SCHEMA, id.0, scope).await?;
    reached.map(|_: Row| import).ok_or(Error::Forbidden)
}
