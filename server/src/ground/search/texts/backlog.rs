//! Indexes what was there before its kind was searched.

use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use shared::access::Object;
use uuid::Uuid;

use super::index;
use crate::App;
use crate::error::Result;
use crate::ground::db::name;
use crate::ground::rows::{self, column};

/// Records of one transaction.
const CHUNK: u64 = 1_000;

pub async fn run_backlog(app: &App) -> Result<()> {
    for object in [Object::Ticket, Object::Message] {
        let mut next = None;
        while let Some(last) = index_some(app, object, next).await? {
            next = Some(last);
        }
    }
    Ok(())
}

/// The next of them; the last of these. Those that came meanwhile are there already.
async fn index_some(app: &App, object: Object, after: Option<Uuid>) -> Result<Option<Uuid>> {
    let schema = object.schema();
    let known = Query::select()
        .column(name("record_id"))
        .from(name("text_docs"))
        .and_where(Expr::col((name("text_docs"), name("record_id"))).eq(column(schema, "id")))
        .take();
    let mut select = rows::select(schema);
    select
        .and_where(Expr::exists(known).not())
        .and_where_option(after.map(|after| column(schema, "id").gt(after)))
        .order_by_expr(column(schema, "id"), Order::Asc)
        .limit(CHUNK);
    let write = app.db.begin().await?;
    let found = rows::all(&write.tx, schema, &select).await?;
    index::insert(&write.tx, schema, &found).await?;
    write.commit().await?;
    Ok(found.last().map(rows::id))
}
