//! A drag from press to drop. Per frame it moves the ghost, and sets the slot
//! when it is another; nothing else on the board hears of the pointer.

use std::time::Duration;

use leptos::prelude::*;
use shared::id::OpportunityId;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

use super::geometry::{nearest, slot_at, speed};
use super::ghost::Ghost;
use crate::opportunities::board::desk::{CellHandle, Desk, area_of, pitch};
use crate::opportunities::board::hand::{By, Carried, Slot};
use crate::opportunities::board::moves::{self, Target};
use crate::ui::{format, is_phone};

/// px a mouse travels before a press becomes a drag.
const THRESHOLD: f64 = 5.0;
/// px a finger may tremble while it presses long.
const TREMBLE: f64 = 10.0;
const LONG_PRESS: Duration = Duration::from_millis(250);
/// Frames at the edge of a phone before the next stage comes.
const DWELL: i32 = 28;

enum Phase {
    /// Pressed, not yet meant as a drag.
    Pressed,
    Active(Ghost),
}

struct Drag {
    pointer: i32,
    is_touch: bool,
    card: OpportunityId,
    start: (f64, f64),
    at: (f64, f64),
    phase: Phase,
    timer: Option<TimeoutHandle>,
    is_framed: bool,
    dwell: i32,
    has_moved: bool,
}

#[derive(Clone, Copy)]
pub struct Dragging {
    desk: Desk,
    drag: StoredValue<Option<Drag>, LocalStorage>,
    /// When the last one ended: the click that follows is no click.
    ended: StoredValue<i64>,
}

fn point(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// The card an event happened on.
pub fn card_of(event: &web_sys::Event) -> Option<(OpportunityId, Element)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let card = target.closest("[data-card]").ok()??;
    let id = card.get_attribute("data-card")?.parse().ok()?;
    Some((id, card))
}

impl Dragging {
    pub fn new(desk: Desk) -> Self {
        Self { desk, drag: StoredValue::new_local(None), ended: StoredValue::new(0) }
    }

    /// A drag has just ended. Untracked.
    pub fn is_settling(self) -> bool {
        format::now().0 - self.ended.get_value() < 350
    }

    /// Cards hang on the pointer: a finger must not scroll. Untracked.
    pub fn is_active(self) -> bool {
        self.drag
            .try_with_value(|drag| drag.as_ref().is_some_and(|drag| matches!(drag.phase, Phase::Active(_))))
            .unwrap_or(false)
    }

    /// A finger rests on a card. Untracked.
    pub fn is_touching(self) -> bool {
        self.drag.try_with_value(|drag| drag.as_ref().is_some_and(|drag| drag.is_touch)).unwrap_or(false)
    }

    pub fn pressed(self, event: &PointerEvent) {
        let is_free =
            event.is_primary() && event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key();
        let is_control = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|target| target.closest("[data-move]").ok().flatten().is_some());
        if !is_free
            || is_control
            || untrack(|| self.desk.is_fixed())
            || self.desk.carried.with_untracked(Option::is_some)
        {
            return;
        }
        let Some((card, _)) = card_of(event) else { return };
        let is_touch = event.pointer_type() != "mouse";
        let (pointer, at) = (event.pointer_id(), point(event));
        let timer = is_touch.then(|| set_timeout_with_handle(move || self.begin(pointer), LONG_PRESS).ok()).flatten();
        let drag = Drag {
            pointer,
            is_touch,
            card,
            start: at,
            at,
            phase: Phase::Pressed,
            timer,
            is_framed: false,
            dwell: 0,
            has_moved: false,
        };
        self.drag.set_value(Some(drag));
    }

    pub fn moved(self, event: &PointerEvent) {
        let at = point(event);
        let step = self.drag.try_update_value(|slot| {
            let drag = slot.as_mut().filter(|drag| drag.pointer == event.pointer_id())?;
            drag.at = at;
            let travelled = distance(drag.start, at);
            match drag.phase {
                Phase::Active(_) => {
                    drag.has_moved |= travelled > TREMBLE;
                    Some(Step::Frame)
                }
                Phase::Pressed if drag.is_touch && travelled > TREMBLE => Some(Step::Forget),
                Phase::Pressed if !drag.is_touch && travelled > THRESHOLD => Some(Step::Begin),
                Phase::Pressed => None,
            }
        });
        match step.flatten() {
            Some(Step::Frame) => self.frame_soon(),
            Some(Step::Begin) => self.begin(event.pointer_id()),
            Some(Step::Forget) => self.forget(),
            None => {}
        }
    }

    pub fn released(self, event: &PointerEvent) {
        let is_own = self
            .drag
            .try_with_value(|drag| drag.as_ref().is_some_and(|drag| drag.pointer == event.pointer_id()))
            .unwrap_or(false);
        if !is_own {
            return;
        }
        let drag = self.drag.try_update_value(Option::take).flatten();
        let Some(drag) = drag else { return };
        clear(drag.timer);
        if !matches!(drag.phase, Phase::Active(_)) {
            return;
        }
        self.ended.set_value(format::now().0);
        // Pressed long and let go in place: a finger asks where to move it.
        if drag.is_touch && !drag.has_moved {
            self.desk.let_go();
            return self.desk.moving.set(self.desk.together(drag.card));
        }
        let slot = self.desk.slot.get_untracked();
        let ids = self
            .desk
            .carried
            .with_untracked(|carried| carried.as_ref().map(|carried| carried.ids.clone()).unwrap_or_default());
        match slot {
            Some(slot) => moves::put(self.desk, ids, Target::slot(slot), Some(drag.at)),
            None => moves::give_up(self.desk),
        }
    }

    /// Everything back to where it was.
    pub fn cancel(self) {
        let was_active = self.is_active();
        self.forget();
        if was_active {
            self.ended.set_value(format::now().0);
            moves::give_up(self.desk);
        }
    }

    fn forget(self) {
        if let Some(drag) = self.drag.try_update_value(Option::take).flatten() {
            clear(drag.timer);
        }
    }

    /// Takes the cards up.
    fn begin(self, pointer: i32) {
        let desk = self.desk;
        let Some(board) = desk.node.try_get_untracked().flatten() else { return };
        let pressed = self.drag.try_with_value(|drag| {
            drag.as_ref().filter(|drag| drag.pointer == pointer).map(|drag| (drag.card, drag.start))
        });
        let Some((id, start)) = pressed.flatten() else { return };
        let Some(card) = board.query_selector(&format!("[data-card='{id}']")).ok().flatten() else {
            return self.forget();
        };
        let ids = desk.together(id);
        let Some(ghost) = Ghost::of(&card, start, ids.len()) else { return self.forget() };
        let _ = board.set_pointer_capture(pointer);
        self.drag.update_value(|drag| {
            if let Some(drag) = drag {
                drag.phase = Phase::Active(ghost);
            }
        });
        desk.carried.set(Some(Carried::new(desk, ids, By::Pointer)));
        self.frame_soon();
    }

    fn frame_soon(self) {
        let is_first = self
            .drag
            .try_update_value(|drag| drag.as_mut().is_some_and(|drag| !std::mem::replace(&mut drag.is_framed, true)));
        if is_first == Some(true) {
            request_animation_frame(move || self.frame());
        }
    }

    fn frame(self) {
        let seen = self.drag.try_update_value(|slot| {
            let drag = slot.as_mut()?;
            drag.is_framed = false;
            let Phase::Active(ghost) = &drag.phase else { return None };
            ghost.follow(drag.at);
            Some((drag.at, ghost.top(drag.at.1)))
        });
        let Some((at, top)) = seen.flatten() else { return };
        let desk = self.desk;
        let over = over(desk, at, top);
        let scrolls = self.scroll(over.as_ref().map(|(cell, _)| *cell), at);
        let slot = over.map(|(_, slot)| slot);
        if desk.slot.get_untracked() != slot {
            desk.slot.set(slot);
        }
        if scrolls {
            self.frame_soon();
        }
    }

    /// Scrolls what the pointer is at the edge of; whether there is more to come.
    #[expect(clippy::cast_possible_truncation, reason = "px per frame")]
    fn scroll(self, cell: Option<CellHandle>, (x, y): (f64, f64)) -> bool {
        let Some(board) = self.desk.node.get_untracked() else { return false };
        let area = area_of(&board);
        let across = speed(x, area.left, area.right);
        if untrack(is_phone) {
            self.turn(&board, across);
        } else if across != 0.0 {
            board.set_scroll_left(board.scroll_left() + across.round() as i32);
        }
        // With lanes it is the board that scrolls down.
        let column: Element = match cell.and_then(|cell| cell.node.get_untracked()) {
            Some(node) if node.scroll_height() > node.client_height() => node.into(),
            _ => board.into(),
        };
        let area = area_of(&column);
        let down = speed(y, area.top, area.bottom);
        if down != 0.0 {
            column.set_scroll_top(column.scroll_top() + down.round() as i32);
        }
        across != 0.0 || down != 0.0
    }

    /// A phone turns to the next stage when the finger rests at its edge.
    fn turn(self, board: &Element, across: f64) {
        let turns = self.drag.try_update_value(|slot| {
            let drag = slot.as_mut()?;
            drag.dwell = if across == 0.0 { 0 } else { drag.dwell + 1 };
            (drag.dwell >= DWELL).then(|| drag.dwell = -DWELL)
        });
        if turns.flatten().is_some() {
            let by = if across > 0.0 { board.client_width() } else { -board.client_width() };
            board.scroll_by_with_x_and_y(f64::from(by), 0.0);
        }
    }
}

enum Step {
    Frame,
    Begin,
    Forget,
}

fn clear(timer: Option<TimeoutHandle>) {
    if let Some(timer) = timer {
        timer.clear();
    }
}

/// The cell under the pointer, and the slot in it. A stage of a phone's strip goes first.
fn over(desk: Desk, (x, y): (f64, f64), top: f64) -> Option<(CellHandle, Slot)> {
    if let Some(stage) = strip_stage(x, y) {
        // In its own lane: the strip is about stages.
        let lane = desk.carried.with_untracked(|carried| carried.as_ref().and_then(|carried| carried.lanes().next()));
        let mut cells = desk.cells().into_iter().filter(|cell| cell.key.stage == stage);
        let cell = cells.find(|cell| lane.is_none_or(|lane| cell.key.lane == lane))?;
        return Some((cell, Slot { cell: cell.key, index: 0 }));
    }
    let cells: Vec<_> = desk.cells().into_iter().filter_map(|cell| Some((cell, cell.node.get_untracked()?))).collect();
    let found = nearest(cells.iter().map(|(_, node)| area_of(node)), x, y)?;
    let (cell, node) = &cells[found];
    let is_folded = untrack(|| desk.is_folded(cell.key.stage));
    let count = cell.stack.with_untracked(|stack| stack.count);
    let top = top - area_of(node).top + f64::from(node.scroll_top());
    let index = if is_folded { 0 } else { slot_at(top, untrack(pitch), count) };
    Some((*cell, Slot { cell: cell.key, index }))
}

fn strip_stage(x: f64, y: f64) -> Option<shared::id::StageId> {
    let chips = document().query_selector_all("[data-strip]").ok()?;
    let under = (0..chips.length())
        .filter_map(|at| chips.get(at)?.dyn_into::<Element>().ok())
        .find(|chip| area_of(chip).holds(x, y))?;
    under.get_attribute("data-strip")?.parse().ok()
}
