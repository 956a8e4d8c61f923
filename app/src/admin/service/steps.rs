//! A policy's steps as one edits them: of which promise, at what share, and what happens.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::sla::{MOST_PERCENT, Metric, Step, StepAction};
use uuid::Uuid;

use super::policies::METRICS;
use crate::each::each;
use crate::i18n::{t, text};
use crate::ui::{Button, Choice, Glyph, IconButton, IconKind, NumberInput, Select, TextInput};
use crate::{id, store, words};

/// A step, and what is chosen for each action, so that trying another loses nothing.
#[derive(Clone, Copy)]
struct Line {
    key: Uuid,
    metric: RwSignal<String>,
    at_percent: RwSignal<Option<i64>>,
    action: RwSignal<String>,
    user: RwSignal<String>,
    queue: RwSignal<String>,
    tag: RwSignal<String>,
}

impl Line {
    fn new(step: &Step) -> Self {
        Self {
            key: id::new(),
            metric: RwSignal::new(step.metric.word().to_owned()),
            at_percent: RwSignal::new(Some(step.at_percent)),
            action: RwSignal::new(step.action.word().to_owned()),
            user: RwSignal::new(step.user_id.map(|id| id.to_string()).unwrap_or_default()),
            queue: RwSignal::new(step.queue_id.map(|id| id.to_string()).unwrap_or_default()),
            tag: RwSignal::new(step.tag.clone().unwrap_or_default()),
        }
    }

    fn action(self) -> StepAction {
        self.action.read().parse().unwrap_or_default()
    }

    /// Only what its action needs.
    fn step(self) -> Step {
        let action = untrack(|| self.action());
        let of = |wanted: StepAction, value: RwSignal<String>| {
            Some(value.get_untracked()).filter(|value| action == wanted && !value.trim().is_empty())
        };
        Step {
            metric: self.metric.read_untracked().parse().unwrap_or_default(),
            at_percent: self.at_percent.get_untracked().unwrap_or_default(),
            action,
            user_id: of(StepAction::Assign, self.user).and_then(|id| id.parse().ok()),
            queue_id: of(StepAction::MoveTo, self.queue).and_then(|id| id.parse().ok()),
            tag: of(StepAction::Tag, self.tag).map(|tag| tag.trim().to_owned()),
        }
    }
}

#[derive(Clone, Copy)]
pub struct StepLines(RwSignal<Vec<Line>>);

impl StepLines {
    pub fn new(steps: &[Step]) -> Self {
        Self(RwSignal::new(steps.iter().map(Line::new).collect()))
    }

    /// Untracked.
    pub fn steps(self) -> Vec<Step> {
        self.0.read_untracked().iter().map(|line| line.step()).collect()
    }

    pub fn view(self, error: Signal<Option<String>>) -> AnyView {
        let lines = self.0;
        let keys = move || lines.read().iter().map(|line| line.key).collect();
        let add = move |()| {
            let step = Step { at_percent: 75, action: StepAction::Note, ..Step::default() };
            lines.update(|lines| lines.push(Line::new(&step)));
        };
        view! {
            <fieldset class="skill-lines">
                <legend>{t(Key::FieldSlaPolicySteps)}</legend>
                <p class="hint">{t(Key::ServiceStepsHint)}</p>
                {each(keys, move |key| self.line(key))}
                {move || error.get().map(|text| view! { <p class="bad" role="alert">{text}</p> })}
                <div><Button label=Key::ServiceAddStep icon=Glyph::Plus on_click=add/></div>
            </fieldset>
        }
        .into_any()
    }

    fn line(self, key: Uuid) -> AnyView {
        let lines = self.0;
        let Some(line) = lines.with_untracked(|lines| lines.iter().find(|line| line.key == key).copied()) else {
            return ().into_any();
        };
        let metrics = Signal::derive(|| {
            let choice = |metric: Metric| Choice::new(metric.word(), words::choice("due_metric", metric.word()));
            METRICS.map(choice).to_vec()
        });
        let actions = Signal::derive(|| {
            let choice = |one: &StepAction| Choice::new(one.word(), words::choice("step_action", one.word()));
            StepAction::ALL.iter().map(choice).collect::<Vec<_>>()
        });
        let percent = Signal::derive(|| "%".to_owned());
        let share = Signal::derive(|| text(Key::ServiceStepAt).to_owned());
        let remove = move |()| lines.update(|lines| lines.retain(|line| line.key != key));
        view! {
            <div class="row wrap">
                <Select value=line.metric options=metrics label=Key::ServiceStepOf/>
                <span class="skill-wait">
                    <NumberInput value=line.at_percent min=1 max=MOST_PERCENT label=share unit=percent/>
                </span>
                <Select value=line.action options=actions label=Key::ServiceStepAction/>
                {move || what(line)}
                <IconButton kind=IconKind::Small glyph=Glyph::X label=Key::ServiceRemoveStep on_click=remove/>
            </div>
        }
        .into_any()
    }
}

/// Whom, where or what the action needs. Tracked.
fn what(line: Line) -> AnyView {
    let users = Signal::derive(|| {
        let active = store::users().into_iter().filter(|user| !user.is_disabled);
        active.map(|user| Choice::new(user.id, &user.name)).collect::<Vec<_>>()
    });
    let queues = Signal::derive(|| store::queues().iter().map(|queue| Choice::new(queue.id, &queue.name)).collect());
    match line.action() {
        StepAction::Assign => view! {
            <Select value=line.user options=users empty=Key::ServiceChoosePerson label=Key::ObjectUser/>
        }
        .into_any(),
        StepAction::MoveTo => view! {
            <Select value=line.queue options=queues empty=Key::ServiceChooseQueue label=Key::ObjectQueue/>
        }
        .into_any(),
        StepAction::Tag => {
            let label = Signal::derive(|| text(Key::ServiceStepTag).to_owned());
            view! { <span class="skill-wait"><TextInput value=line.tag label maxlength=40/></span> }.into_any()
        }
        StepAction::RaisePriority | StepAction::Note => ().into_any(),
    }
}
