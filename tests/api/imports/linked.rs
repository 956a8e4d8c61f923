//! Rows that name other records: found, nearly found, created, or in the same file.

use serde_json::json;
use shared::access::Object;
use shared::accounts::ArchiveAccounts;
use shared::change::{Archive, New, Patch};
use shared::contacts::*;
use shared::imports::*;
use shared::pipelines::*;
use shared::query::ListQuery;
use shared::users::UpdateUser;
use tests::TestApp;
use uuid::Uuid;

use super::check::{account, accounts};
use super::wizard::{Wizard, numbers};

#[tokio::test]
async fn names_are_found_nearly_found_or_unknown() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let acme = account(&ada, json!({ "name": "Acme Corporation" })).await;
    account(&ada, json!({ "name": "Twice" })).await;
    account(&ada, json!({ "name": "TWICE" })).await;
    let names = ["acme  corporation", "Acme Corporatoin", "twice", "Nobody at all"].map(str::to_owned).into();

    let found =
        ada.call::<MatchNames>((), NamesAsked { object: Object::Account, names, pipeline: None }).await.unwrap();

    assert_eq!(found[0], NameFound { id: Some(acme.id.0), ..NameFound::default() });
    assert_eq!(found[1], NameFound { near: Some("Acme Corporation".into()), ..NameFound::default() });
    assert_eq!(found[2], NameFound { several: true, ..NameFound::default() });
    assert_eq!(found[3], NameFound::default());
}

#[tokio::test]
async fn accounts_that_contacts_name_are_linked_or_created_once() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let acme = account(&ada, json!({ "name": "Acme Corporation" })).await;
    let file = "name,company,title,mobile\n张伟,Acme Corporation,采购,138 0013 8000\n李娜,Novel Works,CTO,\n王芳,novel works,,\n赵敏,Acme Corporatoin,,\n";
    let mut wizard = Wizard::read(&ada, Object::Contact, file);
    wizard.send().await.unwrap();

    let summary = wizard.check().await;
    assert_eq!((numbers(&summary), summary.linked), ((3, 0, 0, 1), vec![(Object::Account, 1)]));
    assert_eq!(wizard.rows_of(Outcome::Wrong).await[0].errors["accounts"].code, "near_miss");
    wizard.word("company", "Acme Corporatoin", "Acme Corporatoin");
    wizard.put().await.unwrap();
    let summary = wizard.check().await;
    assert_eq!((numbers(&summary), summary.linked), ((4, 0, 0, 0), vec![(Object::Account, 2)]));
    wizard.commit().await;

    assert_eq!(accounts(&ada).await.len(), 3);
    let contacts = ada.call::<ListContacts>((), ListQuery::default()).await.unwrap().items;
    let of = |name: &str| contacts.iter().find(|contact| contact.name == name).unwrap();
    assert_eq!(of("张伟").accounts[0].account_id, acme.id);
    assert_eq!(of("张伟").points[0].norm, "+8613800138000");
    assert_eq!(of("李娜").accounts[0].account_id, of("王芳").accounts[0].account_id);
}

#[tokio::test]
async fn what_led_to_an_archived_record_may_stay_and_nothing_new_leads_there() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let away = account(&ada, json!({ "name": "Away" })).await;
    let link = AccountLink { account_id: away.id, role: None, is_primary: true, has_left: false };
    let ann = Contact { name: "Ann".into(), accounts: vec![link], ..Contact::default() };
    ada.call::<CreateContact>((), New::of(Uuid::now_v7(), &ann)).await.unwrap();
    ada.call::<ArchiveAccounts>((), Archive { ids: vec![away.id.0], archived: true }).await.unwrap();

    let mut wizard = Wizard::read(&ada, Object::Contact, "name,company,title\nAnn,Away,CTO\nBo,Away,CEO\n");
    wizard.import.match_keys = "name".into();
    wizard.send().await.unwrap();

    assert_eq!(numbers(&wizard.check().await), (0, 1, 0, 1));
    assert_eq!(wizard.rows_of(Outcome::Wrong).await[0].errors["accounts"].code, "archived_record");
    wizard.commit().await;
    let contacts = ada.call::<ListContacts>((), ListQuery::default()).await.unwrap().items;
    let now: Vec<_> = contacts.iter().map(|one| (one.name.as_str(), one.job_title.as_deref())).collect();
    assert_eq!(now, [("Ann", Some("CTO"))]);
    assert_eq!(contacts[0].accounts[0].account_id, away.id);
}

#[tokio::test]
async fn nothing_new_is_given_to_who_was_disabled() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let bob = app.staff("Bob", app.role("sales_rep").await, None).await;
    account(&ada, json!({ "name": "His", "owner_id": bob.id })).await;
    ada.call::<UpdateUser>(bob.id, Patch::set("is_disabled", true)).await.unwrap();

    let mut wizard = Wizard::read(&ada, Object::Account, "name,owner,industry\nHis,Bob,finance\nNew,Bob,retail\n");
    wizard.send().await.unwrap();

    assert_eq!(numbers(&wizard.check().await), (0, 1, 0, 1));
    assert_eq!(wizard.rows_of(Outcome::Wrong).await[0].errors["owner_id"].code, "disabled_user");
    wizard.commit().await;
    let found = accounts(&ada).await;
    assert_eq!(found.iter().map(|one| (one.name.as_str(), one.owner_id)).collect::<Vec<_>>(), [("His", Some(bob.id))]);
}

#[tokio::test]
async fn what_is_missing_is_refused_unless_it_may_be_created() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Contact, "name,company\n张伟,Novel Works\n");
    wizard.import.create_missing = false;
    wizard.send().await.unwrap();

    assert_eq!(numbers(&wizard.check().await), (0, 0, 0, 1));
    assert_eq!(wizard.rows_of(Outcome::Wrong).await[0].errors["accounts"].code, "no_such_name");
    wizard.set(Patch::set("create_missing", true)).await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (1, 0, 0, 0));
}

#[tokio::test]
async fn parents_of_the_same_file_may_stand_anywhere_but_not_in_a_circle() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let file = "name,subsidiary of,employees\nChild,Mother,1\nGrandchild,child,1\nMother,,1\nHen,Egg,1\nEgg,Hen,1\nOrphan,Broken,1\nBroken,,x\n";
    let mut wizard = Wizard::read(&ada, Object::Account, file);
    wizard.send().await.unwrap();

    assert_eq!(numbers(&wizard.check().await), (3, 0, 0, 4));
    let wrong = wizard.rows_of(Outcome::Wrong).await;
    let codes: Vec<_> = wrong.iter().map(|row| row.errors.values().next().unwrap().code.as_str()).collect();
    assert_eq!(codes, ["rows_in_circle", "rows_in_circle", "linked_row_wrong", "number_unreadable"]);
    wizard.commit().await;

    let all = accounts(&ada).await;
    let of = |name: &str| all.iter().find(|account| account.name == name).unwrap();
    assert_eq!(of("Child").parent_id, Some(of("Mother").id));
    assert_eq!(of("Grandchild").parent_id, Some(of("Child").id));
    assert_eq!(all.len(), 3);
}

#[tokio::test]
async fn stages_are_named_within_the_pipeline() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let other = Pipeline { name: "Renewals".into(), currency: "EUR".into(), ..Pipeline::default() };
    let other = ada.call::<CreatePipeline>((), New::of(Uuid::now_v7(), &other)).await.unwrap().record;
    let stage =
        Stage { pipeline_id: other.id, name: "Negotiating".into(), probability: 40, color: 2, ..Stage::default() };
    ada.call::<CreateStage>((), New::of(Uuid::now_v7(), &stage)).await.unwrap();
    let mut wizard =
        Wizard::read(&ada, Object::Opportunity, "deal,stage\nOne,negotiating\nTwo,Negotiatin\nThree,需求确认\n");
    wizard.plan.pipeline = Some(other.id);
    wizard.import.match_keys = "name".into();
    wizard.send().await.unwrap();

    assert_eq!(numbers(&wizard.check().await), (1, 0, 0, 2));
    let wrong = wizard.rows_of(Outcome::Wrong).await;
    assert_eq!(wrong[0].errors["stage_id"].params["near"], "Negotiating");
    assert_eq!(wrong[1].errors["stage_id"].code, "no_such_name");
    wizard.commit().await;

    let deals = ada.call::<shared::opportunities::ListOpportunities>((), ListQuery::default()).await.unwrap().items;
    assert_eq!((deals[0].pipeline_id, deals[0].currency.as_str(), deals[0].probability), (other.id, "EUR", 40));
}

#[tokio::test]
async fn deals_without_a_pipeline_come_to_the_importers_teams_own() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let (team, admin) = (app.team("Renewals", None).await, app.role("admin").await);
    let rita = app.staff("Rita", admin, Some(team)).await;
    let own = Pipeline { name: "Renewals".into(), currency: "EUR".into(), teams: vec![team], ..Pipeline::default() };
    let own = ada.call::<CreatePipeline>((), New::of(Uuid::now_v7(), &own)).await.unwrap().record;
    let stage =
        Stage { pipeline_id: own.id, name: "需求确认".into(), probability: 40, color: 2, ..Stage::default() };
    ada.call::<CreateStage>((), New::of(Uuid::now_v7(), &stage)).await.unwrap();

    let mut pipelines = Vec::new();
    for who in [&rita, &ada] {
        let name = format!("Deal of {}", who.id);
        let mut wizard = Wizard::read(who, Object::Opportunity, &format!("deal,stage\n{name},需求确认\n"));
        wizard.import.match_keys = "name".into();
        wizard.bring_in().await;
        let deals = ada.call::<shared::opportunities::ListOpportunities>((), ListQuery::default()).await.unwrap().items;
        pipelines.push(deals.into_iter().find(|deal| deal.name == name).unwrap().pipeline_id);
    }

    let all = ada.call::<ListPipelines>((), ListQuery::default()).await.unwrap().items;
    let usual = all.iter().find(|pipeline| pipeline.is_default).unwrap();
    assert_eq!(pipelines, [own.id, usual.id]);
}

#[tokio::test]
async fn a_lost_deal_needs_its_reason_from_an_import_too() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Opportunity, "deal,stage\nOne,输单\nTwo,需求确认\n");
    wizard.import.match_keys = "name".into();
    wizard.send().await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (1, 0, 0, 1));
    assert_eq!(wizard.rows_of(Outcome::Wrong).await[0].errors["lost_reason"].code, "required");

    wizard.default("lost_reason", "price");
    wizard.set(Patch::set("plan", wizard.plan.text())).await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (2, 0, 0, 0));
    wizard.commit().await;

    let deals = ada.call::<shared::opportunities::ListOpportunities>((), ListQuery::default()).await.unwrap().items;
    let reason = |name: &str| deals.iter().find(|deal| deal.name == name).unwrap().lost_reason.clone();
    assert_eq!((reason("One").as_deref(), reason("Two")), (Some("price"), None));
}
