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
use shared::pipelines::Stage;
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
    Some((card, column))
}

/// Whether a card's owner is the lane's; a lane of teams cannot be told from a card.
fn belongs(card: &Card, lane: &str) -> bool {
    card.owner_id.map_or_else(|| "none".to_owned(), |owner| owner.to_string()) == lane
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
    let weighted = percent_of(amount, stage.probability);
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
    for id in &moved.ids {
        let Some((mut card, column)) = lift(board, *id, moved.from, ground) else { continue };
        let source = &board.columns[column];
        let lane = lane_of_move(moved, board).or_else(|| source.lane.clone());
        if source.stage != moved.stage {
            card.stage_entered_at = ground.now;
        }
        card.owner_id = moved.owner_id.or(card.owner_id);
        match by_lane.iter_mut().find(|(known, _)| *known == lane) {
            Some((_, cards)) => cards.push(card),
            None => by_lane.push((lane, vec![card])),
        }
    }
    for (lane, cards) in by_lane {
        let Some(column) = board.columns.iter_mut().find(|column| column.stage == moved.stage && column.lane == lane)
        else {
            continue;
        };
        let is_whole = usize::try_from(column.count).is_ok_and(|count| column.cards.len() >= count);
        for card in &cards {
            count(column, card, 1, ground);
        }
        put(&mut column.cards, cards, moved, is_whole);
    }
}

/// The lane a move leads to, when it changes the owner or the team.
fn lane_of_move(moved: &Move, board: &Board) -> Option<String> {
    let owner = moved.owner_id.map(|id| id.to_string());
    let team = moved.team_id.map(|id| id.to_string());
    owner.into_iter().chain(team).find(|lane| board.lanes.contains(lane))
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
    if is_there {
        return;
    }
    card.account = card.account_id.and_then(|id| name_of(Object::Account, id.0));
    card.stage_entered_at = ground.now;
    let lanes = ["owner_id", "team_id"].map(|key| row.get(key).and_then(|id| id.as_str()).unwrap_or("none").to_owned());
    let fits = |column: &Column| column.stage == stage && column.lane.as_ref().is_none_or(|lane| lanes.contains(lane));
    if let Some(column) = board.columns.iter_mut().find(|column| fits(column)) {
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
    for column in &mut board.columns {
        let Some(place) = column.cards.iter().position(|card| card.id == id) else { continue };
        let before = column.cards[place].clone();
        let after = changed(&before, set);
        count(column, &before, -1, ground);
        count(column, &after, 1, ground);
        column.cards[place] = after;
    }
}

/// A card with some of its deal's fields set.
fn changed(card: &Card, set: &Row) -> Card {
    let mut row = row_of(card);
    for (key, value) in set {
        if row.contains_key(key) || FIELDS.contains(&key.as_str()) {
            row.insert(key.clone(), value.clone());
        }
    }
    let mut after: Card = serde_json::from_value(row.into()).unwrap_or_else(|_| card.clone());
    if after.account_id != card.account_id {
        after.account = after.account_id.and_then(|id| name_of(Object::Account, id.0));
    }
    after
}

/// What a card shows of its deal and leaves out while it is empty.
const FIELDS: &[&str] = &["account_id", "amount", "owner_id", "next_step", "next_step_on", "close_date"];

fn name_of(object: Object, id: Uuid) -> Option<String> {
    store::peek((object, id))?.get("name")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use shared::pipelines::StageKind;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn stage(n: u128, probability: i64) -> Arc<Stage> {
        Arc::new(Stage { id: StageId(Uuid::from_u128(n)), probability, kind: StageKind::Open, ..Stage::default() })
    }

    fn ground() -> Ground {
        Ground { stages: vec![stage(1, 20), stage(2, 50)], today: Date::default(), now: Instant(1_000_000_000_000) }
    }

    fn id(n: u128) -> OpportunityId {
        OpportunityId(Uuid::from_u128(n))
    }

    fn card(n: u128) -> Card {
        Card {
            id: id(n),
            amount: Some(100 * i64::try_from(n).expect("small")),
            currency: "CNY".into(),
            ..Card::default()
        }
    }

    fn column(stage: u128, cards: &[u128], probability: i64) -> Column {
        let cards: Vec<Card> = cards.iter().map(|n| card(*n)).collect();
        let amount = cards.iter().filter_map(|card| card.amount).sum();
        let count = i64::try_from(cards.len()).expect("small");
        let sums = vec![Sum { currency: "CNY".into(), amount, weighted: percent_of(amount, probability) }];
        Column { stage: StageId(Uuid::from_u128(stage)), lane: None, count, sums, late: 0, stale: count, cards }
    }

    fn board() -> Board {
        Board { columns: vec![column(1, &[11, 12, 13], 20), column(2, &[21, 22], 50)], ..Board::default() }
    }

    fn ids(board: &Board, column: usize) -> Vec<u128> {
        board.columns[column].cards.iter().map(|card| card.id.0.as_u128()).collect()
    }

    fn moved(ids: &[u128], stage: u128, after: Option<u128>, before: Option<u128>) -> Expected {
        let ids = ids.iter().map(|n| id(*n)).collect();
        let stage = StageId(Uuid::from_u128(stage));
        Expected::Moved(Box::new(Move { ids, stage, after: after.map(id), before: before.map(id), ..Move::default() }))
    }

    #[test]
    fn a_moved_card_stands_at_its_place_and_numbers_follow() {
        let mut board = board();
        apply(&mut board, &moved(&[12], 2, Some(21), Some(22)), &ground());
        assert_eq!((ids(&board, 0), ids(&board, 1)), (vec![11, 13], vec![21, 12, 22]));
        assert_eq!((board.columns[0].count, board.columns[1].count), (2, 3));
        assert_eq!(board.columns[0].sums[0], Sum { currency: "CNY".into(), amount: 2400, weighted: 480 });
        assert_eq!(board.columns[1].sums[0], Sum { currency: "CNY".into(), amount: 5500, weighted: 2750 });
    }

    #[test]
    fn a_move_twice_is_a_move_once() {
        let mut once = board();
        apply(&mut once, &moved(&[12, 13], 2, None, Some(21)), &ground());
        let mut twice = once.clone();
        apply(&mut twice, &moved(&[12, 13], 2, None, Some(21)), &ground());
        assert_eq!(once, twice);
        assert_eq!(ids(&twice, 1), [12, 13, 21, 22]);
    }

    #[test]
    fn order_within_a_column_changes_no_number() {
        let mut board = board();
        apply(&mut board, &moved(&[13], 1, None, Some(11)), &ground());
        assert_eq!(ids(&board, 0), [13, 11, 12]);
        assert_eq!(board.columns[0].sums, column(1, &[11, 12, 13], 20).sums);
    }

    #[test]
    fn a_card_from_further_down_is_counted_where_it_came_from() {
        let mut board = board();
        board.columns[0].count = 500;
        let far = card(99);
        remember(board.columns[0].stage, &far);
        apply(&mut board, &moved(&[99], 2, Some(22), None), &ground());
        assert_eq!(board.columns[0].count, 499);
        assert_eq!(ids(&board, 1), [21, 22, 99]);
    }

    #[test]
    fn a_set_field_shows_on_the_card_and_in_the_sum() {
        let mut board = board();
        let Some(set) = json!({ "amount": 5000, "name": "New" }).as_object().cloned() else { panic!("an object") };
        apply(&mut board, &Expected::Set { object: Object::Opportunity, ids: vec![id(21).0], set }, &ground());
        assert_eq!(board.columns[1].cards[0].name, "New");
        assert_eq!(board.columns[1].sums[0].amount, 5000 + 2200);
    }

    #[test]
    fn an_archived_card_is_gone_and_the_window_forgets_it_too() {
        let archived = Expected::Archived { object: Object::Opportunity, ids: vec![id(11).0], archived: true };
        let mut board = board();
        apply(&mut board, &archived, &ground());
        assert_eq!((ids(&board, 0), board.columns[0].count), (vec![12, 13], 2));
        let mut window = Cards { count: 2, cards: vec![card(11), card(14)] };
        foresee_cards(&mut window, &archived);
        assert_eq!(window.cards, [card(14)]);
    }

    #[test]
    fn a_window_takes_in_what_is_dropped_into_it() {
        let mut window = Cards { count: 2, cards: vec![card(14), card(15)] };
        remember(StageId(Uuid::from_u128(2)), &card(21));
        foresee_cards(&mut window, &moved(&[21], 1, Some(14), Some(15)));
        assert_eq!(window.cards, [card(14), card(21), card(15)]);
        foresee_cards(&mut window, &moved(&[21], 2, Some(22), None));
        assert_eq!(window.cards, [card(14), card(15)]);
    }
}
