//! The moment at which the server begins to stop.

use tokio::sync::watch;

/// Told once, heard by every stream and worker.
pub struct Closing(watch::Sender<bool>);

impl Default for Closing {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Closing {
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves when it begins.
    pub fn begun(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut told = self.0.subscribe();
        async move {
            // Without a sender there is nothing left to close.
            let _ = told.wait_for(|begun| *begun).await;
        }
    }
}
