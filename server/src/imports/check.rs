//! What becomes of a chunk of rows: for the dry run and for the commit alike.

use std::collections::HashMap;

use shared::access::{Action, Object};
use shared::api::{FieldError, FieldErrors};
use shared::fields::Row;
use shared::id::StageId;
use shared::imports::{ImportMode, Outcome};
use uuid::Uuid;

use super::checker::{Checker, Holder};
use super::matching::Matches;
use super::resolve::{Away, Need, Resolved};
use super::table::{self, Found, Stored};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::{references, rows};
use crate::pipelines;

/// A row with what is to be written for it.
pub struct Verdict {
    pub line: i64,
    pub key: Option<String>,
    pub fate: Fate,
    pub needs: Vec<Need>,
}

pub enum Fate {
    Create(Row),
    Update {
        before: Row,
        set: Row,
    },
    /// The record that is there, if it is not another row.
    Duplicate(Option<Uuid>, FieldErrors),
    Wrong(FieldErrors),
}

impl Verdict {
    pub fn found(&self) -> Found {
        let (outcome, errors, record_id) = match &self.fate {
            Fate::Create(row) => (Outcome::Create, FieldErrors::new(), Some(rows::id(row))),
            Fate::Update { before, .. } => (Outcome::Update, FieldErrors::new(), Some(rows::id(before))),
            Fate::Duplicate(id, why) => (Outcome::Duplicate, why.clone(), *id),
            Fate::Wrong(errors) => (Outcome::Wrong, errors.clone(), None),
        };
        Found { line: self.line, outcome, errors, match_key: self.key.clone(), record_id }
    }

    pub fn is_written(&self) -> bool {
        matches!(self.fate, Fate::Create(_) | Fate::Update { .. })
    }
}

/// What a chunk's rows are compared with.
struct Beside {
    matches: Matches,
    writable: HashMap<Uuid, Row>,
    /// The line that writes under a key.
    earlier: HashMap<String, i64>,
}

impl Beside {
    /// The records that are there under these keys.
    fn known(&self, keys: &[String]) -> Vec<&Row> {
        let mut known: Vec<&Row> = keys.iter().filter_map(|key| self.matches.get(key)).flatten().collect();
        known.sort_by_key(|row| rows::id(row));
        known.dedup_by_key(|row| rows::id(row));
        known
    }
}

impl Checker {
    /// Checks rows. What they name is planned, nothing is written.
    pub async fn check(&mut self, write: &Write<'_>, stored: Vec<Stored>) -> Result<Vec<Verdict>> {
        let mut resolved = Vec::with_capacity(stored.len());
        for (n, row) in stored.iter().enumerate() {
            breathe(n).await;
            let mut values = row.values.clone();
            let id = values.remove("id");
            let mut one = self.resolve(write, self.object, &values).await?;
            one.values.extend(id.map(|id| ("id".to_owned(), id)));
            resolved.push(one);
        }
        let mut beside = self.beside(write, &stored, &resolved).await?;
        if self.object == Object::Opportunity {
            let deals = resolved.iter().map(|one| &one.values).chain(beside.matches.values().flatten());
            let named = deals.chain([&self.defaults]).filter_map(|deal| rows::reference(deal, "stage_id"));
            self.held = pipelines::stages(write, named.map(StageId).collect()).await?;
        }
        let mut verdicts = Vec::with_capacity(stored.len());
        for (n, (row, resolved)) in stored.into_iter().zip(resolved).enumerate() {
            breathe(n).await;
            verdicts.push(self.judge(write, row, resolved, &mut beside).await?);
        }
        Ok(verdicts)
    }

    async fn beside(&self, write: &Write<'_>, stored: &[Stored], resolved: &[Resolved]) -> Result<Beside> {
        let values: Vec<&Row> = resolved.iter().map(|one| &one.values).collect();
        let matches = self.matches(write, &values).await?;
        let writable = self.writable(write, &matches).await?;
        let keys: Vec<String> = values.iter().flat_map(|row| self.keys_of(row)).collect();
        // A row that is looked at alone does not stand in its own way.
        let but = if let [only] = stored { only.line } else { -1 };
        let earlier = table::holders(write.db(), self.import.id, &keys, but).await?;
        Ok(Beside { matches, writable, earlier })
    }

    async fn judge(
        &mut self,
        write: &Write<'_>,
        row: Stored,
        resolved: Resolved,
        beside: &mut Beside,
    ) -> Result<Verdict> {
        let Resolved { mut values, mut errors, needs, away } = resolved;
        let keys = self.keys_of(&values);
        let known = beside.known(&keys);
        let kept = known.first().filter(|_| known.len() == 1 && self.import.mode != ImportMode::Create);
        let leads = |away: &Away| kept.is_some_and(|row| references::of(away.field, row).contains(&away.id));
        errors.extend(away.into_iter().filter(|away| !leads(away)).map(|away| (away.field.key.to_owned(), away.error)));
        let mut verdict = Verdict { line: row.line, key: keys.first().cloned(), fate: Fate::Wrong(errors), needs };
        values.remove("id");
        if let Fate::Wrong(errors) = &mut verdict.fate {
            // The reader of the file knows best what it could not read.
            errors.extend(row.faults);
            if !errors.is_empty() {
                return Ok(verdict);
            }
        }
        if let Some(line) = keys.iter().find_map(|key| beside.earlier.get(key)).filter(|line| **line < row.line) {
            let why = FieldError::new("duplicate_of_line").with("line", line);
            verdict.fate = Fate::Duplicate(None, self.at_key(why));
            return Ok(verdict);
        }
        verdict.fate = match self.decide(write, row.line, &keys, values, beside).await {
            Ok(fate) => fate,
            Err(Error::Fields(errors)) => Fate::Wrong(errors),
            Err(Error::Forbidden) => Fate::Wrong(self.at_key(FieldError::new("may_not_change"))),
            Err(error) => return Err(error),
        };
        if verdict.is_written() {
            for key in keys {
                beside.earlier.entry(key).or_insert(row.line);
            }
        }
        Ok(verdict)
    }

    async fn decide(
        &mut self,
        write: &Write<'_>,
        line: i64,
        keys: &[String],
        values: Row,
        beside: &Beside,
    ) -> Result<Fate> {
        match (beside.known(keys).as_slice(), self.import.mode) {
            ([], ImportMode::Update) => Ok(Fate::Wrong(self.at_key(FieldError::new("no_match")))),
            ([], _) => self.create(write, line, values).await,
            ([one], ImportMode::Create) => {
                Ok(Fate::Duplicate(Some(rows::id(one)), self.at_key(FieldError::new("already_there"))))
            }
            ([one], _) => {
                let id = rows::id(one);
                let before = beside.writable.get(&id).cloned();
                let set = self.changed(write, one, values).await?;
                if set.is_empty() {
                    return Ok(Fate::Duplicate(Some(id), FieldErrors::new()));
                }
                let before = before.ok_or(Error::Forbidden)?;
                self.address(&set, Holder::Person(id))?;
                Ok(Fate::Update { before, set })
            }
            _ => Ok(Fate::Wrong(self.at_key(FieldError::new("several_match")))),
        }
    }

    async fn create(&mut self, write: &Write<'_>, line: i64, mut values: Row) -> Result<Fate> {
        if !write.actor()?.may(self.object, Action::Create) {
            return Err(Error::field("row", "may_not_create_rows"));
        }
        let id = self.id_of(line);
        if self.object == Object::Opportunity {
            let low = rows::reference(&values, "stage_id").and_then(|stage| self.ranks.get(&stage).cloned().flatten());
            let place = usize::try_from(line).unwrap_or(0);
            values.insert("rank".into(), shared::rank::nth(low.as_deref(), place).into());
        }
        let row = self.fresh(write, self.object, id, values).await?;
        self.address(&row, Holder::Line(line))?;
        Ok(Fate::Create(row))
    }

    fn address(&mut self, row: &Row, by: Holder) -> Result<()> {
        self.take_address(self.object, row, by).map_err(|error| FieldErrors::from([("email".to_owned(), error)]).into())
    }

    /// What concerns the row as a whole is told at the field it is known by.
    fn at_key(&self, error: FieldError) -> FieldErrors {
        let key = self.keys.first().map_or("row", |field| field.key);
        FieldErrors::from([(key.to_owned(), error)])
    }

    /// Marks what these rows name as needed.
    pub fn need(&mut self, verdicts: &[Verdict]) {
        for need in verdicts.iter().filter(|verdict| verdict.is_written()).flat_map(|verdict| &verdict.needs) {
            if let Some(planned) = self.planned.get_mut(need) {
                planned.is_needed = true;
            }
        }
    }
}

/// Gives requests their turn between rows: a check is work for the processor.
async fn breathe(row: usize) {
    if row.is_multiple_of(16) {
        tokio::task::yield_now().await;
    }
}
