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
use super::lanes;
use super::losing::Losing;
use super::stack::{Stack, place_of};
use crate::i18n::{fill, locale, text};
use crate::record::Loss;
use crate::store::{self, Command, Expected};
use crate::words;

/// Where cards go; without a slot, on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub cell: CellKey,
    pub slot: Option<usize>,
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
    let enters = ids.iter().any(|id| desk.find(*id).is_none_or(|(cell, ..)| cell.stage != target.cell.stage));
    let is_lost = desk.stage(target.cell.stage).is_some_and(|stage| stage.kind == StageKind::Lost);
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
    let stack = desk.cell(target.cell).map(|cell| cell.stack.get_untracked()).unwrap_or_default();
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
    let in_place =
        |(n, stood): (usize, &Stood)| stood.cell == target.cell && stack.place(stood.card.id) == Some(first + n);
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
    let (after, before) = if is_by_hand { stack.neighbours(target.slot.unwrap_or(0), ids) } else { (None, None) };
    let first = stood.first().map(|stood| stood.cell.stage);
    let is_one = stood.len() == ids.len() && stood.iter().all(|stood| Some(stood.cell.stage) == first);
    // Who names a stage alone leaves each card with its owner and team.
    let changes_lane = target.slot.is_some() && stood.iter().any(|stood| stood.cell.lane != target.cell.lane);
    let lane = if changes_lane { target.cell.lane } else { Lane::Whole };
    let (owner_id, team_id) = lane_values(untrack(|| desk.lanes()), lane);
    let loss = loss.map(|loss| (loss.reason, loss.note));
    let (lost_reason, lost_note) = loss.map_or((None, None), |(reason, note)| (Some(reason), note));
    Move {
        ids: ids.to_vec(),
        stage: target.cell.stage,
        after,
        before,
        from: first.filter(|_| is_one),
        owner_id,
        team_id,
        lost_reason,
        lost_note,
    }
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

/// For the toast.
fn said(desk: Desk, stood: &[Stood], number: usize, target: Target) -> String {
    let stage = called(desk, target.cell);
    match stood {
        [one] if number == 1 && one.cell == target.cell => {
            fill(Key::BoardReordered, &[("name", &title(&one.card)), ("stage", &stage)])
        }
        [one] if number == 1 => fill(Key::BoardMoved, &[("name", &title(&one.card)), ("stage", &stage)]),
        _ => i18n::count(locale(), Plural::BoardMovedMany, number as u64, &[("stage", &stage)]),
    }
}

/// For those who listen: where it stands now, and among how many.
fn spoken(desk: Desk, stood: &[Stood], stack: &Stack, ids: &[OpportunityId], target: Target, slot: usize) -> String {
    let carried = stack.places_of(ids);
    let place = (place_of(slot.min(stack.count), &carried) + 1).to_string();
    let all = (stack.count - carried.len() + ids.len()).to_string();
    let stage = called(desk, target.cell);
    match stood {
        [one] if ids.len() == 1 => fill(
            Key::BoardSaidMoved,
            &[("name", &title(&one.card)), ("stage", &stage), ("place", &place), ("count", &all)],
        ),
        _ => i18n::count(locale(), Plural::BoardMovedMany, ids.len() as u64, &[("stage", &stage)]),
    }
}
