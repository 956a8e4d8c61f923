//! What an export is asked.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::query::Archived;

/// The most records of one export by their ids.
pub const MAX_CHOSEN: usize = 20_000;

choices! {
    /// What stands above the columns of an export.
    pub enum Headings {
        /// Field keys and words: reads back everywhere.
        Keys = "keys",
        /// The reader's language.
        Labels = "labels",
    }
}

/// A list to export: the question as for the list, and how it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<Archived>,
    /// Field keys by comma; absent: all that an import takes, and the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headings: Option<Headings>,
    /// The mark by which spreadsheets know UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bom: Option<bool>,
}

/// Records to export, and how they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportChosen {
    /// At most 20,000.
    pub ids: Vec<Uuid>,
    /// As in `ExportQuery`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headings: Option<Headings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bom: Option<bool>,
}
