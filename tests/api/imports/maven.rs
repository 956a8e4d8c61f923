//! The real files, from the first to the last, with the figures they must give.

use shared::access::Object;
use shared::id::{PipelineId, StageId};
use shared::imports::*;
use shared::opportunities::{CountOpportunities, ListOpportunities};
use shared::pipelines::StageKind;
use shared::query::{ListQuery, TotalsQuery};
use shared::users::{ListTeams, ListUsers};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::wizard::Wizard;

const ACCOUNTS: &str = include_str!("../../data/maven-crm/accounts.csv");
const PRODUCTS: &str = include_str!("../../data/maven-crm/products.csv");
const TEAMS: &str = include_str!("../../data/maven-crm/sales_teams.csv");
const PIPELINE: &str = include_str!("../../data/maven-crm/sales_pipeline.csv");

pub fn accounts<'a>(who: &'a Caller<'a>) -> Wizard<'a> {
    let mut wizard = Wizard::read(who, Object::Account, ACCOUNTS);
    wizard.word("sector", "technolgy", "technology");
    wizard.word("office_location", "Philipines", "Philippines");
    wizard.default("currency", "USD");
    wizard.plan.columns[3].zeros = 6;
    wizard
}

pub fn products<'a>(who: &'a Caller<'a>) -> Wizard<'a> {
    let mut wizard = Wizard::read(who, Object::Product, PRODUCTS);
    wizard.default("currency", "USD");
    wizard
}

pub async fn people<'a>(who: &'a Caller<'a>) -> Wizard<'a> {
    let mut wizard = Wizard::read(who, Object::User, TEAMS);
    wizard.plan.templates.insert("email".into(), "{first}.{last}@maven.example".into());
    wizard.default("roles", &who.test.role("sales_rep").await.to_string());
    wizard.default("manager.roles", &who.test.role("sales_lead").await.to_string());
    wizard
}

pub fn deals<'a>(who: &'a Caller<'a>) -> Wizard<'a> {
    let mut wizard = Wizard::read(who, Object::Opportunity, PIPELINE);
    wizard.word("product", "GTXPro", "GTX Pro");
    wizard.default("currency", "USD");
    wizard.default("lost_reason", "other");
    wizard.default("lost_note", "imported");
    let mut stages = wizard.plan.stages_of(&wizard.columns);
    for stage in &mut stages {
        stage.id = StageId(Uuid::now_v7());
    }
    let id = PipelineId(Uuid::now_v7());
    wizard.plan.new_pipeline = Some(NewPipeline { id, name: "Maven".into(), currency: "USD".into(), stages });
    wizard
}

async fn total(who: &Caller<'_>, filter: String) -> (i64, i64) {
    let query = TotalsQuery { filter: Some(filter), sum: Some("amount".into()), ..TotalsQuery::default() };
    let totals = who.call::<CountOpportunities>((), query).await.unwrap();
    (totals.count(), totals.lines.iter().map(|line| line.sum).sum())
}

#[tokio::test]
async fn the_four_files_give_their_figures() {
    let app = TestApp::start().await;
    let ada = app.admin().await;

    assert_eq!(accounts(&ada).bring_in().await.created, 85);
    assert_eq!(products(&ada).bring_in().await.created, 7);
    let team = people(&ada).await.bring_in().await;
    assert_eq!((team.created, team.linked_records()), (35, vec![(Object::Team, 3), (Object::User, 6)]));
    let mut deals = deals(&ada);
    assert_eq!(deals.bring_in().await.created, 8_800);

    let pipeline = deals.plan.new_pipeline.clone().unwrap();
    let stage =
        |kind: StageKind, n: usize| pipeline.stages.iter().filter(|stage| stage.kind == kind).nth(n).unwrap().id;
    let of = |stage: StageId| total(&ada, format!("stage_id.is.{stage}"));
    assert_eq!(of(stage(StageKind::Won, 0)).await, (4_238, 1_000_553_400));
    assert_eq!(of(stage(StageKind::Lost, 0)).await, (2_473, 0));
    assert_eq!(of(stage(StageKind::Open, 0)).await.0, 500);
    assert_eq!(of(stage(StageKind::Open, 1)).await.0, 1_589);
    assert_eq!(total(&ada, "account_id.empty".into()).await.0, 1_425);
    the_history_is_right(&ada).await;
    everybody_is_where_they_belong(&ada).await;
}

async fn the_history_is_right(ada: &Caller<'_>) {
    let query = ListQuery { filter: Some("external_no.is.Z063OYW0".into()), ..ListQuery::default() };
    let deal = ada.call::<ListOpportunities>((), query).await.unwrap().items.remove(0);
    let midnight = ada.test.app.clock.midnight("2017-03-11".parse().unwrap());
    assert_eq!(deal.name, "GTX Pro · Isdom");
    assert_eq!((deal.amount, deal.currency.as_str()), (Some(451_400), "USD"));
    assert_eq!(deal.opened_on.map(|day| day.to_string()).as_deref(), Some("2016-10-25"));
    assert_eq!(deal.close_date.map(|day| day.to_string()).as_deref(), Some("2017-03-11"));
    assert_eq!((deal.closed_at, deal.stage_entered_at), (Some(midnight), midnight));
    assert_eq!((deal.lines[0].quantity, deal.lines[0].price), (1, 451_400));
}

async fn everybody_is_where_they_belong(ada: &Caller<'_>) {
    let teams = ada.call::<ListTeams>((), ListQuery { limit: Some(50), ..ListQuery::default() }).await.unwrap().items;
    let users = ada.call::<ListUsers>((), ListQuery { limit: Some(100), ..ListQuery::default() }).await.unwrap().items;
    let of = |name: &str| {
        let team = teams.iter().find(|team| team.name == name).unwrap().id;
        users.iter().filter(|user| user.team_id == Some(team)).count()
    };
    assert_eq!([of("Central"), of("East"), of("West")], [13, 14, 14]);
    let mei = users.iter().find(|user| user.name == "Mei-Mei Johns").unwrap();
    assert_eq!(mei.email, "mei-mei.johns@maven.example");
}

#[tokio::test]
async fn nothing_is_guessed_about_the_misspelt_product() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    products(&ada).bring_in().await;
    people(&ada).await.bring_in().await;
    accounts(&ada).bring_in().await;
    let mut deals = deals(&ada);
    let product = deals.plan.columns.iter_mut().find(|column| column.header == "product").unwrap();
    product.words.clear();

    deals.send().await.unwrap();
    let summary = deals.check().await;

    assert_eq!((summary.create, summary.wrong), (7_320, 1_480));
    let reason = &summary.reasons[0];
    assert_eq!((reason.field.as_str(), reason.rows), ("lines", 1_480));
    assert_eq!(reason.error.message, "“GTXPro” is unknown. Did you mean “GTX Pro”?");
}
