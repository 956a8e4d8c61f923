//! Before a ticket is done somebody says what it was and what it came to.

use leptos::prelude::*;
use shared::access::Object;
use shared::change::Patch;
use shared::fields::{Field, Row};
use shared::i18n::Key;
use shared::id::TicketStatusId;

use super::thread::{Talk, row_now};
use crate::i18n::{fill, text};
use crate::record::{Draft, FieldEditor};
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Dialog, Glyph, Icon};

/// What must be said; of a complaint, all of it.
const ASKED: [&str; 4] = ["category_id", "resolution", "root_cause", "remedy"];
const OF_ALL: usize = 2;

/// Untracked.
fn asked_of(talk: Talk) -> &'static [&'static str] {
    if untrack(|| super::is_complaint(talk.shown)) { &ASKED } else { &ASKED[..OF_ALL] }
}

#[derive(Clone, Copy)]
pub struct Solving {
    talk: Talk,
    open: RwSignal<bool>,
    status: RwSignal<Option<TicketStatusId>>,
}

impl Solving {
    pub fn new(talk: Talk) -> Self {
        Self { talk, open: RwSignal::new(false), status: RwSignal::new(None) }
    }

    /// Asks what is missing, and goes on to `on_solved`.
    pub fn begin(self, status: TicketStatusId) {
        self.status.set(Some(status));
        self.open.set(true);
    }
}

/// Mounted once beside whoever solves tickets.
#[component]
pub fn SolvingDialog(
    solving: Solving,
    /// What was asked is on its way; now the status may follow.
    #[prop(into)]
    on_solved: Callback<TicketStatusId>,
) -> impl IntoView {
    let Solving { talk, open, status } = solving;
    let form = move || {
        let asked_for = asked_of(talk);
        let row: Row = row_now(talk).into_iter().filter(|(key, _)| asked_for.contains(&key.as_str())).collect();
        let draft = Draft::new(Object::Ticket, row);
        let send = move || {
            if !untrack(|| is_whole(draft, asked_for)) {
                return;
            }
            let Some(status) = status.get_untracked() else { return };
            let Ok(set) = untrack(|| draft.check(crate::record::Whole::No)) else { return };
            let patch = Patch { set, ..Patch::default() };
            let name = untrack(|| store::name(Object::Ticket, talk.id.0)).unwrap_or_default();
            let said = untrack(|| fill(Key::InboxFiled, &[("name", &name)]));
            store::run(Command::update_row(Object::Ticket, talk.id.0, patch).said(said));
            open.set(false);
            on_solved.run(status);
        };
        view! {
            <form class="form" novalidate=true on:submit=move |event| {
                event.prevent_default();
                send();
            }>
                {asked_for.iter().filter_map(|key| Object::Ticket.schema().field(key)).map(|field| asked(draft, field)).collect_view()}
                {move || draft.stray().map(|error| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
                <div class="form-actions">
                    <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                    <Button kind=ButtonKind::Primary label=Key::InboxSolve submit=true/>
                </div>
            </form>
        }
    };
    view! { <Dialog open title=Key::InboxSolveTitle>{form}</Dialog> }
}

fn asked(draft: Draft, field: &'static Field) -> impl IntoView {
    view! { <FieldEditor draft field_key=field.key hint=Signal::derive(|| Some(text(Key::InboxSolveHint).to_owned()))/> }
}

/// All is there; what is not is said at its field.
fn is_whole(draft: Draft, asked_for: &[&'static str]) -> bool {
    let missing: Vec<&str> = asked_for.iter().copied().filter(|key| draft.get(key).is_null()).collect();
    for key in &missing {
        draft.fail(key, shared::api::FieldError::new("required_to_solve"));
    }
    missing.is_empty()
}
