//! What pending commands will do to the board, worked out before the server
//! has: cards move, counts and sums follow on the next frame.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::untrack;
use shared::access::Object;
use shared::fields::{Row, row_of};
use shared::id::{OpportunityId, StageId};
use shared::money::percent_of;
use shared::opportunities::{Board, Card, Cards, Column, Move, Signal, Sum};
use shared::pipelines::{Stage, StageKind};
use shared::time::{Date, Instant};
use uuid::Uuid;

use crate::store::{self, Expected};
use crate::ui::format;

thread_local! {
    /// Cards that were carried, with the stage they came from: a window further
    /// down a column may hold them while the board's own answer does not.
    static CARRIED: RefCell<HashMap<OpportunityId, (StageId, Card)>> = RefCell::default();
}

/// Remembers a card before it is moved.
pub fn remember(stage: StageId, card: &Card) {
    CARRIED.with_borrow_mut(|carried| drop(carried.insert(card.id, (stage, card.clone()))));
}

fn carried(id: OpportunityId) -> Option<(StageId, Card)> {
    CARRIED.with_borrow(|carried| carried.get(&id).cloned())
}

/// What the effects are worked out with.
pub struct Ground {
    pub stages: Vec<Arc<Stage>>,
    pub today: Date,
    pub now: Instant,
}

impl Ground {
    fn now(board: &Board) -> Self {
        untrack(|| Self { stages: store::stages(board.pipeline), today: format::today(), now: format::now() })
    }

    fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id).map(Arc::as_ref)
    }
}

/// For `store::patched::<GetBoard>`.
pub fn foresee(board: &mut Board, effect: &Expected) {
    if effect.object() == Object::Opportunity {
        let ground = Ground::now(board);
        apply(board, effect, &ground);
    }
}

/// For `store::patched::<GetBoardCards>`: a window knows of the cards it holds.
pub fn foresee_cards(window: &mut Cards, effect: &Expected) {
    match effect {
        Expected::Moved(moved) => {
            let kept: HashMap<OpportunityId, Card> =
                take(&mut window.cards, &moved.ids).map(|card| (card.id, card)).collect();
            let cards =
                moved.ids.iter().filter_map(|id| kept.get(id).cloned().or_else(|| carried(*id).map(|(_, card)| card)));
            let cards = cards.collect();
            put(&mut window.cards, cards, moved, false);
        }
        Expected::Set { object: Object::Opportunity, ids, set } => {
            if set.contains_key("stage_id") {
                window.cards.retain(|card| !ids.contains(&card.id.0));
            }
            window.cards.iter_mut().filter(|card| ids.contains(&card.id.0)).for_each(|card| *card = changed(card, set));
        }
        Expected::Archived { object: Object::Opportunity, ids, archived: true }
        | Expected::Deleted { object: Object::Opportunity, ids } => {
            window.cards.retain(|card| !ids.contains(&card.id.0));
        }
        _ => {}
    }
}

fn apply(board: &mut Board, effect: &Expected, ground: &Ground) {
    match effect {
        Expected::Moved(moved) => move_cards(board, moved, ground),
        Expected::Created { row, .. } => create(board, row, ground),
        Expected::Set { ids, set, .. } => ids.iter().for_each(|id| change(board, *id, set, ground)),
        Expected::Archived { ids, archived: true, .. } | Expected::Deleted { ids, .. } => {
            for id in ids {
                lift(board, OpportunityId(*id), None, ground);
            }
        }
        Expected::Archived { .. } => {}
    }
}

/// Takes a card off the board. Where it stood beyond the first cards, its
/// column is the one it is known to have come from.
fn lift(board: &mut Board, id: OpportunityId, from: Option<StageId>, ground: &Ground) -> Option<(Card, usize)> {
    let stands_in = |column: &Column| column.cards.iter().position(|card| card.id == id);
    let found = board.columns.iter().enumerate().find_map(|(at, column)| Some((at, stands_in(column)?)));
    let (column, card) = if let Some((column, place)) = found {
        (column, board.columns[column].cards.remove(place))
    } else {
        let (stage, card) = carried(id)?;
        let stage = from.unwrap_or(stage);
        let lane =
            |column: &Column| column.lane.as_deref().is_none_or(|lane| board.lanes.len() < 2 || belongs(&card, lane));
        (board.columns.iter().position(|column| column.stage == stage && lane(column))?, card)
    };
    count(&mut board.columns[column], &card, -1, ground);
    hold(board, column, -1);
    Some((card, column))
}

/// What a stage with a limit holds follows too.
fn hold(board: &mut Board, column: usize, by: i64) {
    let stage = board.columns[column].stage;
    if let Some(held) = board.held.iter_mut().find(|held| held.stage == stage) {
        held.count = (held.count + by).max(0);
    }
}

/// Whether a card's owner is the lane's; a lane of teams cannot be told from a card.
fn belongs(card: &Card, lane: &str) -> bool {
    card.owner_id.map_or_else(|| NOBODY.to_owned(), |owner| owner.to_string()) == lane
}

fn count(column: &mut Column, card: &Card, sign: i64, ground: &Ground) {
    column.count = (column.count + sign).max(0);
    let Some(stage) = ground.stage(column.stage) else { return };
    match card.signal(stage, ground.today, untrack(|| format::day_of(card.stage_entered_at))) {
        Signal::Overdue => column.late = (column.late + sign).max(0),
        Signal::Rotting | Signal::NoNextStep => column.stale = (column.stale + sign).max(0),
        Signal::Today | Signal::Fine => {}
    }
    let amount = card.amount.unwrap_or(0) * sign;
    let own = card.probability.filter(|_| stage.kind == StageKind::Open);
    let weighted = percent_of(amount, own.unwrap_or(stage.probability));
    match column.sums.iter_mut().find(|sum| sum.currency == card.currency) {
        Some(sum) => {
            sum.amount += amount;
            sum.weighted += weighted;
        }
        None => column.sums.push(Sum { currency: card.currency.clone(), amount, weighted }),
    }
    if column.count == 0 {
        column.sums.clear();
    }
}

fn move_cards(board: &mut Board, moved: &Move, ground: &Ground) {
    let mut by_lane: Vec<(Option<String>, Vec<Card>)> = Vec::new();
    let set = store::moved_fields(moved);
    for id in &moved.ids {
        let Some((mut card, column)) = lift(board, *id, moved.from, ground) else { continue };
        let source = &board.columns[column];
        let lane = lane_after(board, source, &card, &set).or_else(|| source.lane.clone());
        if source.stage != moved.stage {
            card.stage_entered_at = ground.now;
        }
        if !moved.owner_id.is_kept() {
            card.owner_id = moved.owner_id.into();
        }
        match by_lane.iter_mut().find(|(known, _)| *known == lane) {
            Some((_, cards)) => cards.push(card),
            None => by_lane.push((lane, vec![card])),
        }
    }
    // On top of the stage, which one lane's first card marks, is on top of every lane.
    let top = moved.before.filter(|_| moved.after.is_none()).and_then(|id| column_with(board, id));
    let top = top.map(|column| column.lane.clone());
    for (lane, cards) in by_lane {
        let Some(at) = board.columns.iter().position(|column| column.stage == moved.stage && column.lane == lane)
        else {
            continue;
        };
        hold(board, at, i64::try_from(cards.len()).unwrap_or(0));
        let column = &mut board.columns[at];
        let is_whole = usize::try_from(column.count).is_ok_and(|count| column.cards.len() >= count);
        for card in &cards {
            count(column, card, 1, ground);
        }
        if top.as_ref().is_some_and(|top| *top != lane) {
            column.cards.splice(0..0, cards);
        } else {
            put(&mut column.cards, cards, moved, is_whole);
        }
    }
}

/// The lane that another owner or team leads to. A board does not say which of
/// both its lanes are; a card that stands in its owner's lane does.
fn lane_after(board: &Board, column: &Column, card: &Card, set: &Row) -> Option<String> {
    let here = column.lane.as_deref()?;
    let is_of_owners = belongs(card, here);
    let keys = [("owner_id", is_of_owners), ("team_id", !is_of_owners || here == NOBODY)];
    let asked = keys.into_iter().filter(|(_, may)| *may).filter_map(|(key, _)| lane_in(set, key));
    asked.map(str::to_owned).find(|lane| board.lanes.contains(lane))
}

/// The lane of cards that have no owner or team.
const NOBODY: &str = "none";

fn lane_in<'a>(row: &'a Row, key: &str) -> Option<&'a str> {
    row.get(key).map(|id| id.as_str().unwrap_or(NOBODY))
}

fn column_with(board: &Board, id: OpportunityId) -> Option<&Column> {
    board.columns.iter().find(|column| column.cards.iter().any(|card| card.id == id))
}

/// Puts cards at the place a move names, if it lies in this stretch. `is_whole`:
/// the stretch ends where the column does.
fn put(stretch: &mut Vec<Card>, cards: Vec<Card>, moved: &Move, is_whole: bool) {
    let place = |id: OpportunityId| stretch.iter().position(|card| card.id == id);
    let at = match (moved.after, moved.before) {
        (Some(after), _) => place(after).map(|at| at + 1),
        (None, Some(before)) => place(before),
        (None, None) => is_whole.then_some(stretch.len()),
    };
    if let Some(at) = at {
        stretch.splice(at..at, cards);
    }
}

fn take<'a>(stretch: &'a mut Vec<Card>, ids: &'a [OpportunityId]) -> impl Iterator<Item = Card> + 'a {
    let (gone, stays): (Vec<Card>, Vec<Card>) = stretch.drain(..).partition(|card| ids.contains(&card.id));
    *stretch = stays;
    gone.into_iter()
}

/// A new deal stands on top of its column, as the server will put it.
fn create(board: &mut Board, row: &Row, ground: &Ground) {
    let Some(stage) = row.get("stage_id").and_then(|id| id.as_str()?.parse().ok()).map(StageId) else { return };
    let Ok(mut card) = serde_json::from_value::<Card>(row.clone().into()) else { return };
    let is_there = board.columns.iter().any(|column| column.cards.iter().any(|known| known.id == card.id));
    // Whether it fits a filter, the answer says.
    if is_there || board.is_narrowed {
        return;
    }
    card.account = card.account_id.and_then(|id| name_of(Object::Account, id.0));
    card.stage_entered_at = ground.now;
    let lanes = ["owner_id", "team_id"].map(|key| lane_in(row, key).unwrap_or(NOBODY));
    let is_there = |lane: &String| lanes.contains(&lane.as_str());
    let fits = |column: &Column| column.stage == stage && column.lane.as_ref().is_none_or(is_there);
    if let Some(at) = board.columns.iter().position(fits) {
        hold(board, at, 1);
        let column = &mut board.columns[at];
        count(column, &card, 1, ground);
        column.cards.insert(0, card);
    }
}

fn change(board: &mut Board, id: Uuid, set: &Row, ground: &Ground) {
    let id = OpportunityId(id);
    let stage = set.get("stage_id").and_then(|id| id.as_str()?.parse().ok()).map(StageId);
    let stands =
        board.columns.iter().find(|column| column.cards.iter().any(|card| card.id == id)).map(|column| column.stage);
    if let Some(stage) = stage.filter(|stage| stands != Some(*stage)) {
        // The server puts it on top of its new column.
        let first = board.columns.iter().find(|column| column.stage == stage).and_then(|column| column.cards.first());
        let moved = Move { ids: vec![id], stage, before: first.map(|card| card.id), ..Move::default() };
        move_cards(board, &moved, ground);
    }
    into_lane(board, id, set, ground);
    for column in &mut board.columns {
        let Some(place) = column.cards.iter().position(|card| card.id == id) else { continue };
        let before = column.cards[place].clone();
        let after = changed(&before, set);
        count(column, &before, -1, ground);
        count(column, &after, 1, ground);
        column.cards[place] = after;
    }
}

/// A card that is given to others stands in their lane, at its rank.
fn into_lane(board: &mut Board, id: OpportunityId, set: &Row, ground: &Ground) {
    let stands = |column: &Column| column.cards.iter().position(|card| card.id == id);
    let found = board.columns.iter().enumerate().find_map(|(at, column)| Some((at, stands(column)?)));
    let Some((from, place)) = found else { return };
    let column = &board.columns[from];
    let Some(lane) = lane_after(board, column, &column.cards[place], set) else { return };
    let is_goal = |other: &Column| other.stage == column.stage && other.lane.as_ref() == Some(&lane);
    let Some(to) = board.columns.iter().position(is_goal).filter(|to| *to != from) else { return };
    let card = board.columns[from].cards.remove(place);
    count(&mut board.columns[from], &card, -1, ground);
    let column = &mut board.columns[to];
    count(column, &card, 1, ground);
    let place = column.cards.partition_point(|other| (&other.rank, other.id) < (&card.rank, card.id));
    column.cards.insert(place, card);
}

/// A card with some of its deal's fields set.
fn changed(card: &Card, set: &Row) -> Card {
    let mut row = row_of(card);
    for (key, value) in set {
        if row.contains_key(key) || FIELDS.contains(&key.as_str()) {
            row.insert(key.clone(), value.clone());
        }
    }
    // A card keeps its chance only while it is its own.
    let is_own = set.get("is_probability_manual").map_or(card.probability.is_some(), |is_manual| is_manual == true);
    if !is_own {
        row.remove("probability");
    }
    let mut after: Card = serde_json::from_value(row.into()).unwrap_or_else(|_| card.clone());
    if after.account_id != card.account_id {
        after.account = after.account_id.and_then(|id| name_of(Object::Account, id.0));
    }
    after
}

/// What a card shows of its deal and leaves out while it is empty.
const FIELDS: &[&str] = &["account_id", "amount", "owner_id", "next_step", "next_step_on", "close_date", "probability"];

fn name_of(object: Object, id: Uuid) -> Option<String> {
    store::peek((object, id))?.get("name")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
