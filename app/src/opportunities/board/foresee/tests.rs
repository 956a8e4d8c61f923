//! Cards that move, change and go before the server has said so.

use super::*;
use serde_json::json;
use shared::change::Assign;
use shared::id::{TeamId, UserId};
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
    Card { id: id(n), amount: Some(100 * i64::try_from(n).expect("small")), currency: "CNY".into(), ..Card::default() }
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
fn a_chance_of_its_own_goes_with_a_card() {
    let mut board = board();
    board.columns[0].cards[1].probability = Some(90);
    board.columns[0].sums[0].weighted += percent_of(1200, 90) - percent_of(1200, 20);
    apply(&mut board, &moved(&[12], 2, Some(21), Some(22)), &ground());
    assert_eq!([0, 1].map(|at| board.columns[at].sums[0].weighted), [480, 2150 + 1080]);
}

#[test]
fn a_new_card_waits_for_the_answer_where_a_filter_may_leave_it_out() {
    let row = |id: u128| {
        let deal = json!({ "id": Uuid::from_u128(id), "stage_id": Uuid::from_u128(1), "name": "n", "currency": "CNY",
            "rank": "a", "version": 0, "stage_entered_at": 0 });
        deal.as_object().cloned().expect("an object")
    };
    let created = |id| Expected::Created { object: Object::Opportunity, row: row(id) };
    let mut board = board();
    board.held = vec![shared::opportunities::Held { stage: board.columns[0].stage, count: 8 }];
    apply(&mut board, &created(31), &ground());
    board.is_narrowed = true;
    apply(&mut board, &created(32), &ground());
    assert_eq!((ids(&board, 0), board.held[0].count), (vec![31, 11, 12, 13], 9));
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
fn cards_of_several_lanes_go_on_top_of_their_own() {
    let of = |lane: &str, column: Column| Column { lane: Some(lane.to_owned()), ..column };
    let columns = [("a", 1, &[11][..]), ("a", 2, &[21]), ("b", 1, &[12]), ("b", 2, &[22])];
    let columns = columns.map(|(lane, stage, cards)| of(lane, column(stage, cards, 20))).to_vec();
    let mut board = Board { lanes: vec!["a".into(), "b".into()], columns, ..Board::default() };
    apply(&mut board, &moved(&[11, 12], 2, None, Some(21)), &ground());
    assert_eq!([0, 1, 2, 3].map(|at| ids(&board, at)), [vec![], vec![11, 21], vec![], vec![12, 22]]);
    assert_eq!([0, 1, 2, 3].map(|at| board.columns[at].count), [0, 2, 0, 2]);
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

/// The board of two owners and of nobody, one card each in the first stage.
fn lanes() -> Board {
    let lane = |n: u128| if n == 0 { NOBODY.to_owned() } else { Uuid::from_u128(n).to_string() };
    let cell = |n: u128| {
        let mut cell = column(1, &[10 + n], 20);
        cell.lane = Some(lane(n));
        cell.cards[0].owner_id = (n > 0).then(|| UserId(Uuid::from_u128(n)));
        cell
    };
    Board { lanes: [1, 2, 0].map(lane).to_vec(), columns: [1, 2, 0].map(cell).to_vec(), ..Board::default() }
}

fn rows(board: &Board) -> [Vec<u128>; 3] {
    [0, 1, 2].map(|lane| ids(board, lane))
}

fn given(card: u128, owner: Assign<UserId>, team: Assign<TeamId>) -> Expected {
    let stage = StageId(Uuid::from_u128(1));
    Expected::Moved(Box::new(Move { ids: vec![id(card)], stage, owner_id: owner, team_id: team, ..Move::default() }))
}

#[test]
fn a_card_goes_into_nobodys_lane_and_out_of_it() {
    let mut board = lanes();
    let taken = given(11, Assign::Nobody, Assign::Keep);
    apply(&mut board, &taken, &ground());
    assert_eq!(rows(&board), [vec![], vec![12], vec![10, 11]]);
    assert_eq!((board.columns[0].count, board.columns[2].count), (0, 2));
    apply(&mut board, &taken, &ground());
    assert_eq!(rows(&board), [vec![], vec![12], vec![10, 11]]);
    apply(&mut board, &given(11, Assign::To(UserId(Uuid::from_u128(2))), Assign::Keep), &ground());
    assert_eq!(rows(&board), [vec![], vec![12, 11], vec![10]]);
    assert_eq!(board.columns[1].cards[1].owner_id, Some(UserId(Uuid::from_u128(2))));
}

#[test]
fn another_team_leaves_an_owners_lane_alone() {
    let mut board = lanes();
    apply(&mut board, &given(11, Assign::Keep, Assign::Nobody), &ground());
    assert_eq!(rows(&board), [vec![11], vec![12], vec![10]]);
}

#[test]
fn a_deal_that_is_given_to_others_stands_in_their_lane() {
    let mut board = lanes();
    let set = json!({ "owner_id": Uuid::from_u128(2) });
    let set = Expected::Set { object: Object::Opportunity, ids: vec![id(10).0, id(11).0], set: row_of(&set) };
    apply(&mut board, &set, &ground());
    assert_eq!(rows(&board), [vec![], vec![10, 11, 12], vec![]]);
}
