//! Any list as CSV: the same question, the same rule, row by row as it is read.

use std::collections::{HashMap, HashSet};

use axum::extract::{Path, State};
use axum::response::Response;
use axum_extra::extract::Query as UrlQuery;
use http::{HeaderMap, Method};
use serde_json::Value;
use shared::access::{Access, Action, Object};
use shared::api::{FieldError, FieldErrors};
use shared::fields::{FieldKind, Row, Schema};
use shared::import::csv::Writer;
use shared::imports::{EXPORT, ExportQuery, Headings, Holds, OBJECTS, Target, Wording, cell, columns_of, label};
use shared::query::ListQuery;
use shared::query::eval::list_keys;
use uuid::Uuid;

use crate::App;
use crate::error::{Error, Result};
use crate::ground::{query, rows};
use crate::http::{Ctx, Routes, Told, ctx_for};
use crate::imports::files::file;

/// Rows that are read at once.
const PAGE: u32 = query::MAX_LIMIT;

pub fn routes() -> Routes {
    Routes::default().raw(Method::GET, EXPORT, export)
}

async fn export(
    State(app): State<App>,
    path: Option<Path<String>>,
    asked: std::result::Result<UrlQuery<ExportQuery>, axum_extra::extract::QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let told = Told::of(&headers);
    let answer = async {
        let ctx = ctx_for(app, Access::SignedIn, headers).await?;
        let object = path.and_then(|Path(word)| word.parse::<Object>().ok());
        let object = object.filter(|object| OBJECTS.contains(object)).ok_or(Error::NotFound)?;
        may_export(&ctx, object)?;
        let UrlQuery(asked) = asked.map_err(|_| Error::BadRequest("bad_query"))?;
        begin(ctx, object, asked).await
    };
    answer.await.unwrap_or_else(|error| told.response(error))
}

/// The first page is read before anything is answered: what is wrong with the
/// question is told as for any other.
async fn begin(mut ctx: Ctx, object: Object, asked: ExportQuery) -> Result<Response> {
    let columns = columns(object, asked.columns.as_deref())?;
    let mut list = ListQuery {
        filter: asked.filter,
        search: asked.search,
        sort: asked.sort,
        archived: asked.archived,
        limit: Some(PAGE),
        ..ListQuery::default()
    };
    let first = query::page_for(&ctx, object.schema(), &list, "created_at", Action::Export).await?;
    let wording = match asked.headings.unwrap_or_default() {
        Headings::Keys => Wording::Keys,
        Headings::Labels => Wording::Labels(ctx.locale),
    };
    let mut writer = if asked.bom == Some(true) { Writer::for_spreadsheets() } else { Writer::new(',') };
    writer.record(columns.iter().map(|column| heading(object, column, wording)));
    let called = format!("{}-{}", object.schema().table, ctx.app.clock.day_of(ctx.now));
    Ok(file(
        &called,
        async_stream::try_stream! {
            let mut page = first;
            loop {
                let names = names(&ctx, object.schema(), &columns, &page.items).await?;
                for row in &page.items {
                    let lookup = |kind, id| names.get(&(kind, id)).cloned();
                    writer.record(columns.iter().map(|column| one(column, row, wording, &lookup)));
                }
                yield writer.take();
                let Some(next) = page.next.take() else { break };
                list.after = Some(next);
                // Whoever may no longer see the rest does not get it.
                ctx = ctx.renewed().await?;
                may_export(&ctx, object)?;
                page = query::page_for(&ctx, object.schema(), &list, "created_at", Action::Export).await?;
            }
        },
    ))
}

fn may_export(ctx: &Ctx, object: Object) -> Result<()> {
    if ctx.actor()?.may(object, Action::Export) { Ok(()) } else { Err(Error::Forbidden) }
}

/// A column of the file: a field's, or the id behind a name.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Column {
    target: Target,
    is_id: bool,
}

/// The columns of the fields asked for. A reference has its name and its id.
fn columns(object: Object, asked: Option<&str>) -> Result<Vec<Column>> {
    let schema = object.schema();
    let keys: Vec<&str> = match asked.filter(|asked| !asked.trim().is_empty()) {
        Some(asked) => asked.split(',').map(str::trim).collect(),
        None => std::iter::once("id")
            .chain(schema.fields.iter().filter(|field| field.imports).map(|field| field.key))
            .collect(),
    };
    let mut columns = Vec::new();
    for key in keys {
        let unknown = || FieldErrors::from([("columns".to_owned(), FieldError::new("unknown").with("field", key))]);
        let field = schema.field(key).filter(|field| !field.secret).ok_or_else(unknown)?;
        for target in columns_of(field) {
            columns.push(Column { target, is_id: false });
            if matches!(target.holds, Holds::Ref(_)) {
                columns.push(Column { target, is_id: true });
            }
        }
    }
    Ok(columns)
}

fn heading(object: Object, column: &Column, wording: Wording) -> String {
    match (wording, column.is_id) {
        (Wording::Keys, false) if matches!(column.target.holds, Holds::Ref(_)) => format!("{}.name", column.target.key),
        (Wording::Keys, _) => column.target.key.to_owned(),
        (Wording::Labels(locale), false) => label(object, &column.target, locale),
        (Wording::Labels(locale), true) => format!("{} ID", label(object, &column.target, locale)),
    }
}

fn one(column: &Column, row: &Row, wording: Wording, names: &shared::imports::Names) -> String {
    if column.is_id {
        return row.get(column.target.field).and_then(Value::as_str).unwrap_or_default().to_owned();
    }
    cell(&column.target, row, wording, names)
}

type Names = HashMap<(Object, Uuid), String>;

/// The names of what a page refers to, as far as the caller may read them.
async fn names(ctx: &Ctx, schema: &Schema, columns: &[Column], page: &[Row]) -> Result<Names> {
    let mut wanted: HashMap<Object, HashSet<Uuid>> = HashMap::new();
    for column in columns.iter().filter(|column| !column.is_id) {
        let (Some(object), Some(field)) = (column.target.holds.names(), schema.field(column.target.field)) else {
            continue;
        };
        for row in page {
            let value = row.get(field.key).unwrap_or(&Value::Null);
            let ids: Vec<Uuid> = match field.kind {
                FieldKind::List(kind) => list_keys(kind, value).iter().filter_map(|key| key.parse().ok()).collect(),
                _ => rows::id_of(value).into_iter().collect(),
            };
            wanted.entry(object).or_default().extend(ids);
        }
    }
    let mut names = Names::new();
    for (object, ids) in wanted {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let found = rows::names(&ctx.app.db.read, object, &ids, &ctx.scope(object, Action::Read)?).await?;
        names.extend(found.into_iter().map(|(id, name)| ((object, id), name)));
    }
    Ok(names)
}
