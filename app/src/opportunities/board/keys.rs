//! The board by keyboard: walk, lift, carry, drop, and everything else one does to a card.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::id::OpportunityId;

use super::card::title;
use super::carry::{self, Shape, Spot, Toward};
use super::desk::{By, Carried, CellKey, Desk, Lane, Slot, pitch};
use super::moves::{self, Target};
use super::stack::{place_of, slot_of};
use crate::i18n::{fill, text};
use crate::links;
use crate::ui::{Scope, use_key};

/// Keys that hold wherever the focus is on the page.
#[component]
pub fn PageKeys(desk: Desk) -> impl IntoView {
    use_key(Scope::Page, "j", Key::BoardKeyDown, move || step(desk, Toward::Down));
    use_key(Scope::Page, "k", Key::BoardKeyUp, move || step(desk, Toward::Up));
    for (at, combo) in ["1", "2", "3", "4", "5", "6", "7", "8", "9"].into_iter().enumerate() {
        use_key(Scope::Page, combo, Key::BoardKeyJump, move || jump(desk, at));
    }
}

/// Keys that hold while a card has the focus.
#[component]
pub fn CardKeys(desk: Desk) -> impl IntoView {
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
pub fn CarryKeys(#[prop(into)] on_cancel: Callback<()>) -> impl IntoView {
    use_key(Scope::Panel, "escape", Key::BoardKeyReturn, on_cancel);
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
    let here =
        desk.focus.get_untracked().and_then(|id| desk.find(id)).and_then(|(cell, place, _)| spot_of(desk, cell, place));
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
    if untrack(|| desk.is_folded(stage.id)) {
        desk.folds.toggle(stage.id);
    }
    match shape(desk, &[]).nearest(column, 0, 0) {
        Some(spot) => walk_to(desk, spot),
        None => desk.say(untrack(|| fill(Key::BoardSaidEmpty, &[("stage", &stage.name)]))),
    }
}

/// Brings a place into sight and its card into focus, as soon as it is loaded.
fn walk_to(desk: Desk, spot: Spot) {
    if let Some(key) = key_at(desk, spot) {
        reveal(desk, key, spot.index);
        focus_at(desk, key, spot.index, 60);
    }
}

fn focus_at(desk: Desk, key: CellKey, index: usize, tries: u32) {
    let id = desk.cell(key).and_then(|cell| cell.stack.with_untracked(|stack| stack.at(index).map(|card| card.id)));
    match id {
        Some(id) => desk.focus_on(id),
        None if tries > 0 => request_animation_frame(move || focus_at(desk, key, index, tries - 1)),
        None => {}
    }
}

/// Scrolls a cell no further than needed for a place to be seen.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "px on a screen")]
fn reveal(desk: Desk, key: CellKey, index: usize) {
    let Some(node) = desk.cell(key).and_then(|cell| cell.node.get_untracked()) else { return };
    let pitch = untrack(pitch);
    let (top, height) = (f64::from(node.scroll_top()), f64::from(node.client_height()));
    let start = index as f64 * pitch;
    if start < top {
        node.set_scroll_top(start as i32);
    } else if start + pitch > top + height {
        node.set_scroll_top((start + pitch - height) as i32);
    }
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
    desk.carried.set(Some(Carried::new(ids, By::Keyboard)));
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
    let there = next(here, &shape);
    let Some(key) = key_at(desk, there) else { return };
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
        Some(Slot { cell, index }) => moves::put(desk, carried.ids.clone(), Target { cell, slot: Some(index) }, None),
        None => moves::give_up(desk),
    }
}
