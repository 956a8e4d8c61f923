//! The app's cache and its way to the server. Pages read signals from here and
//! give commands; they do not fetch by hand.
//!
//! It lives in thread-locals and reference-counted signals, not in a context:
//! commands come from event handlers and timers too, which have no owner, and
//! what they touch must outlive every page.

mod asker;
mod command;
mod conflict;
mod expected;
mod fetch;
mod kept;
mod live;
mod more;
mod outbox;
mod paths;
mod query;
mod records;
mod reference;
mod rows;
mod say;
mod slot;
mod slots;
mod turns;
mod undo;

use shared::id::UserId;

pub use asker::{Asker, ask};
pub use command::{Answer, Command};
pub use conflict::conflict_dialog;
pub use expected::{Expected, id_of, moved_fields};
pub use live::hear_presence;
pub use outbox::{Waiting, pump, run, waiting};
pub use query::{List, Query, list, patched, query};
pub use records::{Known, get, known, name, parse, peek, reload, row};
pub use reference::{
    all, calendars, is_ready, macros, pipeline, pipelines, policies, products, queues, roles, skills, stage, stages,
    survey_policies, teams, ticket_categories, ticket_statuses, users, views,
};
pub use say::through;
pub use slots::{Hold, hold};
pub use turns::{Turn, run_all};
pub use undo::{redo, undo, undo_batch};

/// Begins to load what every page needs.
pub fn begin() {
    reference::start();
}

/// Goes on once it is known who is signed in: sends what was left unsent,
/// listens for others' changes.
pub fn signed_in(user: UserId) {
    for command in kept::open(user) {
        outbox::enqueue(command, None);
    }
    live::start(user);
}

/// Forgets what this device keeps of the user's unsent changes.
pub fn forget_unsent(user: UserId) {
    kept::forget(user);
}
