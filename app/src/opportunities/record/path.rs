//! The way of a deal through its stages: where it stands, how long it stood,
//! and a press to move it on.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::change::{AsOf, Patch};
use shared::i18n::{Key, Plural};
use shared::id::{OpportunityId, PipelineId, StageId};
use shared::opportunities::{GetStageHistory, Opportunity, StageSpan};
use shared::pipelines::{Stage, StageKind};
use shared::time::{DAY, Instant};
use uuid::Uuid;

use crate::i18n::{count, fill, t};
use crate::opportunities::board::rot;
use crate::opportunities::question;
use crate::record::{Loss, Shown, as_of, loss_form};
use crate::store::{self, Command};
use crate::ui::place::Align;
use crate::ui::{Dot, Glyph, Hue, Menu, MenuItem, Sheet};

/// A stage's colour and name. Tracked.
pub fn stage_mark(id: Uuid) -> impl IntoView {
    let stage = Memo::new(move |_| store::stage(StageId(id)));
    let hue =
        Signal::derive(move || Hue::new(stage.get().and_then(|stage| u8::try_from(stage.color).ok()).unwrap_or(1)));
    view! {
        <span class="stage-mark"><Dot hue/><span class="clip">{move || stage.get().map(|stage| stage.name.clone())}</span></span>
    }
}

/// Whole days in each stage, all stays together.
pub fn days_in(spans: &[StageSpan], now: Instant) -> HashMap<StageId, i64> {
    let mut stays: HashMap<StageId, i64> = HashMap::new();
    for span in spans {
        let until = span.left_at.unwrap_or(now);
        *stays.entry(span.stage).or_default() += (until.0 - span.entered_at.0).max(0);
    }
    stays.into_iter().map(|(stage, ms)| (stage, ms / DAY)).collect()
}

#[component]
pub fn Path(shown: Shown) -> impl IntoView {
    let id = OpportunityId(shown.id);
    let spans =
        store::query::<GetStageHistory>(move || Some((id, AsOf { as_of: as_of::moment() })), &[Object::Opportunity]);
    let current = Memo::new(move |_| shown.id_of("stage_id").map(StageId));
    let pipeline = Memo::new(move |_| shown.id_of("pipeline_id").map(PipelineId));
    let stages = Memo::new(move |_| pipeline.get().map(store::stages).unwrap_or_default());
    let days = Memo::new(move |_| spans.data().map(|spans| days_in(&spans, question::now())).unwrap_or_default());
    let losing = RwSignal::new(None::<StageId>);
    // The way itself; where it ends otherwise shows only once it has.
    let on_path = move || {
        let stands = current.get();
        let mut stages = stages.get();
        stages.retain(|stage| matches!(stage.kind, StageKind::Open | StageKind::Won) || Some(stage.id) == stands);
        stages
    };
    let go = move |stage: &Stage| match stage.kind {
        _ if Some(stage.id) == current.get_untracked() => {}
        StageKind::Lost => losing.set(Some(stage.id)),
        _ => enter(shown, stage.id, None),
    };
    view! {
        <div class="row">
            <ol class="path grow" aria-label=t(Key::BoardStages)>
                <For each=on_path key=|stage| stage.id children=move |stage| step(shown, stage, current, stages, days, Callback::new(move |stage: Arc<Stage>| go(&stage)))/>
            </ol>
            <Show when=move || shown.is_open_to(Action::Write)>
                <Menu label=Key::BoardMoveTo glyph=Glyph::ArrowRight align=Align::End>
                    {move || stages.get().into_iter().map(|stage| {
                        let own = stage.id;
                        let checked = Signal::derive(move || current.get() == Some(own));
                        view! { <MenuItem label=stage.name.clone() checked on_choose=move || go(&stage)/> }
                    }).collect_view()}
                </Menu>
            </Show>
        </div>
        {move || {
            let stage = store::stage(current.get()?)?;
            let entered = shown.get("stage_entered_at").as_i64().map(Instant)?;
            rot(entered, &stage).map(|rot| view! { <p class="rot-why small">{rot.why}</p> })
        }}
        <Losing shown losing/>
    }
}

fn step(
    shown: Shown,
    stage: Arc<Stage>,
    current: Memo<Option<StageId>>,
    stages: Memo<Vec<Arc<Stage>>>,
    days: Memo<HashMap<StageId, i64>>,
    go: Callback<Arc<Stage>>,
) -> impl IntoView {
    let id = stage.id;
    let place = move |id: StageId| stages.read().iter().position(|stage| stage.id == id);
    let is_now = Memo::new(move |_| current.get() == Some(id));
    let is_done = Memo::new(move |_| current.get().and_then(place).zip(place(id)).is_some_and(|(now, own)| own < now));
    let stood = move || {
        let days = days.read().get(&id).copied()?;
        let is_worth = is_now.get() || days > 0;
        is_worth.then(|| count(Plural::OpportunityDays, usize::try_from(days).unwrap_or(0)))
    };
    let name = stage.name.clone();
    let tip = {
        let name = name.clone();
        move || stood().map_or_else(|| name.clone(), |days| format!("{name} · {days}"))
    };
    view! {
        <li>
            <button
                type="button"
                class:done=is_done
                class:now=is_now
                aria-current=move || is_now.get().then_some("step")
                aria-disabled=move || (!shown.is_open_to(Action::Write)).then_some("true")
                data-tip=tip
                on:click=move |_| if untrack(|| shown.is_open_to(Action::Write)) { go.run(stage.clone()) }
            >
                <span class="clip">{name}</span>
                {move || stood().map(|days| view! { <span class="stood">{days}</span> })}
            </button>
        </li>
    }
}

/// Moves the deal; it stands on top of its new column.
fn enter(shown: Shown, stage: StageId, loss: Option<Loss>) {
    let name = untrack(|| store::name(Object::Opportunity, shown.id)).unwrap_or_default();
    let to = untrack(|| store::stage(stage)).map(|stage| stage.name.clone()).unwrap_or_default();
    let mut patch = Patch::set("stage_id", stage.to_string());
    if let Some(loss) = loss {
        patch = patch.and("lost_reason", loss.reason).and("lost_note", loss.note);
    }
    let said = untrack(|| fill(Key::BoardMoved, &[("name", &name), ("stage", &to)]));
    store::run(Command::update::<Opportunity>(shown.id, patch).said(said));
}

/// A lost deal says why first.
#[component]
fn Losing(shown: Shown, losing: RwSignal<Option<StageId>>) -> impl IntoView {
    let open = RwSignal::new(false);
    // The sheet closes itself; the stage it was about goes with it.
    Effect::new(move || {
        if losing.get().is_some() {
            open.set(true);
        }
    });
    let lose = move |loss: Loss| {
        if let Some(stage) = losing.get_untracked() {
            enter(shown, stage, Some(loss));
        }
        open.set(false);
    };
    view! {
        <Sheet open title=Key::BoardLosingTitle on_close=move || losing.set(None)>
            {loss_form(Callback::new(lose), Callback::new(move |()| open.set(false)))}
        </Sheet>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn stays_in_one_stage_add_up_and_the_last_goes_on() {
        let id = |n: u128| StageId(Uuid::from_u128(n));
        let span = |n, from: i64, to: Option<i64>| StageSpan {
            stage: id(n),
            entered_at: Instant(from * DAY),
            left_at: to.map(|to| Instant(to * DAY)),
            by: None,
        };
        let spans = [span(1, 0, Some(3)), span(2, 3, Some(5)), span(1, 5, None)];
        assert_eq!(days_in(&spans, Instant(9 * DAY + 1)), HashMap::from([(id(1), 7), (id(2), 2)]));
    }
}
