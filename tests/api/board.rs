//! The board: moving, places, reasons, numbers, the past.

mod deals;
mod lanes;
mod numbers;
mod past;
mod since;

use serde_json::json;
use shared::change::{AsOf, BulkDone, New, Patch};
use shared::id::{AccountId, OpportunityId};
use shared::opportunities::*;
use shared::pipelines::{ListStages, Stage};
use shared::query::ListQuery;
use shared::time::DAY;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;

pub async fn stages(caller: &Caller<'_>) -> Vec<Stage> {
    caller.call::<ListStages>((), ListQuery::default()).await.unwrap().items
}

pub async fn first_stage(caller: &Caller<'_>) -> Stage {
    stages(caller).await.remove(0)
}

pub async fn deal(caller: &Caller<'_>, stage: &Stage, name: &str, amount: i64) -> OpportunityId {
    let deal = Opportunity {
        name: name.into(),
        pipeline_id: stage.pipeline_id,
        stage_id: stage.id,
        amount: Some(amount),
        ..Opportunity::default()
    };
    caller.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &deal)).await.unwrap().record.id
}

async fn board(caller: &Caller<'_>) -> Board {
    caller.call::<GetBoard>((), BoardQuery::default()).await.unwrap()
}

fn names(column: &Column) -> Vec<&str> {
    column.cards.iter().map(|card| card.name.as_str()).collect()
}

async fn moved(caller: &Caller<'_>, wanted: Move) -> BulkDone {
    caller.call::<MoveOpportunities>((), wanted).await.unwrap()
}

#[tokio::test]
async fn a_card_goes_where_it_was_dropped() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    for name in ["c", "b", "a"] {
        deal(&admin, &stages[1], name, 100).await;
    }
    let card = deal(&admin, &stages[0], "new", 100).await;
    let first = board(&admin).await.columns[1].cards[0].id;

    moved(
        &admin,
        Move { ids: vec![card], stage: stages[1].id, after: Some(first), from: Some(stages[0].id), ..Move::default() },
    )
    .await;

    let board = board(&admin).await;
    assert_eq!(names(&board.columns[1]), ["a", "new", "b", "c"]);
    assert_eq!((board.columns[0].count, board.columns[1].count), (0, 4));
}

#[tokio::test]
async fn a_card_whose_neighbours_moved_away_meanwhile_goes_near_where_they_stood() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let mut column = Vec::new();
    for name in ["d", "c", "b", "a"] {
        column.insert(0, deal(&admin, &stages[1], name, 100).await);
    }
    let (one, two) = (deal(&admin, &stages[0], "one", 100).await, deal(&admin, &stages[0], "two", 100).await);
    let to = |id, after, before| Move { ids: vec![id], stage: stages[1].id, after, before, ..Move::default() };
    moved(&admin, Move { ids: vec![column[1]], stage: stages[2].id, ..Move::default() }).await;

    // The card above is gone: the one below marks the place.
    moved(&admin, to(one, Some(column[1]), Some(column[2]))).await;
    assert_eq!(names(&board(&admin).await.columns[1]), ["a", "one", "c", "d"]);
    moved(&admin, Move { ids: vec![column[2]], stage: stages[2].id, ..Move::default() }).await;

    // Both are gone: the place is where one of them stood.
    moved(&admin, to(two, Some(column[1]), Some(column[2]))).await;
    let stand = board(&admin).await;
    let stand = names(&stand.columns[1]);
    assert_eq!((stand.first(), stand.last(), stand.len()), (Some(&"a"), Some(&"d"), 4));
}

#[tokio::test]
async fn several_cards_move_together_and_come_back_with_one_undo() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let mut cards = Vec::new();
    for name in ["c", "b", "a"] {
        cards.push(deal(&admin, &stages[0], name, 100).await);
    }
    let before = board(&admin).await;

    let done = moved(&admin, Move { ids: vec![cards[2], cards[0]], stage: stages[2].id, ..Move::default() }).await;
    assert_eq!(names(&board(&admin).await.columns[2]), ["a", "c"]);
    admin.call::<shared::change::UndoBatch>(done.batch, ()).await.unwrap();

    assert_eq!(names(&board(&admin).await.columns[0]), names(&before.columns[0]));
}

#[tokio::test]
async fn a_lost_deal_asks_why() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let card = deal(&admin, &stages[0], "a", 100).await;
    let lost = Move { ids: vec![card], stage: stages[4].id, ..Move::default() };

    let without = admin.call::<MoveOpportunities>((), lost.clone()).await.unwrap_err();
    let other = Move { lost_reason: Some("other".into()), ..lost.clone() };
    let without_note = admin.call::<MoveOpportunities>((), other).await.unwrap_err();
    moved(&admin, Move { lost_reason: Some("price".into()), ..lost }).await;

    assert_eq!(without.fields["lost_reason"].code, "required");
    assert_eq!(without_note.fields["lost_note"].code, "required");
    let deal = admin.call::<GetOpportunity>(card, AsOf::default()).await.unwrap();
    assert_eq!((deal.lost_reason.as_deref(), deal.probability, deal.closed_at.is_some()), (Some("price"), 0, true));
}

#[tokio::test]
async fn a_card_that_moved_on_meanwhile_is_a_conflict_that_names_who() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let role = app.role(server::demo::ADMIN).await;
    let bob = app.staff("Bob", role, None).await;
    let stages = stages(&admin).await;
    let card = deal(&admin, &stages[0], "a", 100).await;
    moved(&bob, Move { ids: vec![card], stage: stages[1].id, ..Move::default() }).await;

    let late = Move { ids: vec![card], stage: stages[2].id, from: Some(stages[0].id), ..Move::default() };
    let refused = admin.call::<MoveOpportunities>((), late).await.unwrap_err();

    assert_eq!((refused.status, refused.conflicts[0].field.as_str()), (409, "stage_id"));
    assert_eq!((refused.conflicts[0].by_name.as_str(), &refused.conflicts[0].theirs), ("Bob", &json!(stages[1].id)));
}

#[tokio::test]
async fn columns_count_sum_and_weigh() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    deal(&admin, &stages[0], "a", 101).await;
    deal(&admin, &stages[0], "b", 202).await;
    let dollars = Opportunity {
        name: "c".into(),
        pipeline_id: stages[0].pipeline_id,
        stage_id: stages[0].id,
        amount: Some(50),
        currency: "USD".into(),
        ..Opportunity::default()
    };
    admin.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &dollars)).await.unwrap();

    let column = board(&admin).await.columns.remove(0);

    assert_eq!(column.count, 3);
    let sums: Vec<_> = column.sums.iter().map(|sum| (sum.currency.as_str(), sum.amount, sum.weighted)).collect();
    assert_eq!(sums, [("CNY", 303, 61), ("USD", 50, 10)]);
}

#[tokio::test]
async fn a_close_date_that_moves_later_counts_as_a_push() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let card = deal(&admin, &first_stage(&admin).await, "a", 100).await;
    for date in ["2026-12-01", "2026-12-20", "2026-12-10", "2027-01-05"] {
        admin.call::<UpdateOpportunity>(card, Patch::set("close_date", date)).await.unwrap();
    }
    let deal = admin.call::<GetOpportunity>(card, AsOf::default()).await.unwrap();
    assert_eq!(deal.close_date_pushes, 2);
}

#[tokio::test]
async fn a_stage_of_another_pipeline_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = first_stage(&admin).await;
    let other = shared::pipelines::Pipeline { name: "Other".into(), ..Default::default() };
    let other =
        admin.call::<shared::pipelines::CreatePipeline>((), New::of(Uuid::now_v7(), &other)).await.unwrap().record;
    let step = Stage { pipeline_id: other.id, name: "Step".into(), color: 1, ..Stage::default() };
    let step = admin.call::<shared::pipelines::CreateStage>((), New::of(Uuid::now_v7(), &step)).await.unwrap().record;
    let card = deal(&admin, &stage, "a", 100).await;

    let refused = admin.call::<UpdateOpportunity>(card, Patch::set("stage_id", step.id.to_string())).await.unwrap_err();

    assert_eq!((refused.status, refused.fields["stage_id"].code.as_str()), (422, "stage_of_another_pipeline"));
}

#[tokio::test]
async fn the_board_shows_yesterday_and_what_changed_since() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let a = deal(&admin, &stages[0], "a", 100).await;
    let b = deal(&admin, &stages[0], "b", 200).await;
    app.app.clock.advance(DAY / 400);
    let then = app.app.clock.now();
    app.app.clock.advance(1_000);
    moved(&admin, Move { ids: vec![a], stage: stages[3].id, ..Move::default() }).await;
    deal(&admin, &stages[1], "c", 300).await;

    let past = admin.call::<GetBoard>((), BoardQuery { as_of: Some(then), ..BoardQuery::default() }).await.unwrap();
    let changed = admin.call::<BoardChanges>((), SinceQuery { since: then, ..SinceQuery::default() }).await.unwrap();

    assert_eq!((past.columns[0].count, past.columns[0].sums[0].amount, past.columns[3].count), (2, 300, 0));
    assert_eq!(changed.won.iter().map(|deal| deal.id).collect::<Vec<_>>(), [a]);
    assert_eq!(changed.created.iter().map(|deal| deal.name.as_str()).collect::<Vec<_>>(), ["c"]);
    assert!(changed.moved.is_empty() && changed.lost.is_empty(), "{b} stayed");
}

#[tokio::test]
async fn time_in_a_stage_needs_no_set_up() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let card = deal(&admin, &stages[0], "a", 100).await;
    app.app.clock.advance(300_000);
    moved(&admin, Move { ids: vec![card], stage: stages[1].id, ..Move::default() }).await;

    let spans = admin.call::<GetStageHistory>(card, AsOf::default()).await.unwrap();

    assert_eq!(spans.iter().map(|span| span.stage).collect::<Vec<_>>(), [stages[0].id, stages[1].id]);
    let stay = spans[0].left_at.unwrap().0 - spans[0].entered_at.0;
    assert!((300_000..310_000).contains(&stay), "stayed {stay} ms");
}

#[tokio::test]
async fn an_undone_move_leaves_no_stay() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let card = deal(&admin, &stages[0], "a", 100).await;
    app.app.clock.advance(300_000);
    let done = moved(&admin, Move { ids: vec![card], stage: stages[1].id, ..Move::default() }).await;
    app.app.clock.advance(300_000);
    let undone = admin.call::<shared::change::UndoBatch>(done.batch, ()).await.unwrap();

    let back = admin.call::<GetStageHistory>(card, AsOf::default()).await.unwrap();
    admin.call::<shared::change::UndoBatch>(undone.batch, ()).await.unwrap();
    let again = admin.call::<GetStageHistory>(card, AsOf::default()).await.unwrap();

    let stays = |spans: &[StageSpan]| spans.iter().map(|span| (span.stage, span.left_at)).collect::<Vec<_>>();
    assert_eq!(stays(&back), [(stages[0].id, None)]);
    assert_eq!(stays(&again), [(stages[0].id, Some(again[1].entered_at)), (stages[1].id, None)]);
    assert!(again[1].entered_at > back[0].entered_at);
}

#[tokio::test]
async fn a_limit_counts_all_deals_and_tells_only_who_sees_them_all() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = app.role_of(shared::access::Scope::Own).await;
    let ann = app.staff("Ann", own, None).await;
    let stage = first_stage(&admin).await;
    let patch = Patch::set("wip_limit", 2);
    admin.call::<shared::pipelines::UpdateStage>(stage.id, patch).await.unwrap();
    deal(&ann, &stage, "hers", 10).await;
    deal(&admin, &stage, "small", 10).await;
    deal(&admin, &stage, "large", 900).await;
    let asked = BoardQuery { filter: Some("amount.ge.100".into()), ..BoardQuery::default() };

    let all = admin.call::<GetBoard>((), asked.clone()).await.unwrap();
    let hers = ann.call::<GetBoard>((), asked).await.unwrap();

    assert_eq!((all.columns[0].count, all.is_narrowed), (1, true));
    assert_eq!(all.held, [Held { stage: stage.id, count: 3 }]);
    assert_eq!((hers.columns[0].count, hers.held), (0, vec![]));
}

#[tokio::test]
async fn a_window_of_a_column_begins_where_asked() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = first_stage(&admin).await;
    for n in 0..12 {
        deal(&admin, &stage, &format!("{:02}", 11 - n), 100).await;
    }
    let asked = CardQuery {
        stage: stage.id,
        lane: None,
        lanes: None,
        filter: None,
        search: None,
        sort: None,
        skip: 5,
        limit: 3,
        as_of: None,
    };
    let window = admin.call::<GetBoardCards>((), asked).await.unwrap();
    let shown: Vec<_> = window.cards.iter().map(|card| card.name.as_str()).collect();
    assert_eq!((window.count, shown), (12, vec!["05", "06", "07"]));
}

#[tokio::test]
async fn a_card_names_its_account_only_to_who_may_read_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = app.role_of(shared::access::Scope::Own).await;
    let ann = app.staff("Ann", own, None).await;
    let hidden: AccountId = account(&admin, "Hidden").await;
    let stage = first_stage(&admin).await;
    let deal = Opportunity {
        name: "Deal".into(),
        account_id: Some(hidden),
        pipeline_id: stage.pipeline_id,
        stage_id: stage.id,
        owner_id: Some(ann.id),
        ..Opportunity::default()
    };
    admin.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &deal)).await.unwrap();

    let hers = board(&ann).await.columns.remove(0).cards.remove(0);
    let his = board(&admin).await.columns.remove(0).cards.remove(0);

    assert_eq!((hers.account, hers.account_id), (None, None));
    assert_eq!(his.account.as_deref(), Some("Hidden"));
}
