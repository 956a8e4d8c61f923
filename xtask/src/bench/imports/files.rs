//! Files on their way in: what the app makes of their lines.

use serde_json::{Value, json};

use crate::bench::world::made_up_id;
use crate::paths;
use crate::shell::Outcome;

/// Rows as they are sent, and the import they belong to.
pub struct File {
    pub object: &'static str,
    pub match_key: &'static str,
    pub plan: Value,
    pub rows: Vec<Value>,
}

impl File {
    /// A line that is only here to be read by people stands as its cells.
    fn row(line: usize, cells: &[String], values: Value) -> Value {
        let mut values = values;
        if let Some(values) = values.as_object_mut() {
            values.retain(|_, value| !value.is_null());
        }
        json!({ "line": line + 2, "cells": cells, "values": values })
    }
}

const TRADES: [&str; 6] = ["technology", "manufacturing", "retail", "finance", "medical", "logistics"];
const PLACES: [&str; 6] = ["上海", "深圳", "杭州", "Berlin", "Boston", "Osaka"];
const WORDS: [&str; 8] = ["星辰", "远见", "铭科", "蜀景", "Nova", "Harbor", "Quanta", "Lumen"];
const KINDS: [&str; 5] = ["科技", "物流", "医药", "Systems", "Foods"];

/// A list of companies, none of them like another.
pub fn companies(count: usize) -> File {
    let company = |n: usize| {
        let place = PLACES[n % PLACES.len()];
        let name = format!("{place}{}{} {n:06}", WORDS[n / 7 % WORDS.len()], KINDS[n / 3 % KINDS.len()]);
        let trade = TRADES[n / 5 % TRADES.len()];
        let (employees, phone) = (10 + n % 4_000, format!("139{n:08}"));
        let website = format!("https://c{n:06}.example");
        let cells = [name.clone(), trade.into(), place.into(), employees.to_string(), phone.clone(), website.clone()];
        let points = json!([{ "kind": "phone", "value": phone, "is_primary": true }]);
        let values = json!({
            "name": name, "industry": trade, "region": place, "employees": employees, "points": points, "website": website,
        });
        File::row(n, &cells, values)
    };
    File { object: "account", match_key: "name", plan: json!({}), rows: (0..count).map(company).collect() }
}

/// The published files, in the order in which they name each other.
pub fn maven(role: &str) -> Outcome<[File; 4]> {
    Ok([accounts()?, products()?, people(role)?, deals()?])
}

/// The records of a file, without its header. None of them has quotes.
fn records(file: &str) -> Outcome<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(paths::root().join("tests/data/maven-crm").join(file))?;
    Ok(text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect())
}

fn rows(file: &str, values: impl Fn(&[String]) -> Value) -> Outcome<Vec<Value>> {
    let records = records(file)?;
    Ok(records.iter().enumerate().map(|(line, cells)| File::row(line, cells, values(cells))).collect())
}

fn accounts() -> Outcome<File> {
    let rows = rows("accounts.csv", |cells| json!({ "name": cells[0], "region": cells[5] }))?;
    Ok(File { object: "account", match_key: "name", plan: in_dollars(), rows })
}

fn products() -> Outcome<File> {
    let rows =
        rows("products.csv", |cells| json!({ "name": cells[0], "category": cells[1], "price": cents(&cells[2]) }))?;
    Ok(File { object: "product", match_key: "name", plan: in_dollars(), rows })
}

fn people(role: &str) -> Outcome<File> {
    let rows = rows("sales_teams.csv", |cells| {
        let email = format!("{}@maven.example", cells[0].to_lowercase().replace(' ', "."));
        json!({ "name": cells[0], "email": email, "team_id": { "name": cells[2] }, "roles": [role] })
    })?;
    Ok(File { object: "user", match_key: "email", plan: json!({}), rows })
}

fn deals() -> Outcome<File> {
    let stages = [("Prospecting", "open"), ("Engaging", "open"), ("Won", "won"), ("Lost", "lost")];
    let stages =
        stages.map(|(name, kind)| json!({ "id": made_up_id(), "name": name, "kind": kind, "probability": 20 }));
    let plan = json!({
        "defaults": { "currency": "USD", "lost_reason": "other", "lost_note": "imported" },
        "new_pipeline": { "id": made_up_id(), "name": "Maven", "currency": "USD", "stages": stages },
    });
    Ok(File { object: "opportunity", match_key: "external_no", plan, rows: rows("sales_pipeline.csv", deal)? })
}

fn deal(cells: &[String]) -> Value {
    // The file spells one product in two ways; somebody has answered which it is.
    let product = if cells[2] == "GTXPro" { "GTX Pro" } else { &cells[2] };
    let account = Some(&cells[3]).filter(|name| !name.is_empty());
    let name = account.map_or(product.to_owned(), |account| format!("{product} · {account}"));
    let amount = cents(&cells[7]);
    let mut line = json!({ "product_id": { "name": product }, "quantity": 1 });
    if let Some(price) = amount {
        line["price"] = price.into();
    }
    json!({
        "external_no": cells[0],
        "owner_id": { "name": cells[1] },
        "name": name,
        "account_id": account.map(|account| json!({ "name": account })),
        "stage_id": { "name": cells[4] },
        "opened_on": day(&cells[5]),
        "close_date": day(&cells[6]),
        "amount": amount,
        "lines": [line],
    })
}

fn in_dollars() -> Value {
    json!({ "defaults": { "currency": "USD" } })
}

fn cents(cell: &str) -> Option<i64> {
    Some(cell.parse::<i64>().ok()? * 100)
}

/// `20-10-16` as `2016-10-20`.
fn day(cell: &str) -> Option<String> {
    let mut parts = cell.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("20{year}-{month}-{day}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_published_file_is_sent_as_the_app_sends_it() {
        let line = "Z063OYW0,Darcel Schlecht,GTXPro,Isdom,Won,25-10-16,11-03-17,4514,Q4 2016,Q1 2017";
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();

        let row = File::row(1, &cells, deal(&cells));

        assert_eq!(row["line"], 3);
        assert_eq!(row["values"]["name"], "GTX Pro · Isdom");
        assert_eq!(row["values"]["close_date"], "2017-03-11");
        assert_eq!(
            row["values"]["lines"],
            json!([{ "product_id": { "name": "GTX Pro" }, "quantity": 1, "price": 451_400 }])
        );
    }

    #[test]
    fn what_a_line_leaves_out_is_not_sent() {
        let cells: Vec<String> = "A,B,MG Special,,Engaging,01-02-17,,,,".split(',').map(str::to_owned).collect();

        let row = File::row(0, &cells, deal(&cells));

        assert_eq!(row["values"]["name"], "MG Special");
        assert_eq!(row["values"].get("account_id"), None);
        assert_eq!(row["values"].get("amount"), None);
    }
}
