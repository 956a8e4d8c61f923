//! The whole server as one router: the rooms, the pages, and what surrounds every request.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use futures::{FutureExt as _, StreamExt as _};
use http::header::HOST;
use http::{HeaderMap, HeaderValue, Method};
use shared::events::STREAM;
use shared::files::{PORTAL_UPLOAD, UPLOAD};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::auth::{client, origin, pages};
use crate::error::Error;
use crate::http::Told;
use crate::{App, assets, health, openapi, rooms};

/// A file's rows come in slices; everything else is smaller.
const MAX_IMPORT: usize = 4 * 1024 * 1024;
const MAX_BODY: usize = 1024 * 1024;

/// Nobody waits longer than that for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Writing, or taking back, a whole file takes its time, and so does bringing one.
const PATIENCE_FOR_MANY: Duration = Duration::from_mins(5);

/// Good enough, and as quick as the rest of an answer.
const COMPRESSION: i32 = 3;

/// Everything this server answers.
pub fn router(app: App) -> Router {
    let all = rooms().and(pages::routes()).and(health::routes()).and(openapi::routes());
    let inner = all.into_router().merge(assets::router()).method_not_allowed_fallback(no_such_method);
    surrounded(app, inner)
}

async fn no_such_method(headers: HeaderMap) -> Response {
    Told::of(&headers).response(Error::NoSuchMethod)
}

/// Puts around a router what every request of this server passes.
pub fn surrounded(app: App, inner: Router<App>) -> Router {
    health::recorder();
    let answering = inner
        // It leaves event streams, and what lies compressed already, as they are.
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(COMPRESSION)))
        .layer(from_fn_with_state(app.clone(), surround));
    // Outermost: refusals, too late and broken answers are guarded as well.
    assets::security_headers(answering, app.settings.is_secure()).with_state(app)
}

/// Gives the request an id and a span, turns away what other sites send, and
/// keeps time, panics and measures.
async fn surround(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = Uuid::now_v7().to_string();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let route = request.extensions().get::<MatchedPath>().map_or_else(String::new, |path| path.as_str().to_owned());
    let method = request.method().clone();
    prepare(&mut request, &id);
    client::note_network(request.headers_mut(), peer, app.settings.trusted_proxies);
    let span = tracing::info_span!("request", %method, route, id, actor = tracing::field::Empty);
    let told = Told::of(request.headers());
    let answer = async {
        if !origin::admits(&app.settings, &method, request.headers()) {
            return Err(Error::CrossSite);
        }
        let patience = patience(&method, request.uri().path());
        let answering = AssertUnwindSafe(next.run(request)).catch_unwind();
        match tokio::time::timeout(patience, answering).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(panic)) => Err(Error::Internal(format!("panic: {}", words_of(panic.as_ref())))),
            Err(_) => Err(Error::Unavailable),
        }
    };
    let response = async {
        let response = answer.await.unwrap_or_else(|error| told.response(error));
        note(&method, &route, &response, begun.elapsed());
        response
    };
    finish(&app, &route, &id, response.instrument(span).await)
}

fn prepare(request: &mut Request, id: &str) {
    let limit = if request.uri().path().starts_with("/api/imports") { MAX_IMPORT } else { MAX_BODY };
    DefaultBodyLimit::max(limit).apply(request);
    // HTTP/2 names the host elsewhere.
    let authority = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let headers = request.headers_mut();
    if let Some(host) = authority.and_then(|authority| HeaderValue::from_str(&authority).ok()) {
        headers.entry(HOST).or_insert(host);
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", id);
    }
}

fn patience(method: &Method, path: &str) -> Duration {
    let is_file = path == UPLOAD || path == PORTAL_UPLOAD;
    let is_of_many = path.starts_with("/api/imports") || path.starts_with("/api/batches") || is_file;
    if is_of_many && *method != Method::GET { PATIENCE_FOR_MANY } else { PATIENCE }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}

/// Counts the answer, and writes it to the log.
fn note(method: &Method, route: &str, response: &Response, took: Duration) {
    let status = response.status();
    let route = if route.is_empty() { "file" } else { route };
    let labels = [("method", method.to_string()), ("route", route.to_owned())];
    metrics::histogram!("kith_request_seconds", &labels).record(took.as_secs_f64());
    metrics::counter!("kith_requests_total", "method" => method.to_string(), "route" => route.to_owned(), "status" => status.as_str().to_owned())
        .increment(1);
    let (status, ms) = (status.as_u16(), took.as_secs_f64() * 1000.0);
    if route.starts_with("/api") {
        tracing::info!(status, ms, "answered");
    } else {
        tracing::debug!(status, ms, "answered");
    }
}

fn finish(app: &App, route: &str, id: &str, response: Response) -> Response {
    let mut response = if route == STREAM { until_closing(app, response) } else { response };
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// A stream would keep the server from stopping.
fn until_closing(app: &App, response: Response) -> Response {
    let closing = app.closing.begun();
    response.map(|body| Body::from_stream(body.into_data_stream().take_until(closing)))
}
