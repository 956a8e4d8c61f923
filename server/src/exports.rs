//! Any list, or chosen records, as CSV: the same question, the same rule, row
//! by row as it is read.

use std::collections::{HashMap, HashSet};

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, Method};
use sea_orm::sea_query::Condition;
use serde_json::Value;
use shared::access::{Access, Action, Object};
use shared::api::{FieldError, FieldErrors};
use shared::fields::{FieldKind, Row, Schema};
use shared::import::csv::Writer;
use shared::imports::{
    EXPORT, EXPORTED, ExportChosen, ExportQuery, Headings, Holds, MAX_CHOSEN, Target, Wording, cell, columns_of, label,
};
use shared::query::ListQuery;
use shared::query::eval::list_keys;
use uuid::Uuid;

use crate::App;
use crate::error::{Error, Result};
use crate::ground::{query, rows};
use crate::http::{Ctx, Routes, Told, ctx_for, read_body, read_query};
use crate::imports::files::file;
use crate::imports::names::Known;

/// Rows that are read at once.
const PAGE: u32 = query::MAX_LIMIT;

pub fn routes() -> Routes {
    Routes::default().raw(Method::GET, EXPORT, export).raw(Method::POST, EXPORT, export_chosen)
}

/// What is no kind of record is not found; that is told like any other refusal.
type WantedPath = std::result::Result<Path<String>, PathRejection>;

async fn export(State(app): State<App>, path: WantedPath, mut parts: Parts) -> Response {
    let told = Told::of(&parts.headers);
    let answer = async {
        let (ctx, object) = admitted(app, path, parts.headers.clone()).await?;
        let asked = read_query(&mut parts).await?;
        list(ctx, object, asked).await
    };
    answer.await.unwrap_or_else(|error| told.response(error))
}

async fn export_chosen(State(app): State<App>, path: WantedPath, request: Request) -> Response {
    let told = Told::of(request.headers());
    let answer = async {
        let (ctx, object) = admitted(app, path, request.headers().clone()).await?;
        let asked = read_body(request).await?;
        chosen(ctx, object, asked)
    };
    answer.await.unwrap_or_else(|error| told.response(error))
}

async fn admitted(app: App, path: WantedPath, headers: HeaderMap) -> Result<(Ctx, Object)> {
    let ctx = ctx_for(app, Access::SignedIn, headers).await?;
    let object = path.ok().and_then(|Path(word)| word.parse::<Object>().ok());
    let object = object.filter(|object| EXPORTED.contains(object)).ok_or(Error::NotFound)?;
    may_export(&ctx, object)?;
    Ok((ctx, object))
}

/// The first page is read before anything is answered: what is wrong with the
/// question is told as for any other.
async fn list(mut ctx: Ctx, object: Object, asked: ExportQuery) -> Result<Response> {
    let mut sheet = Sheet::new(&ctx, object, asked.columns.as_deref(), asked.headings, asked.bom)?;
    let mut list = ListQuery {
        filter: asked.filter,
        search: asked.search,
        sort: asked.sort,
        archived: asked.archived,
        limit: Some(PAGE),
        ..ListQuery::default()
    };
    let first = query::page_for(&ctx, object.schema(), &list, "created_at", Action::Export).await?;
    Ok(file(
        &called(&ctx, object),
        async_stream::try_stream! {
            let mut page = first;
            loop {
                yield sheet.write(&ctx, &page.items).await?;
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

/// Records by their ids; those that the caller does not reach are left out.
fn chosen(mut ctx: Ctx, object: Object, asked: ExportChosen) -> Result<Response> {
    if asked.ids.len() > MAX_CHOSEN {
        let error = FieldError::new("too_many").with("max", MAX_CHOSEN);
        return Err(FieldErrors::from([("ids".to_owned(), error)]).into());
    }
    let mut sheet = Sheet::new(&ctx, object, asked.columns.as_deref(), asked.headings, asked.bom)?;
    Ok(file(
        &called(&ctx, object),
        async_stream::try_stream! {
            for ids in asked.ids.chunks(PAGE as usize) {
                ctx = ctx.renewed().await?;
                may_export(&ctx, object)?;
                let scope = ctx.scope(object, Action::Export)?;
                let mut found = rows::by_ids(&ctx.app.db.read, object.schema(), ids, &scope).await?;
                let page: Vec<Row> = ids.iter().filter_map(|id| found.remove(id)).collect();
                yield sheet.write(&ctx, &page).await?;
            }
        },
    ))
}

fn called(ctx: &Ctx, object: Object) -> String {
    format!("{}-{}", object.schema().table, ctx.app.clock.day_of(ctx.now))
}

/// The file as it is written.
struct Sheet {
    object: Object,
    columns: Vec<Column>,
    wording: Wording,
    writer: Writer,
    /// Whom lists of references name, read when the first page is written.
    listed: HashMap<Object, Known>,
}

impl Sheet {
    fn new(
        ctx: &Ctx,
        object: Object,
        asked: Option<&str>,
        headings: Option<Headings>,
        bom: Option<bool>,
    ) -> Result<Self> {
        let columns = columns(object, asked)?;
        let wording = match headings.unwrap_or_default() {
            Headings::Keys => Wording::Keys,
            Headings::Labels => Wording::Labels(ctx.locale),
        };
        let mut writer = if bom == Some(true) { Writer::for_spreadsheets() } else { Writer::new(',') };
        writer.record(columns.iter().map(|column| heading(object, column, wording)));
        Ok(Self { object, columns, wording, writer, listed: HashMap::new() })
    }

    /// Rows as text, behind what was written before.
    async fn write(&mut self, ctx: &Ctx, page: &[Row]) -> Result<String> {
        for column in &self.columns {
            if let Holds::Refs(object) = column.target.holds
                && !self.listed.contains_key(&object)
            {
                let scope = ctx.scope(object, Action::Read)?;
                let known = Known::load(&ctx.app.db.read, object, scope, Condition::all()).await?;
                self.listed.insert(object, known);
            }
        }
        let names = names(ctx, self.object.schema(), &self.columns, page).await?;
        for row in page {
            let cells: Vec<String> = self.columns.iter().map(|column| self.text(column, row, &names)).collect();
            self.writer.record(cells);
        }
        Ok(self.writer.take())
    }

    /// A list has no column for the ids behind its names: whoever shares a name
    /// stands there by the id, or would not be found again.
    fn text(&self, column: &Column, row: &Row, names: &Names) -> String {
        let lookup = |object, id| {
            let name = names.get(&(object, id))?;
            let is_list = matches!(column.target.holds, Holds::Refs(_));
            let is_shared = is_list && self.listed.get(&object).is_some_and(|known| known.is_shared(name));
            Some(if is_shared { id.to_string() } else { name.clone() })
        };
        one(column, row, self.wording, &lookup)
    }
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
