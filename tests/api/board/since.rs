//! What changed on a board since a moment.

use shared::change::{New, Patch};
use shared::opportunities::*;
use shared::pipelines::{CreatePipeline, CreateStage, Pipeline, Stage, StageKind};
use tests::TestApp;
use uuid::Uuid;

use super::{deal, moved, stages};

fn named(deals: &[ChangedDeal]) -> Vec<&str> {
    let mut names: Vec<&str> = deals.iter().map(|deal| deal.name.as_str()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn moved_pushed_won_and_lost_deals_are_told_apart() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let mut ids = Vec::new();
    for name in ["stays", "moves", "pushed", "earlier", "wins", "loses"] {
        let id = deal(&admin, &stages[0], name, 100).await;
        admin.call::<UpdateOpportunity>(id, Patch::set("close_date", "2027-01-10")).await.unwrap();
        ids.push(id);
    }
    app.app.clock.advance(1_000);
    let since = app.app.clock.now();
    app.app.clock.advance(1_000);
    let to = |at: usize, stage: usize| Move { ids: vec![ids[at]], stage: stages[stage].id, ..Move::default() };
    moved(&admin, to(1, 1)).await;
    admin.call::<UpdateOpportunity>(ids[2], Patch::set("close_date", "2027-02-10")).await.unwrap();
    admin.call::<UpdateOpportunity>(ids[3], Patch::set("close_date", "2027-01-01")).await.unwrap();
    moved(&admin, to(4, 3)).await;
    moved(&admin, Move { lost_reason: Some("price".into()), ..to(5, 4) }).await;

    let changed = admin.call::<BoardChanges>((), SinceQuery { since, ..SinceQuery::default() }).await.unwrap();

    assert_eq!(named(&changed.created), Vec::<&str>::new());
    assert_eq!(named(&changed.moved), ["moves"]);
    assert_eq!(named(&changed.pushed), ["pushed"]);
    assert_eq!(named(&changed.won), ["wins"]);
    assert_eq!(named(&changed.lost), ["loses"]);
    assert_eq!((changed.moved[0].from_stage, changed.moved[0].stage), (Some(stages[0].id), stages[1].id));
    let days = (changed.pushed[0].from_date, changed.pushed[0].close_date);
    assert_eq!(days, ("2027-01-10".parse().ok(), "2027-02-10".parse().ok()));
}

#[tokio::test]
async fn changes_are_those_of_the_pipeline_and_the_filter() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let other = Pipeline { name: "Other".into(), ..Pipeline::default() };
    let other = admin.call::<CreatePipeline>((), New::of(Uuid::now_v7(), &other)).await.unwrap().record;
    let step =
        Stage { pipeline_id: other.id, name: "Step".into(), kind: StageKind::Open, color: 1, ..Stage::default() };
    let step = admin.call::<CreateStage>((), New::of(Uuid::now_v7(), &step)).await.unwrap().record;
    app.app.clock.advance(1_000);
    let since = app.app.clock.now();
    app.app.clock.advance(1_000);
    deal(&admin, &stages[0], "small", 10).await;
    deal(&admin, &stages[0], "large", 900).await;
    deal(&admin, &step, "elsewhere", 900).await;

    let asked = SinceQuery { since, pipeline: Some(stages[0].pipeline_id), ..SinceQuery::default() };
    let here = admin.call::<BoardChanges>((), asked.clone()).await.unwrap();
    let large = SinceQuery { filter: Some("amount.ge.100".into()), ..asked };
    let large = admin.call::<BoardChanges>((), large).await.unwrap();

    assert_eq!((named(&here.created), named(&large.created)), (vec!["large", "small"], vec!["large"]));
}
