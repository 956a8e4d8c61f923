//! A list goes out as a file, as far as the caller reaches, and comes back equal.

use serde_json::json;
use shared::access::{Object, Scope};
use tests::{Caller, TestApp};

use super::check::account;
use super::maven;
use super::wizard::{Wizard, numbers};

async fn export(who: &Caller<'_>, object: &str, query: &str) -> String {
    let answer = who.get_json(&format!("/api/export/{object}?{query}")).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    answer.text()
}

#[tokio::test]
async fn what_was_exported_is_a_duplicate_row_by_row() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let awkward = json!({
        "name": "Quote \" and, comma\t", "note": "two\nlines", "tags": ["a", "b"], "annual_revenue": -12_345, "currency": "JPY",
        "points": [{ "kind": "phone", "value": "138 0013 8000", "is_primary": true }, { "kind": "email", "value": "a@b.example" }],
    });
    account(&ada, awkward).await;
    maven::accounts(&ada).bring_in().await;
    maven::products(&ada).bring_in().await;
    maven::people(&ada).await.bring_in().await;
    let mut deals = maven::deals(&ada);
    deals.records.truncate(900);
    deals.bring_in().await;

    for (object, rows) in [(Object::Account, 86), (Object::Product, 7), (Object::Opportunity, 900)] {
        for headings in ["keys", "labels"] {
            let text = export(&ada, object.word(), &format!("headings={headings}&bom=true")).await;
            let mut wizard = Wizard::read(&ada, object, text.trim_start_matches('\u{feff}'));
            wizard.import.match_keys = "id".into();
            wizard.send().await.unwrap();
            let summary = wizard.check().await;
            assert_eq!(numbers(&summary), (0, 0, rows, 0), "{object} {headings}: {:?}", summary.reasons);
        }
    }
}

#[tokio::test]
async fn an_export_makes_an_equal_list_elsewhere() {
    let (here, there) = (TestApp::start().await, TestApp::start().await);
    let (ada, eve) = (here.admin().await, there.admin().await);
    maven::accounts(&ada).bring_in().await;
    let columns =
        "columns=name,industry,region,employees,annual_revenue,currency,founded_on,parent_id,tags,points&sort=name";
    let first = export(&ada, "account", columns).await;

    let mut wizard = Wizard::read(&eve, Object::Account, &first);
    wizard.target("parent_id.name", Some("parent_id"));
    wizard.target("parent_id", None);
    wizard.bring_in().await;

    let without_ids = |text: &str| {
        let mut lines: Vec<Vec<String>> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        let at = lines[0].iter().position(|cell| cell == "parent_id").unwrap();
        for line in &mut lines {
            line.remove(at);
        }
        lines
    };
    assert_eq!(without_ids(&export(&eve, "account", columns).await), without_ids(&first));
}

#[tokio::test]
async fn formulas_are_disarmed_and_read_back() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    for name in ["=HYPERLINK(\"http://evil.example\")", "+1+1", "-2+3", "@SUM(A1)", "＝1", "'=1"] {
        account(&ada, json!({ "name": name })).await;
    }

    let text = export(&ada, "account", "columns=id,name").await;
    for line in text.lines().skip(1) {
        let cell = line.split_once(',').unwrap().1.trim_start_matches('"');
        assert!(cell.starts_with('\''), "{cell}");
    }
    let mut wizard = Wizard::read(&ada, Object::Account, &text);
    wizard.import.match_keys = "id".into();
    wizard.send().await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (0, 0, 6, 0));
}

#[tokio::test]
async fn an_export_holds_the_rows_of_the_question_and_of_the_callers_reach() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    account(&ann, json!({ "name": "Hers", "industry": "retail" })).await;
    account(&ann, json!({ "name": "Also hers", "industry": "energy" })).await;
    account(&bob, json!({ "name": "His", "industry": "retail" })).await;

    assert_eq!(export(&ann, "account", "columns=name,owner_id&filter=industry.is.retail").await.lines().count(), 2);
    let text = export(&bob, "account", "columns=name,industry,owner_id&headings=labels").await;
    assert_eq!(text, format!("Name,Industry,Owner,Owner ID\r\nHis,Retail,Bob,{}\r\n", bob.id));
}

#[tokio::test]
async fn who_may_not_export_gets_nothing() {
    let app = TestApp::start().await;
    let auditor = app.role("auditor").await;
    let ann = app.staff("Ann", auditor, None).await;

    assert_eq!(ann.get_json("/api/export/account").await.status, 403);
    assert_eq!(app.stranger().get_json("/api/export/account").await.status, 401);
}

#[tokio::test]
async fn a_long_list_goes_out_whole() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let file: String =
        std::iter::once("name\n".to_owned()).chain((0..1_234).map(|n| format!("Company {n}\n"))).collect();
    Wizard::read(&ada, Object::Account, &file).bring_in().await;

    let text = export(&ada, "account", "columns=name&sort=-name").await;

    let mut names: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(names.len(), 1_234);
    assert_eq!((names[0], names[1_233]), ("Company 999", "Company 0"));
    names.dedup();
    assert_eq!(names.len(), 1_234);
}
