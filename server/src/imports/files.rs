//! The refused rows as a file: as they stood, with the reasons behind.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use shared::access::{Access, Action, Object};
use shared::i18n::{Key, Locale};
use shared::id::ImportId;
use shared::import::csv::Writer;
use shared::imports::{Import, Outcome, Plan, error_text, label, target};

use super::table::{self, Stored};
use crate::App;
use crate::error::{Error, Result};
use crate::ground::records;
use crate::http::{Ctx, Told, ctx_for};

/// Rows that are read at once.
const MANY: u64 = 1_000;

/// What is no id is an id of nothing; that is told like any other refusal.
type WantedPath = std::result::Result<Path<ImportId>, PathRejection>;

pub async fn wrong_rows(State(app): State<App>, path: WantedPath, headers: HeaderMap) -> Response {
    let told = Told::of(&headers);
    match open(app, path, headers).await {
        Ok(response) => response,
        Err(error) => told.response(error),
    }
}

async fn open(app: App, path: WantedPath, headers: HeaderMap) -> Result<Response> {
    let ctx = ctx_for(app, Access::Staff(Object::Import, Action::Read), headers).await?;
    let Path(id) = path.map_err(|_| Error::NotFound)?;
    let import: Import = records::get(&ctx, id, None).await?;
    Ok(file(&format!("{}-wrong", import.name.trim_end_matches(".csv")), rows(ctx, import)))
}

/// A CSV as it is written.
pub fn file(called: &str, text: impl Stream<Item = Result<String>> + Send + 'static) -> Response {
    use futures::TryStreamExt as _;
    let body = Body::from_stream(text.map_err(|error| std::io::Error::other(format!("{error:?}"))));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let encoded = shared::api::percent_encode(&format!("{called}.csv"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}

fn rows(ctx: Ctx, import: Import) -> impl Stream<Item = Result<String>> + Send {
    async_stream::try_stream! {
        let plan = Plan::of(&import).unwrap_or_default();
        let mut writer = Writer::for_spreadsheets();
        let headers = plan.columns.iter().map(|column| column.header.as_str());
        writer.record(headers.chain([Key::ImportLine.text(ctx.locale), Key::ImportReason.text(ctx.locale)]));
        let mut line = -1;
        loop {
            let wrong = table::of_outcomes(&[Outcome::Wrong]);
            let rows = table::after(&ctx.app.db.read, import.id, line, MANY, wrong).await?;
            let Some(last) = rows.last() else { break };
            line = last.line;
            for row in &rows {
                record(&mut writer, &import, &plan, row, ctx.locale);
            }
            yield writer.take();
        }
        yield writer.take();
    }
}

fn record(writer: &mut Writer, import: &Import, plan: &Plan, row: &Stored, locale: Locale) {
    let blank = String::new();
    let width = plan.columns.len().max(row.cells.len());
    let cells = (0..width).map(|at| row.cells.get(at).unwrap_or(&blank).clone());
    let reasons: Vec<String> = row
        .faults
        .iter()
        .filter(|(key, _)| !row.errors.contains_key(*key))
        .chain(&row.errors)
        .map(|(key, error)| match called(import, key, locale) {
            Some(label) => format!("{label}: {}", error_text(error, locale)),
            None => error_text(error, locale),
        })
        .collect();
    writer.record(cells.chain([row.line.to_string(), reasons.join("\n")]));
}

/// What a reader calls the place of an error.
fn called(import: &Import, key: &str, locale: Locale) -> Option<String> {
    let object = import.target()?;
    let place = key.split('.').next().unwrap_or(key);
    target(object, key).or_else(|| target(object, place)).map(|target| label(object, &target, locale))
}
