//! What is to be done with a file: where its columns go, what its words mean,
//! what stands where it is silent.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Import, target};
use crate::access::Object;
use crate::api::{FieldError, FieldErrors};
use crate::fields::{Row, Schema, check_required, check_row, row_of};
use crate::id::{PipelineId, StageId};
use crate::import::dates::DateForm;
use crate::import::numbers::Mark;
use crate::pipelines::{ForecastCategory, Pipeline, Stage, StageKind};

/// The plan of an import; it travels as JSON in the import.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// In the order of the file.
    pub columns: Vec<ColumnPlan>,
    /// Cells for columns that the file has not, or left empty, by target. They
    /// never replace what a record holds already.
    pub defaults: BTreeMap<String, String>,
    /// How a value is put together from others, by target:
    /// `{product} · {account}` names columns of the file.
    pub templates: BTreeMap<String, String>,
    /// Where phone numbers without a country code are from.
    pub region: Option<String>,
    /// The pipeline of deals whose stages are named.
    pub pipeline: Option<PipelineId>,
    /// A pipeline that is created with the import.
    pub new_pipeline: Option<NewPipeline>,
    /// How the file was read.
    pub encoding: String,
    pub delimiter: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnPlan {
    pub header: String,
    /// Absent: the column is left out.
    pub target: Option<String>,
    pub date: Option<DateForm>,
    pub mark: Mark,
    /// The file leaves it open, and somebody has answered.
    pub is_mark_chosen: bool,
    /// Numbers are in units of ten to the power of this: 6 for millions.
    pub zeros: u32,
    /// What a cell means, by the cell in its compared form. Empty: nothing. A
    /// name that means itself is new, however similar it is to another.
    pub words: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPipeline {
    pub id: PipelineId,
    pub name: String,
    pub currency: String,
    pub stages: Vec<NewStage>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewStage {
    pub id: StageId,
    pub name: String,
    pub kind: StageKind,
    pub probability: i64,
}

impl Plan {
    /// The plan of an import; an import without one has an empty plan.
    pub fn of(import: &Import) -> Result<Self, serde_json::Error> {
        import.plan.as_deref().map_or(Ok(Self::default()), serde_json::from_str)
    }

    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The pipeline that stages are looked for in.
    pub fn pipeline(&self) -> Option<PipelineId> {
        self.new_pipeline.as_ref().map(|new| new.id).or(self.pipeline)
    }

    pub fn column(&self, target: &str) -> Option<&ColumnPlan> {
        self.columns.iter().find(|column| column.target.as_deref() == Some(target))
    }

    /// Whether a target gets something from somewhere.
    pub fn fills(&self, target: &str) -> bool {
        self.column(target).is_some()
            || self.templates.contains_key(target)
            || self.defaults.get(target).is_some_and(|text| !text.is_empty())
    }

    pub fn check(&self, object: Object) -> FieldErrors {
        let mut errors = FieldErrors::new();
        let columns = self.columns.iter().filter_map(|column| column.target.as_deref());
        let others = self.defaults.keys().chain(self.templates.keys()).map(String::as_str);
        for key in columns.chain(others) {
            if target(object, key).is_none() {
                errors.insert("plan".into(), FieldError::new("unknown").with("field", key));
            }
        }
        let Some(new) = &self.new_pipeline else { return errors };
        if object != Object::Opportunity || !new.is_sound() {
            errors.insert("plan".into(), FieldError::new("wrong_shape"));
        }
        errors
    }
}

impl NewPipeline {
    /// Whether it and its stages could be created by hand as well.
    fn is_sound(&self) -> bool {
        let ids: HashSet<StageId> = self.stages.iter().map(|stage| stage.id).collect();
        let fits = |schema: &Schema, record: Row| {
            let mut row = record;
            row.retain(|key, _| schema.field(key).is_some_and(|field| !field.read_only));
            check_row(schema, &mut row).is_ok() && check_required(schema, &row).is_ok()
        };
        (1..=50).contains(&self.stages.len())
            && ids.len() == self.stages.len()
            && fits(&Pipeline::SCHEMA, row_of(&self.pipeline()))
            && self.stages().iter().all(|stage| fits(&Stage::SCHEMA, row_of(stage)))
    }
}

impl NewPipeline {
    pub fn pipeline(&self) -> Pipeline {
        Pipeline {
            id: self.id,
            name: self.name.trim().to_owned(),
            currency: self.currency.clone(),
            position: 1_000,
            ..Pipeline::default()
        }
    }

    pub fn stages(&self) -> Vec<Stage> {
        let stage = |(position, new): (i64, &NewStage)| Stage {
            id: new.id,
            pipeline_id: self.id,
            name: new.name.trim().to_owned(),
            position,
            kind: new.kind,
            probability: match new.kind {
                StageKind::Won => 100,
                StageKind::Lost => 0,
                StageKind::Open | StageKind::OnHold => new.probability.clamp(0, 100),
            },
            forecast_category: match new.kind {
                StageKind::Open => ForecastCategory::Pipeline,
                StageKind::Won => ForecastCategory::Closed,
                StageKind::Lost | StageKind::OnHold => ForecastCategory::Omitted,
            },
            color: 1 + (position - 1) % 12,
            ..Stage::default()
        };
        (1..).zip(&self.stages).map(stage).collect()
    }
}

/// The roles that managers get who are created on the way.
pub const MANAGER_ROLES: &str = "manager.roles";
