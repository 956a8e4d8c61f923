//! Mounts the contract: one line per call, access checked before the input is read.

use std::sync::{Arc, Mutex};

use axum::extract::{FromRequest, FromRequestParts, Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Json, Router};
use axum_extra::extract::{Query, QueryRejection};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::access::{Access, Actor, Customer};
use shared::api::{Endpoint, Page, Table};
use shared::events::SEQ_HEADER;
use shared::fields::{Record, Row};
use shared::i18n::Locale;
use shared::id::BatchId;
use shared::time::{Instant, OUT_OF_RANGE};
use uuid::Uuid;

use crate::App;
use crate::error::{Error, Result};
use crate::openapi::{Components, schema_of};
use crate::{auth, portal};

/// What a handler answers.
pub type Reply<E> = Result<<E as Endpoint>::Output>;

/// What a handler of a list answers: rows of the kind that the contract names.
pub type Listed = Result<List>;

/// The rows in the shape that was asked for.
#[derive(Serialize)]
#[serde(untagged)]
pub enum List {
    Rows(Page<Row>),
    Table(Table),
}

/// A call as it came in, typed by its contract.
pub struct Call<E: Endpoint> {
    pub path: E::Path,
    pub input: E::Input,
}

/// Who calls, when, and with which idempotency key.
#[derive(Clone)]
pub struct Ctx {
    pub app: App,
    pub caller: Option<auth::Caller>,
    /// Who looks at the portal; absent where staff is asked for.
    pub customer: Option<Customer>,
    pub now: Instant,
    pub locale: Locale,
    /// The caller's `Idempotency-Key`, or a fresh one.
    pub batch: BatchId,
    /// When the caller says it was made; `now` unless it was queued offline.
    pub made_at: Instant,
    pub headers: Arc<HeaderMap>,
    /// Cookies that go out with the answer, also when it is a refusal.
    pub cookies: Cookies,
}

/// `Set-Cookie` headers on their way out.
#[derive(Clone, Default)]
pub struct Cookies(Arc<Mutex<Vec<HeaderValue>>>);

impl Cookies {
    pub fn add(&self, cookies: impl IntoIterator<Item = HeaderValue>) {
        if let Ok(mut set) = self.0.lock() {
            set.extend(cookies);
        }
    }

    fn put_on(&self, response: &mut Response) {
        let Ok(mut set) = self.0.lock() else { return };
        for cookie in set.drain(..) {
            response.headers_mut().append(http::header::SET_COOKIE, cookie);
        }
    }
}

impl Ctx {
    /// The same caller at this moment, with the rights they have now: what
    /// takes long asks again on the way.
    pub async fn renewed(&self) -> Result<Self> {
        let now = self.app.clock.now();
        let caller = self.caller.as_ref().ok_or(Error::SignedOut)?;
        if !auth::is_alive(&self.app, caller, now).await? {
            return Err(Error::SignedOut);
        }
        let actor = self.app.actors.get(&self.app, caller.actor.id).await?.ok_or(Error::SignedOut)?;
        let caller = auth::Caller { actor, session: caller.session };
        Ok(Self { caller: Some(caller), now, ..self.clone() })
    }

    pub fn actor(&self) -> Result<&Actor> {
        self.caller.as_ref().map(|caller| caller.actor.as_ref()).ok_or(Error::SignedOut)
    }

    pub fn customer(&self) -> Result<&Customer> {
        self.customer.as_ref().ok_or(Error::SignedOut)
    }
}

/// A room's mounted calls.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    mounted: Vec<Mounted>,
}

/// A call that is mounted, and what it reads and answers.
pub struct Mounted {
    pub name: &'static str,
    pub input: fn(&mut Components) -> Value,
    pub output: fn(&mut Components) -> Value,
}

impl Routes {
    pub fn on<E, F, R>(self, handler: F) -> Self
    where
        E: Endpoint,
        F: Fn(Ctx, Call<E>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Reply<E>> + Send,
    {
        self.mount(handler)
    }

    /// A list, whose rows go out as they were read: giving each its type would only cost.
    pub fn on_list<E, T, F, R>(self, handler: F) -> Self
    where
        E: Endpoint<Output = Page<T>>,
        T: Record,
        F: Fn(Ctx, Call<E>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Listed> + Send,
    {
        self.mount(handler)
    }

    /// `A` is written as the contract's output is.
    fn mount<E, A, F, R>(self, handler: F) -> Self
    where
        E: Endpoint,
        A: Serialize,
        F: Fn(Ctx, Call<E>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<A>> + Send,
    {
        let method = MethodFilter::try_from(E::METHOD).expect("a plain HTTP method");
        let answer = move |State(app): State<App>, request: Request| async move {
            let told = Told::of(request.headers());
            let cookies = Cookies::default();
            let reply = async {
                let (mut ctx, call) = open::<E>(app, request).await?;
                ctx.cookies = cookies.clone();
                // Before anything is read; strangers do not learn how much is written.
                let seq = ctx.caller.is_some().then(|| HeaderValue::from(ctx.app.live.told()));
                Ok((handler(ctx, call).await?, seq))
            };
            let mut response = match reply.await {
                Ok((output, seq)) => {
                    let mut response = Json(output).into_response();
                    response.headers_mut().extend(seq.map(|seq| (HeaderName::from_static(SEQ_HEADER), seq)));
                    response
                }
                Err(error) => told.response(error),
            };
            cookies.put_on(&mut response);
            response
        };
        let mut mounted = self.mounted;
        let name = std::any::type_name::<E>().rsplit("::").next().unwrap_or_default();
        mounted.push(Mounted { name, input: schema_of::<E::Input>, output: schema_of::<E::Output> });
        Self { router: self.router.route(E::PATH, on(method, answer)), mounted }
    }

    /// A call that is not JSON: streams and files. It checks its caller by `caller_for`.
    pub fn raw<H, T>(self, method: Method, path: &str, handler: H) -> Self
    where
        H: axum::handler::Handler<T, App>,
        T: 'static,
    {
        let method = MethodFilter::try_from(method).expect("a plain HTTP method");
        Self { router: self.router.route(path, on(method, handler)), ..self }
    }

    pub fn and(mut self, other: Self) -> Self {
        self.mounted.extend(other.mounted);
        Self { router: self.router.merge(other.router), ..self }
    }

    pub fn mounted(self) -> Vec<Mounted> {
        self.mounted
    }

    pub fn into_router(self) -> Router<App> {
        self.router
    }
}

/// How to speak to this caller.
pub struct Told {
    pub locale: Locale,
    pub request_id: Option<String>,
}

impl Told {
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let wish = text("x-kith-locale").or_else(|| text("accept-language")).unwrap_or_default();
        Self { locale: Locale::negotiate(wish), request_id: text("x-request-id").map(str::to_owned) }
    }

    pub fn response(self, error: Error) -> Response {
        error.response(self.locale, self.request_id)
    }
}

/// The context of a request whose caller may make such a call.
pub async fn ctx_for(app: App, access: Access, headers: HeaderMap) -> Result<Ctx> {
    let now = app.clock.now();
    let caller = match access {
        Access::Anyone | Access::Visitor | Access::Customer => None,
        Access::SignedIn | Access::Staff(..) => auth::caller(&app, &headers, now).await?,
    };
    let customer = match access {
        Access::Visitor | Access::Customer => Some(portal::customer(&app, &headers, now).await?),
        Access::Anyone | Access::SignedIn | Access::Staff(..) => None,
    };
    let actor = caller.as_ref().map(|caller| caller.actor.as_ref());
    if let Some(actor) = actor {
        tracing::Span::current().record("actor", tracing::field::display(actor.id));
    }
    let is_customer = access == Access::Customer && customer.as_ref().is_some_and(Customer::is_known);
    if !is_customer && !access.admits(actor) {
        return Err(if actor.is_none() { Error::SignedOut } else { Error::Forbidden });
    }
    let batch = header(&headers, "idempotency-key", "bad_idempotency_key", |text| text.parse::<Uuid>().ok())?;
    let made_at = header(&headers, "x-kith-made-at", "bad_made_at", |text| {
        text.parse().ok().map(Instant).filter(|at| at.is_in_range())
    })?;
    Ok(Ctx {
        locale: Told::of(&headers).locale,
        batch: BatchId(batch.unwrap_or_else(Uuid::now_v7)),
        // Nobody makes a change in the future.
        made_at: made_at.unwrap_or(now).min(now),
        headers: Arc::new(headers),
        cookies: Cookies::default(),
        app,
        caller,
        customer,
        now,
    })
}

fn header<T>(
    headers: &HeaderMap,
    name: &str,
    code: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let value = value.to_str().ok().and_then(read);
    value.map(Some).ok_or(Error::BadRequest(code))
}

/// The part of an address behind `?`, as what a call takes.
pub async fn read_query<T: DeserializeOwned>(parts: &mut Parts) -> Result<T> {
    // No text of a record holds this character, and PostgreSQL takes it nowhere.
    if parts.uri.query().is_some_and(|query| query.contains("%00")) {
        return Err(Error::BadRequest("bad_query"));
    }
    let Query(input) = Query::from_request_parts(parts, &()).await.map_err(|refused| query_error(&refused))?;
    Ok(input)
}

/// Names the parameter that will not do: the refusal's text begins with it.
fn query_error(refused: &QueryRejection) -> Error {
    let text = std::error::Error::source(refused).map_or_else(String::new, ToString::to_string);
    let (path, what) = text.split_once(": ").unwrap_or(("", &text));
    misfit(path, what)
}

/// The caller is checked before a byte of the input is read.
async fn open<E: Endpoint>(app: App, request: Request) -> Result<(Ctx, Call<E>)> {
    let (mut parts, body) = request.into_parts();
    let ctx = ctx_for(app, E::ACCESS, parts.headers.clone()).await?;
    let Path(path) = Path::<E::Path>::from_request_parts(&mut parts, &())
        .await
        // An id that is none is an id of nothing.
        .map_err(|_| Error::NotFound)?;
    let input = if sends_body(&E::METHOD) {
        read_body(Request::from_parts(parts, body)).await?
    } else {
        read_query(&mut parts).await?
    };
    Ok((ctx, Call { path, input }))
}

fn sends_body(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::DELETE | Method::HEAD)
}

/// The JSON body of a request, as what a call takes.
pub async fn read_body<T: DeserializeOwned>(request: Request) -> Result<T> {
    let is_empty = size_of::<T>() == 0;
    let is_json = request
        .headers()
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/json"));
    // A form of another site can send no JSON: a second wall behind the origin check.
    if !is_json && !is_empty {
        return Err(Error::BadRequest("not_json"));
    }
    let bytes =
        axum::body::Bytes::from_request(request, &()).await.map_err(|error| match error.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
            _ => Error::BadRequest("bad_body"),
        })?;
    if is_empty {
        return serde_json::from_str("null").map_err(Error::from);
    }
    let mut reader = serde_json::Deserializer::from_slice(&bytes);
    let input = serde_path_to_error::deserialize(&mut reader).map_err(|error| body_error(&error))?;
    reader.end().map_err(|_| Error::BadRequest("bad_json"))?;
    Ok(input)
}

/// Names the field when the shape, not the syntax, is wrong.
fn body_error(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    if !error.inner().is_data() {
        return Error::BadRequest("bad_json");
    }
    misfit(&error.path().to_string(), &error.inner().to_string())
}

/// What does not fit the shape of a call: serde's words, and the path to where it stood.
fn misfit(path: &str, what: &str) -> Error {
    let code = match what {
        what if what.starts_with("unknown field") => "unknown",
        what if what.starts_with("missing field") => "required",
        what if what.starts_with("unknown variant") => "not_offered",
        what if what.starts_with(OUT_OF_RANGE) => "date_out_of_range",
        _ => "wrong_type",
    };
    let within = Some(path).filter(|path| !matches!(*path, "" | "." | "?"));
    let quoted = what.split('`').nth(1).filter(|_| matches!(code, "unknown" | "required"));
    let key = match (within, quoted) {
        // The path of an unknown field ends in it.
        (Some(path), Some(key)) if path != key && !path.ends_with(&format!(".{key}")) => format!("{path}.{key}"),
        (Some(path), _) => path.to_owned(),
        (None, Some(key)) => key.to_owned(),
        (None, None) => "body".to_owned(),
    };
    Error::field(&key, code)
}
