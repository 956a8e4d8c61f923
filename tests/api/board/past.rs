//! The board of a past day: its stages, its order, its search.

use shared::change::{New, Patch};
use shared::id::OpportunityId;
use shared::opportunities::*;
use shared::pipelines::{ArchiveStages, CreateStage, Stage, StageArchive, StageKind};
use shared::query::ListQuery;
use shared::time::Instant;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{deal, first_stage, moved, names, stages};

async fn past(caller: &Caller<'_>, at: Instant, query: BoardQuery) -> Board {
    caller.call::<GetBoard>((), BoardQuery { as_of: Some(at), ..query }).await.unwrap()
}

/// A moment at which everything so far is there.
fn moment(app: &TestApp) -> Instant {
    app.app.clock.advance(1_000);
    let then = app.app.clock.now();
    app.app.clock.advance(1_000);
    then
}

#[tokio::test]
async fn a_stage_put_away_since_still_holds_its_deals_in_the_past() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let gone = Stage {
        pipeline_id: stages[0].pipeline_id,
        name: "Pilot".into(),
        kind: StageKind::Open,
        position: 9,
        color: 2,
        ..Stage::default()
    };
    let gone = admin.call::<CreateStage>((), New::of(Uuid::now_v7(), &gone)).await.unwrap().record;
    let unused = Stage { name: "Unused".into(), ..gone.clone() };
    let unused = admin.call::<CreateStage>((), New::of(Uuid::now_v7(), &unused)).await.unwrap().record;
    let card = deal(&admin, &gone, "a", 700).await;
    let then = moment(&app);
    moved(&admin, Move { ids: vec![card], stage: stages[0].id, ..Move::default() }).await;
    let archive = StageArchive { ids: vec![gone.id.0, unused.id.0], archived: true, to: None };
    admin.call::<ArchiveStages>((), archive).await.unwrap();

    let was = past(&admin, then, BoardQuery::default()).await;
    let is = admin.call::<GetBoard>((), BoardQuery::default()).await.unwrap();

    let pilot = was.columns.iter().find(|column| column.stage == gone.id).unwrap();
    assert_eq!((pilot.count, pilot.sums[0].amount, names(pilot)), (1, 700, vec!["a"]));
    assert!(was.columns.iter().all(|column| column.stage != unused.id));
    assert!(is.columns.iter().all(|column| column.stage != gone.id));
}

fn window(stage: &Stage, at: Instant) -> CardQuery {
    CardQuery {
        stage: stage.id,
        lane: None,
        lanes: None,
        filter: None,
        search: None,
        sort: None,
        skip: 0,
        limit: 10,
        as_of: Some(at),
    }
}

#[tokio::test]
async fn a_past_board_and_its_windows_keep_the_order_asked_for() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = first_stage(&admin).await;
    for (name, amount) in [("mid", 20), ("high", 30), ("low", 10)] {
        deal(&admin, &stage, name, amount).await;
    }
    let then = moment(&app);
    let sort = Some("-amount".to_owned());

    let board = past(&admin, then, BoardQuery { sort: sort.clone(), ..BoardQuery::default() }).await;
    let cards = admin.call::<GetBoardCards>((), CardQuery { sort, ..window(&stage, then) }).await.unwrap();
    let by_hand = past(&admin, then, BoardQuery::default()).await;
    let bad = CardQuery { sort: Some("nonsense".into()), ..window(&stage, then) };
    let refused = admin.call::<GetBoardCards>((), bad).await.unwrap_err();

    assert_eq!(names(&board.columns[0]), ["high", "mid", "low"]);
    assert_eq!(cards.cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["high", "mid", "low"]);
    assert_eq!(names(&by_hand.columns[0]), ["low", "high", "mid"]);
    assert_eq!(refused.fields["sort"].code, "bad_sort");
}

#[tokio::test]
async fn words_are_searched_for_as_they_were_then() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = first_stage(&admin).await;
    let renamed: OpportunityId = deal(&admin, &stage, "Harbour crane", 10).await;
    deal(&admin, &stage, "苏州工厂", 20).await;
    let then = moment(&app);
    admin.call::<UpdateOpportunity>(renamed, Patch::set("name", "Rail crane")).await.unwrap();
    let search = |words: &str| Some(words.to_owned());

    for (words, found) in [("harb", vec!["Harbour crane"]), ("苏州", vec!["苏州工厂"]), ("rail", vec![])] {
        let board = past(&admin, then, BoardQuery { search: search(words), ..BoardQuery::default() }).await;
        let cards =
            admin.call::<GetBoardCards>((), CardQuery { search: search(words), ..window(&stage, then) }).await.unwrap();
        let query = ListQuery { search: search(words), as_of: Some(then), ..ListQuery::default() };
        let rows = admin.call::<ListOpportunities>((), query).await.unwrap();
        assert_eq!(names(&board.columns[0]), found, "{words}");
        assert_eq!(cards.cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), found);
        assert_eq!(rows.items.iter().map(|deal| deal.name.as_str()).collect::<Vec<_>>(), found);
    }
}
