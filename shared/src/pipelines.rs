//! Pipelines and their stages: the columns of the board.

use serde::{Deserialize, Serialize};

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::Page;
use crate::change::{Archive, BulkDone, Done, New, Patch};
use crate::fields::ListKind;
use crate::id::{PipelineId, StageId, TeamId};
use crate::query::ListQuery;
use uuid::Uuid;

crate::endpoints! {
    ListPipelines:   GET   "/api/pipelines"         (ListQuery)            -> Page<Pipeline>, Staff(Object::Pipeline, Read);
    CreatePipeline:  POST  "/api/pipelines"         (New<Pipeline>)        -> Done<Pipeline>, Staff(Object::Pipeline, Create);
    UpdatePipeline:  PATCH "/api/pipelines/{id}"    [PipelineId] (Patch)   -> Done<Pipeline>, Staff(Object::Pipeline, Write);
    ArchivePipelines: POST "/api/pipelines/archive" (Archive)              -> BulkDone,       Staff(Object::Pipeline, Archive);

    ListStages:      GET   "/api/stages"            (ListQuery)            -> Page<Stage>,    Staff(Object::Stage, Read);
    CreateStage:     POST  "/api/stages"            (New<Stage>)           -> Done<Stage>,    Staff(Object::Stage, Create);
    UpdateStage:     PATCH "/api/stages/{id}"       [StageId] (Patch)      -> Done<Stage>,    Staff(Object::Stage, Write);
    /// The new order of a pipeline's stages, in one command.
    OrderStages:     POST  "/api/stages/order"      (StageOrder)           -> BulkDone,       Staff(Object::Stage, Write);
    /// Refused while deals stand in it, unless they have a stage to go to.
    ArchiveStages:   POST  "/api/stages/archive"    (StageArchive)         -> BulkDone,       Staff(Object::Stage, Archive);
}

choices! {
    /// What standing in a stage means.
    pub enum StageKind {
        Open = "open",
        Won = "won",
        Lost = "lost",
        OnHold = "on_hold",
    }
}

choices! {
    /// How a deal counts in a forecast.
    pub enum ForecastCategory {
        Pipeline = "pipeline",
        BestCase = "best_case",
        Commit = "commit",
        Closed = "closed",
        Omitted = "omitted",
    }
}

record! {
    /// A way of selling: its stages, who uses it, its currency.
    Pipeline (PipelineId) as Pipeline in "pipelines", Common {
        name: String = text(80).required();
        /// The teams that work it; none means everyone.
        teams: Vec<TeamId> = list(ListKind::Teams);
        currency: String = currency().required();
        is_default: bool = flag();
        position: i64 = int(0, 10_000);
    }
}

record! {
    /// A step of a pipeline.
    Stage (StageId) as Stage in "stages", Common {
        pipeline_id: PipelineId = to(Object::Pipeline).required();
        name: String = text(80).required();
        position: i64 = int(0, 10_000);
        kind: StageKind = choice(StageKind::WORDS).required();
        /// Chance to win, percent.
        probability: i64 = int(0, 100).required();
        forecast_category: ForecastCategory = choice(ForecastCategory::WORDS).required();
        /// Days in the stage after which a deal counts as rotting: `Stage::rots_on`.
        rot_days: Option<i64> = int(1, 3650);
        /// More deals than this are too many at once.
        wip_limit: Option<i64> = int(1, 100_000);
        /// One of the twelve hues.
        color: i64 = int(1, 12);
    }
}

impl Pipeline {
    /// How near it is to somebody of this team: their own ones come first, then
    /// those of everyone, then other teams'.
    pub fn distance(&self, team: Option<TeamId>) -> i64 {
        match team {
            _ if self.teams.is_empty() => 1,
            Some(team) if self.teams.contains(&team) => 0,
            _ => 2,
        }
    }

    /// The first in this order is where somebody of this team begins.
    pub fn preference(&self, team: Option<TeamId>) -> (i64, bool, i64) {
        (self.distance(team), !self.is_default, self.position)
    }
}

/// Stages to archive, or to bring back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageArchive {
    pub ids: Vec<Uuid>,
    pub archived: bool,
    /// Where the deals go that stand in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<StageId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageOrder {
    pub pipeline_id: PipelineId,
    pub stages: Vec<StageId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_begins_with_its_own_pipeline_and_others_with_everyones_default() {
        let (ours, theirs) = (TeamId(Uuid::from_u128(1)), TeamId(Uuid::from_u128(2)));
        let pipeline = |name: &str, teams: &[TeamId], is_default, position| Pipeline {
            name: name.into(),
            teams: teams.to_vec(),
            is_default,
            position,
            ..Pipeline::default()
        };
        let all = [
            pipeline("theirs", &[theirs], true, 1),
            pipeline("everyone's", &[], false, 2),
            pipeline("default", &[], true, 3),
            pipeline("ours", &[ours], false, 4),
        ];
        let first = |team| all.iter().min_by_key(|pipeline| pipeline.preference(team)).map(|one| one.name.as_str());
        assert_eq!((first(Some(ours)), first(Some(theirs))), (Some("ours"), Some("theirs")));
        assert_eq!(first(None), Some("default"));
    }
}
