//! Another order of the columns, for oneself: a head is dragged, or moved by
//! its menu or keys. The order that all share is the administrators'.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::id::StageId;
use wasm_bindgen::JsCast;
use web_sys::PointerEvent;

use super::geometry::nearest;
use crate::i18n::fill;
use crate::opportunities::board::desk::{Desk, area_of};

/// px before a press becomes a drag.
const THRESHOLD: i32 = 6;

/// A head in somebody's hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    stage: StageId,
    pointer: i32,
    from: i32,
    /// It has moved far enough to be meant.
    is_moving: bool,
    /// The place it would take, counted before it is taken out.
    to: Option<usize>,
}

#[derive(Clone, Copy)]
pub struct Reorder {
    desk: Desk,
    held: RwSignal<Option<Held>>,
}

impl Reorder {
    pub fn new(desk: Desk) -> Self {
        Self { desk, held: RwSignal::new(None) }
    }

    /// The held column would land before this one. Tracked.
    pub fn is_before(self, stage: StageId) -> bool {
        let to = self.held.get().and_then(|held| held.to);
        to.is_some_and(|to| self.desk.stages.with(|stages| stages.get(to).is_some_and(|at| at.id == stage)))
    }

    /// Tracked.
    pub fn is_moving(self) -> bool {
        self.held.get().is_some_and(|held| held.is_moving)
    }
}

/// A press on a head; its controls keep theirs.
pub fn press(reorder: Reorder, stage: StageId, event: &PointerEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_control =
        target.is_some_and(|target| target.closest("a, button, input, form, .popover").ok().flatten().is_some());
    if is_control || event.button() != 0 || event.pointer_type() != "mouse" {
        return;
    }
    reorder.held.set(Some(Held {
        stage,
        pointer: event.pointer_id(),
        from: event.client_x(),
        is_moving: false,
        to: None,
    }));
}

/// For the board: the head keeps the pointer wherever it goes.
pub fn moved(reorder: Reorder, event: &PointerEvent) {
    let Some(mut held) = reorder.held.get_untracked().filter(|held| held.pointer == event.pointer_id()) else { return };
    if !held.is_moving && (event.client_x() - held.from).abs() < THRESHOLD {
        return;
    }
    if !held.is_moving {
        held.is_moving = true;
        if let Some(row) = event.current_target().and_then(|row| row.dyn_into::<web_sys::Element>().ok()) {
            let _ = row.set_pointer_capture(held.pointer);
        }
    }
    held.to = place(reorder.desk, f64::from(event.client_x()));
    if reorder.held.get_untracked() != Some(held) {
        reorder.held.set(Some(held));
    }
}

/// Before which column a point lies.
fn place(desk: Desk, x: f64) -> Option<usize> {
    let board = desk.node.get_untracked()?;
    let heads = board.query_selector_all("[data-column]").ok()?;
    let areas: Vec<_> = (0..heads.length()).filter_map(|at| Some(area_of(heads.get(at)?.dyn_ref()?))).collect();
    let over = nearest(areas.iter().copied(), x, areas.first()?.top)?;
    Some(if x > f64::midpoint(areas[over].left, areas[over].right) { over + 1 } else { over })
}

pub fn released(reorder: Reorder) {
    let Some(held) = reorder.held.get_untracked() else { return };
    reorder.held.set(None);
    if let Some(to) = held.to {
        let ids: Vec<StageId> =
            reorder.desk.stages.with_untracked(|stages| stages.iter().map(|stage| stage.id).collect());
        order(reorder.desk, held.stage, &put(&ids, held.stage, to));
    }
}

pub fn cancelled(reorder: Reorder) {
    reorder.held.set(None);
}

/// One place to the left or the right.
pub fn shift(desk: Desk, stage: StageId, by: isize) {
    let ids: Vec<StageId> = desk.stages.with_untracked(|stages| stages.iter().map(|stage| stage.id).collect());
    let Some(at) = ids.iter().position(|id| *id == stage) else { return };
    let to = if by < 0 { at.checked_sub(1) } else { Some((at + 2).min(ids.len())) };
    if let Some(to) = to {
        order(desk, stage, &put(&ids, stage, to));
    }
}

/// The order with one stage before the `to`-th.
fn put(ids: &[StageId], stage: StageId, to: usize) -> Vec<StageId> {
    let (before, behind) = ids.split_at(to.min(ids.len()));
    let without = |part: &[StageId]| part.iter().copied().filter(|id| *id != stage).collect::<Vec<_>>();
    [without(before), vec![stage], without(behind)].concat()
}

/// Keeps the order as this person's own.
fn order(desk: Desk, moved: StageId, stages: &[StageId]) {
    let before: Vec<StageId> = desk.stages.with_untracked(|stages| stages.iter().map(|stage| stage.id).collect());
    if before == stages {
        return;
    }
    let name = untrack(|| desk.stage(moved)).map(|stage| stage.name.clone()).unwrap_or_default();
    desk.order.set(stages);
    desk.say(untrack(|| fill(Key::BoardColumnMoved, &[("stage", &name)])));
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_column_is_put_before_another() {
        let ids: Vec<StageId> = (0..4).map(|n| StageId(Uuid::from_u128(n))).collect();
        let put = |stage: usize, to| put(&ids, ids[stage], to).iter().map(|id| id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!(put(0, 2), [1, 0, 2, 3]);
        assert_eq!(put(3, 0), [3, 0, 1, 2]);
        assert_eq!(put(1, 1), [0, 1, 2, 3]);
        assert_eq!(put(1, 4), [0, 2, 3, 1]);
    }
}
