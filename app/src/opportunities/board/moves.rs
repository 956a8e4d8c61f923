//! Puts cards somewhere else: one command, shown at once, taken back by one undo.

use std::sync::Arc;

use leptos::prelude::*;
use shared::change::Assign;
use shared::i18n::{self, Key, Plural};
use shared::id::{OpportunityId, StageId, TeamId, UserId};
use shared::opportunities::{Card, Lanes, Move, MoveOpportunities};
use shared::pipelines::StageKind;

use super::card::title;
use super::desk::{CellKey, Desk, Lane};
use super::foresee;
use super::hand::Slot;
use super::lanes;
use super::losing::Losing;
use super::stack::{Stack, place_of};
use crate::i18n::{fill, locale, text};
use crate::record::Loss;
use crate::store::{self, Command, Expected};
use crate::ui::is_phone;
use crate::words;

/// Where cards go; without a slot, on top. Without a lane each stays in its
/// own: only a drop into another lane changes an owner or a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub stage: StageId,
    pub lane: Option<Lane>,
    pub slot: Option<usize>,
}

impl Target {
    /// A place in a cell.
    pub fn slot(Slot { cell, index }: Slot) -> Self {
        Self { stage: cell.stage, lane: Some(cell.lane), slot: Some(index) }
    }

    /// The top of a stage, whatever the lanes.
    pub fn top(stage: StageId) -> Self {
        Self { stage, lane: None, slot: None }
    }

    /// The one cell that the cards go to, if it is one. Tracked.
    pub fn cell(self, lanes: Lanes) -> Option<CellKey> {
        let lane = self.lane.or((lanes == Lanes::None).then_some(Lane::Whole))?;
        Some(CellKey { stage: self.stage, lane })
    }
}

/// A card and where it stood.
struct Stood {
    cell: CellKey,
    card: Arc<Card>,
    above: Option<OpportunityId>,
    below: Option<OpportunityId>,
}

/// Moves the cards, after asking why where they are lost.
pub fn put(desk: Desk, ids: Vec<OpportunityId>, target: Target, at: Option<(f64, f64)>) {
    if desk.is_fixed() || ids.is_empty() {
        return give_up(desk);
    }
    let enters = ids.iter().any(|id| desk.find(*id).is_none_or(|(cell, ..)| cell.stage != target.stage));
    let is_lost = desk.stage(target.stage).is_some_and(|stage| stage.kind == StageKind::Lost);
    if is_lost && enters {
        return desk.losing.set(Some(Losing { ids, target, at }));
    }
    send(desk, &ids, target, None);
}

/// Leaves everything where it was.
pub fn give_up(desk: Desk) {
    let first = desk.carried.get_untracked().and_then(|carried| carried.ids.first().copied());
    desk.let_go();
    if let Some(id) = first {
        desk.say(untrack(|| text(Key::BoardSaidReturned)));
        desk.focus_on(id);
    }
}

pub fn send(desk: Desk, ids: &[OpportunityId], target: Target, loss: Option<Loss>) {
    let stood = stood(desk, ids);
    let cell = target.cell(untrack(|| desk.lanes()));
    let stack = cell.and_then(|cell| desk.cell(cell)).map(|cell| cell.stack.get_untracked()).unwrap_or_default();
    let slot = target.slot.unwrap_or(0);
    if stood.len() == ids.len() && stays(&stood, &stack, target, slot) {
        desk.say(untrack(|| text(Key::BoardSaidStays)));
        desk.let_go();
        return desk.focus_on(ids[0]);
    }
    for stood in &stood {
        foresee::remember(stood.cell.stage, &stood.card);
    }
    let wanted = wanted(desk, ids, &stood, &stack, target, loss);
    let (said, spoken) =
        untrack(|| (said(desk, &stood, ids.len(), target), spoken(desk, &stood, &stack, ids, target, slot)));
    let again = Move { from: None, ..wanted.clone() };
    let mut command = command(&wanted).said(said).refused(move |error| {
        desk.say(untrack(|| fill(Key::BoardSaidRefused, &[("reason", &words::error(error))])));
    });
    command = command.insisting(move || self::command(&again));
    for back in back(untrack(|| desk.lanes()), &stood) {
        command = command.undoing(Expected::Moved(Box::new(back)));
    }
    // First the empty hands, so that the cards fall into place in one frame.
    desk.let_go();
    // A finger that chose cards opens them again once they are moved.
    if untrack(is_phone) {
        desk.selection.clear();
    }
    store::run(command);
    desk.say(spoken);
    desk.focus_on(ids[0]);
}

fn command(wanted: &Move) -> Command {
    Command::of::<MoveOpportunities>((), wanted).expecting(Expected::Moved(Box::new(wanted.clone())))
}

fn stood(desk: Desk, ids: &[OpportunityId]) -> Vec<Stood> {
    let of = |id: &OpportunityId| {
        let (cell, place, card) = desk.find(*id)?;
        let stack = desk.cell(cell)?.stack.get_untracked();
        let (above, below) = stack.neighbours(place, ids);
        Some(Stood { cell, card, above, below })
    };
    ids.iter().filter_map(of).collect()
}

/// Dropped where they came from, in the order they stood in.
fn stays(stood: &[Stood], stack: &Stack, target: Target, slot: usize) -> bool {
    let Some(first) = stood.first().and_then(|first| stack.place(first.card.id)) else { return false };
    let in_place = |(n, stood): (usize, &Stood)| {
        Some(stood.cell.lane) == target.lane
            && stood.cell.stage == target.stage
            && stack.place(stood.card.id) == Some(first + n)
    };
    target.slot.is_some() && stood.iter().enumerate().all(in_place) && (first..=first + stood.len()).contains(&slot)
}

fn wanted(
    desk: Desk,
    ids: &[OpportunityId],
    stood: &[Stood],
    stack: &Stack,
    target: Target,
    loss: Option<Loss>,
) -> Move {
    let is_by_hand = desk.question.with_untracked(super::super::question::Question::is_by_hand);
    let lanes = untrack(|| desk.lanes());
    let (after, before) = match target.cell(lanes) {
        _ if !is_by_hand => (None, None),
        Some(_) => stack.neighbours(target.slot.unwrap_or(0), ids),
        None => (None, untrack(|| first_of(desk, target.stage, ids))),
    };
    let first = stood.first().map(|stood| stood.cell.stage);
    let is_one = stood.len() == ids.len() && stood.iter().all(|stood| Some(stood.cell.stage) == first);
    let lane = target.lane.filter(|lane| stood.iter().any(|stood| stood.cell.lane != *lane));
    let (owner_id, team_id) = lane_values(lanes, lane.unwrap_or(Lane::Whole));
    let loss = loss.map(|loss| (loss.reason, loss.note));
    let (lost_reason, lost_note) = loss.map_or((None, None), |(reason, note)| (Some(reason), note));
    Move {
        ids: ids.to_vec(),
        stage: target.stage,
        after,
        before,
        from: first.filter(|_| is_one),
        owner_id,
        team_id,
        lost_reason,
        lost_note,
    }
}

/// The uppermost card of a stage over all lanes, without those that are moved. Tracked.
fn first_of(desk: Desk, stage: StageId, without: &[OpportunityId]) -> Option<OpportunityId> {
    let board = desk.board.data()?;
    let of_stage = board.columns.iter().filter(|column| column.stage == stage);
    let first = of_stage.filter_map(|column| column.cards.iter().find(|card| !without.contains(&card.id)));
    first.min_by(|a, b| (&a.rank, a.id).cmp(&(&b.rank, b.id))).map(|card| card.id)
}

/// The owner or team that stands for a lane.
fn lane_values(lanes: Lanes, lane: Lane) -> (Assign<UserId>, Assign<TeamId>) {
    let to = match lane {
        Lane::Whole => Assign::Keep,
        Lane::Nobody => Assign::Nobody,
        Lane::Of(id) => Assign::To(id),
    };
    match lanes {
        Lanes::None => (Assign::Keep, Assign::Keep),
        Lanes::Owner => (to.map(UserId), Assign::Keep),
        Lanes::Team => (Assign::Keep, to.map(TeamId)),
    }
}

/// What the undo will do: cards that stood together return together.
fn back(lanes: Lanes, stood: &[Stood]) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    for stood in stood {
        let stage: StageId = stood.cell.stage;
        let (owner_id, team_id) = lane_values(lanes, stood.cell.lane);
        let same = |back: &&mut Move| {
            back.stage == stage
                && back.after == stood.above
                && back.before == stood.below
                && (back.owner_id, back.team_id) == (owner_id, team_id)
        };
        match moves.iter_mut().find(same) {
            Some(back) => back.ids.push(stood.card.id),
            None => moves.push(Move {
                ids: vec![stood.card.id],
                stage,
                after: stood.above,
                before: stood.below,
                owner_id,
                team_id,
                ..Move::default()
            }),
        }
    }
    moves
}

/// The stage, and the lane where there are any. Tracked.
pub fn called(desk: Desk, cell: CellKey) -> String {
    let stage = desk.stage(cell.stage).map(|stage| stage.name.clone()).unwrap_or_default();
    match cell.lane {
        Lane::Whole => stage,
        lane => fill(Key::BoardCellNamed, &[("stage", &stage), ("lane", &lanes::name(desk.lanes(), lane))]),
    }
}

/// Where the cards go, in words. Tracked.
fn named(desk: Desk, target: Target) -> String {
    called(desk, target.cell(desk.lanes()).unwrap_or(CellKey { stage: target.stage, lane: Lane::Whole }))
}

/// For the toast.
fn said(desk: Desk, stood: &[Stood], number: usize, target: Target) -> String {
    let stage = named(desk, target);
    let is_at_home = |cell: CellKey| cell.stage == target.stage && target.lane.is_none_or(|lane| lane == cell.lane);
    match stood {
        [one] if number == 1 && is_at_home(one.cell) => {
            fill(Key::BoardReordered, &[("name", &title(&one.card)), ("stage", &stage)])
        }
        [one] if number == 1 => fill(Key::BoardMoved, &[("name", &title(&one.card)), ("stage", &stage)]),
        _ => i18n::count(locale(), Plural::BoardMovedMany, number as u64, &[("stage", &stage)]),
    }
}

/// For those who listen: where it stands now, and among how many.
fn spoken(desk: Desk, stood: &[Stood], stack: &Stack, ids: &[OpportunityId], target: Target, slot: usize) -> String {
    let stage = named(desk, target);
    if target.lane.is_none() && desk.lanes() != Lanes::None {
        return said(desk, stood, ids.len(), target);
    }
    let carried = stack.places_of(ids);
    let place = (place_of(slot.min(stack.count), &carried) + 1).to_string();
    let all = (stack.count - carried.len() + ids.len()).to_string();
    match stood {
        [one] if ids.len() == 1 => fill(
            Key::BoardSaidMoved,
            &[("name", &title(&one.card)), ("stage", &stage), ("place", &place), ("count", &all)],
        ),
        _ => i18n::count(locale(), Plural::BoardMovedMany, ids.len() as u64, &[("stage", &stage)]),
    }
}
