//! What the app exports comes back: to the Kith it is from as nothing new, to
//! another as the same records.

use serde_json::json;
use shared::access::{Object, Scope};
use shared::change::New;
use shared::contacts::*;
use shared::import::csv;
use shared::imports::*;
use shared::opportunities::*;
use shared::pipelines::{ListStages, StageKind};
use shared::products::{CreateProduct, Product};
use shared::query::ListQuery;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::check::account;
use super::wizard::{Wizard, numbers};

/// The kinds in the order in which they name each other.
const KINDS: [(Object, i64); 4] =
    [(Object::Account, 2), (Object::Product, 1), (Object::Contact, 3), (Object::Opportunity, 3)];

/// As the menu of a list asks for it.
async fn export(who: &Caller<'_>, object: Object) -> String {
    let answer = who.get_json(&format!("/api/export/{object}?bom=true&headings=labels&archived=with")).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    answer.text().trim_start_matches('\u{feff}').to_owned()
}

/// Two companies, people at both, and deals that share a name.
async fn company(who: &Caller<'_>) {
    let phone = json!([{ "kind": "phone", "value": "138 0013 8000", "is_primary": true }]);
    let acme = account(who, json!({ "name": "Acme, \"远见\"", "points": phone, "tags": ["vip", "老客户"] })).await.id;
    let beta = account(who, json!({ "name": "Betatech", "parent_id": acme, "annual_revenue": 110_004 })).await.id;
    let gtx = Product { name: "GTX".into(), price: Some(55_000), currency: "CNY".into(), ..Product::default() };
    let gtx = who.call::<CreateProduct>((), New::of(Uuid::now_v7(), &gtx)).await.unwrap().record.id;
    let at = |account_id, role: &str, is_primary, has_left| AccountLink {
        account_id,
        role: Some(role.to_owned()).filter(|role| !role.is_empty()),
        is_primary,
        has_left,
    };
    let places = [
        ("张伟", vec![at(acme, "Buyer", false, true), at(beta, "CTO", true, false)]),
        ("李娜", vec![at(acme, "", false, false), at(beta, "Board", false, false)]),
        ("Ann", Vec::new()),
    ];
    let mut people = Vec::new();
    for (name, accounts) in places {
        let contact = Contact { name: name.into(), accounts, ..Contact::default() };
        people.push(who.call::<CreateContact>((), New::of(Uuid::now_v7(), &contact)).await.unwrap().record.id);
    }
    let stages = who.call::<ListStages>((), ListQuery::default()).await.unwrap().items;
    let stage = |kind: StageKind| stages.iter().find(|stage| stage.kind == kind).unwrap();
    for (amount, kind) in [(100, StageKind::Open), (250, StageKind::Open), (300, StageKind::Lost)] {
        let contact = DealContact { contact_id: people[0], role: DealRole::ALL[1] };
        let deal = json!({
            "name": "Renewal", "account_id": acme, "pipeline_id": stage(kind).pipeline_id, "stage_id": stage(kind).id,
            "amount": amount, "contacts": [contact], "lines": [{ "product_id": gtx, "quantity": 2, "price": 5 }],
            "lost_reason": (kind == StageKind::Lost).then_some("price"), "close_date": "2026-11-30",
        });
        let serde_json::Value::Object(deal) = deal else { panic!("an object") };
        who.call::<CreateOpportunity>((), New::from_values(Uuid::now_v7(), deal)).await.unwrap();
    }
}

#[tokio::test]
async fn an_export_that_comes_home_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    company(&ada).await;

    for (object, rows) in KINDS {
        let mut wizard = Wizard::read(&ada, object, &export(&ada, object).await);
        assert_eq!(wizard.import.match_keys, "id");
        wizard.send().await.unwrap();
        let summary = wizard.check().await;
        assert_eq!(numbers(&summary), (0, 0, rows, 0), "{object}: {:?}", summary.reasons);
    }
}

#[tokio::test]
async fn who_shares_a_name_comes_home_as_the_same() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let one = account(&ada, json!({ "name": "Acme" })).await.id;
    let other = account(&ada, json!({ "name": "ＡＣＭＥ" })).await.id;
    let beta = account(&ada, json!({ "name": "Betatech" })).await.id;
    let at = |account_id| AccountLink { account_id, role: None, is_primary: account_id == other, has_left: false };
    let contact = Contact { name: "Ann".into(), accounts: vec![at(other), at(beta)], ..Contact::default() };
    ada.call::<CreateContact>((), New::of(Uuid::now_v7(), &contact)).await.unwrap();

    let text = export(&ada, Object::Contact).await;
    let mut wizard = Wizard::read(&ada, Object::Contact, &text);
    wizard.send().await.unwrap();
    let summary = wizard.check().await;

    assert!(text.contains(&other.to_string()) && text.contains("Betatech"), "{text}");
    assert!(!text.contains(&one.to_string()), "{text}");
    assert_eq!(numbers(&summary), (0, 0, 1, 0), "{:?}", summary.reasons);
}

#[tokio::test]
async fn an_empty_kith_becomes_equal_by_the_files_alone() {
    let (here, there) = (TestApp::start().await, TestApp::start().await);
    let (ada, eve) = (here.admin().await, there.admin().await);
    company(&ada).await;

    for (object, rows) in KINDS {
        let text = export(&ada, object).await;
        let mut wizard = Wizard::read(&eve, object, &text);
        assert_eq!(wizard.bring_in().await.created, rows, "{object}");
        assert_eq!(without_ids(&export(&eve, object).await), without_ids(&text), "{object}");
    }
}

/// The rows of a file in the order of their text, without what only one Kith knows.
fn without_ids(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::new(',');
    let mut records = Vec::new();
    reader.push(text, &mut records).unwrap();
    records.extend(reader.finish().unwrap());
    let kept: Vec<usize> = (0..records[0].len()).filter(|at| !records[0].get(*at).unwrap().ends_with("ID")).collect();
    let row = |record: &csv::Record| kept.iter().map(|at| record.get(*at).unwrap_or_default().to_owned()).collect();
    let mut rows: Vec<Vec<String>> = records.iter().map(row).collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn chosen_records_go_out_however_many_in_their_order_and_within_reach() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let mut ids = vec![account(&bob, json!({ "name": "His" })).await.id];
    for n in 0..600 {
        ids.push(account(&ann, json!({ "name": format!("Company {n}") })).await.id);
    }
    ids.reverse();

    let chosen = json!({ "ids": ids, "columns": "id,name" });
    let answer = ann.post_json("/api/export/account", &chosen).await;

    let text = answer.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 601, "{} {}", answer.status, lines[0]);
    assert_eq!(lines[1], format!("{},Company 599", ids[0]));
    assert_eq!(lines[600], format!("{},Company 0", ids[599]));
    let many = json!({ "ids": vec![Uuid::nil(); MAX_CHOSEN + 1] });
    assert_eq!(ann.post_json("/api/export/account", &many).await.error().fields["ids"].code, "too_many");
    let auditor = app.staff("Al", app.role("auditor").await, None).await;
    assert_eq!(auditor.post_json("/api/export/account", &chosen).await.status, 403);
}
