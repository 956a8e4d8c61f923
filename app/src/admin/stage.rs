//! A stage's form.

use leptos::prelude::*;
use shared::access::Object;
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::{PipelineId, StageId};
use shared::pipelines::{ForecastCategory, Stage, StageKind};
use uuid::Uuid;

use super::form::{FormEnd, Sending, form, hint};
use crate::ui::{Choice, Combobox, Field, Hue, NumberInput, Select, TextInput};
use crate::{id, store, words};

/// A stage's form; a new one joins `pipeline`.
pub fn stage_form(edited: Option<Uuid>, pipeline: PipelineId, open: RwSignal<bool>) -> AnyView {
    let sending = Sending::new(open);
    let known = untrack(|| edited.and_then(|id| store::get::<Stage>(id).here()));
    let old = known.as_deref().cloned().unwrap_or_else(|| blank(pipeline));
    let before = known.map(|_| row_of(&old));
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
        sending.save(Object::Stage, before.clone(), row_of(&new));
    };
    let fields = view! {
        <div class="whole">
            <Field label=Key::FieldStageName required=true error=sending.error("name")>
                <TextInput value=name autofocus=true maxlength=80/>
            </Field>
        </div>
        <Field label=Key::FieldStageKind error=sending.error("kind")>
            <Select value=kind options=options("kind", StageKind::WORDS)/>
        </Field>
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
    };
    form("form two", save, fields.into_any())
}

fn blank(pipeline_id: PipelineId) -> Stage {
    let stages = untrack(|| store::stages(pipeline_id));
    let last = stages.iter().map(|stage| stage.position).max().unwrap_or(0);
    let color = i64::try_from(stages.len() % 12).unwrap_or(0) + 1;
    Stage { id: StageId(id::new()), pipeline_id, position: last + 1, probability: 10, color, ..Stage::default() }
}

fn options(key: &'static str, words: &'static [&'static str]) -> Signal<Vec<Choice>> {
    Signal::derive(move || words.iter().map(|word| Choice::new(word, words::choice(key, word))).collect())
}

fn hue(color: i64) -> Choice {
    let number = u8::try_from(color).unwrap_or(1);
    Choice::new(color, words::choice("color", &format!("hue_{color}"))).hue(Hue::new(number))
}
