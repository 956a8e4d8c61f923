//! The pipelines, each with its stages in order.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::PipelineId;
use shared::pipelines::Pipeline;
use uuid::Uuid;

use super::empty::EmptyStage;
use super::form::{Editor, said};
use super::pipeline::pipeline_form;
use super::stage::stage_form;
use super::stages;
use crate::each::each;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command};
use crate::ui::place::Align;
use crate::ui::{Button, ButtonKind, Dialog, EmptyState, Glyph, Menu, MenuItem, Skeleton, SkeletonKind, Tag, Tone};
use crate::{session, shell};

/// The dialogs of the page.
#[derive(Clone, Copy)]
pub struct Editors {
    pipeline: Editor,
    pub stage: Editor,
    /// Where a new stage goes.
    home: RwSignal<PipelineId>,
    /// A stage to archive that deals still stand in.
    pub emptied: RwSignal<Option<Uuid>>,
}

#[component]
pub fn PipelinesPage() -> impl IntoView {
    shell::use_title(|| text(Key::NavPipelines).to_owned());
    let editors = Editors {
        pipeline: Editor::new(),
        stage: Editor::new(),
        home: RwSignal::new(PipelineId::default()),
        emptied: RwSignal::new(None),
    };
    let Editors { pipeline, stage, home, emptied } = editors;
    let create = move || {
        session::can(Object::Pipeline, Action::Create).then(|| {
            view! {
                <Button
                    label=Key::AdminNewPipeline
                    icon=Glyph::Plus
                    kind=ButtonKind::Primary
                    on_click=move || pipeline.edit(None)
                />
            }
        })
    };
    let body = move || {
        if store::is_ready(Object::Stage) {
            list(editors)
        } else {
            view! { <Skeleton kind=SkeletonKind::Rows count=6/> }.into_any()
        }
    };
    view! {
        <header class="bar"><h1 class="grow">{t(Key::NavPipelines)}</h1>{create}</header>
        <div class="content">
            <div class="column wide">
                <p class="muted">{t(Key::AdminPipelinesText)}</p>
                {body}
            </div>
        </div>
        <Dialog open=pipeline.open title=pipeline.title(Key::AdminNewPipeline, Key::AdminEditPipeline)>
            {move || pipeline_form(pipeline.edited.get(), pipeline.open)}
        </Dialog>
        <Dialog open=stage.open title=stage.title(Key::AdminNewStage, Key::AdminEditStage)>
            {move || stage_form(stage.edited.get(), home.get(), stage.open)}
        </Dialog>
        <EmptyStage emptied/>
    }
}

fn list(editors: Editors) -> AnyView {
    let ids = || store::pipelines().iter().map(|pipeline| pipeline.id.into()).collect();
    view! {
        {each(ids, move |id| pipeline(id, editors))}
        {move || store::pipelines().is_empty().then(|| view! {
            <EmptyState glyph=Glyph::Layers title=Key::AdminNoPipeline text=Key::AdminNoPipelineText/>
        })}
    }
    .into_any()
}

fn pipeline(id: Uuid, editors: Editors) -> AnyView {
    let pipeline = move || store::get::<Pipeline>(id).here();
    let name = Signal::derive(move || store::name(Object::Pipeline, id).unwrap_or_default());
    let facts = move || {
        let pipeline = pipeline()?;
        let teams = match pipeline.teams.as_slice() {
            [] => text(Key::AdminAllTeams).to_owned(),
            teams => teams.iter().filter_map(|team| store::name(Object::Team, *team)).collect::<Vec<_>>().join(", "),
        };
        Some(format!("{} · {teams}", pipeline.currency))
    };
    let is_default = move || pipeline().is_some_and(|pipeline| pipeline.is_default);
    let create = move || {
        editors.home.set(PipelineId(id));
        editors.stage.edit(None);
    };
    view! {
        <section class="section pipeline" aria-label=name>
            <header class="row wrap">
                <h2>{name}</h2>
                {move || is_default().then(|| view! { <Tag tone=Tone::Info label=Key::AdminDefault/> })}
                <span class="faint grow">{facts}</span>
                <Button label=Key::AdminNewStage icon=Glyph::Plus on_click=create/>
                {menu(id, name, editors.pipeline)}
            </header>
            {stages::table(PipelineId(id), editors)}
        </section>
    }
    .into_any()
}

fn menu(id: Uuid, name: Signal<String>, editor: Editor) -> impl IntoView {
    let label = Signal::derive(move || fill(Key::NavViewMenu, &[("name", &name.get())]));
    let archive = move || {
        let text = said(Key::AdminArchived, &name.get_untracked());
        store::run(Command::archive::<Pipeline>(vec![id], true).said(text));
    };
    view! {
        <Menu label glyph=Glyph::Ellipsis align=Align::End>
            <MenuItem label=Key::AdminEditPipeline glyph=Glyph::Pencil on_choose=move || editor.edit(Some(id))/>
            <MenuItem label=Key::AdminArchive glyph=Glyph::Archive danger=true on_choose=archive/>
        </Menu>
    }
}
