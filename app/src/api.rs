//! Makes the contract's calls. The only place that sends.

mod refresh;

use std::cell::Cell;

pub use gloo_net::http::Method;
use gloo_net::http::RequestBuilder;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::api::{ApiError, Endpoint, Page, page_of, path_of, query_string};
use shared::events::SEQ_HEADER;
use shared::fields::Row;
use shared::i18n::Key;
use shared::id::BatchId;
use shared::time::Instant;
use web_sys::AbortSignal;

use leptos::prelude::untrack;

use crate::i18n;
use crate::ui::format;

/// A call as it goes out, without its types.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub method: Method,
    pub url: String,
    pub body: Option<String>,
}

/// The key under which a command counts once, and when it was made.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub batch: BatchId,
    pub made_at: Instant,
}

/// Aborts the question when it is dropped or asked anew.
pub struct Abort(Option<web_sys::AbortController>);

impl Default for Abort {
    fn default() -> Self {
        Self::new()
    }
}

impl Abort {
    pub fn new() -> Self {
        Self(web_sys::AbortController::new().ok())
    }

    pub fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(web_sys::AbortController::signal)
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

thread_local! {
    static OLDEST: Cell<Option<i64>> = const { Cell::new(None) };
}

/// The log's number that all answers to this page knew; later changes may be
/// missing in some of them.
pub fn oldest() -> Option<i64> {
    OLDEST.get()
}

/// The call's method, address and body.
pub fn request<E: Endpoint>(path: &E::Path, input: &E::Input) -> Request {
    let url = path_of::<E>(path);
    if matches!(E::METHOD, Method::GET | Method::DELETE) {
        let query = query_string(input);
        let url = if query.is_empty() { url } else { url + "?" + &query };
        return Request { method: E::METHOD, url, body: None };
    }
    Request { method: E::METHOD, url, body: Some(json(input)) }
}

pub fn json(input: &impl Serialize) -> String {
    serde_json::to_string(input).unwrap_or_default()
}

/// Makes a call once. What the store can keep is asked for through the store.
pub async fn call<E: Endpoint>(path: E::Path, input: E::Input) -> Result<E::Output, ApiError> {
    let text = send(&request::<E>(&path, &input), None, None).await?;
    read(&text)
}

/// An answer from its text. By way of a value: reading each type straight from
/// text would cost twice the code.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    serde_json::from_value(value(text)?).map_err(|error| bad_answer(&error))
}

/// A page of rows that came as a table.
pub fn read_table(text: &str) -> Result<Page<Row>, ApiError> {
    page_of(value(text)?).ok_or_else(|| bad_answer(&"no table"))
}

fn value(text: &str) -> Result<Value, ApiError> {
    serde_json::from_str(text).map_err(|error| bad_answer(&error))
}

/// The server speaks a newer or an older contract than this page.
pub fn bad_answer(error: &dyn std::fmt::Display) -> ApiError {
    leptos::logging::error!("an answer that cannot be read: {error}");
    failure("bad_answer", Key::StoreBadAnswer)
}

/// Sends, renews the session once if it has run out, and leaves for the
/// sign-in page if it cannot be renewed.
pub async fn send(request: &Request, stamp: Option<Stamp>, abort: Option<&AbortSignal>) -> Result<String, ApiError> {
    let began = format::now();
    let answer = attempt(request, stamp, abort).await;
    if !is_signed_out(&answer) {
        return answer;
    }
    renew(began).await?;
    attempt(request, stamp, abort).await
}

/// Sends a file as it is.
pub async fn upload(url: &str, file: &web_sys::File) -> Result<String, ApiError> {
    let attempt = async || {
        let built = builder(url, &Method::POST, None, None).body(file.clone());
        finish(built, None).await
    };
    let began = format::now();
    let answer = attempt().await;
    if !is_signed_out(&answer) {
        return answer;
    }
    renew(began).await?;
    attempt().await
}

fn is_signed_out(answer: &Result<String, ApiError>) -> bool {
    matches!(answer, Err(error) if error.status == 401)
}

async fn renew(began: Instant) -> Result<(), ApiError> {
    let renewed = refresh::renew(began).await;
    if matches!(&renewed, Err(error) if error.status == 401) {
        crate::session::leave();
    }
    renewed
}

async fn attempt(request: &Request, stamp: Option<Stamp>, abort: Option<&AbortSignal>) -> Result<String, ApiError> {
    let builder = builder(&request.url, &request.method, stamp, abort);
    let built = match &request.body {
        Some(body) => builder.header("content-type", "application/json").body(body.as_str()),
        None => builder.build(),
    };
    finish(built, abort).await
}

fn builder(url: &str, method: &Method, stamp: Option<Stamp>, abort: Option<&AbortSignal>) -> RequestBuilder {
    #[expect(clippy::disallowed_methods, reason = "the one place that sends")]
    let mut builder = RequestBuilder::new(url)
        .method(method.clone())
        .header("accept", "application/json")
        .header("x-kith-locale", locale_now().tag())
        .abort_signal(abort);
    if let Some(stamp) = stamp {
        builder = builder
            .header("idempotency-key", &stamp.batch.to_string())
            .header("x-kith-made-at", &stamp.made_at.0.to_string());
    }
    builder
}

async fn finish(
    built: Result<gloo_net::http::Request, gloo_net::Error>,
    abort: Option<&AbortSignal>,
) -> Result<String, ApiError> {
    let is_aborted = || abort.is_some_and(AbortSignal::aborted);
    let lost =
        |_| if is_aborted() { failure("aborted", Key::StoreOffline) } else { failure("offline", Key::StoreOffline) };
    let response = built.map_err(lost)?.send().await.map_err(lost)?;
    let text = response.text().await.map_err(lost)?;
    if response.ok() {
        if let Some(seq) = response.headers().get(SEQ_HEADER).and_then(|seq| seq.parse().ok()) {
            OLDEST.set(Some(OLDEST.get().map_or(seq, |oldest: i64| oldest.min(seq))));
        }
        return Ok(text);
    }
    let told = serde_json::from_str::<Value>(&text).and_then(serde_json::from_value).ok();
    // Something between us and the server may answer in its own words.
    let mut error: ApiError = told.unwrap_or_else(|| failure("unavailable", Key::StoreUnavailable));
    error.status = response.status();
    Err(error)
}

fn locale_now() -> shared::i18n::Locale {
    untrack(i18n::locale)
}

/// A failure of our own side: no status.
fn failure(code: &str, message: Key) -> ApiError {
    ApiError { code: code.into(), message: message.text(locale_now()).into(), ..ApiError::default() }
}

/// The network or the server may be back soon: worth another try.
pub fn is_passing(error: &ApiError) -> bool {
    error.code == "offline" || matches!(error.status, 408 | 429 | 500..=599)
}

pub fn is_aborted(error: &ApiError) -> bool {
    error.code == "aborted"
}
