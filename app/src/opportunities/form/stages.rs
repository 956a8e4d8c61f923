//! The pipeline of a new deal, and where in it the deal begins.

use leptos::prelude::*;
use shared::access::Object;
use shared::id::PipelineId;

use crate::record::Draft;
use crate::ui::{Choice, Field, Select};
use crate::{store, words};

#[component]
pub fn Stages(draft: Draft) -> impl IntoView {
    let pipeline = RwSignal::new(untrack(|| draft.text("pipeline_id")));
    let stage = RwSignal::new(untrack(|| draft.text("stage_id")));
    let pipelines = Signal::derive(|| {
        store::pipelines().iter().map(|pipeline| Choice::new(pipeline.id, &pipeline.name)).collect::<Vec<_>>()
    });
    let of = |pipeline: &str| pipeline.parse().ok().map(|id: PipelineId| store::stages(id)).unwrap_or_default();
    let stages = Signal::derive(move || {
        let stages = of(&pipeline.read());
        let hue = |color: i64| crate::ui::Hue::new(u8::try_from(color).unwrap_or(1));
        stages.iter().map(|stage| Choice::new(stage.id, &stage.name).hue(hue(stage.color))).collect::<Vec<_>>()
    });
    let choose_pipeline = move |id: String| {
        let first = untrack(|| of(&id)).first().map(|stage| stage.id.to_string()).unwrap_or_default();
        draft.set("pipeline_id", id);
        draft.set("stage_id", first.clone());
        stage.set(first);
    };
    let choose_stage = move |id: String| draft.set("stage_id", id);
    let label = |key: &'static str| Signal::derive(move || words::field(Object::Opportunity, key));
    view! {
        <Field label=label("pipeline_id") error=Signal::derive(move || draft.error("pipeline_id"))>
            <Select value=pipeline options=pipelines on_commit=choose_pipeline/>
        </Field>
        <Field label=label("stage_id") error=Signal::derive(move || draft.error("stage_id"))>
            <Select value=stage options=stages on_commit=choose_stage/>
        </Field>
    }
}
