//! The cells of a row as the values of a record, by a plan.

mod template;
mod value;

use std::borrow::Cow;

use serde_json::{Value, json};

use super::plan::MANAGER_ROLES;
use super::{ColumnPlan, Holds, NewRow, Part, Plan, Target, pieces, targets};
use crate::access::Object;
use crate::api::{FieldError, FieldErrors};
use crate::fields::Row;
use crate::import::choices::Vocabulary;
use crate::import::csv::Record;
use crate::text::{Region, fold, not_blank};

use template::{Source, filled};
use value::Reading;
pub use value::reference;
pub(super) use value::vocabulary;

/// Reads the rows of one file.
pub struct Converter<'a> {
    object: Object,
    plan: &'a Plan,
    /// What goes where, in the order of the targets.
    places: Vec<Place<'a>>,
    targets: Vec<Target>,
    home_currency: &'a str,
    region: Region,
}

/// A column with its target and the words that it may hold.
struct Place<'a> {
    at: usize,
    column: &'a ColumnPlan,
    target: Target,
    words: Option<Vocabulary>,
}

/// What a target got in one row: its cells, with the column they stand in.
struct Cell<'a> {
    target: &'a Target,
    text: Cow<'a, str>,
    place: Option<&'a Place<'a>>,
    /// Somebody has said what this cell means.
    is_answered: bool,
}

impl<'a> Converter<'a> {
    /// `home_currency` is that of amounts whose currency nothing says.
    pub fn new(object: Object, plan: &'a Plan, home_currency: &'a str) -> Self {
        let targets = targets(object);
        let mut places = Vec::new();
        for target in &targets {
            for (at, column) in plan.columns.iter().enumerate() {
                if column.target.as_deref() == Some(target.key) {
                    let words = target.holds.words().map(|words| vocabulary(words_of(target), words));
                    places.push(Place { at, column, target: *target, words });
                }
            }
        }
        let region = plan.region.as_deref().and_then(Region::of).unwrap_or(Region::Cn);
        Self { object, plan, places, targets, home_currency, region }
    }

    /// One row of the file.
    pub fn record(&self, record: &Record) -> NewRow {
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        let mut row = self.row(i64::from(record.line), cells);
        if !record.fits() {
            let width = FieldError::new("row_width").with("cells", record.len()).with("expected", record.expected);
            row.errors.insert("row".into(), width);
        }
        row
    }

    pub fn row(&self, line: i64, cells: Vec<String>) -> NewRow {
        let (values, errors) = self.values(&cells);
        NewRow { line, cells, values, errors }
    }

    fn values(&self, cells: &[String]) -> (Row, FieldErrors) {
        let mut found: Vec<Cell> = self.places.iter().filter_map(|place| cell_of(place, cells)).collect();
        self.fill_templates(cells, &mut found);
        let mut out = Out::default();
        self.read(&found, &mut out);
        (out.values, out.errors)
    }

    /// The plan's defaults as values, for whoever writes a new record.
    pub fn defaults(&self) -> (Row, FieldErrors) {
        let whole = self.targets.iter().filter(|target| target.key != MANAGER_ROLES);
        let cells: Vec<Cell> = whole
            .filter_map(|target| {
                let text = self.plan.defaults.get(target.key).filter(|text| not_blank(text))?;
                Some(Cell { target, text: text.into(), place: None, is_answered: true })
            })
            .collect();
        let mut out = Out::default();
        self.read(&cells, &mut out);
        (out.values, out.errors)
    }

    fn fill_templates<'b>(&'b self, cells: &'b [String], found: &mut Vec<Cell<'b>>) {
        for (key, template) in &self.plan.templates {
            let Some(target) = self.targets.iter().find(|target| target.key == key) else { continue };
            if found.iter().any(|cell| cell.target.key == key) {
                continue;
            }
            let name = found.iter().find(|cell| cell.target.key == "name").map(|cell| cell.text.to_string());
            let source = Source { columns: &self.plan.columns, cells, name: name.as_deref() };
            let text = filled(template, &source);
            if not_blank(&text) {
                found.push(Cell { target, text: text.into(), place: None, is_answered: true });
            }
        }
    }

    fn read(&self, cells: &[Cell], out: &mut Out) {
        let currency = self.currency(cells);
        for cell in cells {
            let reading = Reading {
                target: cell.target,
                column: cell.place.map(|place| place.column),
                words: cell.place.and_then(|place| place.words.as_ref()),
                is_answered: cell.is_answered,
                currency: &currency,
                region: self.region,
            };
            match cell.target.holds {
                Holds::Refs(_) | Holds::Each(_) => {}
                Holds::Manager => out.put(cell, Ok(self.manager(&cell.text, cells))),
                Holds::Points(kind) => out.extend(cell, reading.points(kind, &cell.text)),
                Holds::Tags => out.extend(cell, Ok(Reading::tags(&cell.text))),
                _ => out.put(cell, reading.value(&cell.text)),
            }
        }
        for target in self.targets.iter().filter(|target| matches!(target.holds, Holds::Refs(_))) {
            Self::list(target, cells, &currency, out);
        }
    }

    /// The currency of the row's amounts.
    fn currency(&self, cells: &[Cell]) -> String {
        let said = cells.iter().find(|cell| cell.target.holds == Holds::Currency);
        let said = said.and_then(|cell| value::currency_code(&cell.text).ok());
        let default = self.plan.defaults.get("currency").and_then(|text| value::currency_code(text).ok());
        said.or(default).unwrap_or(self.home_currency).to_owned()
    }

    /// A list whose entries stand in several columns, one a line.
    fn list(target: &Target, cells: &[Cell], currency: &str, out: &mut Out) {
        let Some(names) = cells.iter().find(|cell| cell.target.key == target.key) else { return };
        let beside = |part: Part| {
            let cell = cells
                .iter()
                .find(|cell| cell.target.field == target.field && cell.target.holds == Holds::Each(part))?;
            Some((cell, pieces(&cell.text, &[';', '；'])))
        };
        let marks: &[char] = if names.is_answered { &[] } else { &[';', '；'] };
        let names_of = pieces(&names.text, marks);
        let amount = out.values.get("amount").and_then(Value::as_i64).filter(|_| names_of.len() == 1);
        let mut entries = Vec::new();
        for (n, name) in names_of.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let mut entry = Row::new();
            entry.insert(link_key(target).into(), reference(name, names.is_answered));
            for part in [Part::Job, Part::HasLeft, Part::IsPrimary, Part::DealRole, Part::Quantity, Part::Price] {
                let Some((cell, lines)) = beside(part) else { continue };
                let Some(text) = lines.get(n).filter(|text| !text.is_empty()) else { continue };
                let mark = cell.place.map_or_else(Default::default, |place| place.column.mark);
                match value::part(part, text, mark, currency, cell.place.and_then(|place| place.words.as_ref())) {
                    Ok(value) => drop(entry.insert(value::part_key(part).into(), value)),
                    Err(error) => out.wrong(cell, error),
                }
            }
            if target.field == "lines" {
                entry.entry("quantity").or_insert(json!(1));
                // One line is worth what the deal is worth.
                let is_one = entry.get("quantity").and_then(Value::as_i64) == Some(1);
                if let Some(amount) = amount.filter(|amount| is_one && *amount >= 0) {
                    entry.entry("price").or_insert(json!(amount));
                }
            }
            let is_bare = matches!(target.field, "roles" | "teams");
            entries.push(if is_bare {
                entry.remove(link_key(target)).unwrap_or(Value::Null)
            } else {
                Value::Object(entry)
            });
        }
        // Where the file does not say which is the main one, it is the first.
        let is_silent = target.field == "accounts" && beside(Part::IsPrimary).is_none();
        if let Some(Value::Object(first)) = entries.first_mut().filter(|_| is_silent) {
            first.insert("is_primary".into(), true.into());
        }
        if !entries.is_empty() {
            out.values.insert(target.field.into(), Value::Array(entries));
        }
    }

    /// A manager joins the row's team, with the roles of managers.
    fn manager(&self, name: &str, cells: &[Cell]) -> Value {
        let mut with = Row::new();
        if let Some(team) = cells.iter().find(|cell| cell.target.key == "team_id") {
            with.insert("team_id".into(), reference(&team.text, team.is_answered));
        }
        if let Some(roles) = self.plan.defaults.get(MANAGER_ROLES).filter(|roles| not_blank(roles)) {
            let roles: Vec<Value> = pieces(roles, &[]).iter().map(|role| reference(role, true)).collect();
            with.insert("roles".into(), roles.into());
        }
        if let Some(template) = self.plan.templates.get("email") {
            let source = Source { columns: &[], cells: &[], name: Some(name) };
            with.insert("email".into(), filled(template, &source).into());
        }
        let mut named = reference(name, false);
        if let Some(named) = named.as_object_mut() {
            named.insert("with".into(), Value::Object(with));
        }
        named
    }

    pub fn object(&self) -> Object {
        self.object
    }
}

/// The cell of a column, its words put in.
fn cell_of<'a>(place: &'a Place<'a>, cells: &'a [String]) -> Option<Cell<'a>> {
    let text = cells.get(place.at).map(String::as_str).filter(|text| not_blank(text))?;
    let answer = if place.column.words.is_empty() { None } else { place.column.words.get(&fold(text)) };
    let text = answer.map_or(text, String::as_str);
    not_blank(text).then(|| Cell {
        target: &place.target,
        text: text.into(),
        place: Some(place),
        is_answered: answer.is_some(),
    })
}

/// The field whose words a target's cells are.
pub fn words_of(target: &Target) -> &'static str {
    if target.holds == Holds::Each(Part::DealRole) { "deal_role" } else { target.key }
}

/// Where an entry of a list names its record.
fn link_key(target: &Target) -> &'static str {
    match target.field {
        "accounts" => "account_id",
        "contacts" => "contact_id",
        "lines" => "product_id",
        _ => "id",
    }
}

#[derive(Default)]
struct Out {
    values: Row,
    errors: FieldErrors,
}

impl Out {
    fn put(&mut self, cell: &Cell, value: Result<Value, FieldError>) {
        match value {
            // Of two columns for one field the first that says something counts.
            Ok(value) => drop(self.values.entry(cell.target.field).or_insert(value)),
            Err(error) => self.wrong(cell, error),
        }
    }

    fn extend(&mut self, cell: &Cell, values: Result<Vec<Value>, FieldError>) {
        let values = match values {
            Ok(values) => values,
            Err(error) => return self.wrong(cell, error),
        };
        let list = self.values.entry(cell.target.field).or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(list) = list else { return };
        for value in values {
            if !list.contains(&value) {
                list.push(value);
            }
        }
    }

    fn wrong(&mut self, cell: &Cell, error: FieldError) {
        self.errors.insert(cell.target.key.to_owned(), error.with("value", shortened(&cell.text)));
    }
}

/// As much of a cell as an error needs.
fn shortened(text: &str) -> String {
    const MOST: usize = 80;
    let mut short: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
