//! The pipeline that the deals of a file come to: one that is there, or one
//! of the file's own stages.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::imports::NewStage;
use shared::pipelines::StageKind;

use super::names;
use super::wizard::{Wizard, may_create_pipeline, new_pipeline};
use crate::i18n::{fill, t, text};
use crate::ui::{Choice, Field, Glyph, IconButton, IconKind, NumberInput, Select, TextInput};
use crate::{store, words};

const NEW: &str = "new";

#[component]
pub fn Stages(wizard: Wizard) -> impl IntoView {
    let chosen = RwSignal::new(String::new());
    Effect::new(move |_| {
        let plan = wizard.plan.read();
        let word = match (&plan.new_pipeline, plan.pipeline) {
            (Some(_), _) => NEW.to_owned(),
            (None, Some(id)) => id.to_string(),
            (None, None) => String::new(),
        };
        chosen.set(word);
    });
    let may_create = Memo::new(move |_| {
        may_create_pipeline()
            && wizard.loaded.get().is_some_and(|loaded| !wizard.plan.read().stages_of(&loaded.columns).is_empty())
    });
    let options = Signal::derive(move || {
        let mut options: Vec<Choice> =
            store::pipelines().iter().map(|pipeline| Choice::new(pipeline.id, pipeline.name.as_str())).collect();
        if may_create.get() {
            options.push(Choice::new(NEW, text(Key::ImportNewPipeline)));
        }
        options
    });
    let choose = move |word: String| choose(wizard, &word);
    let is_new = Memo::new(move |_| wizard.plan.read().new_pipeline.is_some());
    view! {
        <section class="section">
            <h2>{t(Key::ImportPipeline)}</h2>
            <p class="muted">{t(Key::ImportPipelineText)}</p>
            <Field label=Key::FieldOpportunityPipelineId><Select value=chosen options empty=Key::ImportDefaultPipeline on_commit=choose/></Field>
            <Show when=move || is_new.get()><NewStages wizard/></Show>
        </section>
    }
}

fn choose(wizard: Wizard, word: &str) {
    let Some(loaded) = wizard.loaded.get_untracked() else { return };
    wizard.plan.update(|plan| {
        plan.pipeline = word.parse().ok();
        plan.new_pipeline = (word == NEW).then(|| untrack(|| new_pipeline(plan.stages_of(&loaded.columns), plan)));
    });
    let at =
        wizard.plan.read_untracked().columns.iter().position(|column| column.target.as_deref() == Some("stage_id"));
    if let Some(at) = at {
        wizard.heard.update(|heard| drop(heard.remove(&at)));
        names::ask(wizard);
    }
}

/// The new pipeline: its name, and what each stage means.
#[component]
fn NewStages(wizard: Wizard) -> impl IntoView {
    let name = RwSignal::new(
        wizard.plan.read_untracked().new_pipeline.as_ref().map(|new| new.name.clone()).unwrap_or_default(),
    );
    Effect::new(move |_| {
        let name = name.get();
        wizard.plan.update(|plan| {
            if let Some(new) = plan.new_pipeline.as_mut().filter(|new| new.name != name) {
                new.name = name;
            }
        });
    });
    let ids = Memo::new(move |_| {
        wizard
            .plan
            .read()
            .new_pipeline
            .as_ref()
            .map(|new| new.stages.iter().map(|stage| stage.id).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    view! {
        <Field label=Key::FieldPipelineName required=true><TextInput value=name maxlength=80/></Field>
        <ol class="import-stages">
            <For each=move || ids.get() key=|id| *id children=move |id| stage(wizard, id)/>
        </ol>
    }
}

fn stage(wizard: Wizard, id: shared::id::StageId) -> impl IntoView {
    let find = move || {
        wizard
            .plan
            .read_untracked()
            .new_pipeline
            .as_ref()
            .and_then(|new| new.stages.iter().find(|stage| stage.id == id).cloned())
            .unwrap_or_default()
    };
    let change = move |change: Box<dyn FnOnce(&mut NewStage)>| {
        wizard.plan.update(|plan| {
            let stages = plan.new_pipeline.as_mut().map(|new| &mut new.stages);
            if let Some(stage) = stages.and_then(|stages| stages.iter_mut().find(|stage| stage.id == id)) {
                change(stage);
            }
        });
    };
    let NewStage { name, kind, probability, .. } = find();
    let called = name.clone();
    let kind = RwSignal::new(kind.word().to_owned());
    let probability = RwSignal::new(Some(probability));
    let is_open = Memo::new(move |_| matches!(kind.read().as_str(), "open" | "on_hold"));
    let kinds = Signal::derive(|| {
        StageKind::ALL
            .iter()
            .map(|kind| Choice::new(kind.word(), words::choice("kind", kind.word())))
            .collect::<Vec<_>>()
    });
    let set_kind = move |word: String| change(Box::new(move |stage| stage.kind = word.parse().unwrap_or_default()));
    let set_probability =
        move |percent: Option<i64>| change(Box::new(move |stage| stage.probability = percent.unwrap_or(0)));
    let up = Signal::derive(move || fill(Key::ImportStageUp, &[("name", &called)]));
    view! {
        <li class="row wrap">
            <span class="grow strong clip">{name}</span>
            <Select value=kind options=kinds label=Key::FieldStageKind on_commit=set_kind/>
            <Show when=move || is_open.get()>
                <NumberInput value=probability min=0 max=100 unit=Signal::stored("%".to_owned()) label=Key::FieldStageProbability on_commit=set_probability/>
            </Show>
            <IconButton kind=IconKind::Quiet glyph=Glyph::ArrowUp label=up on_click=move |()| move_up(wizard, id)/>
        </li>
    }
}

fn move_up(wizard: Wizard, id: shared::id::StageId) {
    wizard.plan.update(|plan| {
        let Some(new) = plan.new_pipeline.as_mut() else { return };
        let at = new.stages.iter().position(|stage| stage.id == id).unwrap_or(0);
        if at > 0 {
            new.stages.swap(at, at - 1);
        }
    });
}
