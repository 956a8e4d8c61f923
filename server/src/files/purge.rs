//! Removing what no message has: uploads that were never sent, and what was
//! taken back together with its message, each after a day.

use std::time::UNIX_EPOCH;

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use shared::time::{DAY, Instant};
use tokio::fs;

use super::{TABLE, store, take::is_loose};
use crate::App;
use crate::error::Result;
use crate::ground::db::name;

/// As many as one command removes, so that no other waits long for it.
const BATCH: u64 = 200;

pub async fn purge(app: &App) -> Result<()> {
    let now = app.clock.now();
    forget(app, now).await?;
    while remove_some(app, now).await? {}
    sweep(app, now).await;
    Ok(())
}

async fn forget(app: &App, now: Instant) -> Result<()> {
    let open = app.db.begin().await?;
    let since = || Expr::col(name("loose_since"));
    // A message that was taken back may come again within a day, with its files.
    let let_go = Query::update()
        .table(name(TABLE))
        .value(name("loose_since"), now.0)
        .and_where(since().is_null())
        .and_where(is_loose())
        .take();
    let again = Query::update()
        .table(name(TABLE))
        .value(name("loose_since"), Option::<i64>::None)
        .and_where(since().is_not_null())
        .and_where(is_loose().not())
        .take();
    let old = Query::delete().from_table(name(TABLE)).and_where(since().lte(now.0 - DAY)).and_where(is_loose()).take();
    open.tx.execute(&let_go).await?;
    open.tx.execute(&again).await?;
    open.tx.execute(&old).await?;
    open.commit().await
}

/// Removes bytes that no file has any more; whether there may be others.
async fn remove_some(app: &App, now: Instant) -> Result<bool> {
    let open = app.db.begin().await?;
    let has_file = Query::select()
        .expr(Expr::cust("1"))
        .from(name(TABLE))
        .and_where(Expr::col((name(TABLE), name("sha256"))).equals((name("blobs"), name("sha256"))))
        .take();
    let unused = || {
        let used_at = Expr::col((name("blobs"), name("used_at")));
        used_at.lte(now.0 - DAY).and(Expr::exists(has_file.clone()).not())
    };
    let some = Query::select()
        .column((name("blobs"), name("sha256")))
        .from(name("blobs"))
        .and_where(unused())
        .order_by((name("blobs"), name("sha256")), Order::Asc)
        .limit(BATCH)
        .take();
    // Asked again of each that is removed: one may have come anew meanwhile.
    let delete = Query::delete()
        .from_table(name("blobs"))
        .and_where(Expr::col(name("sha256")).in_subquery(some))
        .and_where(unused())
        .returning_col(name("sha256"))
        .take();
    let removed = open.tx.query_all(&delete).await?;
    for row in &removed {
        let path = store::path(app, &row.try_get_by_index::<String>(0)?);
        if let Err(error) = fs::remove_file(&path).await {
            tracing::warn!(%error, path = %path.display(), "a file could not be removed");
        }
    }
    open.commit().await?;
    Ok(removed.len() as u64 == BATCH)
}

/// What a server left behind that ended in the middle of an upload.
async fn sweep(app: &App, now: Instant) {
    let Ok(mut entries) = fs::read_dir(store::coming(app)).await else { return };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let modified = entry.metadata().await.ok().and_then(|data| data.modified().ok());
        let age = modified.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let begun = age.and_then(|age| i64::try_from(age.as_millis()).ok());
        if begun.is_some_and(|begun| begun <= now.0 - DAY) {
            let _ = fs::remove_file(entry.path()).await;
        }
    }
}
