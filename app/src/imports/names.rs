//! What the names in a column mean: the server knows the records.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::imports::*;
use shared::text::fold;

use super::wizard::Wizard;
use crate::{api, spawn};

/// What the server said of the names in one column.
#[derive(Debug, PartialEq)]
pub struct Heard {
    pub object: Object,
    /// Names that are nearly those of a record: the cell, its rows, the record.
    pub near: Vec<(String, usize, String)>,
    /// Names of nobody.
    pub unknown: Vec<(String, usize)>,
    /// Names of several.
    pub several: Vec<(String, usize)>,
}

/// Asks about the columns that name records and were not asked about yet.
pub fn ask(wizard: Wizard) {
    let object = wizard.object.get_untracked();
    let plan = wizard.plan.get_untracked();
    let known = wizard.heard.get_untracked();
    for (at, column) in plan.columns.iter().enumerate() {
        let Some(target) = column.target.as_deref().and_then(|key| target(object, key)) else { continue };
        let Some(kind) = target.holds.names().filter(|_| !known.contains_key(&at)) else { continue };
        // A pipeline that is created with the import has the file's own stages.
        if kind == Object::Stage && plan.new_pipeline.is_some() {
            continue;
        }
        about(wizard, at, kind, &plan);
    }
}

fn about(wizard: Wizard, column: usize, object: Object, plan: &Plan) {
    let Some(loaded) = wizard.loaded.get_untracked() else { return };
    let Some(seen) = loaded.columns.get(column) else { return };
    let cells: Vec<(String, usize)> =
        seen.different().map(|(cell, rows)| (cell.to_owned(), rows)).take(MAX_NAMES).collect();
    // Rows of the file itself are no strangers.
    let own = own_names(wizard, plan, column);
    let cells: Vec<(String, usize)> = cells.into_iter().filter(|(cell, _)| !own.contains(&fold(cell))).collect();
    let names = cells.iter().map(|(cell, _)| cell.clone()).collect();
    let pipeline = plan.pipeline.filter(|_| object == Object::Stage);
    let asked = plan.columns[column].target.clone();
    spawn::local(async move {
        let Ok(found) = api::call::<MatchNames>((), NamesAsked { object, names, pipeline }).await else { return };
        // The column may go elsewhere by now.
        let still = wizard.plan.try_with_untracked(|plan| plan.columns.get(column).map(|column| column.target.clone()));
        if still.flatten() != Some(asked) {
            return;
        }
        let heard = Arc::new(sorted(object, cells, found));
        wizard.heard.try_update(|all| all.insert(column, heard));
    });
}

/// The names of this file's records, where a column names records of their kind.
fn own_names(wizard: Wizard, plan: &Plan, column: usize) -> HashSet<String> {
    let is_parent = plan.columns.get(column).and_then(|column| column.target.as_deref()) == Some("parent_id");
    let loaded = wizard.loaded.get_untracked().filter(|_| is_parent);
    let at = plan.columns.iter().position(|column| column.target.as_deref() == Some("name"));
    let names = loaded.iter().zip(at).filter_map(|(loaded, at)| loaded.columns.get(at));
    names.flat_map(|names| names.texts().map(fold)).collect()
}

fn sorted(object: Object, cells: Vec<(String, usize)>, found: Vec<NameFound>) -> Heard {
    let mut heard = Heard { object, near: Vec::new(), unknown: Vec::new(), several: Vec::new() };
    for ((cell, rows), found) in cells.into_iter().zip(found) {
        match found {
            NameFound { id: Some(_), .. } => {}
            NameFound { several: true, .. } => heard.several.push((cell, rows)),
            NameFound { near: Some(near), .. } => heard.near.push((cell, rows, near)),
            NameFound { .. } => heard.unknown.push((cell, rows)),
        }
    }
    heard
}

impl Heard {
    /// Names that are nearly known and were not answered yet.
    pub fn open<'a>(&'a self, column: &'a ColumnPlan) -> impl Iterator<Item = &'a (String, usize, String)> {
        self.near.iter().filter(|(cell, ..)| !column.words.contains_key(&fold(cell)))
    }
}
