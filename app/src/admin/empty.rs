//! A stage that is to be archived while deals stand in it: where they go.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::pipelines::{ArchiveStages, Stage, StageArchive, StageKind};
use uuid::Uuid;

use super::form::said;
use crate::i18n::t;
use crate::store::{self, Command, Expected};
use crate::ui::{Button, ButtonKind, Choice, Dialog, Field, Select, Toasts};
use crate::words;

/// Archives a stage. If deals stand in it, `emptied` asks where they go.
pub fn archive(id: Uuid, name: &str, emptied: RwSignal<Option<Uuid>>, toasts: Toasts) {
    let command = Command::archive::<Stage>(vec![id], true).said(said(Key::AdminArchived, name)).quietly();
    store::run(command.refused(move |error| {
        if error.code == "stage_in_use" {
            emptied.try_set(Some(id));
        } else {
            toasts.wrong(untrack(|| words::error(error)));
        }
    }));
}

#[component]
pub fn EmptyStage(emptied: RwSignal<Option<Uuid>>) -> impl IntoView {
    let open = RwSignal::new(false);
    // The dialog closes itself; the stage it was about goes with it.
    Effect::new(move || open.set(emptied.read().is_some()));
    view! {
        <Dialog open title=Key::AdminEmptyStage on_close=move || emptied.set(None)>
            {move || emptied.get().map(|id| form(id, open))}
        </Dialog>
    }
}

fn form(id: Uuid, open: RwSignal<bool>) -> impl IntoView {
    let stage = untrack(|| store::get::<Stage>(id).here()).unwrap_or_default();
    // A lost deal says why, each for itself.
    let options = Signal::derive(move || {
        let mut stages = store::stages(stage.pipeline_id);
        stages.retain(|other| other.id.0 != id && other.kind != StageKind::Lost);
        stages.iter().map(|stage| Choice::new(stage.id, &stage.name)).collect::<Vec<_>>()
    });
    let to = RwSignal::new(untrack(|| options.read().first().map(|first| first.value.clone())).unwrap_or_default());
    let problem = RwSignal::new(None::<String>);
    let send = move || {
        let name = untrack(|| store::name(Object::Stage, id)).unwrap_or_default();
        let asked = StageArchive { ids: vec![id], archived: true, to: to.read_untracked().parse().ok() };
        let command = Command::of::<ArchiveStages>((), &asked)
            .expecting(Expected::Archived { object: Object::Stage, ids: vec![id], archived: true })
            .said(said(Key::AdminArchived, &name))
            .quietly();
        let command = command.done(move |_| {
            open.try_set(false);
        });
        store::run(command.refused(move |error| {
            problem.try_set(Some(untrack(|| words::error(error))));
        }));
    };
    view! {
        <form class="form" on:submit=move |event| {
            event.prevent_default();
            send();
        }>
            <p class="muted">{t(Key::AdminEmptyStageText)}</p>
            <Field label=Key::AdminEmptyStageTo error=problem><Select value=to options/></Field>
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                <Button label=Key::AdminMoveAndArchive kind=ButtonKind::Primary submit=true/>
            </div>
        </form>
    }
}
