//! The board by keyboard: walk, lift, carry, drop, and everything else one does to a card.

use std::sync::Arc;

use leptos::prelude::*;
use shared::i18n::Key;
use shared::id::{OpportunityId, StageId};
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::card::title;
use super::carry::{self, Shape, Spot, Toward};
use super::desk::{CellKey, Desk, Lane, pitch};
use super::hand::{By, Carried, Slot};
use super::moves::{self, Target};
use super::stack::{place_of, slot_of};
use crate::i18n::{fill, text};
use crate::links;
use crate::opportunities::drag::columns;
use crate::ui::{Scope, use_key};

/// All of the board's keys; those of a card hold while one has the focus.
#[component]
pub fn Keys(desk: Desk, has_focus: RwSignal<bool>, on_cancel: Callback<()>) -> impl IntoView {
    let is_carrying = Memo::new(move |_| desk.carried.read().is_some());
    view! {
        <PageKeys desk/>
        <Show when=move || has_focus.get()><CardKeys desk/></Show>
        <Show when=move || is_carrying.get()><CarryKeys on_cancel/></Show>
    }
}

/// Keys that hold wherever the focus is on the page.
#[component]
fn PageKeys(desk: Desk) -> impl IntoView {
    use_key(Scope::Page, "j", Key::BoardKeyDown, move || step(desk, Toward::Down));
    use_key(Scope::Page, "k", Key::BoardKeyUp, move || step(desk, Toward::Up));
    use_key(Scope::Page, "shift+arrowleft", Key::BoardKeyColumnLeft, move || shift(desk, -1));
    use_key(Scope::Page, "shift+arrowright", Key::BoardKeyColumnRight, move || shift(desk, 1));
    for (at, combo) in ["1", "2", "3", "4", "5", "6", "7", "8", "9"].into_iter().enumerate() {
        use_key(Scope::Page, combo, Key::BoardKeyJump, move || jump(desk, at));
    }
}

/// Keys that hold while a card has the focus.
#[component]
fn CardKeys(desk: Desk) -> impl IntoView {
    let arrows = [
        ("arrowup", Toward::Up, Key::BoardKeyUp),
        ("arrowdown", Toward::Down, Key::BoardKeyDown),
        ("arrowleft", Toward::Left, Key::BoardKeyLeft),
        ("arrowright", Toward::Right, Key::BoardKeyRight),
    ];
    for (combo, toward, label) in arrows {
        use_key(Scope::Page, combo, label, move || step(desk, toward));
    }
    use_key(Scope::Page, "space", Key::BoardKeyLift, move || lift_or_drop(desk));
    use_key(Scope::Page, "enter", Key::BoardKeyOpen, move || open_or_drop(desk));
    use_key(Scope::Page, "e", Key::BoardKeyEdit, move || {
        with_focus(desk, |id| {
            links::go(&untrack(|| links::with(&[("open", Some(&id.to_string())), ("edit", Some(""))])));
        });
    });
    use_key(Scope::Page, "m", Key::BoardKeyMove, move || {
        with_focus(desk, |id| {
            if !untrack(|| desk.is_fixed()) {
                desk.moving.set(desk.together(id));
            }
        });
    });
    use_key(Scope::Page, "x", Key::BoardKeyChoose, move || {
        with_focus(desk, |id| desk.selection.toggle(&id.to_string()));
    });
}

/// Esc, while something is carried: before the panel's and the selection's own.
#[component]
fn CarryKeys(#[prop(into)] on_cancel: Callback<()>) -> impl IntoView {
    use_key(Scope::Panel, "escape", Key::BoardKeyReturn, on_cancel);
}

/// Moves the column that the focus is in; the focus goes with it.
fn shift(desk: Desk, by: isize) {
    let focused = document().active_element();
    let head = focused.as_ref().and_then(|focused| focused.closest("[data-column]").ok().flatten());
    let of_head = head.and_then(|head| head.get_attribute("data-column")?.parse().ok()).map(StageId);
    let card = desk.focus.get_untracked();
    let Some(stage) = of_head.or_else(|| desk.find(card?).map(|(cell, ..)| cell.stage)) else { return };
    columns::shift(desk, stage, by);
    // An element that is put elsewhere loses it.
    request_animation_frame(move || {
        match (of_head, card, focused.and_then(|one| one.dyn_into::<HtmlElement>().ok())) {
            (Some(_), _, Some(focused)) => drop(focused.focus()),
            (None, Some(card), _) => desk.focus_on(card),
            _ => {}
        }
    });
}

fn with_focus(desk: Desk, act: impl FnOnce(OpportunityId)) {
    if let Some(id) = desk.focus.get_untracked() {
        act(id);
    }
}

/// The cells' counts, without the carried cards. Untracked.
fn shape(desk: Desk, without: &[OpportunityId]) -> Shape {
    untrack(|| {
        let board = desk.board.data();
        let count = |lane: Lane, stage| {
            let key = CellKey { stage, lane };
            let column = board.as_ref().and_then(|board| board.columns.iter().find(|column| key.is_of(column)));
            let all = column.and_then(|column| usize::try_from(column.count).ok()).unwrap_or(0);
            let carried = desk.cell(key).map_or(0, |cell| cell.stack.with(|stack| stack.places_of(without).len()));
            all.saturating_sub(carried)
        };
        let stages: Vec<_> = desk.stages.get().iter().map(|stage| stage.id).collect();
        let counts = desk.rows().iter().map(|lane| stages.iter().map(|stage| count(*lane, *stage)).collect()).collect();
        let folded = stages.iter().map(|stage| desk.is_folded(*stage)).collect();
        Shape { counts, folded }
    })
}

fn key_at(desk: Desk, spot: Spot) -> Option<CellKey> {
    let lane = untrack(|| desk.rows()).get(spot.lane).copied()?;
    let stage = desk.stages.with_untracked(|stages| stages.get(spot.column).map(|stage| stage.id))?;
    Some(CellKey { stage, lane })
}

fn spot_of(desk: Desk, cell: CellKey, index: usize) -> Option<Spot> {
    let lane = untrack(|| desk.rows()).iter().position(|lane| *lane == cell.lane)?;
    let column = desk.stages.with_untracked(|stages| stages.iter().position(|stage| stage.id == cell.stage))?;
    Some(Spot { lane, column, index })
}

fn step(desk: Desk, toward: Toward) {
    if let Some(carried) = desk.carried.get_untracked() {
        if carried.by == By::Keyboard {
            carry_on(desk, &carried.ids, |spot, shape| carry::carry(spot, toward, shape));
        }
        return;
    }
    let shape = shape(desk, &[]);
    let focused = desk.focus.get_untracked().and_then(|id| desk.find(id)).map(|(cell, place, _)| (cell, place));
    let here = focused.or_else(|| desk.last.get_value()).and_then(|(cell, place)| spot_of(desk, cell, place));
    let next = here.map(|here| carry::walk(here, toward, &shape)).or_else(|| shape.first());
    if let Some(next) = next.filter(|next| Some(*next) != here) {
        walk_to(desk, next);
    }
}

fn jump(desk: Desk, column: usize) {
    if let Some(carried) = desk.carried.get_untracked() {
        let is_there = desk.stages.with_untracked(|stages| column < stages.len());
        if carried.by == By::Keyboard && is_there {
            carry_on(desk, &carried.ids, |spot, _| Spot { column, index: 0, ..spot });
        }
        return;
    }
    let Some(stage) = desk.stages.with_untracked(|stages| stages.get(column).cloned()) else { return };
    desk.folds.leave(stage.id);
    if untrack(|| desk.is_folded(stage.id)) {
        desk.folds.visit(stage.id);
    }
    match shape(desk, &[]).nearest(column, 0, 0) {
        Some(spot) => walk_to(desk, spot),
        None => desk.say(untrack(|| fill(Key::BoardSaidEmpty, &[("stage", &stage.name)]))),
    }
}

/// Brings a place into sight and its card into focus, as soon as it is loaded.
fn walk_to(desk: Desk, spot: Spot) {
    if let Some(key) = key_at(desk, spot) {
        desk.last.set_value(Some((key, spot.index)));
        focus_at(desk, key, spot.index, FRAMES);
    }
}

/// So many frames a page of cards may take to come.
const FRAMES: u32 = 300;

fn focus_at(desk: Desk, key: CellKey, index: usize, tries: u32) {
    // Somebody walked on meanwhile, or left the board.
    if desk.last.try_get_value().flatten() != Some((key, index)) {
        return;
    }
    reveal(desk, key, index);
    let id = desk.cell(key).and_then(|cell| cell.stack.with_untracked(|stack| stack.at(index).map(|card| card.id)));
    match id {
        Some(id) => desk.focus_on(id),
        None if tries > 0 => request_animation_frame(move || focus_at(desk, key, index, tries - 1)),
        None => {}
    }
}

/// Scrolls the board and the cell no further than needed for a place to be
/// seen. A cell out of sight is made once the board shows its lane.
fn reveal(desk: Desk, key: CellKey, index: usize) {
    let Some(board) = desk.node.try_get_untracked().flatten() else { return };
    let pitch = untrack(pitch);
    let at = place(index);
    if let Some((left, right)) = across(desk, &board, key.stage) {
        let (from, room) = (f64::from(board.scroll_left()), f64::from(board.client_width()));
        if let Some(to) = scroll(from, room, left, right) {
            board.set_scroll_left(to);
        }
    }
    let lane = untrack(|| desk.rows()).iter().position(|lane| *lane == key.lane);
    if let Some((top, bottom)) = lane.and_then(|lane| desk.bounds(lane)) {
        let heads = board.query_selector(".heads").ok().flatten().map_or(0, |heads| heads.client_height());
        let (from, room) = (f64::from(board.scroll_top()), f64::from(board.client_height() - heads));
        if let Some(to) = scroll(from, room, top, bottom) {
            board.set_scroll_top(to);
        }
    }
    let Some(node) = desk.cell(key).and_then(|cell| cell.node.get_untracked()) else { return };
    let (from, room) = (f64::from(node.scroll_top()), f64::from(node.client_height()));
    if let Some(to) = scroll(from, room, at * pitch, (at + 1.0) * pitch) {
        node.set_scroll_top(to);
    }
}

#[expect(clippy::cast_precision_loss, reason = "cards and columns on a screen")]
fn place(index: usize) -> f64 {
    index as f64
}

/// Where a column begins and ends across the board.
fn across(desk: Desk, board: &HtmlElement, stage: StageId) -> Option<(f64, f64)> {
    let head = board.query_selector(&format!("[data-column='{stage}']")).ok().flatten();
    if let Some(head) = head.and_then(|head| head.dyn_into::<HtmlElement>().ok()) {
        let left = f64::from(head.offset_left());
        return Some((left, left + f64::from(head.offset_width())));
    }
    // A phone has no heads: each stage fills it.
    let at = desk.stages.with_untracked(|stages| stages.iter().position(|known| known.id == stage))?;
    let width = f64::from(board.client_width());
    Some((place(at) * width, (place(at) + 1.0) * width))
}

/// How far to scroll so that a stretch is seen, its start first; nothing if it is.
#[expect(clippy::cast_possible_truncation, reason = "px on a screen")]
fn scroll(from: f64, room: f64, start: f64, end: f64) -> Option<i32> {
    if start < from {
        return Some(start as i32);
    }
    (end > from + room).then(|| (end - room).min(start) as i32)
}

fn lift_or_drop(desk: Desk) {
    if desk.carried.with_untracked(Option::is_some) {
        return put_down(desk);
    }
    if untrack(|| desk.is_fixed()) {
        return desk.say(untrack(|| text(Key::BoardSaidFixed)));
    }
    with_focus(desk, |id| lift(desk, id));
}

fn lift(desk: Desk, id: OpportunityId) {
    let Some((cell, place, card)) = desk.find(id) else { return };
    let ids = desk.together(id);
    let carried =
        desk.cell(cell).map(|cell| cell.stack.with_untracked(|stack| stack.places_of(&ids))).unwrap_or_default();
    let index = slot_of(place_of(place, &carried), &carried);
    desk.carried.set(Some(Carried::new(desk, ids, By::Keyboard)));
    desk.slot.set(Some(Slot { cell, index }));
    desk.say(untrack(|| fill(Key::BoardSaidLifted, &[("name", &title(&card))])));
}

fn carry_on(desk: Desk, ids: &[OpportunityId], next: impl FnOnce(Spot, &Shape) -> Spot) {
    let Some(slot) = desk.slot.get_untracked() else { return };
    let places = |key: CellKey| {
        desk.cell(key).map(|cell| cell.stack.with_untracked(|stack| stack.places_of(ids))).unwrap_or_default()
    };
    let Some(here) = spot_of(desk, slot.cell, place_of(slot.index, &places(slot.cell))) else { return };
    let shape = shape(desk, ids);
    let mut there = next(here, &shape);
    let Some(key) = key_at(desk, there) else { return };
    // What is folded takes cards on top, as it does from the mouse.
    if untrack(|| desk.is_folded(key.stage)) {
        there.index = 0;
    }
    let index = slot_of(there.index, &places(key));
    desk.slot.set(Some(Slot { cell: key, index }));
    reveal(desk, key, index);
    let stage = untrack(|| moves::called(desk, key));
    let all = shape.counts.get(there.lane).and_then(|lane| lane.get(there.column)).copied().unwrap_or(0) + ids.len();
    let (place, all) = ((there.index + 1).to_string(), all.to_string());
    desk.say(untrack(|| fill(Key::BoardSaidOver, &[("stage", &stage), ("place", &place), ("count", &all)])));
}

fn open_or_drop(desk: Desk) {
    if desk.carried.with_untracked(Option::is_some) {
        return put_down(desk);
    }
    with_focus(desk, |id| links::go(&untrack(|| links::opened(id))));
}

fn put_down(desk: Desk) {
    let Some(carried) = desk.carried.get_untracked().filter(|carried| carried.by == By::Keyboard) else { return };
    match desk.slot.get_untracked() {
        Some(slot) => put_when_known(desk, &carried, slot, FRAMES),
        None => moves::give_up(desk),
    }
}

/// Waits for the cards around the slot: they name the place that was said.
fn put_when_known(desk: Desk, carried: &Arc<Carried>, slot: Slot, tries: u32) {
    let is_held = desk.carried.try_with_untracked(|now| now.as_ref().is_some_and(|now| Arc::ptr_eq(now, carried)));
    if is_held != Some(true) || desk.slot.get_untracked() != Some(slot) {
        return;
    }
    if is_known(desk, slot) {
        return moves::put(desk, carried.ids.clone(), Target::slot(slot), None);
    }
    if tries == 0 {
        return moves::give_up(desk);
    }
    let carried = carried.clone();
    request_animation_frame(move || put_when_known(desk, &carried, slot, tries - 1));
}

fn is_known(desk: Desk, slot: Slot) -> bool {
    let Some(cell) = desk.cell(slot.cell) else { return false };
    cell.stack.with_untracked(|stack| {
        let is_here = |index: usize| index >= stack.count || stack.at(index).is_some();
        is_here(slot.index) && slot.index.checked_sub(1).is_none_or(is_here)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_stretch_is_scrolled_to_no_further_than_needed() {
        assert_eq!(scroll(0.0, 600.0, 100.0, 400.0), None);
        assert_eq!(scroll(0.0, 600.0, 500.0, 900.0), Some(300));
        assert_eq!(scroll(700.0, 600.0, 500.0, 900.0), Some(500));
        assert_eq!(scroll(0.0, 300.0, 500.0, 900.0), Some(500));
    }
}
