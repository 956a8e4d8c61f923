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
    ArchiveStages:   POST  "/api/stages/archive"    (Archive)              -> BulkDone,       Staff(Object::Stage, Archive);
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageOrder {
    pub pipeline_id: PipelineId,
    pub stages: Vec<StageId>,
}
