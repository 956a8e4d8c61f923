//! The dry run: every row has its outcome and its reason, and nothing is written.

use serde_json::json;
use shared::access::Object;
use shared::accounts::*;
use shared::change::{New, Patch};
use shared::imports::*;
use shared::query::{ListQuery, TotalsQuery};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::wizard::{Wizard, numbers};

pub async fn account(who: &Caller<'_>, values: serde_json::Value) -> Account {
    let serde_json::Value::Object(values) = values else { panic!("an object") };
    who.call::<CreateAccount>((), New::from_values(Uuid::now_v7(), values)).await.unwrap().record
}

pub async fn accounts(who: &Caller<'_>) -> Vec<Account> {
    who.call::<ListAccounts>((), ListQuery { limit: Some(200), ..ListQuery::default() }).await.unwrap().items
}

const FILE: &str = "name,industry,employees\n\
    Acme Corporation,retail,12\n\
    betatech,technology,\n\
    Condax,medical,9\n\
    Fresh One,finance,1\n\
    fresh  one,finance,2\n\
    Broken,technolgy,3\n";

#[tokio::test]
async fn each_row_is_new_changed_duplicate_or_wrong_and_nothing_is_written() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    account(&ada, json!({ "name": "Acme Corporation", "industry": "retail", "employees": 10 })).await;
    account(&ada, json!({ "name": "Betatech", "industry": "technology" })).await;
    account(&ada, json!({ "name": "Condax", "industry": "medical", "employees": 9 })).await;
    let mut wizard = Wizard::read(&ada, Object::Account, FILE);
    wizard.send().await.unwrap();

    let summary = wizard.check().await;

    // Betatech differs in the case of its name, Acme in its employees.
    assert_eq!(numbers(&summary), (1, 2, 2, 1));
    assert_eq!(accounts(&ada).await.len(), 3);
    let changed = wizard.rows_of(Outcome::Update).await;
    assert_eq!(changed[0].before.get("employees"), Some(&json!(10)));
    let wrong = wizard.rows_of(Outcome::Wrong).await;
    assert_eq!(wrong[0].line, 7);
    assert_eq!(wrong[0].errors["industry"].message, "“technolgy” is unknown. Did you mean “technology”?");
    let again = wizard.rows_of(Outcome::Duplicate).await;
    assert_eq!(again.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 6]);
    assert_eq!(again[1].errors["name"].params["line"], "5");
}

#[tokio::test]
async fn a_commit_writes_what_was_said_and_touches_nothing_else() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    account(&ada, json!({ "name": "Acme Corporation", "region": "华东", "tags": ["vip"], "employees": 10 })).await;
    let mut wizard =
        Wizard::read(&ada, Object::Account, "name,tags,employees\nAcme Corporation,new,12\nBroken,,many\nCondax,,\n");
    wizard.send().await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (1, 1, 0, 1));

    let import = wizard.commit().await;

    assert_eq!((import.created, import.updated, import.wrong), (1, 1, 1));
    let all = accounts(&ada).await;
    let acme = all.iter().find(|account| account.name == "Acme Corporation").unwrap();
    assert_eq!(
        (acme.employees, acme.region.as_deref(), acme.tags.as_slice()),
        (Some(12), Some("华东"), ["vip".into(), "new".into()].as_slice())
    );
    assert!(all.iter().any(|account| account.name == "Condax") && !all.iter().any(|account| account.name == "Broken"));
}

#[tokio::test]
async fn a_mode_decides_what_may_become_of_a_row() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    account(&ada, json!({ "name": "Acme", "employees": 10 })).await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name,employees\nAcme,12\nNew,1\n");
    wizard.send().await.unwrap();

    wizard.set(Patch::set("mode", "create")).await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (1, 0, 1, 0));
    wizard.set(Patch::set("mode", "update")).await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (0, 1, 0, 1));
    let wrong = wizard.rows_of(Outcome::Wrong).await;
    assert_eq!(wrong[0].errors["name"].code, "no_match");
}

#[tokio::test]
async fn several_keys_match_together_and_phones_by_their_number() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let phone = json!([{ "kind": "phone", "value": "138 0013 8000" }]);
    account(&ada, json!({ "name": "Acme", "region": "East", "points": phone })).await;
    account(&ada, json!({ "name": "Acme", "region": "West" })).await;
    let mut wizard = Wizard::read(
        &ada,
        Object::Account,
        "name,region,phone\nAcme,East,\nAcme,North,\nOther,South,+86 13800138000\n",
    );
    wizard.send().await.unwrap();

    assert_eq!(wizard.check().await.reasons[0].error.code, "several_match");
    wizard.set(Patch::set("match_keys", "name,region")).await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (2, 0, 1, 0));
    wizard.set(Patch::set("match_keys", "points")).await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (2, 1, 0, 0));
}

#[tokio::test]
async fn a_default_fills_what_is_empty_and_replaces_nothing() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    account(&ada, json!({ "name": "Acme", "source": "referral" })).await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name,employees\nAcme,5\nNew,6\n");
    wizard.default("source", "exhibition");

    wizard.bring_in().await;

    let sources =
        accounts(&ada).await.into_iter().map(|account| (account.name, account.source.unwrap())).collect::<Vec<_>>();
    assert_eq!(sources, [("Acme".into(), "referral".into()), ("New".into(), "exhibition".to_owned())]);
}

#[tokio::test]
async fn a_row_is_mended_in_place_before_and_after_the_commit() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name,employees\nAcme,many\nBetatech,few\nCondax,1\n");
    wizard.send().await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (1, 0, 0, 2));
    let converter_row = |line: i64, name: &str, employees: &str| {
        Converter::new(Object::Account, &wizard.plan, "CNY").row(line, vec![name.into(), employees.into()])
    };

    let mended = ada.call::<UpdateRow>(wizard.id, converter_row(2, "Acme", "40")).await.unwrap();
    assert_eq!((mended.outcome, mended.errors.len()), (Outcome::Create, 0));
    let still = ada.call::<UpdateRow>(wizard.id, converter_row(3, "Betatech", "fewer")).await.unwrap();
    assert_eq!(still.outcome, Outcome::Wrong);
    assert_eq!(wizard.commit().await.created, 2);
    ada.call::<UpdateRow>(wizard.id, converter_row(3, "Betatech", "3")).await.unwrap();
    let import = wizard.commit().await;

    assert_eq!((import.created, import.wrong), (3, 0));
    assert_eq!(accounts(&ada).await.len(), 3);
    let written = ada.call::<UpdateRow>(wizard.id, converter_row(2, "Acme", "41")).await.unwrap_err();
    assert_eq!(written.code, "import_closed");
}

#[tokio::test]
async fn a_slice_sent_twice_counts_once_and_another_plan_is_checked_anew() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name,x\nAcme,retail\nBetatech,finance\n");
    wizard.send().await.unwrap();
    let again = RowSlice { rows: wizard.rows()[1..].to_vec(), restart: false };
    assert_eq!(ada.call::<PutRows>(wizard.id, again).await.unwrap().rows, 2);
    wizard.check().await;

    wizard.target("x", Some("industry"));
    let changed = wizard.set(Patch::set("plan", wizard.plan.text())).await.unwrap();
    assert_eq!(changed.record.state, ImportState::Draft);
    assert_eq!(ada.call::<Commit>(wizard.id, ()).await.unwrap_err().code, "import_unchecked");
    wizard.put().await.unwrap();
    wizard.check().await;
    wizard.commit().await;

    let query = TotalsQuery { filter: Some("industry.is.retail".into()), ..TotalsQuery::default() };
    assert_eq!(ada.call::<CountAccounts>((), query).await.unwrap().count(), 1);
}

#[tokio::test]
async fn wrong_rows_are_a_file_with_the_reasons() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name,employees\nAcme,many\n=SUM(1),x\nGood,1\n");
    wizard.send().await.unwrap();
    wizard.check().await;

    let answer = ada.get_json(&WRONG_ROWS.replace("{id}", &wizard.id.to_string())).await;

    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        answer.text(),
        "\u{feff}name,employees,Line,Reason\r\n\
         Acme,many,2,Employees: “many” is not a number.\r\n\
         '=SUM(1),x,3,Employees: “x” is not a number.\r\n"
    );
}
