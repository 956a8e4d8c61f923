//! Whether this server is well, for those who look after it.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, StatusCode};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use migrations::{Migrator, MigratorTrait as _};
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use serde_json::json;

use crate::App;
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::live;
use crate::http::{Routes, Told};

/// A database that takes longer for a trifle is not there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Upper bounds of the latency buckets, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

pub fn routes() -> Routes {
    Routes::default().raw(Method::GET, "/health/live", async || "ok").raw(Method::GET, "/health/ready", ready).raw(
        Method::GET,
        "/metrics",
        metrics,
    )
}

/// Where the process's measures are gathered.
pub fn recorder() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let seconds = Matcher::Suffix("_seconds".into());
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(seconds, &BUCKETS)
            .expect("there are buckets")
            .build_recorder();
        let handle = recorder.handle();
        if ::metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder gathers the measures");
        }
        handle
    })
}

/// Ready to be asked: the database answers and is migrated.
async fn ready(State(app): State<App>) -> Response {
    let database = match tokio::time::timeout(PATIENCE, is_migrated(&app)).await {
        Ok(Ok(true)) => "ready",
        Ok(Ok(false)) => "not migrated",
        Ok(Err(_)) | Err(_) => "unreachable",
    };
    let is_ready = database == "ready" && !app.closing.has_begun();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "database": database, "closing": app.closing.has_begun() }))).into_response()
}

/// Asked of a reading connection: the writing one may be busy.
async fn is_migrated(app: &App) -> Result<bool> {
    let count = Query::select().expr(Expr::col(name("version")).count()).from(name("seaql_migrations")).take();
    let row = app.db.read.query_one(&count).await?.ok_or(Error::Unavailable)?;
    let applied: i64 = row.try_get_by_index(0)?;
    Ok(usize::try_from(applied).is_ok_and(|applied| applied >= Migrator::migrations().len()))
}

async fn metrics(
    State(app): State<App>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let is_local = peer.is_some_and(|peer| peer.0.0.ip().to_canonical().is_loopback());
    // What a proxy on this machine passes on comes from elsewhere.
    let is_forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    if !app.settings.public_metrics && (!is_local || is_forwarded) {
        return Told::of(&headers).response(Error::NotFound);
    }
    if let Err(error) = measure(&app).await {
        tracing::warn!(?error, "some measures could not be taken");
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], recorder().render()).into_response()
}

/// Takes the measures that nobody counts along the way.
async fn measure(app: &App) -> Result<()> {
    let (size, idle) = pool(app);
    ::metrics::gauge!("kith_db_connections", "state" => "idle").set(whole(idle));
    ::metrics::gauge!("kith_db_connections", "state" => "used").set(whole(size.saturating_sub(idle)));
    let seq = live::last_seq(&app.db.read).await?;
    ::metrics::gauge!("kith_log_seq").set(whole(usize::try_from(seq).unwrap_or_default()));
    for (table, state, gauge) in
        [("jobs", "waiting", "kith_jobs"), ("jobs", "dead", "kith_jobs"), ("outbox", "waiting", "kith_outbox")]
    {
        let count = Query::select()
            .expr(Expr::col(name("id")).count())
            .from(name(table))
            .and_where(Expr::col(name("state")).eq(state))
            .take();
        let found = app.db.read.query_one(&count).await?;
        let found: i64 = found.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
        ::metrics::gauge!(gauge, "state" => state).set(whole(usize::try_from(found).unwrap_or_default()));
    }
    Ok(())
}

fn pool(app: &App) -> (usize, usize) {
    if app.db.is_sqlite() {
        let pool = app.db.read.get_sqlite_connection_pool();
        (pool.size() as usize, pool.num_idle())
    } else {
        let pool = app.db.read.get_postgres_connection_pool();
        (pool.size() as usize, pool.num_idle())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and exact to 2^53")]
fn whole(number: usize) -> f64 {
    number as f64
}
