//! The board as it lies before one: heads above, cells below, and what floats over it.

use crate::ui::place::px;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use shared::api::ApiError;
use shared::i18n::Key;
use shared::opportunities::Lanes;
use shared::pipelines::Stage;
use web_sys::MouseEvent;

use super::bulk::BoardBulk;
use super::cell::Cell;
use super::desk::{CellKey, Desk, Lane, pitch};
use super::each_stage;
use super::early::Early;
use super::empty::{Empty, is_empty};
use super::hands::Hands;
use super::head::Head;
use super::lanes::LaneRows;
use super::losing::LosingAsk;
use super::measure::follow_height;
use super::move_to::MoveTo;
use super::strip::Strip;
use crate::i18n::t;
use crate::opportunities::drag::columns::Reorder;
use crate::opportunities::drag::session::{Dragging, card_of};
use crate::parts::once;
use crate::ui::{ErrorState, Skeleton, SkeletonKind, is_phone};
use crate::{links, part, words};

#[component]
pub fn Board(desk: Desk) -> impl IntoView {
    let state = Memo::new(move |_| match (desk.board.data().is_some(), desk.board.error()) {
        (true, _) => State::Here,
        (false, Some(error)) => State::Failed(error),
        (false, None) if desk.question.with(|question| !question.is_readable) => State::Nothing,
        (false, None) => State::Loading,
    });
    view! {
        <p class="hidden" aria-live="assertive" aria-atomic="true" data-said>{desk.saying}</p>
        <p class="hidden" id="board-hint">{t(Key::BoardHint)}</p>
        {move || match state.get() {
            State::Here => view! { <Plane desk/> }.into_any(),
            State::Failed(error) => failed(desk, error).into_any(),
            State::Loading => loading(desk).into_any(),
            State::Nothing => ().into_any(),
        }}
        {once(move || desk.losing.read().is_some(), move || losing(desk))}
        {once(move || !desk.moving.read().is_empty(), move || move_to(desk))}
    }
}

#[derive(Clone, PartialEq)]
enum State {
    Here,
    Failed(Arc<ApiError>),
    Loading,
    /// The address asks for what cannot be read; the filter bar says so.
    Nothing,
}

fn failed(desk: Desk, error: Arc<ApiError>) -> impl IntoView {
    let request_id = error.request_id.clone();
    let text = Signal::derive(move || Some(words::error(&error)));
    view! { <ErrorState title=Key::BoardFailed text request_id on_retry=move || desk.board.refresh()/> }
}

/// Columns of the same width as those that will come.
fn loading(desk: Desk) -> impl IntoView {
    let number =
        move || desk.stages.with(|stages| stages.iter().filter(|stage| !desk.is_folded(stage.id)).count()).max(4);
    view! {
        <div class="board loading" aria-busy="true">
            {move || (0..number()).map(|_| view! {
                <div class="col"><div class="head"><Skeleton kind=SkeletonKind::Text count=2/></div><Skeleton kind=SkeletonKind::Cards count=6/></div>
            }).collect_view()}
        </div>
    }
}

/// The columns' widths, and the least the whole takes.
fn widths(desk: Desk, stages: &[Arc<Stage>]) -> (String, usize) {
    let folded: Vec<bool> = stages.iter().map(|stage| desk.is_folded(stage.id)).collect();
    let tracks: Vec<&str> =
        folded.iter().map(|is_folded| if *is_folded { "44px" } else { "minmax(244px, 1fr)" }).collect();
    (tracks.join(" "), folded.iter().map(|is_folded| if *is_folded { 44 } else { 244 }).sum())
}

#[component]
fn Plane(desk: Desk) -> impl IntoView {
    let dragging = Dragging::new(desk);
    let reorder = Reorder::new(desk);
    let top = RwSignal::new(0.0);
    let has_focus = RwSignal::new(false);
    let early = Early::new();
    let has_lanes = Memo::new(move |_| desk.lanes() != Lanes::None);
    let widths = Memo::new(move |_| desk.stages.with(|stages| widths(desk, stages)));
    let is_carrying = Memo::new(move |_| desk.carried.read().is_some());
    follow_height(desk.node, desk.height);
    let elsewhere = window_event_listener(leptos::ev::focusin, move |event| {
        if has_focus.get_untracked() && !keeps_keys(event.target()) {
            has_focus.set(false);
        }
    });
    on_cleanup(move || {
        elsewhere.remove();
        let _ = desk.carried.try_set(None);
    });
    let scrolled = move |_| {
        let Some(node) = desk.node.get_untracked() else { return };
        let down = f64::from(node.scroll_top());
        if (down - top.get_untracked()).abs() > 24.0 {
            top.set(down);
        }
        let page = (f64::from(node.scroll_left()) / f64::from(node.client_width().max(1))).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few stages")]
        let page = page.max(0.0) as usize;
        if page != desk.turned.get_untracked() {
            desk.turned.set(page);
        }
    };
    view! {
        // Hands show nothing: their part comes without a place being kept for it.
        <div hidden>{hands(desk, dragging, reorder, has_focus, early)}</div>
        <Show when=is_phone>{strip(desk)}</Show>
        <div
            class="board"
            class:with-lanes=has_lanes
            class:carrying=is_carrying
            class:stale=move || desk.board.is_stale()
            style:--columns=move || widths.read().0.clone()
            style:--pitch=move || px(pitch())
            style:--stages=move || desk.stages.read().len().to_string()
            node_ref=desk.node
            on:scroll=scrolled
            on:pointerdown=move |event| early.note(event)
            on:pointermove=move |event| early.note(event)
            on:pointerup=move |event| early.note(event)
            on:pointercancel=move |event| early.note(event)
            on:click=move |event| if !dragging.is_settling() { clicked(desk, &event) }
            on:focusin=move |event| {
                if let Some((id, _)) = card_of(&event) {
                    desk.focus.set(Some(id));
                    desk.last.set_value(desk.find(id).map(|(cell, place, _)| (cell, place)));
                    has_focus.set(true);
                }
            }
            on:focusout=move |event| if !stays_for_keys(&event) && !is_scrolled_away(&event) {
                has_focus.set(false);
            }
        >
            <div class="plane" style:min-width=move || format!("{}px", if is_phone() { 0 } else { widths.read().1 })>
                <div class="heads" class:moving=move || reorder.is_moving()>
                    <Show when=move || !is_phone()>
                        {each_stage(desk, move |stage| view! { <Head desk stage reorder/> }.into_any())}
                    </Show>
                </div>
                {move || if has_lanes.get() {
                    lanes(desk, top)
                } else {
                    view! { <Whole desk/> }.into_any()
                }}
            </div>
            <Show when=move || is_empty(desk)>{empty(desk)}</Show>
        </div>
        <BoardBulk desk/>
    }
}

/// The one row of a board without lanes.
#[component]
fn Whole(desk: Desk) -> impl IntoView {
    view! {
        <div class="cells">
            {each_stage(desk, move |stage| {
                let key = CellKey { stage: stage.id, lane: Lane::Whole };
                let label = Signal::derive(move || desk.stage(key.stage).map(|stage| stage.name.clone()).unwrap_or_default());
                view! { <Cell desk key label height=desk.height/> }.into_any()
            })}
        </div>
    }
}

part! {
    asides: fn hands(desk: Desk, dragging: Dragging, reorder: Reorder, has_focus: RwSignal<bool>, early: Early) =>
        view! { <Hands desk dragging reorder has_focus early/> }
}
part! { asides: fn losing(desk: Desk) => view! { <LosingAsk desk/> } }
part! { asides: fn move_to(desk: Desk) => view! { <MoveTo desk/> } }
part! { asides: fn strip(desk: Desk) => view! { <Strip desk/> } }
part! { asides: fn lanes(desk: Desk, top: RwSignal<f64>) => view! { <LaneRows desk top/> } }
part! { asides: fn empty(desk: Desk) => view! { <Empty desk/> } }

/// The list of keys opens over the board without taking its keys away.
fn stays_for_keys(event: &web_sys::FocusEvent) -> bool {
    keeps_keys(event.related_target())
}

fn keeps_keys(to: Option<web_sys::EventTarget>) -> bool {
    let to = to.and_then(|to| to.dyn_into::<web_sys::Element>().ok());
    to.is_some_and(|to| to.closest("[data-card], dialog.dialog").ok().flatten().is_some())
}

/// A card that scrolls out of its column takes the focus with it, not the keys.
fn is_scrolled_away(event: &web_sys::FocusEvent) -> bool {
    let card = event.target().and_then(|card| card.dyn_into::<web_sys::Node>().ok());
    event.related_target().is_none() && card.is_some_and(|card| !card.is_connected())
}

fn clicked(desk: Desk, event: &MouseEvent) {
    let Some((id, _)) = card_of(event) else { return };
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if target.is_some_and(|target| target.closest("[data-move]").ok().flatten().is_some()) {
        return desk.moving.set(desk.together(id));
    }
    let key = id.to_string();
    // Once a finger has chosen a card, it chooses further ones.
    let is_choosing = untrack(|| is_phone() && !desk.selection.is_empty());
    if event.ctrl_key() || event.meta_key() || is_choosing {
        return desk.selection.toggle(&key);
    }
    if event.shift_key() {
        let order = desk.find(id).and_then(|(cell, ..)| desk.cell(cell)).map(|cell| {
            cell.stack.with_untracked(|stack| stack.cards().map(|card| card.id.to_string()).collect::<Vec<_>>())
        });
        return desk.selection.extend_to(&key, &order.unwrap_or_default());
    }
    links::go(&untrack(|| links::opened(id)));
}
