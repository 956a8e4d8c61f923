//! A thread for work beside the requests: imports and whatever else runs as a
//! job, and following the log. It gives way to them, on a machine of few cores too.

use std::thread;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::{jobs, live};
use crate::App;
use crate::error::{Error, Result};

/// How far the thread stands back: with 10 it gets a tenth of a core that
/// others want as well, and all of one that nobody wants.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Starts the jobs' workers and the follower of the log on a thread of their
/// own, with connections of their own, until the server ends. Threads that it
/// starts stand back as far.
pub async fn start(app: &App) -> Result<()> {
    let (alive, server_ended) = oneshot::channel::<()>();
    let (ready, is_ready) = oneshot::channel();
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    let app = app.clone();
    let work = async move {
        let opened = app.db.beside(&app.settings).await;
        let app = match opened {
            Ok(db) => App { db, ..app },
            Err(error) => return drop(ready.send(Err(error))),
        };
        drop(ready.send(Ok(())));
        tokio::select! {
            _ = server_ended => {}
            ((), ()) = async { tokio::join!(jobs::workers(app.clone()), live::follower(app)) } => {}
        }
    };
    let start = move || {
        stand_back();
        runtime.block_on(work);
    };
    thread::Builder::new().name("kith-background".into()).spawn(start).map_err(Error::internal)?;
    // Ends with the server's runtime.
    tokio::spawn(async move {
        let _alive = alive;
        std::future::pending::<()>().await;
    });
    is_ready.await.map_err(Error::internal)??;
    Ok(())
}

/// Lowers the priority of this thread, which on Linux is a thread's own.
#[cfg(target_os = "linux")]
fn stand_back() {
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%error, "work in the background runs as urgently as requests");
    }
}

#[cfg(not(target_os = "linux"))]
fn stand_back() {}
