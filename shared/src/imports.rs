//! Imports: rows that argue before they are written, and can all be taken back.

mod cells;
mod columns;
mod convert;
mod export;
mod labels;
mod lists;
mod plan;
mod stages;
mod targets;

use std::collections::BTreeMap;

use http::Method;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Access::{SignedIn, Staff};
use crate::access::Action::*;
use crate::access::Object;
use crate::api::{FieldError, FieldErrors, Page, Route};
use crate::change::{Done, New, Patch};
use crate::fields::{ListKind, Row};
use crate::id::{ImportId, PipelineId, TeamId, UserId};
use crate::query::ListQuery;

pub use cells::{Names, Wording, cell, decimal};
pub use columns::{Column, Question, questions, read_alike, suggest};
pub use convert::{Converter, reference, words_of};
pub use export::{ExportChosen, ExportQuery, Headings, MAX_CHOSEN};
pub use labels::{error_text, label, word};
pub use lists::{join, pieces};
pub use plan::{ColumnPlan, MANAGER_ROLES, NewPipeline, NewStage, Plan};
pub use stages::{home_of, stages_from};
pub use targets::{Holds, Part, Target, columns_of, target, targets};

crate::endpoints! {
    ListImports:  GET   "/api/imports"              (ListQuery)             -> Page<Import>,    Staff(Object::Import, Read);
    GetImport:    GET   "/api/imports/{id}"         [ImportId]              -> Import,          Staff(Object::Import, Read);
    CreateImport: POST  "/api/imports"              (New<Import>)           -> Done<Import>,    Staff(Object::Import, Create);
    /// Changes the plan. What was checked wants to be checked again.
    UpdateImport: PATCH "/api/imports/{id}"         [ImportId] (Patch)      -> Done<Import>,    Staff(Object::Import, Create);
    /// Sends rows, in slices; a slice sent twice counts once.
    PutRows:      POST  "/api/imports/{id}/rows"    [ImportId] (RowSlice)   -> RowsTaken,       Staff(Object::Import, Create);
    /// Which records the names of a column mean.
    MatchNames:   POST  "/api/imports/names"        (NamesAsked)            -> Vec<NameFound>,  Staff(Object::Import, Create);
    /// Starts to find out what a commit would do, row by row, without writing.
    DryRun:       POST  "/api/imports/{id}/dry-run" [ImportId]              -> Import,          Staff(Object::Import, Create);
    /// What the dry run found.
    GetSummary:   GET   "/api/imports/{id}/summary" [ImportId]              -> Summary,         Staff(Object::Import, Read);
    ListRows:     GET   "/api/imports/{id}/rows"    [ImportId] (RowQuery)   -> Page<ImportRow>, Staff(Object::Import, Read);
    /// Mends one row in place, and checks it again.
    UpdateRow:    POST  "/api/imports/{id}/row"     [ImportId] (NewRow)     -> ImportRow,       Staff(Object::Import, Create);
    /// Starts or resumes the commit; progress is read from the import.
    Commit:       POST  "/api/imports/{id}/commit"  [ImportId]              -> Import,          Staff(Object::Import, Create);
    /// Starts or resumes taking back what the import wrote. What somebody
    /// changed since is told at once, and then nothing is taken back.
    UndoImport:   POST  "/api/imports/{id}/undo"    [ImportId]              -> Import,          Staff(Object::Import, Create);
    /// Starts or resumes bringing back what an undo took away.
    RedoImport:   POST  "/api/imports/{id}/redo"    [ImportId]              -> Import,          Staff(Object::Import, Create);
}

/// Files, not JSON.
pub const FILES: &[Route] = &[
    Route {
        name: "WrongRows",
        doc: " The rows that were refused, as they stood in the file, with the reasons.",
        method: Method::GET,
        path: WRONG_ROWS,
        access: Staff(Object::Import, Read),
        input: "",
        output: "text/csv",
    },
    Route {
        name: "Export",
        doc: " A list as CSV: a query's rows, as far as the caller may export them.",
        method: Method::GET,
        path: EXPORT,
        access: SignedIn,
        input: "ExportQuery",
        output: "text/csv",
    },
    Route {
        name: "ExportChosen",
        doc: " Chosen records as CSV, in the order in which they are named.",
        method: Method::POST,
        path: EXPORT,
        access: SignedIn,
        input: "ExportChosen",
        output: "text/csv",
    },
];

pub const WRONG_ROWS: &str = "/api/imports/{id}/wrong.csv";
pub const EXPORT: &str = "/api/export/{object}";

/// The most rows of one import.
pub const MAX_ROWS: usize = 200_000;
/// The most bytes of one slice, and a count that stays below it for most files.
pub const MAX_SLICE: usize = 4 << 20;
pub const SLICE: usize = 1_000;
/// The most names of one question.
pub const MAX_NAMES: usize = 5_000;

/// The kinds of record that can be brought in and written out.
pub const OBJECTS: &[Object] = &[Object::Account, Object::Contact, Object::Product, Object::Opportunity, Object::User];
/// Kinds that can be exported: beside those that are imported again, what is only looked at elsewhere.
pub const EXPORTED: &[Object] =
    &[Object::Account, Object::Contact, Object::Product, Object::Opportunity, Object::User, Object::Ticket];

choices! {
    pub enum ImportMode {
        Upsert = "upsert",
        Create = "create",
        Update = "update",
    }
}

choices! {
    pub enum ImportState {
        Draft = "draft",
        Checking = "checking",
        Checked = "checked",
        Committing = "committing",
        Committed = "committed",
        /// What was written is being taken back, or brought again.
        Undoing = "undoing",
        Redoing = "redoing",
        /// An undo or a redo broke off: part of the records is there.
        Halted = "halted",
        Undone = "undone",
        Failed = "failed",
    }
}

impl ImportState {
    /// Rows and plan may change.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Checked | Self::Undone | Self::Failed)
    }

    /// A job is at work.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Checking | Self::Committing | Self::Undoing | Self::Redoing)
    }
}

choices! {
    /// What becomes, or became, of a row.
    pub enum Outcome {
        Pending = "pending",
        Create = "create",
        Update = "update",
        /// Equal to what is there, or to an earlier row.
        Duplicate = "duplicate",
        Wrong = "wrong",
    }
}

record! {
    /// A file on its way in.
    Import (ImportId) as Import in "imports", Personal {
        name: String = text(200).required();
        object: String = choice(&["account", "contact", "product", "opportunity", "user"]).required();
        mode: ImportMode = choice(ImportMode::WORDS).required();
        state: ImportState = choice(ImportState::WORDS).read_only();
        /// Field keys by comma that tell, together, whether a row is known.
        match_keys: String = text(400).required();
        /// Names that are not found are created (accounts, products, teams, people) instead of refused.
        create_missing: bool = flag();
        /// A `Plan` as JSON: which column goes where, and the answers to what was asked.
        plan: Option<String> = long_text(400_000).internal();
        rows: i64 = int(0, 200_000).read_only();
        done: i64 = int(0, 200_000).read_only();
        created: i64 = int(0, 200_000).read_only();
        updated: i64 = int(0, 200_000).read_only();
        duplicates: i64 = int(0, 200_000).read_only();
        wrong: i64 = int(0, 200_000).read_only();
        /// Records created because a row names them: `team:3,user:6`.
        linked: Option<String> = text(200).read_only();
        /// How often it began anew after an undo.
        run: i64 = int(0, 10_000).read_only();
        /// The commands that this run has written so far.
        chunks: i64 = int(0, 200_000).read_only();
        /// Why it stopped.
        problem: Option<String> = text(400).read_only();
        tags: Vec<String> = list(ListKind::Tags);
        owner_id: Option<UserId> = to(Object::User);
        team_id: Option<TeamId> = to(Object::Team);
    }
}

impl Import {
    /// What is brought in.
    pub fn target(&self) -> Option<Object> {
        self.object.parse().ok().filter(|object| OBJECTS.contains(object))
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.match_keys.split(',').map(str::trim).filter(|key| !key.is_empty())
    }

    /// Its plan and its rows may change: nothing of them is written.
    pub fn takes_changes(&self) -> bool {
        self.state == ImportState::Undone || (self.state.is_open() && self.chunks == 0)
    }

    /// What is wrong with it as such, field by field.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        let Some(object) = self.target() else {
            return FieldErrors::from([("object".to_owned(), FieldError::new("not_offered"))]);
        };
        let fits = |key: &str| matches_by(object).contains(&key);
        if self.keys().next().is_none() || !self.keys().all(fits) {
            errors.insert("match_keys".into(), FieldError::new("not_offered"));
        }
        match Plan::of(self) {
            Err(_) => {
                errors.insert("plan".into(), FieldError::new("wrong_shape"));
            }
            Ok(plan) => errors.extend(plan.check(object)),
        }
        errors
    }

    /// The records created on the way, by kind.
    pub fn linked_records(&self) -> Vec<(Object, i64)> {
        let pairs = self.linked.iter().flat_map(|text| text.split(','));
        pairs
            .filter_map(|pair| pair.split_once(':'))
            .filter_map(|(object, n)| Some((object.parse().ok()?, n.parse().ok()?)))
            .collect()
    }
}

/// The fields by which records of a kind can be known again.
pub fn matches_by(object: Object) -> &'static [&'static str] {
    match object {
        Object::Account => &["name", "tax_no", "points", "region", "id"],
        Object::Contact => &["name", "points", "id"],
        Object::Product => &["name", "code", "id"],
        Object::Opportunity => &["external_no", "name", "account_id", "id"],
        Object::User => &["email", "name", "id"],
        _ => &[],
    }
}

/// By what the rows of a plan are best known again: by their ids, where the
/// file has them, for names may be shared.
pub fn match_key(object: Object, plan: &Plan) -> Option<&'static str> {
    let keys = matches_by(object);
    let has_ids = plan.column("id").is_some() && keys.contains(&"id");
    let filled = || keys.iter().copied().find(|key| *key != "id" && plan.fills(key));
    if has_ids { Some("id") } else { filled().or(keys.first().copied()) }
}

/// Rows in the order of the file; values are typed by the app already.
/// A reference may be a name instead of an id: `{"name": "Acme"}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowSlice {
    pub rows: Vec<NewRow>,
    /// Forgets the rows sent before: the first slice of a file.
    #[serde(default)]
    pub restart: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRow {
    /// The line of the file it began on.
    pub line: i64,
    /// The row as it stood in the file, for people to read.
    #[serde(default)]
    pub cells: Vec<String>,
    pub values: Row,
    /// What the app already found wrong.
    #[serde(default)]
    pub errors: FieldErrors,
}

/// A record that a row refers to by its name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub name: String,
    /// Somebody has said that it is none of the similar ones that exist.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_new: bool,
    /// What else it gets, should it be created.
    #[serde(default, skip_serializing_if = "Row::is_empty")]
    pub with: Row,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowsTaken {
    pub rows: i64,
}

/// Names to be found among the records that the caller may read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamesAsked {
    pub object: Object,
    /// At most 5,000.
    pub names: Vec<String>,
    /// Stages are named within a pipeline.
    #[serde(default)]
    pub pipeline: Option<PipelineId>,
}

/// Several records of one name are `several` and no record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NameFound {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<Uuid>,
    /// The name of a record that is nearly called so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub near: Option<String>,
    #[serde(default)]
    pub several: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub create: i64,
    pub update: i64,
    pub duplicate: i64,
    pub wrong: i64,
    /// Records that would be created because a row names them, by kind.
    pub linked: Vec<(Object, i64)>,
    /// How often each reason occurs, by field and code, the most frequent first.
    pub reasons: Vec<Reason>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub field: String,
    pub error: FieldError,
    pub rows: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRow {
    pub line: i64,
    pub cells: Vec<String>,
    pub values: Row,
    /// What the record it matches holds in the fields that change.
    pub before: Row,
    pub outcome: Outcome,
    pub errors: FieldErrors,
    /// The record it matches or made.
    pub record_id: Option<Uuid>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RowQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// At most 200, default 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The errors by their places in a form: a part's error shows at its column.
pub fn by_target(errors: &FieldErrors) -> BTreeMap<&str, &FieldError> {
    let place = |key: &'_ str| key.find('.').filter(|at| key[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    errors.iter().map(|(key, error)| (place(key).map_or(key.as_str(), |at| &key[..at]), error)).collect()
}

#[cfg(test)]
mod tests;
