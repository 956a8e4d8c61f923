//! Swimlanes: whose cards stand where, and what a move into another lane does.

use serde_json::Value;
use shared::change::{AsOf, Assign, Patch, UndoBatch};
use shared::id::OpportunityId;
use shared::opportunities::*;
use shared::pipelines::Stage;
use tests::{Caller, TestApp};

use super::{deal, first_stage, moved, names};

async fn board(caller: &Caller<'_>, lanes: Lanes) -> Board {
    caller.call::<GetBoard>((), BoardQuery { lanes: Some(lanes), ..BoardQuery::default() }).await.unwrap()
}

fn lane<'a>(board: &'a Board, key: &str) -> &'a Column {
    board.columns.iter().find(|column| column.lane.as_deref() == Some(key)).unwrap()
}

#[tokio::test]
async fn lanes_split_columns_by_owner() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let role = app.role(server::demo::ADMIN).await;
    let bob = app.staff("Bob", role, None).await;
    let stage = first_stage(&admin).await;
    deal(&admin, &stage, "a", 100).await;
    deal(&bob, &stage, "b", 100).await;
    deal(&bob, &stage, "c", 100).await;

    let board =
        admin.call::<GetBoard>((), BoardQuery { lanes: Some(Lanes::Owner), ..BoardQuery::default() }).await.unwrap();

    let bobs = board.columns.iter().find(|column| column.lane == Some(bob.id.to_string())).unwrap();
    assert_eq!((board.lanes.len(), bobs.count, names(bobs)), (3, 2, vec!["c", "b"]));
}

#[tokio::test]
async fn lanes_split_columns_by_team() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let east = app.team("East", None).await;
    let eve = app.staff("Eve", app.role(server::demo::ADMIN).await, Some(east)).await;
    let stage = first_stage(&admin).await;
    deal(&eve, &stage, "hers", 100).await;
    deal(&admin, &stage, "his", 200).await;

    let board = board(&admin, Lanes::Team).await;

    assert_eq!(board.lanes, [east.to_string(), "none".to_owned()]);
    assert_eq!((names(lane(&board, &east.to_string())), names(lane(&board, "none"))), (vec!["hers"], vec!["his"]));
}

#[tokio::test]
async fn a_move_into_another_lane_changes_the_owner_and_one_undo_gives_both_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let east = app.team("East", None).await;
    let eve = app.staff("Eve", app.role(server::demo::ADMIN).await, Some(east)).await;
    let stages = super::stages(&admin).await;
    let card = deal(&admin, &stages[0], "a", 100).await;
    let owner = async || {
        let deal = admin.call::<GetOpportunity>(card, AsOf::default()).await.unwrap();
        (deal.owner_id, deal.team_id, deal.stage_id)
    };
    let before = owner().await;

    let wanted = Move { ids: vec![card], stage: stages[1].id, owner_id: Assign::To(eve.id), ..Move::default() };
    let done = moved(&admin, wanted).await;
    assert_eq!(owner().await, (Some(eve.id), Some(east), stages[1].id));
    admin.call::<UndoBatch>(done.batch, ()).await.unwrap();

    assert_eq!(owner().await, before);
}

#[tokio::test]
async fn cards_of_several_owners_move_without_changing_hands() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = app.staff("Bob", app.role(server::demo::ADMIN).await, None).await;
    let stages = super::stages(&admin).await;
    let hers = deal(&admin, &stages[0], "hers", 100).await;
    let his = deal(&bob, &stages[0], "his", 100).await;
    let there = deal(&bob, &stages[1], "there", 100).await;

    let wanted = Move { ids: vec![hers, his], stage: stages[1].id, before: Some(there), ..Move::default() };
    moved(&admin, wanted).await;

    let board = board(&admin, Lanes::Owner).await;
    let of = |id: &str| {
        board.columns.iter().find(|column| column.stage == stages[1].id && column.lane.as_deref() == Some(id))
    };
    assert_eq!(names(of(&admin.id.to_string()).unwrap()), ["hers"]);
    assert_eq!(names(of(&bob.id.to_string()).unwrap()), ["his", "there"]);
}

async fn window(caller: &Caller<'_>, stage: &Stage, lane: &str) -> Vec<String> {
    let asked = CardQuery {
        stage: stage.id,
        lane: Some(lane.to_owned()),
        lanes: Some(Lanes::Owner),
        filter: None,
        search: None,
        sort: None,
        skip: 0,
        limit: 10,
        as_of: None,
    };
    let cards = caller.call::<GetBoardCards>((), asked).await.unwrap();
    assert_eq!(usize::try_from(cards.count).unwrap(), cards.cards.len());
    cards.cards.into_iter().map(|card| card.name).collect()
}

#[tokio::test]
async fn a_window_of_a_lane_holds_its_cards_and_nobodys_lane_those_of_nobody() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = app.staff("Bob", app.role(server::demo::ADMIN).await, None).await;
    let stage = first_stage(&admin).await;
    deal(&admin, &stage, "hers", 100).await;
    deal(&bob, &stage, "his", 100).await;
    let nobodys: OpportunityId = deal(&bob, &stage, "nobody's", 100).await;
    admin.call::<UpdateOpportunity>(nobodys, Patch::set("owner_id", Value::Null)).await.unwrap();

    assert_eq!(window(&admin, &stage, &admin.id.to_string()).await, ["hers"]);
    assert_eq!(window(&admin, &stage, &bob.id.to_string()).await, ["his"]);
    assert_eq!(window(&admin, &stage, "none").await, ["nobody's"]);
}

#[tokio::test]
async fn nobodys_lane_takes_cards_and_gives_them() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = first_stage(&admin).await;
    let card = deal(&admin, &stage, "a", 100).await;
    let lanes = || async {
        let asked = BoardQuery { lanes: Some(Lanes::Owner), ..BoardQuery::default() };
        let board = admin.call::<GetBoard>((), asked).await.unwrap();
        let counts = board.columns.iter().filter(|column| column.stage == stage.id).map(|column| column.count);
        board.lanes.iter().cloned().zip(counts).collect::<Vec<_>>()
    };
    let (mine, nobodys) = (admin.id.to_string(), "none".to_owned());
    let to = |owner_id| Move { ids: vec![card], stage: stage.id, owner_id, ..Move::default() };

    let before = lanes().await;
    let taken = moved(&admin, to(Assign::Nobody)).await;
    let without = lanes().await;
    admin.call::<UndoBatch>(taken.batch, ()).await.unwrap();
    let again = lanes().await;
    moved(&admin, to(Assign::Nobody)).await;
    moved(&admin, to(Assign::To(admin.id))).await;

    assert_eq!(before, [(mine.clone(), 1), (nobodys.clone(), 0)]);
    assert_eq!(without, [(nobodys, 1)]);
    assert_eq!((&again, &lanes().await), (&before, &before));
}

#[tokio::test]
async fn a_deal_is_taken_from_its_owner_only_by_who_may_assign() {
    let app = TestApp::start().await;
    let own = app.role_of(shared::access::Scope::Own).await;
    let ann = app.staff("Ann", own, None).await;
    let stage = first_stage(&ann).await;
    let card = deal(&ann, &stage, "a", 100).await;

    let to_nobody = Move { ids: vec![card], stage: stage.id, owner_id: Assign::Nobody, ..Move::default() };
    let refused = ann.call::<MoveOpportunities>((), to_nobody).await.unwrap_err();

    assert_eq!((refused.status, refused.fields["owner_id"].code.as_str()), (422, "may_not_assign"));
    assert_eq!(super::board(&ann).await.columns[0].cards[0].owner_id, Some(ann.id));
}
