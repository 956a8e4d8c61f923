//! What the parts of a board share while it is open.

use std::cell::Cell as Counter;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::id::{OpportunityId, PipelineId, StageId};
use shared::opportunities::{Board, Column, GetBoard, Lanes, Move};
use shared::pipelines::Stage;
use shared::time::Instant;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::fold::Folds;
use super::foresee::foresee;
use super::hand::{Carried, Slot, Standing};
use super::kept::{Kept, arranged};
use super::losing::Losing;
use super::stack::Stack;
use crate::filters::Filters;
use crate::opportunities::drag::geometry::Area;
use crate::opportunities::question::{self, Question};
use crate::store::{self, Expected, Query};
use crate::ui::{Selection, is_phone};
use crate::{links, session};

/// A row of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The board has no lanes.
    #[default]
    Whole,
    /// Cards without an owner or a team.
    Nobody,
    Of(Uuid),
}

/// A lane as the key of its row; no record has such an id as the first two.
impl From<Lane> for Uuid {
    fn from(lane: Lane) -> Self {
        match lane {
            Lane::Whole => Self::from_u128(1),
            Lane::Nobody => Self::from_u128(2),
            Lane::Of(id) => id,
        }
    }
}

impl Lane {
    pub fn of_key(key: Uuid) -> Self {
        match key.as_u128() {
            1 => Self::Whole,
            2 => Self::Nobody,
            _ => Self::Of(key),
        }
    }

    pub fn read(word: Option<&str>) -> Self {
        match word {
            None => Self::Whole,
            Some(word) => word.parse().map_or(Self::Nobody, Self::Of),
        }
    }

    /// As the contract writes it.
    pub fn word(self) -> Option<String> {
        match self {
            Self::Whole => None,
            Self::Nobody => Some("none".into()),
            Self::Of(id) => Some(id.to_string()),
        }
    }
}

/// A stage within a lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CellKey {
    pub stage: StageId,
    pub lane: Lane,
}

impl CellKey {
    pub fn is_of(self, column: &Column) -> bool {
        column.stage == self.stage && Lane::read(column.lane.as_deref()) == self.lane
    }
}

/// A cell that is on the page.
#[derive(Clone, Copy)]
pub struct CellHandle {
    id: u32,
    pub key: CellKey,
    pub node: NodeRef<html::Div>,
    pub stack: Memo<Arc<Stack>>,
}

impl CellHandle {
    pub fn new(key: CellKey, node: NodeRef<html::Div>, stack: Memo<Arc<Stack>>) -> Self {
        thread_local! {
            static NEXT: Counter<u32> = const { Counter::new(0) };
        }
        let id = NEXT.get();
        NEXT.set(id.wrapping_add(1));
        Self { id, key, node, stack }
    }
}

/// The board's own state; a copy of handles.
#[derive(Clone, Copy)]
pub struct Desk {
    pub filters: Filters,
    pub question: Memo<Question>,
    pub pipeline: Memo<Option<PipelineId>>,
    pub board: Query<Board>,
    pub stages: Memo<Vec<Arc<Stage>>>,
    pub carried: RwSignal<Option<Arc<Carried>>>,
    pub slot: RwSignal<Option<Slot>>,
    /// The board as it would be if the carried cards were put down here.
    ahead: Memo<Option<Arc<Board>>>,
    pub focus: RwSignal<Option<OpportunityId>>,
    /// The deal whose panel is open.
    pub opened: Memo<Option<OpportunityId>>,
    pub selection: Selection,
    pub losing: RwSignal<Option<Losing>>,
    /// Cards that ask where to go.
    pub moving: RwSignal<Vec<OpportunityId>>,
    /// What is said to those who listen.
    pub saying: RwSignal<String>,
    pub folds: Folds,
    /// A person's own order of the columns.
    pub order: Kept,
    /// The column that takes a new deal at its top.
    pub adding: RwSignal<Option<StageId>>,
    /// The stage that a phone is turned to, counted from the first.
    pub turned: RwSignal<usize>,
    /// px of the room for cells.
    pub height: RwSignal<f64>,
    pub node: NodeRef<html::Div>,
    /// Where each lane begins, and where the last one ends; set by who shows them.
    pub tops: StoredValue<Option<Memo<Vec<f64>>>>,
    /// The place that had the focus last: its card may be out of sight.
    pub last: StoredValue<Option<(CellKey, usize)>>,
    cells: StoredValue<Vec<CellHandle>, LocalStorage>,
}

/// The pipeline's stages; on a past board also those that were put away since. Tracked.
fn stages(pipeline: Option<PipelineId>, at: Option<Instant>, board: Query<Board>) -> Vec<Arc<Stage>> {
    if let (Some(_), Some(board)) = (at, board.data()) {
        let first = board.columns.iter().take_while(|column| column.lane == board.columns[0].lane);
        return first.filter_map(|column| store::stage(column.stage)).collect();
    }
    pipeline.map(store::stages).unwrap_or_default()
}

/// Worked out anew where another stage is reached, not for each place in it.
fn ahead(
    board: Query<Board>,
    carried: RwSignal<Option<Arc<Carried>>>,
    slot: RwSignal<Option<Slot>>,
) -> Memo<Option<Arc<Board>>> {
    let over = Memo::new(move |_| slot.get().map(|slot| slot.cell.stage));
    Memo::new(move |_| {
        let (stage, carried) = (over.get()?, carried.get()?);
        let moved = Move { ids: carried.ids.clone(), stage, ..Move::default() };
        let mut ahead = Board::clone(&*board.data()?);
        foresee(&mut ahead, &Expected::Moved(Box::new(moved)));
        Some(Arc::new(ahead))
    })
}

/// px from one card to the next. Tracked.
pub fn pitch() -> f64 {
    if is_phone() { 128.0 } else { 92.0 }
}

/// First cards of a cell.
const FIRST: u32 = 30;
const FIRST_IN_LANES: u32 = 8;

fn first(lanes: Lanes) -> u32 {
    if lanes == Lanes::None { FIRST } else { FIRST_IN_LANES }
}

impl Desk {
    pub fn new(filters: Filters, question: Memo<Question>) -> Self {
        let pipeline = Memo::new(move |_| question.with(question::pipeline));
        let ask = move || question.with(|question| board_query(question, pipeline.get()));
        let board = store::patched::<GetBoard>(ask, &[Object::Opportunity], foresee);
        let order = Kept::of("columns", pipeline);
        let stages = Memo::new(move |_| {
            let stages = stages(pipeline.get(), question.with(|question| question.as_of), board);
            arranged(&stages, |stage| stage.id, &order.get().unwrap_or_default())
        });
        let (carried, slot) = (RwSignal::new(None), RwSignal::new(None));
        let desk = Self {
            filters,
            question,
            pipeline,
            board,
            stages,
            carried,
            slot,
            ahead: ahead(board, carried, slot),
            focus: RwSignal::new(None),
            opened: Memo::new(|_| links::open_id().map(OpportunityId)),
            selection: Selection::new(),
            losing: RwSignal::new(None),
            moving: RwSignal::new(Vec::new()),
            saying: RwSignal::new(String::new()),
            folds: Folds::of(pipeline, stages),
            order,
            adding: RwSignal::new(None),
            turned: RwSignal::new(0),
            height: RwSignal::new(700.0),
            node: NodeRef::new(),
            tops: StoredValue::new(None),
            last: StoredValue::new(None),
            cells: StoredValue::new_local(Vec::new()),
        };
        desk.forget_what_left();
        desk
    }

    /// Another question: what was chosen may not be in its answer.
    fn forget_what_left(self) {
        Effect::new(move |before: Option<Question>| {
            let now = self.question.get();
            if before.is_some_and(|before| before != now) {
                self.selection.clear();
                self.adding.set(None);
            }
            now
        });
    }

    /// How many cards of a cell come with the board. Tracked.
    pub fn first(self) -> usize {
        first(self.lanes()) as usize
    }

    /// Tracked.
    pub fn lanes(self) -> Lanes {
        self.question.with(|question| question.lanes)
    }

    /// Only to be looked at: the past, or a role that changes nothing. Tracked.
    pub fn is_fixed(self) -> bool {
        self.question.with(|question| question.as_of.is_some()) || !session::can(Object::Opportunity, Action::Write)
    }

    /// Tracked.
    pub fn is_folded(self, stage: StageId) -> bool {
        !is_phone() && self.folds.has(stage)
    }

    /// Tracked.
    pub fn stage(self, id: StageId) -> Option<Arc<Stage>> {
        self.stages.with(|stages| stages.iter().find(|stage| stage.id == id).cloned())
    }

    /// The one stage that a phone shows. Tracked.
    pub fn in_sight(self) -> Option<StageId> {
        let at = self.turned.get();
        is_phone().then(|| self.stages.with(|stages| stages.get(at).map(|stage| stage.id))).flatten()
    }

    /// What the heads tell of: the board, and what is carried over it. Tracked.
    pub fn foreseen(self) -> Option<Arc<Board>> {
        self.ahead.get().or_else(|| self.board.data())
    }

    /// Something of a cell's answer. Tracked.
    pub fn column<T>(self, key: CellKey, read: impl FnOnce(&Column) -> T) -> Option<T> {
        let board = self.board.data()?;
        board.columns.iter().find(|column| key.is_of(column)).map(read)
    }

    /// The board's rows, in their order. Tracked.
    pub fn rows(self) -> Vec<Lane> {
        if self.lanes() == Lanes::None {
            return vec![Lane::Whole];
        }
        let board = self.board.data();
        board.map(|board| board.lanes.iter().map(|lane| Lane::read(Some(lane))).collect()).unwrap_or_default()
    }

    /// A cell is on the page as long as the component that says so.
    pub fn register(self, cell: CellHandle) {
        self.cells.update_value(|cells| cells.push(cell));
        on_cleanup(move || {
            self.cells.try_update_value(|cells| cells.retain(|known| known.id != cell.id));
        });
    }

    pub fn cells(self) -> Vec<CellHandle> {
        self.cells.try_get_value().unwrap_or_default()
    }

    pub fn cell(self, key: CellKey) -> Option<CellHandle> {
        self.cells().into_iter().find(|cell| cell.key == key)
    }

    /// A card where it stands, if that is loaded.
    pub fn find(self, id: OpportunityId) -> Option<Standing> {
        let found = self.cells().into_iter().find_map(|cell| {
            let stack = cell.stack.try_get_untracked()?;
            let place = stack.place(id)?;
            Some((cell.key, place, stack.at(place)?.clone()))
        });
        found.or_else(|| {
            let carried = self.carried.try_get_untracked().flatten()?;
            carried.stood.iter().find(|(.., card)| card.id == id).cloned()
        })
    }

    /// Where a lane begins and ends, px below the heads. Untracked.
    pub fn bounds(self, lane: usize) -> Option<(f64, f64)> {
        let tops = self.tops.try_get_value().flatten()?.try_get_untracked()?;
        Some((*tops.get(lane)?, *tops.get(lane + 1)?))
    }

    /// The cards that a command on this one is about: all chosen ones if it is among them.
    pub fn together(self, id: OpportunityId) -> Vec<OpportunityId> {
        let chosen = self.chosen();
        if chosen.contains(&id) { chosen } else { vec![id] }
    }

    /// The chosen cards as they stand: by column, then from the top. Untracked.
    pub fn chosen(self) -> Vec<OpportunityId> {
        let keys = untrack(|| self.selection.keys());
        let stages = self.stages.get_untracked();
        let stands = |id: OpportunityId| {
            let found = self.find(id);
            let column = found.as_ref().and_then(|(cell, ..)| stages.iter().position(|stage| stage.id == cell.stage));
            ((column.is_none(), column, found.map(|(_, place, _)| place)), id)
        };
        let mut chosen: Vec<_> = keys.iter().filter_map(|key| key.parse().ok()).map(stands).collect();
        shared::order::sort_by(&mut chosen, |a, b| a.0.cmp(&b.0));
        chosen.into_iter().map(|(_, id)| id).collect()
    }

    /// Empty hands.
    pub fn let_go(self) {
        self.slot.set(None);
        self.carried.set(None);
    }

    pub fn say(self, words: impl Into<String>) {
        // The callbacks of commands outlive the board.
        let _ = self.saying.try_set(words.into());
    }

    /// Puts the focus on a card as soon as it is made.
    pub fn focus_on(self, id: OpportunityId) {
        let _ = self.focus.try_set(Some(id));
        focus_when_made(self.node, id, 30);
    }
}

fn focus_when_made(board: NodeRef<html::Div>, id: OpportunityId, tries: u32) {
    request_animation_frame(move || {
        let Some(element) = board.try_get_untracked().flatten() else { return };
        let card = element.query_selector(&format!("[data-card='{id}']")).ok().flatten();
        match card.and_then(|card| card.dyn_into::<HtmlElement>().ok()) {
            Some(card) => drop(card.focus()),
            None if tries > 0 => focus_when_made(board, id, tries - 1),
            None => {}
        }
    });
}

fn board_query(question: &Question, pipeline: Option<PipelineId>) -> Option<((), shared::opportunities::BoardQuery)> {
    let query = shared::opportunities::BoardQuery {
        pipeline: Some(pipeline.filter(|_| question.is_readable)?),
        filter: question.filter.clone(),
        search: question.search.clone(),
        sort: question.sort.clone(),
        lanes: (question.lanes != Lanes::None).then_some(question.lanes),
        cards: Some(first(question.lanes)),
        as_of: question.as_of,
    };
    Some(((), query))
}

/// Where an element stands on the screen.
pub fn area_of(element: &web_sys::Element) -> Area {
    let rect = element.get_bounding_client_rect();
    Area { left: rect.left(), top: rect.top(), right: rect.right(), bottom: rect.bottom() }
}
