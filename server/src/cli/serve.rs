//! `kith serve`: from the settings to an open port, and back in good order.

use std::net::SocketAddr;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use shared::i18n::Key;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{Console, say_demo_sign_ins};
use crate::error::{Error, Result};
use crate::router::router;
use crate::settings::Settings;
use crate::{App, demo, health};

/// How long open requests may take once the server begins to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How often measures are folded together when nobody collects them.
const UPKEEP: Duration = Duration::from_secs(10);

pub async fn run(console: Console, settings: Settings) -> Result<()> {
    start_log(&settings)?;
    let listen = settings.listen;
    // First of all: a taken port must not cost a migration.
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        let values = [("listen", listen.to_string()), ("error", error.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        Error::Internal(console.fill(Key::CliPortTaken, &values))
    })?;
    std::fs::create_dir_all(&settings.data).map_err(Error::internal)?;
    let app = App::start(settings).await?;
    greet(console, &app).await?;
    tokio::spawn(keep_measures());
    serve(&app, listener).await?;
    app.db.close().await;
    console.say(console.text(Key::CliStopped));
    Ok(())
}

fn start_log(settings: &Settings) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.log).map_err(Error::internal)?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = if settings.log_format == "json" { log.json().try_init() } else { log.try_init() };
    begun.map_err(Error::internal)
}

async fn greet(console: Console, app: &App) -> Result<()> {
    let people = super::people::with_password(&app.db.read).await?;
    console.say(&console.fill(Key::CliReady, &[("url", &app.settings.public_url)]));
    if people == 0 {
        console.say(console.text(Key::CliFirstUser));
    } else if app.settings.demo && super::people::is_known(app, demo::SIGN_INS[0].0).await? {
        say_demo_sign_ins(console);
    }
    Ok(())
}

async fn serve(app: &App, listener: TcpListener) -> Result<()> {
    // An answer is one packet and should not wait for another.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
    });
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = app.clone();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        asked_to_stop().await;
        tracing::info!("stopping");
        stopping.closing.begin();
    });
    let closing = app.closing.begun();
    tokio::select! {
        ended = serving => ended.map_err(Error::internal),
        () = async { closing.await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}

/// Resolves on SIGTERM and SIGINT.
async fn asked_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without signals the server can only be killed.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

async fn keep_measures() {
    let mut clock = tokio::time::interval(UPKEEP);
    loop {
        clock.tick().await;
        health::recorder().run_upkeep();
    }
}
