//! The four real files, and what they leave to ask.

use super::*;
use crate::import::csv;
use crate::text::fold;

fn columns(text: &str) -> Vec<Column> {
    let mut reader = csv::Reader::new(csv::sniff(text));
    let mut records = Vec::new();
    reader.push(text, &mut records).unwrap();
    records.extend(reader.finish().unwrap());
    let mut columns: Vec<Column> = records[0].iter().map(Column::new).collect();
    for record in &records[1..] {
        record.iter().zip(&mut columns).for_each(|(cell, column)| column.add(cell));
    }
    columns
}

fn mapped(plan: &Plan) -> Vec<(&str, &str)> {
    let pair = |column: &'_ ColumnPlan| column.target.is_some();
    plan.columns
        .iter()
        .filter(|column| pair(column))
        .map(|column| (column.header.as_str(), column.target.as_deref().unwrap_or_default()))
        .collect()
}

const ACCOUNTS: &str = include_str!("../../../../tests/data/maven-crm/accounts.csv");
const PRODUCTS: &str = include_str!("../../../../tests/data/maven-crm/products.csv");
const TEAMS: &str = include_str!("../../../../tests/data/maven-crm/sales_teams.csv");
const PIPELINE: &str = include_str!("../../../../tests/data/maven-crm/sales_pipeline.csv");

#[test]
fn accounts_map_at_once_and_ask_about_the_misspelt_sector() {
    let columns = columns(ACCOUNTS);
    let (plan, _) = suggest(Object::Account, &columns);
    assert_eq!(
        mapped(&plan),
        [
            ("account", "name"),
            ("sector", "industry"),
            ("year_established", "founded_on"),
            ("revenue", "annual_revenue"),
            ("employees", "employees"),
            ("office_location", "region"),
            ("subsidiary_of", "parent_id"),
        ]
    );
    let asked = questions(Object::Account, &plan, &columns);
    let technology = Question::Word { column: 1, cell: "technolgy".into(), rows: 12, near: Some("technology") };
    assert_eq!(asked, [technology]);
}

#[test]
fn an_answer_is_asked_for_once() {
    let columns = columns(ACCOUNTS);
    let (mut plan, _) = suggest(Object::Account, &columns);
    plan.columns[1].words.insert(fold("Technolgy"), "technology".into());
    assert_eq!(questions(Object::Account, &plan, &columns), []);
}

#[test]
fn products_and_people_map_at_once() {
    let products = columns(PRODUCTS);
    let (plan, _) = suggest(Object::Product, &products);
    assert_eq!(mapped(&plan), [("product", "name"), ("series", "category"), ("sales_price", "price")]);
    let people = columns(TEAMS);
    let (plan, _) = suggest(Object::User, &people);
    assert_eq!(mapped(&plan), [("sales_agent", "name"), ("manager", "manager"), ("regional_office", "team_id")]);
    assert_eq!(questions(Object::User, &plan, &people), [Question::Missing { target: "email" }]);
}

#[test]
fn deals_map_at_once_day_first_and_are_named_by_product_and_account() {
    let columns = columns(PIPELINE);
    let (plan, _) = suggest(Object::Opportunity, &columns);
    assert_eq!(
        mapped(&plan),
        [
            ("opportunity_id", "external_no"),
            ("sales_agent", "owner_id"),
            ("product", "lines"),
            ("account", "account_id"),
            ("deal_stage", "stage_id"),
            ("engage_date", "opened_on"),
            ("close_date", "close_date"),
            ("close_value", "amount"),
        ]
    );
    assert_eq!(plan.columns[5].date, Some(DateForm::Dmy));
    assert_eq!(plan.templates.get("name").map(String::as_str), Some("{product} · {account}"));
    let names: Vec<_> = plan.stages_of(&columns).into_iter().map(|stage| stage.name).collect();
    assert_eq!(names, ["Prospecting", "Engaging", "Won", "Lost"]);
    assert_eq!(questions(Object::Opportunity, &plan, &columns), []);
}

#[test]
fn days_and_months_that_could_change_places_are_asked_about() {
    let columns = columns("公司,成立时间\n甲,03/04/2011\n乙,05/06/2012\n");
    let (plan, _) = suggest(Object::Account, &columns);
    assert_eq!(mapped(&plan), [("公司", "name"), ("成立时间", "founded_on")]);
    let asked = questions(Object::Account, &plan, &columns);
    assert!(matches!(asked.as_slice(), [Question::Date { column: 1, forms, .. }] if forms.len() == 2), "{asked:?}");
}

#[test]
fn the_rows_that_kith_refused_come_back_without_its_own_remarks() {
    for (line, reason) in [("Line", "Reason"), ("行号", "原因")] {
        let file = format!("deal,close value,{line},{reason}\nOne,5,2,Amount: is not a number\n");
        let columns = columns(&file);
        let (plan, why) = suggest(Object::Opportunity, &columns);
        assert_eq!(mapped(&plan), [("deal", "name"), ("close value", "amount")], "{line}");
        assert_eq!((why[2], why[3]), (None, None));
    }
    assert_eq!((Key::ImportLine.text(Locale::ZhCn), Key::ImportReason.text(Locale::ZhCn)), ("行号", "原因"));
}

#[test]
fn only_ids_of_kith_are_taken_for_ids() {
    let id = uuid::Uuid::from_u128(7);
    let plan_of = |text: &str| suggest(Object::Opportunity, &columns(text)).0;
    let own = plan_of(&format!("ID,deal,Owner,Owner ID\n{id},One,Ann,{id}\n"));
    assert_eq!(mapped(&own), [("ID", "id"), ("deal", "name"), ("Owner", "owner_id")]);
    assert_eq!(crate::imports::match_key(Object::Opportunity, &own), Some("id"));
    let without = plan_of(&format!("deal,Owner,Owner ID\nOne,Ann,{id}\n"));
    assert_eq!(crate::imports::match_key(Object::Opportunity, &without), Some("name"));
    let foreign = plan_of("ID,deal\n4711,One\n");
    assert_eq!(mapped(&foreign), [("deal", "name")]);
}
