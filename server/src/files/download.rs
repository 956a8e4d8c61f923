//! Handing a file out, so that no browser runs it.

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use shared::access::{Access, Action, Object};
use shared::files::FileTold;
use shared::id::FileId;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::{reach, store};
use crate::App;
use crate::error::{Error, Result};
use crate::http::{Told, ctx_for};

/// Bytes that are held at once.
const CHUNK: usize = 64 << 10;

type Wanted = std::result::Result<Path<FileId>, PathRejection>;

pub async fn by_staff(State(app): State<App>, path: Wanted, headers: HeaderMap) -> Response {
    answer(app, Access::Staff(Object::Message, Action::Read), path, headers).await
}

pub async fn by_customer(State(app): State<App>, path: Wanted, headers: HeaderMap) -> Response {
    answer(app, Access::Customer, path, headers).await
}

async fn answer(app: App, access: Access, path: Wanted, headers: HeaderMap) -> Response {
    let told = Told::of(&headers);
    match open(app, access, path, headers).await {
        Ok(response) => response,
        Err(error) => told.response(error),
    }
}

async fn open(app: App, access: Access, path: Wanted, headers: HeaderMap) -> Result<Response> {
    let ctx = ctx_for(app, access, headers).await?;
    let Path(id) = path.map_err(|_| Error::NotFound)?;
    let (file, sha256) = reach::find(&ctx, id).await?;
    let bytes = File::open(store::path(&ctx.app, &sha256)).await;
    let bytes = bytes.map_err(|error| Error::Internal(format!("the bytes {sha256} of file {id}: {error}")))?;
    let mut response = Body::from_stream(chunks(bytes)).into_response();
    guard(response.headers_mut(), &file)?;
    Ok(response)
}

fn chunks(file: File) -> impl futures::Stream<Item = std::io::Result<Bytes>> + Send {
    futures::stream::try_unfold(file, async |mut file| {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(chunk), file)))
    })
}

fn guard(headers: &mut HeaderMap, file: &FileTold) -> Result<()> {
    let shown = if file.is_image { "inline" } else { "attachment" };
    let called = shared::api::percent_encode(&file.name);
    let disposition = HeaderValue::from_str(&format!("{shown}; filename*=UTF-8''{called}")).map_err(Error::internal)?;
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.kind.media_type()));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.size));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // By the reader's own browser alone, and not for whoever signs in there next.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
    headers.insert(VARY, HeaderValue::from_static("cookie, x-kith-ticket-key"));
    Ok(())
}
