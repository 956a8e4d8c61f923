//! The pipelines, each with its stages in order.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::fields::Row;
use shared::i18n::Key;
use shared::id::{PipelineId, StageId};
use shared::pipelines::{OrderStages, Pipeline, Stage, StageKind, StageOrder};
use uuid::Uuid;
use wasm_bindgen::JsCast as _;

use super::form::said;
use super::pipeline::PipelineForm;
use super::stage::StageForm;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command, Expected};
use crate::ui::place::Align;
use crate::ui::{
    Button, ButtonKind, Dialog, Dot, EmptyState, Glyph, Hue, IconButton, IconKind, Menu, MenuItem, Skeleton,
    SkeletonKind, Tag, Tone, format,
};
use crate::{session, shell, words};

/// What the dialog edits.
#[derive(Clone, PartialEq)]
pub enum Edited {
    NewPipeline,
    Pipeline(Arc<Pipeline>),
    NewStage(PipelineId),
    Stage(Arc<Stage>),
}

/// Opens the dialog.
#[derive(Clone, Copy)]
struct Editor {
    edited: RwSignal<Edited>,
    open: RwSignal<bool>,
}

impl Editor {
    fn edit(self, what: Edited) {
        self.edited.set(what);
        self.open.set(true);
    }
}

#[component]
pub fn PipelinesPage() -> impl IntoView {
    shell::use_title(|| text(Key::NavPipelines).to_owned());
    let editor = Editor { edited: RwSignal::new(Edited::NewPipeline), open: RwSignal::new(false) };
    let ids = Memo::new(|_| store::pipelines().into_iter().map(|pipeline| pipeline.id).collect::<Vec<_>>());
    let title = Signal::derive(move || {
        text(match editor.edited.get() {
            Edited::NewPipeline => Key::AdminNewPipeline,
            Edited::Pipeline(_) => Key::AdminEditPipeline,
            Edited::NewStage(_) => Key::AdminNewStage,
            Edited::Stage(_) => Key::AdminEditStage,
        })
        .to_owned()
    });
    view! {
        <header class="bar">
            <h1 class="grow">{t(Key::NavPipelines)}</h1>
            <Show when=|| session::can(Object::Pipeline, Action::Create)>
                <Button label=Key::AdminNewPipeline icon=Glyph::Plus kind=ButtonKind::Primary on_click=move || editor.edit(Edited::NewPipeline)/>
            </Show>
        </header>
        <div class="content">
            <div class="column wide">
                <p class="muted">{t(Key::AdminPipelinesText)}</p>
                <Show when=|| store::is_ready(Object::Stage) fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=6/> }>
                    <For each=move || ids.get() key=|id| *id children=move |id| pipeline(id, editor)/>
                    <Show when=move || ids.read().is_empty()>
                        <EmptyState glyph=Glyph::Layers title=Key::AdminNoPipeline text=Key::AdminNoPipelineText/>
                    </Show>
                </Show>
            </div>
        </div>
        <Dialog open=editor.open title>
            {move || match editor.edited.get() {
                Edited::NewPipeline => view! { <PipelineForm pipeline=None open=editor.open/> }.into_any(),
                Edited::Pipeline(pipeline) => view! { <PipelineForm pipeline=Some(pipeline) open=editor.open/> }.into_any(),
                Edited::NewStage(pipeline) => view! { <StageForm pipeline stage=None open=editor.open/> }.into_any(),
                Edited::Stage(stage) => view! { <StageForm pipeline=stage.pipeline_id stage=Some(stage) open=editor.open/> }.into_any(),
            }}
        </Dialog>
    }
}

fn pipeline(id: PipelineId, editor: Editor) -> impl IntoView {
    let pipeline = Memo::new(move |_| store::get::<Pipeline>(id).here());
    let stages = Memo::new(move |_| store::stages(id));
    let name = Signal::derive(move || pipeline.get().map(|pipeline| pipeline.name.clone()).unwrap_or_default());
    let menu = Signal::derive(move || fill(Key::NavViewMenu, &[("name", &name.get())]));
    let teams = move || {
        pipeline.get().map(|pipeline| match pipeline.teams.as_slice() {
            [] => text(Key::AdminAllTeams).to_owned(),
            teams => teams.iter().filter_map(|team| store::name(Object::Team, *team)).collect::<Vec<_>>().join(", "),
        })
    };
    view! {
        <section class="section pipeline" aria-label=name>
            <header class="row wrap">
                <h2>{name}</h2>
                {move || pipeline.read().as_ref().is_some_and(|pipeline| pipeline.is_default)
                    .then(|| view! { <Tag tone=Tone::Info label=Key::AdminDefault/> })}
                <span class="faint grow">
                    {move || pipeline.get().map(|pipeline| pipeline.currency.clone())} " · " {teams}
                </span>
                <Button label=Key::AdminNewStage icon=Glyph::Plus on_click=move || editor.edit(Edited::NewStage(id))/>
                <Menu label=menu glyph=Glyph::Ellipsis align=Align::End>
                    <MenuItem label=Key::AdminEditPipeline glyph=Glyph::Pencil on_choose=move || if let Some(pipeline) = pipeline.get_untracked() {
                        editor.edit(Edited::Pipeline(pipeline));
                    }/>
                    <MenuItem label=Key::AdminArchive glyph=Glyph::Archive danger=true on_choose=move || {
                        let text = said(Key::AdminArchived, &name.get_untracked());
                        store::run(Command::archive::<Pipeline>(vec![id.into()], true).said(text));
                    }/>
                </Menu>
            </header>
            {table(stages, editor)}
        </section>
    }
}

fn table(stages: Memo<Vec<Arc<Stage>>>, editor: Editor) -> impl IntoView {
    view! {
        <table class="table admin-table">
            <thead>
                <tr>
                    <th>{t(Key::FieldStageName)}</th>
                    <th>{t(Key::FieldStageKind)}</th>
                    <th class="figures">{t(Key::FieldStageProbability)}</th>
                    <th>{t(Key::FieldStageForecastCategory)}</th>
                    <th class="figures">{t(Key::FieldStageRotDays)}</th>
                    <th class="figures">{t(Key::FieldStageWipLimit)}</th>
                    <th><span class="hidden">{t(Key::AdminDo)}</span></th>
                </tr>
            </thead>
            <tbody>
                <For each=move || ids_of(&stages.read()) key=|id| *id children=move |id| row(id, stages, editor)/>
            </tbody>
        </table>
    }
}

fn row(id: StageId, stages: Memo<Vec<Arc<Stage>>>, editor: Editor) -> impl IntoView {
    let stage = Memo::new(move |_| store::get::<Stage>(id).here().unwrap_or_default());
    let name = Signal::derive(move || stage.read().name.clone());
    let hue = Signal::derive(move || Hue::new(u8::try_from(stage.read().color).unwrap_or(1)));
    let kind = Signal::derive(move || stage.read().kind);
    let tone = Signal::derive(move || match kind.get() {
        StageKind::Won => Tone::Good,
        StageKind::Lost => Tone::Bad,
        StageKind::OnHold => Tone::Warn,
        StageKind::Open => Tone::Neutral,
    });
    view! {
        <tr id=format!("stage-{id}")>
            <td>
                <button type="button" class="row" on:click=move |_| editor.edit(Edited::Stage(stage.get_untracked()))>
                    <Dot hue/><span class="clip">{name}</span>
                </button>
            </td>
            <td><Tag tone label=Signal::derive(move || words::choice("kind", kind.get().word()))/></td>
            <td class="figures">{move || format::percent(stage.read().probability)}</td>
            <td>{move || words::choice("forecast_category", stage.read().forecast_category.word())}</td>
            <td class="figures">{move || stage.read().rot_days.map(format::number)}</td>
            <td class="figures">{move || stage.read().wip_limit.map(format::number)}</td>
            <td class="figures">{acts(id, name, stages)}</td>
        </tr>
    }
}

/// Up, down, and away.
fn acts(id: StageId, name: Signal<String>, stages: Memo<Vec<Arc<Stage>>>) -> impl IntoView {
    let named = move |key: Key| Signal::derive(move || fill(key, &[("name", &name.get())]));
    let is_first = Signal::derive(move || stages.read().first().is_some_and(|first| first.id == id));
    let is_last = Signal::derive(move || stages.read().last().is_some_and(|last| last.id == id));
    let archive = move || {
        let text = said(Key::AdminArchived, &name.get_untracked());
        store::run(Command::archive::<Stage>(vec![id.into()], true).said(text));
    };
    view! {
        <IconButton kind=IconKind::Small glyph=Glyph::ArrowUp disabled=is_first label=named(Key::AdminStageUp)
            on_click=move || shift(&stages.get_untracked(), id, -1)/>
        <IconButton kind=IconKind::Small glyph=Glyph::ArrowDown disabled=is_last label=named(Key::AdminStageDown)
            on_click=move || shift(&stages.get_untracked(), id, 1)/>
        <IconButton kind=IconKind::Small glyph=Glyph::Archive label=named(Key::AdminArchiveNamed) on_click=archive/>
    }
}

/// Swaps a stage with its neighbour: one command with the whole new order.
fn shift(stages: &[Arc<Stage>], id: StageId, by: isize) {
    let Some(at) = stages.iter().position(|stage| stage.id == id) else { return };
    let Some(to) = at.checked_add_signed(by).filter(|to| *to < stages.len()) else { return };
    let mut order = ids_of(stages);
    order.swap(at, to);
    let pipeline_id = stages[at].pipeline_id;
    let command = Command::of::<OrderStages>((), &StageOrder { pipeline_id, stages: order.clone() });
    let command = (1_i64..).zip(&order).fold(command, |command, (position, id)| {
        let set = Row::from_iter([("position".to_owned(), position.into())]);
        command.expecting(Expected::Set { object: Object::Stage, ids: vec![Uuid::from(*id)], set })
    });
    store::run(command.said(said(Key::AdminStageMoved, &stages[at].name)));
    // A row that moves in the document lets go of the focus.
    let button = format!("#stage-{id} td:last-child button:nth-of-type({})", if by < 0 { 1 } else { 2 });
    crate::spawn::after(0, move || {
        let button = document().query_selector(&button).ok().flatten();
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = button.focus();
        }
    });
}

fn ids_of(stages: &[Arc<Stage>]) -> Vec<StageId> {
    stages.iter().map(|stage| stage.id).collect()
}
