//! A stage's form.

use std::sync::Arc;

use leptos::prelude::*;
use shared::i18n::Key;
use shared::id::{PipelineId, StageId};
use shared::pipelines::{ForecastCategory, Stage, StageKind};

use super::form::{FormEnd, Sending, said};
use super::pipeline::changes;
use crate::store::{self, Command};
use crate::ui::{Choice, Combobox, Field, Hue, NumberInput, Select, TextInput};
use crate::{id, words};

#[component]
pub fn StageForm(pipeline: PipelineId, stage: Option<Arc<Stage>>, open: RwSignal<bool>) -> impl IntoView {
    let sending = Sending::new(open);
    let is_new = stage.is_none();
    let old = stage.map_or_else(|| blank(pipeline), Arc::unwrap_or_clone);
    let name = RwSignal::new(old.name.clone());
    let kind = RwSignal::new(old.kind.word().to_owned());
    let probability = RwSignal::new(Some(old.probability));
    let category = RwSignal::new(old.forecast_category.word().to_owned());
    let rot_days = RwSignal::new(old.rot_days);
    let wip_limit = RwSignal::new(old.wip_limit);
    let color = RwSignal::new(Some(untrack(|| hue(old.color))));
    let is_closed = Signal::derive(move || matches!(kind.read().as_str(), "won" | "lost"));
    let save = move || {
        let kind: StageKind = kind.read_untracked().parse().unwrap_or_default();
        let new = Stage {
            name: name.get_untracked().trim().to_owned(),
            kind,
            probability: match kind {
                StageKind::Won => 100,
                StageKind::Lost => 0,
                StageKind::Open | StageKind::OnHold => probability.get_untracked().unwrap_or(0),
            },
            forecast_category: category.read_untracked().parse().unwrap_or_default(),
            rot_days: rot_days.get_untracked(),
            wip_limit: wip_limit.get_untracked(),
            color: color.get_untracked().and_then(|hue| hue.value.parse().ok()).unwrap_or(old.color),
            ..old.clone()
        };
        let text = said(if is_new { Key::AdminCreated } else { Key::AdminSaved }, &new.name);
        if is_new {
            sending.send(Command::create(&Stage { id: StageId(id::new()), ..new }).said(text));
        } else if new == old {
            sending.open.set(false);
        } else {
            sending.send(Command::update::<Stage>(old.id, changes(&old, &new)).said(text));
        }
    };
    view! {
        <form class="form two" on:submit=move |event| {
            event.prevent_default();
            save();
        }>
            <div class="whole">
                <Field label=Key::FieldStageName required=true error=sending.error("name")><TextInput value=name autofocus=true maxlength=80/></Field>
            </div>
            <Field label=Key::FieldStageKind error=sending.error("kind")><Select value=kind options=options("kind", StageKind::WORDS)/></Field>
            <Field label=Key::FieldStageProbability error=sending.error("probability")>
                <NumberInput value=probability min=0 max=100 unit="%" disabled=is_closed/>
            </Field>
            <Field label=Key::FieldStageForecastCategory error=sending.error("forecast_category")>
                <Select value=category options=options("forecast_category", ForecastCategory::WORDS)/>
            </Field>
            <Field label=Key::FieldStageColor error=sending.error("color")>
                <Combobox chosen=color options=Signal::derive(|| (1..=12).map(hue).collect::<Vec<_>>())/>
            </Field>
            <Field label=Key::FieldStageRotDays hint=hint(Key::AdminRotHint) error=sending.error("rot_days")>
                <NumberInput value=rot_days min=1 max=3650/>
            </Field>
            <Field label=Key::FieldStageWipLimit hint=hint(Key::AdminLimitHint) error=sending.error("wip_limit")>
                <NumberInput value=wip_limit min=1 max=100_000/>
            </Field>
            <div class="whole"><FormEnd sending/></div>
        </form>
    }
}

fn blank(pipeline_id: PipelineId) -> Stage {
    let stages = untrack(|| store::stages(pipeline_id));
    let last = stages.iter().map(|stage| stage.position).max().unwrap_or(0);
    let color = i64::try_from(stages.len() % 12).unwrap_or(0) + 1;
    Stage { pipeline_id, position: last + 1, probability: 10, color, ..Stage::default() }
}

fn hint(key: Key) -> Signal<Option<String>> {
    Signal::derive(move || Some(crate::i18n::text(key).to_owned()))
}

fn options(key: &'static str, words: &'static [&'static str]) -> Signal<Vec<Choice>> {
    Signal::derive(move || words.iter().map(|word| Choice::new(word, words::choice(key, word))).collect())
}

fn hue(color: i64) -> Choice {
    let number = u8::try_from(color).unwrap_or(1);
    Choice::new(color, words::choice("color", &format!("hue_{color}"))).hue(Hue::new(number))
}
