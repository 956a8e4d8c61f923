//! The records that a question means, by their ids: what a command about all of
//! them names.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Order, Query};
use shared::access::Action;
use shared::api::{FieldError, FieldErrors};
use shared::change::{FindIds, MAX_IDS};

use super::db::name;
use super::query::{Asked, condition};
use super::rows::column;
use crate::http::{Call, Ctx, Reply, Routes};

pub fn routes() -> Routes {
    Routes::default().on(find_ids)
}

/// More than an answer holds are refused: nobody acts on a part of them by mistake.
async fn find_ids(ctx: Ctx, Call { input, .. }: Call<FindIds>) -> Reply<FindIds> {
    let schema = input.object.schema();
    let asked = Asked {
        filter: input.filter.as_deref(),
        search: input.search.as_deref(),
        archived: input.archived.unwrap_or_default(),
        action: Action::Read,
    };
    let meant = condition(&ctx, schema, &asked).await?;
    let select = Query::select()
        .expr(column(schema, "id"))
        .from(name(schema.table))
        .cond_where(meant)
        .order_by_expr(column(schema, "id"), Order::Asc)
        .limit(MAX_IDS as u64 + 1)
        .take();
    let found = ctx.app.db.read.query_all(&select).await?;
    if found.len() > MAX_IDS {
        return Err(FieldErrors::from([("filter".to_owned(), FieldError::new("too_many").with("max", MAX_IDS))]).into());
    }
    Ok(found.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}
