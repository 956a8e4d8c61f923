//! The stages of a pipeline in their order.

use leptos::prelude::*;
use shared::access::Object;
use shared::fields::Row;
use shared::i18n::Key;
use shared::id::{PipelineId, StageId};
use shared::pipelines::{OrderStages, Stage, StageKind, StageOrder};
use uuid::Uuid;
use wasm_bindgen::JsCast as _;

use super::form::said;
use super::pipelines::Editors;
use crate::each::each;
use crate::i18n::{fill, t};
use crate::store::{self, Command, Expected};
use crate::ui::{Dot, Glyph, Hue, IconButton, IconKind, Tag, Tone, format, use_toasts};
use crate::words;

/// Tracked.
fn ids(pipeline: PipelineId) -> Vec<Uuid> {
    store::stages(pipeline).iter().map(|stage| stage.id.into()).collect()
}

pub fn table(pipeline: PipelineId, editors: Editors) -> AnyView {
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
            <tbody>{each(move || ids(pipeline), move |id| row(id, pipeline, editors))}</tbody>
        </table>
    }
    .into_any()
}

fn row(id: Uuid, pipeline: PipelineId, editors: Editors) -> AnyView {
    let stage = move || store::get::<Stage>(id).here().unwrap_or_default();
    let name = Signal::derive(move || stage().name.clone());
    let hue = Signal::derive(move || Hue::new(u8::try_from(stage().color).unwrap_or(1)));
    let tone = Signal::derive(move || match stage().kind {
        StageKind::Won => Tone::Good,
        StageKind::Lost => Tone::Bad,
        StageKind::OnHold => Tone::Warn,
        StageKind::Open => Tone::Neutral,
    });
    view! {
        <tr id=format!("stage-{id}")>
            <td>
                <button type="button" class="row" on:click=move |_| editors.stage.edit(Some(id))>
                    <Dot hue/><span class="clip">{name}</span>
                </button>
            </td>
            <td><Tag tone label=Signal::derive(move || words::choice("kind", stage().kind.word()))/></td>
            <td class="figures">{move || format::percent(stage().probability)}</td>
            <td>{move || words::choice("forecast_category", stage().forecast_category.word())}</td>
            <td class="figures">{move || stage().rot_days.map(format::number)}</td>
            <td class="figures">{move || stage().wip_limit.map(format::number)}</td>
            <td class="figures">{acts(id, name, pipeline, editors)}</td>
        </tr>
    }
    .into_any()
}

/// Up, down, and away.
fn acts(id: Uuid, name: Signal<String>, pipeline: PipelineId, editors: Editors) -> AnyView {
    let named = move |key: Key| Signal::derive(move || fill(key, &[("name", &name.get())]));
    let is_first = Signal::derive(move || ids(pipeline).first() == Some(&id));
    let is_last = Signal::derive(move || ids(pipeline).last() == Some(&id));
    let toasts = use_toasts();
    let archive = move || super::empty::archive(id, &name.get_untracked(), editors.emptied, toasts);
    view! {
        <IconButton
            kind=IconKind::Small
            glyph=Glyph::ArrowUp
            disabled=is_first
            label=named(Key::AdminStageUp)
            on_click=move || shift(pipeline, id, -1, &name.get_untracked())
        />
        <IconButton
            kind=IconKind::Small
            glyph=Glyph::ArrowDown
            disabled=is_last
            label=named(Key::AdminStageDown)
            on_click=move || shift(pipeline, id, 1, &name.get_untracked())
        />
        <IconButton kind=IconKind::Small glyph=Glyph::Archive label=named(Key::AdminArchiveNamed) on_click=archive/>
    }
    .into_any()
}

/// Swaps a stage with its neighbour: one command with the whole new order.
fn shift(pipeline: PipelineId, id: Uuid, by: isize, name: &str) {
    let mut order = untrack(|| ids(pipeline));
    let Some(at) = order.iter().position(|stage| *stage == id) else { return };
    let Some(to) = at.checked_add_signed(by).filter(|to| *to < order.len()) else { return };
    order.swap(at, to);
    let stages = order.iter().copied().map(StageId).collect();
    let command = Command::of::<OrderStages>((), &StageOrder { pipeline_id: pipeline, stages });
    let command = (1_i64..).zip(order).fold(command, |command, (position, id)| {
        let set = Row::from_iter([("position".to_owned(), position.into())]);
        command.expecting(Expected::Set { object: Object::Stage, ids: vec![id], set })
    });
    store::run(command.said(said(Key::AdminStageMoved, name)));
    keep_focus(format!("#stage-{id} td:last-child button:nth-of-type({})", if by < 0 { 1 } else { 2 }));
}

/// A row that moves in the document lets go of the focus.
fn keep_focus(button: String) {
    crate::spawn::after(0, move || {
        let button = document().query_selector(&button).ok().flatten();
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = button.focus();
        }
    });
}
