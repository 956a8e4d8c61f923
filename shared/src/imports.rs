//! Imports: rows that argue before they are written, and can all be taken back.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::{FieldErrors, Page};
use crate::change::{BulkDone, Done, New};
use crate::fields::{ListKind, Row};
use crate::id::{BatchId, ImportId, TeamId, UserId};
use crate::query::ListQuery;

crate::endpoints! {
    ListImports:  GET  "/api/imports"              (ListQuery)             -> Page<Import>,   Staff(Object::Import, Read);
    GetImport:    GET  "/api/imports/{id}"         [ImportId]              -> Import,         Staff(Object::Import, Read);
    CreateImport: POST "/api/imports"              (New<Import>)           -> Done<Import>,   Staff(Object::Import, Create);
    /// Sends rows, in slices; a slice sent twice counts once.
    PutRows:      POST "/api/imports/{id}/rows"    [ImportId] (RowSlice)   -> RowsTaken,      Staff(Object::Import, Create);
    /// What a commit would do, row by row, without writing.
    DryRun:       POST "/api/imports/{id}/dry-run" [ImportId]              -> Summary,        Staff(Object::Import, Create);
    ListRows:     GET  "/api/imports/{id}/rows"    [ImportId] (RowQuery)   -> Page<ImportRow>, Staff(Object::Import, Read);
    /// Mends one row in place.
    UpdateRow:    POST "/api/imports/{id}/row"     [ImportId] (RowFix)     -> ImportRow,      Staff(Object::Import, Create);
    /// Starts or resumes the commit; progress is read from the import.
    Commit:       POST "/api/imports/{id}/commit"  [ImportId]              -> Import,         Staff(Object::Import, Create);
    /// Takes everything back that the import wrote.
    UndoImport:   POST "/api/imports/{id}/undo"    [ImportId]              -> BulkDone,       Staff(Object::Import, Create);
}

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
        Checked = "checked",
        Committing = "committing",
        Committed = "committed",
        Undone = "undone",
        Failed = "failed",
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
        /// Field keys by comma that tell whether a row is known.
        match_keys: String = text(400).required();
        /// Names that are not found are created (accounts, products, teams, users) instead of refused.
        create_missing: bool = flag();
        rows: i64 = int(0, 200_000).read_only();
        done: i64 = int(0, 200_000).read_only();
        created: i64 = int(0, 200_000).read_only();
        updated: i64 = int(0, 200_000).read_only();
        duplicates: i64 = int(0, 200_000).read_only();
        wrong: i64 = int(0, 200_000).read_only();
        /// The command that wrote it, for undo.
        batch: Option<BatchId> = id().read_only();
        tags: Vec<String> = list(ListKind::Tags);
        owner_id: Option<UserId> = to(Object::User);
        team_id: Option<TeamId> = to(Object::Team);
    }
}

/// Rows in the order of the file; values are typed by the app already.
/// A reference may be a name instead of an id: `{"name": "Acme"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowSlice {
    pub rows: Vec<NewRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRow {
    /// The line of the file it began on.
    pub line: i64,
    pub values: Row,
    /// What the app already found wrong.
    #[serde(default)]
    pub errors: FieldErrors,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowsTaken {
    pub rows: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub create: i64,
    pub update: i64,
    pub duplicate: i64,
    pub wrong: i64,
    /// Records that would be created because a row names them, by kind.
    pub links: Vec<(Object, i64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRow {
    pub line: i64,
    pub values: Row,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowFix {
    pub line: i64,
    pub values: Row,
}
