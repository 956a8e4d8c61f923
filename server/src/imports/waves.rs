//! Accounts may name their parent in the same file, before or after
//! themselves: parents are written first, in waves.

use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Condition;
use serde_json::Value;
use shared::access::Object;
use shared::api::{FieldError, FieldErrors};
use shared::id::ImportId;
use shared::imports::Outcome;
use shared::text::fold;
use uuid::Uuid;

use super::check::{Fate, Verdict};
use super::checker::{Checker, Own};
use super::table::{self, Found};
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::rows;

/// Rows that are looked at in one go.
const MANY: u64 = 5_000;

/// How the rows of a file hang together.
#[derive(Default)]
pub struct Waves {
    /// The wave of each row that has a parent in the file.
    pub of: HashMap<i64, i64>,
    parents: HashMap<i64, (i64, String)>,
}

impl Checker {
    /// Finds the rows that name others of their file.
    pub async fn find_waves(&mut self, db: &impl ConnectionTrait) -> Result<Waves> {
        let mut waves = Waves::default();
        if self.object != Object::Account || !table::mentions(db, self.import.id, "parent_id").await? {
            return Ok(waves);
        }
        let mut wanted: Vec<(i64, String)> = Vec::new();
        let mut line = -1;
        loop {
            let rows = table::after(db, self.import.id, line, MANY, Condition::all()).await?;
            let Some(last) = rows.last() else { break };
            line = last.line;
            for row in &rows {
                if let Some(name) = row.values.get("name").and_then(Value::as_str) {
                    let own = Own { line: row.line, id: self.id_of(row.line) };
                    self.own.entry(fold(name)).or_insert(own);
                }
                let parent = row.values.get("parent_id").and_then(|parent| parent.get("name"));
                wanted.extend(parent.and_then(Value::as_str).map(|name| (row.line, name.to_owned())));
            }
        }
        if wanted.is_empty() {
            self.own.clear();
            return Ok(waves);
        }
        for (line, name) in wanted {
            if let Some(own) = self.own.get(&fold(&name)) {
                waves.parents.insert(line, (own.line, name));
            }
        }
        waves.count();
        Ok(waves)
    }
}

impl Checker {
    /// A row whose parent was not written after all cannot be written either.
    pub async fn drop_orphans(&self, write: &Write<'_>, verdicts: &mut [Verdict]) -> Result<()> {
        if self.own.is_empty() {
            return Ok(());
        }
        let parent_of = |verdict: &Verdict| match &verdict.fate {
            Fate::Create(row) | Fate::Update { set: row, .. } => rows::reference(row, "parent_id"),
            Fate::Duplicate(..) | Fate::Wrong(_) => None,
        };
        let parents: Vec<Uuid> = verdicts.iter().filter_map(parent_of).collect();
        let there = rows::names(write.db(), Object::Account, &parents, &Condition::all()).await?;
        for verdict in verdicts {
            if parent_of(verdict).is_some_and(|parent| !there.contains_key(&parent) && !self.is_planned(parent)) {
                let error = FieldError::new("no_such_record");
                verdict.fate = Fate::Wrong(FieldErrors::from([("parent_id".to_owned(), error)]));
            }
        }
        Ok(())
    }

    fn is_planned(&self, id: Uuid) -> bool {
        self.planned.values().any(|planned| planned.id == id)
    }
}

impl Waves {
    /// A row stands one wave behind its parent. Rows of a circle have none.
    fn count(&mut self) {
        for line in self.parents.keys() {
            let mut at = *line;
            let mut depth = 0;
            while let Some((parent, _)) = self.parents.get(&at) {
                at = *parent;
                depth += 1;
                if at == *line || depth > 50 {
                    depth = -1;
                    break;
                }
            }
            self.of.insert(*line, depth);
        }
    }

    /// Rows whose parents will not be there, as findings that replace theirs.
    pub async fn orphans(&self, db: &impl ConnectionTrait, import: ImportId) -> Result<Vec<Found>> {
        let mut wrong = HashSet::new();
        let mut orphans = Vec::new();
        let mut lines: Vec<(i64, i64)> = self.of.iter().map(|(line, wave)| (*wave, *line)).collect();
        lines.sort_unstable();
        for (wave, line) in lines {
            let (parent, name) = &self.parents[&line];
            let error = if wave < 0 {
                FieldError::new("rows_in_circle")
            } else if wrong.contains(parent) || is_wrong(db, import, *parent).await? {
                FieldError::new("linked_row_wrong").with("name", name).with("line", parent)
            } else {
                continue;
            };
            wrong.insert(line);
            let Some(row) = table::find(db, import, line).await?.filter(|row| row.outcome != Outcome::Duplicate) else {
                continue;
            };
            let mut errors = row.errors;
            errors.insert("parent_id".into(), error);
            orphans.push(Found { line, outcome: Outcome::Wrong, errors, match_key: None, record_id: None });
        }
        Ok(orphans)
    }
}

async fn is_wrong(db: &impl ConnectionTrait, import: ImportId, line: i64) -> Result<bool> {
    Ok(table::find(db, import, line).await?.is_none_or(|row| row.outcome == Outcome::Wrong))
}
