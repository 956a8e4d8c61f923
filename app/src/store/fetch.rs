//! Pages of rows from the contract's lists, without their types.

use shared::access::Object;
use shared::api::{ApiError, Page, query_string};
use shared::fields::Row;
use shared::query::{Archived, Filter, ListQuery, Op, text};
use uuid::Uuid;
use web_sys::AbortSignal;

use super::paths;
use crate::api::{self, Method, Request};

/// The address of a list's question.
pub fn url(object: Object, query: &ListQuery) -> String {
    format!("{}?{}", paths::of(object).list, query_string(query))
}

/// One page of a list. It travels as a table.
pub async fn page(object: Object, query: &ListQuery, abort: Option<&AbortSignal>) -> Result<Page<Row>, ApiError> {
    let request = Request { method: Method::GET, url: url(object, query) + "&shape=table", body: None };
    let text = api::send(&request, None, abort).await?;
    api::read_table(&text)
}

/// These records, archived ones too; those the reader may not see are left out.
pub async fn by_ids(object: Object, ids: &[Uuid]) -> Result<Vec<Row>, ApiError> {
    let args = ids.iter().map(|id| shared::query::Arg::Literal(id.to_string()));
    let filter = Filter::test("id", Op::Is, args);
    let query = ListQuery {
        filter: Some(text::print(&filter)),
        archived: Some(Archived::With),
        limit: u32::try_from(ids.len()).ok(),
        ..ListQuery::default()
    };
    page(object, &query, None).await.map(|page| page.items)
}
