//! What every API test needs: a server on a database of its own, and callers
//! who speak to it through the contract.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use http::{Method, Request, StatusCode};
use sea_orm::ConnectionTrait as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use server::App;
use server::settings::Settings;
use shared::access::{Grant, Object, Scope};
use shared::api::{ApiError, Endpoint, path_of, query_string};
use shared::auth::{Credentials, SignIn};
use shared::change::Cause;
use shared::fields::row_of;
use shared::id::{BatchId, RoleId, TeamId, UserId};
use shared::users::{Role, Team, User};
use tower::ServiceExt as _;
use uuid::Uuid;

/// Every test user's password.
pub const PASSWORD: &str = "correct horse battery";

/// A server with its own database: SQLite in a temporary folder, or a new
/// database of the PostgreSQL that `KITH_TEST_DATABASE_URL` names.
pub struct TestApp {
    pub app: App,
    router: axum::Router,
    folder: PathBuf,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("kith-test-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let database_url = match std::env::var("KITH_TEST_DATABASE_URL") {
            Ok(url) => Some(fresh_database(&url, n).await),
            Err(_) => None,
        };
        let mut settings =
            Settings { data: folder.clone(), database_url, demo: false, weak_passwords: true, ..Settings::default() };
        change(&mut settings);
        let app = App::start(settings).await.expect("the server starts");
        let router = server::router::router(app.clone());
        Self { app, router, folder }
    }

    /// Another server on the same database.
    pub async fn beside(&self) -> Self {
        let app = App::start(self.app.settings.clone()).await.expect("the server starts");
        let router = server::router::router(app.clone());
        Self { app, router, folder: self.folder.clone() }
    }

    /// A caller who is nobody yet.
    pub fn stranger(&self) -> Caller<'_> {
        Caller { test: self, cookie: None, id: UserId::default(), batch: None, ticket_key: None }
    }

    /// Writes a team.
    pub async fn team(&self, name: &str, parent: Option<TeamId>) -> TeamId {
        let team = Team { id: TeamId(Uuid::now_v7()), name: name.into(), parent_id: parent, ..Team::default() };
        let mut write = self.app.write(Cause::User).await.expect("a command");
        write.insert(&Team::SCHEMA, vec![row_of(&team)]).await.expect("a team");
        write.commit(|_| ()).await.expect("a commit");
        team.id
    }

    /// The id of a role that comes with Kith.
    pub async fn role(&self, code: &str) -> RoleId {
        let select = server::ground::rows::select(&Role::SCHEMA);
        let roles = server::ground::rows::all(&self.app.db.read, &Role::SCHEMA, &select).await.expect("roles");
        let role = roles.iter().find(|role| role["code"] == code).expect("a role of that code");
        RoleId(server::ground::rows::id(role))
    }

    /// Writes a role that grants one scope for everything about customers and
    /// deals, and the reading of everything that all share.
    pub async fn role_of(&self, scope: Scope) -> RoleId {
        let mut grants = Vec::new();
        for object in Object::ALL {
            for action in shared::access::Action::ALL {
                let owned = matches!(object, Object::Account | Object::Contact | Object::Opportunity);
                let scope = if owned { scope } else { Scope::All };
                grants.push(Grant { object: *object, action: *action, scope });
            }
        }
        self.role_with(grants).await
    }

    /// Writes a role of these grants.
    pub async fn role_with(&self, grants: Vec<Grant>) -> RoleId {
        let role = Role { id: RoleId(Uuid::now_v7()), name: "Role".into(), grants, ..Role::default() };
        let mut write = self.app.write(Cause::User).await.expect("a command");
        write.insert(&Role::SCHEMA, vec![row_of(&role)]).await.expect("a role");
        write.commit(|_| ()).await.expect("a commit");
        role.id
    }

    /// A signed-in member of staff.
    pub async fn staff(&self, name: &str, role: RoleId, team: Option<TeamId>) -> Caller<'_> {
        let user = User {
            id: UserId(Uuid::now_v7()),
            name: name.into(),
            email: format!("{}@test.example", name.to_lowercase().replace(' ', ".")),
            team_id: team,
            roles: vec![role],
            ..User::default()
        };
        let mut write = self.app.write(Cause::User).await.expect("a command");
        write.insert(&User::SCHEMA, vec![row_of(&user)]).await.expect("a user");
        server::auth::set_password(&self.app.auth, write.db(), user.id, PASSWORD, write.now).await.expect("a password");
        write.commit(|_| ()).await.expect("a commit");
        self.sign_in(user.id, &user.email).await
    }

    /// A signed-in administrator.
    pub async fn admin(&self) -> Caller<'_> {
        let role = self.role(server::demo::ADMIN).await;
        self.staff("Ada Admin", role, None).await
    }

    pub async fn sign_in(&self, id: UserId, email: &str) -> Caller<'_> {
        let mut caller = self.stranger();
        let credentials = Credentials { email: email.into(), password: PASSWORD.into() };
        let body = serde_json::to_vec(&credentials).expect("JSON");
        let answer = caller.send(Method::POST, SignIn::PATH, Some(body)).await;
        assert_eq!(answer.status, StatusCode::OK, "signing in: {}", answer.text());
        caller.cookie = Some(answer.cookies());
        caller.id = id;
        caller
    }

    /// Sends any request at all.
    pub async fn raw(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.expect("a body").to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Sends a request whose answer is a stream.
    pub async fn stream(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.expect("an answer")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.closing.begin();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A database of its own of the test's PostgreSQL, for a program that a test starts.
pub async fn own_database() -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(100_000);
    let url = std::env::var("KITH_TEST_DATABASE_URL").ok()?;
    Some(fresh_database(&url, COUNT.fetch_add(1, Ordering::Relaxed)).await)
}

async fn fresh_database(url: &str, n: u32) -> String {
    let name = format!("kith_test_{}_{n}", std::process::id());
    let server = sea_orm::Database::connect(format!("{url}/postgres")).await.expect("the test PostgreSQL");
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
    server.execute_unprepared(&create).await.expect("a database");
    server.close().await.expect("closed");
    format!("{url}/{name}")
}

/// An answer as it came.
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn error(&self) -> ApiError {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no refusal: {} {}", self.status, self.text()))
    }

    /// The cookies it sets, as a browser would send them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all(http::header::SET_COOKIE).iter();
        let pair = |cookie: &http::HeaderValue| Some(cookie.to_str().ok()?.split(';').next()?.to_owned());
        set.filter_map(pair).collect::<Vec<_>>().join("; ")
    }
}

/// Somebody who calls.
#[derive(Clone)]
pub struct Caller<'a> {
    pub test: &'a TestApp,
    pub cookie: Option<String>,
    pub id: UserId,
    pub batch: Option<BatchId>,
    /// Of a link to one ticket.
    pub ticket_key: Option<String>,
}

impl Caller<'_> {
    /// The same caller, speaking to another server.
    pub fn at<'b>(&self, test: &'b TestApp) -> Caller<'b> {
        Caller {
            test,
            cookie: self.cookie.clone(),
            id: self.id,
            batch: self.batch,
            ticket_key: self.ticket_key.clone(),
        }
    }

    /// The same caller, using this idempotency key.
    pub fn with_key(&self, batch: BatchId) -> Self {
        Self { batch: Some(batch), ..self.clone() }
    }

    pub async fn call<E: Endpoint>(&self, path: E::Path, input: E::Input) -> Result<E::Output, ApiError> {
        let mut uri = path_of::<E>(&path);
        let mut body = None;
        if E::METHOD == Method::GET || E::METHOD == Method::DELETE {
            let query = query_string(&input);
            if !query.is_empty() {
                uri = format!("{uri}?{query}");
            }
        } else {
            body = Some(serde_json::to_vec(&input).expect("JSON"));
        }
        read(&self.send(E::METHOD, &uri, body).await)
    }

    /// Sends JSON of any kind, also such as the contract would refuse.
    pub async fn send(&self, method: Method, uri: &str, body: Option<Vec<u8>>) -> Answer {
        let mut request = Request::builder().method(method).uri(uri).header("host", "127.0.0.1:8080");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(batch) = self.batch {
            request = request.header("idempotency-key", batch.to_string());
        }
        if let Some(key) = &self.ticket_key {
            request = request.header("x-kith-ticket-key", key);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).expect("a request");
        self.test.raw(request).await
    }

    pub async fn get_json(&self, uri: &str) -> Answer {
        self.send(Method::GET, uri, None).await
    }

    pub async fn post_json(&self, uri: &str, body: &Value) -> Answer {
        self.send(Method::POST, uri, Some(body.to_string().into_bytes())).await
    }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, ApiError> {
    if answer.status.is_success() {
        return Ok(serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.text())));
    }
    Err(answer.error())
}
