//! Where a deal stands: pipeline and stage in one answer, with the reason where
//! the stage is a lost one.

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::change::Patch;
use shared::fields::Row;
use shared::i18n::Key;
use shared::id::{PipelineId, StageId};
use shared::pipelines::StageKind;
use uuid::Uuid;

use super::loss::{LossDraft, LossFields};
use crate::i18n::fill;
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Choice, Field, Hue, Select, Sheet};
use crate::words;

/// The answer as it is given.
#[derive(Clone, Copy)]
pub struct StageDraft {
    pipeline: RwSignal<String>,
    stage: RwSignal<String>,
    loss: LossDraft,
}

impl StageDraft {
    /// Begins in a pipeline, at a stage of it or at its first.
    pub fn new(pipeline: Option<PipelineId>, stage: Option<StageId>) -> Self {
        let pipeline = untrack(|| store::pipeline(pipeline)).map(|pipeline| pipeline.id);
        let stage = stage.or_else(|| pipeline.and_then(first));
        let word = |id: Option<String>| RwSignal::new(id.unwrap_or_default());
        Self {
            pipeline: word(pipeline.map(|id| id.to_string())),
            stage: word(stage.map(|id| id.to_string())),
            loss: LossDraft::new(),
        }
    }

    /// Tracked.
    fn is_lost(self) -> bool {
        self.stage.read().parse().is_ok_and(is_lost)
    }

    /// The fields to set, or what the answer lacks stands at its fields.
    pub fn take(self) -> Option<Row> {
        let mut set = Row::new();
        set.insert("pipeline_id".to_owned(), self.pipeline.get_untracked().into());
        set.insert("stage_id".to_owned(), self.stage.get_untracked().into());
        if untrack(|| self.is_lost()) {
            let loss = self.loss.take()?;
            set.insert("lost_reason".to_owned(), loss.reason.into());
            set.insert("lost_note".to_owned(), loss.note.into());
        }
        Some(set)
    }
}

fn first(pipeline: PipelineId) -> Option<StageId> {
    untrack(|| store::stages(pipeline)).first().map(|stage| stage.id)
}

/// Tracked.
fn is_lost(stage: StageId) -> bool {
    store::stage(stage).is_some_and(|stage| stage.kind == StageKind::Lost)
}

/// Pipeline, stage, and the reason if there must be one.
#[component]
pub fn StageFields(draft: StageDraft, #[prop(into)] on_submit: Callback<()>) -> impl IntoView {
    let pipelines = Signal::derive(|| {
        store::pipelines().iter().map(|pipeline| Choice::new(pipeline.id, &pipeline.name)).collect::<Vec<_>>()
    });
    let has_several = Memo::new(move |_| pipelines.read().len() > 1);
    let stages = Signal::derive(move || {
        let stages = draft.pipeline.read().parse().map(store::stages).unwrap_or_default();
        let hue = |color: i64| Hue::new(u8::try_from(color).unwrap_or(1));
        stages.iter().map(|stage| Choice::new(stage.id, &stage.name).hue(hue(stage.color))).collect::<Vec<_>>()
    });
    let choose_pipeline = move |id: String| {
        let first = id.parse().ok().and_then(first).map(|stage| stage.to_string());
        draft.stage.set(first.unwrap_or_default());
    };
    let label = |key: &'static str| Signal::derive(move || words::field(Object::Opportunity, key));
    view! {
        <Show when=move || has_several.get()>
            <Field label=label("pipeline_id")><Select value=draft.pipeline options=pipelines on_commit=choose_pipeline/></Field>
        </Show>
        <Field label=label("stage_id")><Select value=draft.stage options=stages/></Field>
        <Show when=move || draft.is_lost()><LossFields draft=draft.loss on_submit/></Show>
    }
}

/// A deal that was told to go somewhere, and what is left to say about it.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    id: Uuid,
    pipeline: Option<PipelineId>,
    stage: Option<StageId>,
    /// What the writer saw: where somebody else was faster, they are asked.
    seen: Row,
}

thread_local! {
    static ASKED: ArcRwSignal<Option<Asked>> = ArcRwSignal::new(None);
}

/// Whether this value of a deal's field leaves something to say: a pipeline
/// alone has no stage, and a lost stage wants a reason. If so, it is asked.
pub fn asks(object: Object, id: Uuid, key: &str, value: &Value) -> bool {
    if object != Object::Opportunity {
        return false;
    }
    let before = store::peek((object, id)).map(|row| Row::clone(&row)).unwrap_or_default();
    let given = value.as_str();
    let (pipeline, stage) = match key {
        "pipeline_id" => (given.and_then(|id| id.parse().ok()), None),
        "stage_id" => {
            let stage = given.and_then(|id| id.parse().ok()).map(StageId).filter(|stage| untrack(|| is_lost(*stage)));
            let Some(stage) = stage else { return false };
            (untrack(|| store::stage(stage)).map(|stage| stage.pipeline_id), Some(stage))
        }
        _ => return false,
    };
    let seen = ["pipeline_id", "stage_id"];
    let seen = seen.map(|key| (key.to_owned(), before.get(key).cloned().unwrap_or_default()));
    ASKED.with(|asked| asked.set(Some(Asked { id, pipeline, stage, seen: shared::fields::row_with(seen) })));
    true
}

/// Asks what `asks` found open. Mounted once by each page of deals.
#[component]
pub fn StageDialog() -> impl IntoView {
    let asked = ASKED.with(Clone::clone);
    let open = RwSignal::new(false);
    let case = Memo::new(move |_| asked.get());
    // The sheet closes itself; what it was about goes with it.
    Effect::new(move || open.set(case.read().is_some()));
    let forget = move || ASKED.with(|asked| asked.set(None));
    let title = Signal::derive(move || {
        let name = case.get().and_then(|case| store::name(Object::Opportunity, case.id)).unwrap_or_default();
        fill(Key::BoardMoveNamed, &[("name", &name)])
    });
    view! {
        <Sheet open title on_close=forget>
            {move || case.get().map(|case| form(case, open))}
        </Sheet>
    }
}

fn form(case: Asked, open: RwSignal<bool>) -> impl IntoView {
    let draft = StageDraft::new(case.pipeline, case.stage);
    let send = Callback::new(move |()| {
        if let Some(set) = draft.take() {
            untrack(|| enter(&case, set));
            open.set(false);
        }
    });
    view! {
        <form class="form" on:submit=move |event| {
            event.prevent_default();
            send.run(());
        }>
            <StageFields draft on_submit=send/>
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                <Button kind=ButtonKind::Primary label=Key::BoardMoveDeal submit=true/>
            </div>
        </form>
    }
}

fn enter(case: &Asked, set: Row) {
    let stage = set.get("stage_id").and_then(Value::as_str).and_then(|id| id.parse().ok()).and_then(store::stage);
    let name = store::name(Object::Opportunity, case.id).unwrap_or_default();
    let to = stage.map(|stage| stage.name.clone()).unwrap_or_default();
    let said = fill(Key::BoardMoved, &[("name", &name), ("stage", &to)]);
    let patch = Patch { set, base: case.seen.clone() };
    store::run(Command::update_row(Object::Opportunity, case.id, patch).said(said));
}
