//! Makes the contract's calls. The only place that sends.

use std::cell::RefCell;

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::api::{ApiError, Endpoint, path_of, query_string};
use shared::i18n::Key;
use uuid::Uuid;

use crate::words;

thread_local! {
    /// Of the link to one ticket that this page was opened by.
    static TICKET_KEY: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on every call shows this key.
pub fn show_key(key: Option<String>) {
    TICKET_KEY.set(key);
}

pub fn has_key() -> bool {
    TICKET_KEY.with_borrow(Option::is_some)
}

/// Makes a call once.
pub async fn call<E: Endpoint>(path: E::Path, input: E::Input) -> Result<E::Output, ApiError> {
    command::<E>(path, input, None).await
}

/// Makes a call that counts once, however often it is sent under this key.
pub async fn command<E: Endpoint>(path: E::Path, input: E::Input, batch: Option<Uuid>) -> Result<E::Output, ApiError> {
    let mut url = path_of::<E>(&path);
    let mut body = None;
    if matches!(E::METHOD, Method::GET | Method::DELETE) {
        let query = query_string(&input);
        if !query.is_empty() {
            url = url + "?" + &query;
        }
    } else {
        body = serde_json::to_string(&input).ok();
    }
    let text = send(E::METHOD, &url, body, batch).await?;
    read(&text)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    let value = serde_json::from_str::<Value>(text).and_then(serde_json::from_value);
    value.map_err(|_| failure("bad_answer", Key::PortalStale))
}

/// Sends a file as it is.
pub async fn upload<T: DeserializeOwned>(url: &str, file: &web_sys::File) -> Result<T, ApiError> {
    let response = finish(builder(Method::POST, url, None).body(file.clone())).await?;
    read(&response.text().await.map_err(lost)?)
}

/// The bytes of a file.
pub async fn bytes(url: &str) -> Result<Vec<u8>, ApiError> {
    finish(builder(Method::GET, url, None).build()).await?.binary().await.map_err(lost)
}

async fn send(method: Method, url: &str, body: Option<String>, batch: Option<Uuid>) -> Result<String, ApiError> {
    let builder = builder(method, url, batch);
    let built = match body {
        Some(body) => builder.header("content-type", "application/json").body(body),
        None => builder.build(),
    };
    finish(built).await?.text().await.map_err(lost)
}

fn builder(method: Method, url: &str, batch: Option<Uuid>) -> RequestBuilder {
    #[expect(clippy::disallowed_methods, reason = "the one place that sends")]
    let mut builder = RequestBuilder::new(url)
        .method(method)
        .header("accept", "application/json")
        .header("x-kith-locale", words::locale_now().tag());
    if let Some(batch) = batch {
        builder = builder.header("idempotency-key", &batch.to_string());
    }
    if let Some(key) = TICKET_KEY.with_borrow(Clone::clone) {
        builder = builder.header("x-kith-ticket-key", &key);
    }
    builder
}

fn lost(_: gloo_net::Error) -> ApiError {
    failure("offline", Key::PortalOffline)
}

async fn finish(built: Result<Request, gloo_net::Error>) -> Result<Response, ApiError> {
    let response = built.map_err(lost)?.send().await.map_err(lost)?;
    if response.ok() {
        return Ok(response);
    }
    let text = response.text().await.map_err(lost)?;
    let told = serde_json::from_str::<Value>(&text).and_then(serde_json::from_value).ok();
    // Something between us and the server may answer in its own words.
    let mut error: ApiError = told.unwrap_or_else(|| failure("unavailable", Key::PortalOffline));
    error.status = response.status();
    Err(error)
}

fn failure(code: &str, message: Key) -> ApiError {
    ApiError { code: code.into(), message: message.of_portal(words::locale_now()).into(), ..ApiError::default() }
}

/// Runs `work` to its end, whatever page is open by then.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    #[expect(clippy::disallowed_methods, reason = "the one place that spawns")]
    leptos::task::spawn_local(work);
}

/// What is fetched for a page: on its way, here, or why not.
pub struct Loaded<T: 'static> {
    pub value: RwSignal<Option<T>>,
    pub error: RwSignal<Option<ApiError>>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

impl<T: Clone + Send + Sync + 'static> Loaded<T> {
    pub fn new() -> Self {
        Self { value: RwSignal::new(None), error: RwSignal::new(None) }
    }

    /// Fetches it, also anew. What comes when the page is gone is dropped.
    pub fn fetch<E: Endpoint<Output = T>>(self, path: E::Path, input: E::Input) {
        spawn(async move {
            let answer = call::<E>(path, input).await;
            self.take(answer);
        });
    }

    pub fn take(self, answer: Result<T, ApiError>) {
        match answer {
            Ok(value) => {
                self.error.try_set(None);
                self.value.try_set(Some(value));
            }
            Err(error) => {
                self.error.try_set(Some(error));
            }
        }
    }
}
