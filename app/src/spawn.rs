//! Work that outlives the event that asked for it.

use std::time::Duration;

use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};

/// Runs `work` to its end, whatever page is open by then: what it touches must
/// belong to the app's root, or be touched by `try_…`.
pub fn local(work: impl Future<Output = ()> + 'static) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that spawns: queries and the outbox belong to no component"
    )]
    leptos::task::spawn_local(work);
}

/// Runs `work` after so many milliseconds.
pub fn after(ms: u64, work: impl FnOnce() + 'static) -> Option<TimeoutHandle> {
    set_timeout_with_handle(work, Duration::from_millis(ms)).ok()
}
