//! Rows by a plan.

use serde_json::json;

use super::*;
use crate::import::dates::DateForm;

fn column(header: &str, target: &str) -> ColumnPlan {
    ColumnPlan { header: header.into(), target: Some(target.into()), ..ColumnPlan::default() }
}

fn read(object: Object, plan: &Plan, cells: &[&str]) -> NewRow {
    Converter::new(object, plan, "CNY").row(2, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

fn deals() -> Plan {
    let mut plan = Plan {
        columns: vec![
            column("opportunity_id", "external_no"),
            column("sales_agent", "owner_id"),
            column("product", "lines"),
            column("account", "account_id"),
            column("deal_stage", "stage_id"),
            ColumnPlan { date: Some(DateForm::Dmy), ..column("engage_date", "opened_on") },
            column("close_value", "amount"),
        ],
        ..Plan::default()
    };
    plan.columns[2].words.insert("gtxpro".into(), "GTX Pro".into());
    plan.templates.insert("name".into(), "{product} · {account}".into());
    plan.defaults.insert("currency".into(), "USD".into());
    plan
}

#[test]
fn a_deal_is_put_together_from_its_row() {
    let row = read(
        Object::Opportunity,
        &deals(),
        &["Z063OYW0", "Darcel Schlecht", "GTXPro", "Isdom", "Won", "25-10-16", "4514"],
    );
    assert_eq!(row.errors, FieldErrors::new());
    assert_eq!(
        Value::Object(row.values),
        json!({
            "external_no": "Z063OYW0",
            "owner_id": { "name": "Darcel Schlecht" },
            "lines": [{ "product_id": { "name": "GTX Pro", "is_new": true }, "quantity": 1, "price": 451_400 }],
            "account_id": { "name": "Isdom" },
            "stage_id": { "name": "Won" },
            "opened_on": "2016-10-25",
            "amount": 451_400,
            "name": "GTX Pro · Isdom",
        })
    );
}

#[test]
fn empty_cells_say_nothing() {
    let row = read(Object::Opportunity, &deals(), &["MV1LWRNH", "", "GTX Basic", "", "Prospecting", "", ""]);
    assert_eq!(row.errors, FieldErrors::new());
    assert_eq!(row.values.get("name"), Some(&json!("GTX Basic")));
    assert!(
        !row.values.contains_key("account_id")
            && !row.values.contains_key("amount")
            && !row.values.contains_key("opened_on")
    );
}

#[test]
fn a_wrong_cell_is_told_with_its_text_and_the_rest_stands() {
    let row = read(Object::Opportunity, &deals(), &["1", "", "GTX Pro", "", "Won", "31-02-17", "a lot"]);
    let told: Vec<_> = row
        .errors
        .iter()
        .map(|(key, error)| (key.as_str(), error.code.as_str(), error.params["value"].as_str()))
        .collect();
    assert_eq!(told, [("amount", "number_unreadable", "a lot"), ("opened_on", "date_no_such_day", "31-02-17")]);
    assert_eq!(row.values.get("external_no"), Some(&json!("1")));
}

#[test]
fn near_words_are_told_and_taken_when_answered() {
    let mut plan = Plan { columns: vec![column("account", "name"), column("sector", "industry")], ..Plan::default() };
    let row = read(Object::Account, &plan, &["Acme", "technolgy"]);
    assert_eq!(row.errors["industry"].code, "near_miss");
    assert_eq!(row.errors["industry"].params["near"], "technology");
    plan.columns[1].words.insert("technolgy".into(), "technology".into());
    let row = read(Object::Account, &plan, &["Acme", " Technolgy "]);
    assert_eq!(row.values.get("industry"), Some(&json!("technology")));
}

#[test]
fn words_are_read_in_both_languages() {
    let plan = Plan { columns: vec![column("行业", "industry")], ..Plan::default() };
    assert_eq!(read(Object::Account, &plan, &["零售"]).values.get("industry"), Some(&json!("retail")));
    assert_eq!(read(Object::Account, &plan, &["Real estate"]).values.get("industry"), Some(&json!("real_estate")));
}

#[test]
fn years_become_their_first_day_and_millions_their_zeros() {
    let mut revenue = column("revenue", "annual_revenue");
    revenue.zeros = 6;
    let plan = Plan { columns: vec![column("year", "founded_on"), revenue], ..Plan::default() };
    let row = read(Object::Account, &plan, &["1996", "1100.04"]);
    assert_eq!(Value::Object(row.values), json!({ "founded_on": "1996-01-01", "annual_revenue": 110_004_000_000_i64 }));
}

#[test]
fn phones_of_a_region_get_their_country() {
    let mut plan =
        Plan { columns: vec![column("tel", "points.phone"), column("mail", "points.email")], ..Plan::default() };
    plan.region = Some("US".into());
    let row = read(Object::Contact, &plan, &["(212) 555-0123", "Ann@Example.COM"]);
    assert_eq!(
        row.values.get("points"),
        Some(&json!([
            { "kind": "phone", "value": "+12125550123", "is_primary": true },
            { "kind": "email", "value": "Ann@example.com", "is_primary": true },
        ]))
    );
}

#[test]
fn a_manager_brings_team_roles_and_address_along() {
    let mut plan = Plan {
        columns: vec![column("agent", "name"), column("manager", "manager"), column("office", "team_id")],
        ..Plan::default()
    };
    plan.templates.insert("email".into(), "{first}.{last}@maven.example".into());
    plan.defaults.insert("manager.roles".into(), "00000000-0000-0000-0000-000000000007".into());
    let row = read(Object::User, &plan, &["Anna Snelling", "Dustin Brinkmann", "Central"]);
    assert_eq!(row.errors, FieldErrors::new());
    assert_eq!(
        Value::Object(row.values),
        json!({
            "name": "Anna Snelling",
            "email": "anna.snelling@maven.example",
            "team_id": { "name": "Central" },
            "manager": { "name": "Dustin Brinkmann", "with": {
                "team_id": { "name": "Central" },
                "roles": ["00000000-0000-0000-0000-000000000007"],
                "email": "dustin.brinkmann@maven.example",
            } },
        })
    );
}

#[test]
fn the_entries_of_a_list_stand_line_beside_line() {
    let plan =
        Plan { columns: vec![column("客户", "accounts"), column("职务", "accounts.role")], ..Plan::default() };
    let row = read(Object::Contact, &plan, &["甲公司\n乙公司", "采购\n"]);
    assert_eq!(
        row.values.get("accounts"),
        Some(
            &json!([{ "account_id": { "name": "甲公司" }, "role": "采购", "is_primary": true }, { "account_id": { "name": "乙公司" } }])
        )
    );
}

#[test]
fn defaults_are_values_of_their_own() {
    let mut plan = deals();
    plan.defaults.insert("lost_reason".into(), "other".into());
    plan.defaults.insert("lost_note".into(), "imported".into());
    let (values, errors) = Converter::new(Object::Opportunity, &plan, "CNY").defaults();
    assert_eq!(errors, FieldErrors::new());
    assert_eq!(Value::Object(values), json!({ "currency": "USD", "lost_reason": "other", "lost_note": "imported" }));
}
