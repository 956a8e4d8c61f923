//! Opportunities: the deals, the board they stand on, and how they move.

use serde::{Deserialize, Serialize};

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::{FieldError, FieldErrors, Page};
use crate::change::{Archive, AsOf, Assign, Bulk, BulkDone, Done, New, Patch};
use crate::fields::ListKind;
use crate::id::{AccountId, ContactId, OpportunityId, PipelineId, ProductId, StageId, TeamId, UserId};
use crate::money::MAX_MONEY;
use crate::pipelines::{ForecastCategory, Stage, StageKind};
use crate::query::{ListQuery, Totals, TotalsQuery};
use crate::time::{Date, Instant};

mod attention;

pub use attention::{Mark, Signal, wants_attention_from};

crate::endpoints! {
    ListOpportunities:    GET   "/api/opportunities"         (ListQuery)                -> Page<Opportunity>, Staff(Object::Opportunity, Read);
    CountOpportunities:   GET   "/api/opportunities/totals"  (TotalsQuery)              -> Totals,            Staff(Object::Opportunity, Read);
    /// Columns with their numbers and the first cards of each.
    GetBoard:             GET   "/api/board"                 (BoardQuery)               -> Board,             Staff(Object::Opportunity, Read);
    /// A window of one column, for the virtual list.
    GetBoardCards:        GET   "/api/board/cards"           (CardQuery)                -> Cards,             Staff(Object::Opportunity, Read);
    /// New, moved, pushed, won and lost deals since a moment.
    BoardChanges:         GET   "/api/board/changes"         (SinceQuery)               -> BoardChange,       Staff(Object::Opportunity, Read);
    GetOpportunity:       GET   "/api/opportunities/{id}"    [OpportunityId] (AsOf)     -> Opportunity,       Staff(Object::Opportunity, Read);
    /// How long it stood in each stage.
    GetStageHistory:      GET   "/api/opportunities/{id}/stages" [OpportunityId] (AsOf) -> Vec<StageSpan>,    Staff(Object::Opportunity, Read);
    CreateOpportunity:    POST  "/api/opportunities"         (New<Opportunity>)         -> Done<Opportunity>, Staff(Object::Opportunity, Create);
    UpdateOpportunity:    PATCH "/api/opportunities/{id}"    [OpportunityId] (Patch)    -> Done<Opportunity>, Staff(Object::Opportunity, Write);
    UpdateOpportunities:  POST  "/api/opportunities/bulk"    (Bulk)                     -> BulkDone,          Staff(Object::Opportunity, Write);
    /// Moves cards to a stage and a place, in one command.
    MoveOpportunities:    POST  "/api/opportunities/move"    (Move)                     -> BulkDone,          Staff(Object::Opportunity, Write);
    ArchiveOpportunities: POST  "/api/opportunities/archive" (Archive)                  -> BulkDone,          Staff(Object::Opportunity, Archive);
}

choices! {
    /// What a contact means for a deal.
    pub enum DealRole {
        DecisionMaker = "decision_maker",
        Evaluator = "evaluator",
        Influencer = "influencer",
        User = "user",
        Blocker = "blocker",
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DealContact {
    pub contact_id: ContactId,
    pub role: DealRole,
}

/// A product in a deal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub product_id: ProductId,
    pub quantity: i64,
    /// Per unit, minor units of the deal's currency.
    pub price: i64,
}

/// Why a deal was lost; `other` asks for a note.
pub const LOST_REASONS: &[&str] =
    &["price", "competitor", "no_budget", "no_decision", "timing", "product_fit", "no_contact", "other"];

record! {
    /// A deal.
    Opportunity (OpportunityId) as Opportunity in "opportunities", ChildOfAccount {
        name: String = text(200).required().searched();
        /// Its number in another system.
        external_no: Option<String> = text(60).searched();
        account_id: Option<AccountId> = to(Object::Account);
        contacts: Vec<DealContact> = list(ListKind::Contacts);
        pipeline_id: PipelineId = to(Object::Pipeline).required();
        stage_id: StageId = to(Object::Stage).required();
        /// The place in the column.
        rank: String = rank();
        amount: Option<i64> = money();
        currency: String = currency().required();
        lines: Vec<Line> = list(ListKind::Lines);
        /// Percent; follows the stage unless set by hand.
        probability: i64 = int(0, 100);
        is_probability_manual: bool = flag();
        forecast_category: ForecastCategory = choice(ForecastCategory::WORDS);
        opened_on: Option<Date> = date();
        close_date: Option<Date> = date();
        /// How often the close date moved to a later day.
        close_date_pushes: i64 = int(0, 10_000).read_only();
        next_step: Option<String> = text(200);
        next_step_on: Option<Date> = date();
        source: Option<String> = choice(crate::accounts::SOURCES);
        lost_reason: Option<String> = choice(LOST_REASONS);
        lost_note: Option<String> = text(400);
        tags: Vec<String> = list(ListKind::Tags);
        note: Option<String> = long_text(20_000);
        stage_entered_at: Instant = time().read_only();
        closed_at: Option<Instant> = time().read_only();
        owner_id: Option<UserId> = to(Object::User);
        team_id: Option<TeamId> = to(Object::Team);
    }
}

impl Opportunity {
    /// Applies the rules of a deal to what a writer wants it to become, and
    /// says what is wrong. `before` is absent for a new deal, `stage` is the
    /// stage it wants to stand in.
    pub fn check(&mut self, before: Option<&Self>, stage: &Stage, now: Instant) -> FieldErrors {
        let mut errors = FieldErrors::new();
        crate::contacts::check_tags(&mut self.tags, &mut errors);
        check_lines(&self.lines, &mut errors);
        if self.amount.is_some_and(|amount| amount.abs() > MAX_MONEY) {
            let error = FieldError::new("out_of_range").with("min", -MAX_MONEY).with("max", MAX_MONEY);
            errors.insert("lines".into(), error);
        }
        if stage.pipeline_id != self.pipeline_id || stage.archived_at.is_some() {
            errors.insert("stage_id".into(), FieldError::new("stage_of_another_pipeline"));
            return errors;
        }
        let entered = before.is_none_or(|before| before.stage_id != self.stage_id);
        if entered {
            self.enter(stage, now);
        }
        if stage.kind == StageKind::Lost {
            self.check_lost(&mut errors);
        } else if entered {
            self.lost_reason = None;
            self.lost_note = None;
        }
        if let (Some(old), Some(new)) = (before.and_then(|before| before.close_date), self.close_date)
            && new > old
        {
            self.close_date_pushes += 1;
        }
        errors
    }

    fn enter(&mut self, stage: &Stage, now: Instant) {
        self.stage_entered_at = now;
        if !self.is_probability_manual || stage.kind != StageKind::Open {
            self.probability = stage.probability;
        }
        self.forecast_category = stage.forecast_category;
        let is_closed = matches!(stage.kind, StageKind::Won | StageKind::Lost);
        self.closed_at = is_closed.then_some(now);
    }

    fn check_lost(&self, errors: &mut FieldErrors) {
        if self.lost_reason.is_none() {
            errors.insert("lost_reason".into(), FieldError::new("required"));
        }
        if self.lost_reason.as_deref() == Some("other") && self.lost_note.is_none() {
            errors.insert("lost_note".into(), FieldError::new("required"));
        }
    }
}

fn check_lines(lines: &[Line], errors: &mut FieldErrors) {
    for (n, line) in lines.iter().enumerate() {
        if !(1..=1_000_000).contains(&line.quantity) {
            errors.insert(
                format!("lines.{n}.quantity"),
                FieldError::new("out_of_range").with("min", 1).with("max", 1_000_000),
            );
        }
        if !(0..=1_000_000_000_000).contains(&line.price) {
            errors.insert(
                format!("lines.{n}.price"),
                FieldError::new("out_of_range").with("min", 0).with("max", 1_000_000_000_000_i64),
            );
        }
    }
}

/// The sum of the lines, minor units.
pub fn total(lines: &[Line]) -> i64 {
    lines.iter().map(|line| line.quantity.saturating_mul(line.price)).fold(0, i64::saturating_add)
}

choices! {
    /// What a board's lanes are.
    pub enum Lanes {
        None = "none",
        Owner = "owner_id",
        Team = "team_id",
    }
}

/// A board: a pipeline, narrowed by a filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BoardQuery {
    /// Absent: the default pipeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Absent: by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lanes: Option<Lanes>,
    /// Cards per cell at first, at most 100, default 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cards: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Instant>,
}

/// A window of a column (and lane).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardQuery {
    pub stage: StageId,
    /// The lane's key; `none` for cards without an owner or team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lanes: Option<Lanes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    #[serde(default)]
    pub skip: u32,
    /// At most 200.
    #[serde(default)]
    pub limit: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Instant>,
}

/// What the board shows of a deal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub id: OpportunityId,
    pub name: String,
    /// The account's id and name, if the reader may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    pub currency: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step_on: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_date: Option<Date>,
    pub stage_entered_at: Instant,
    /// Percent, where it was set by hand; else it is the stage's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<i64>,
    pub rank: String,
    pub version: i64,
}

/// A number with its currency: columns hold one per currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    pub currency: String,
    pub amount: i64,
    /// Each deal's amount at its probability, summed, then rounded.
    pub weighted: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub stage: StageId,
    /// The lane's key; absent without lanes, `none` for cards that have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    pub count: i64,
    pub sums: Vec<Sum>,
    /// Deals that are overdue, rotting or without a next step: the meter.
    pub late: i64,
    pub stale: i64,
    pub cards: Vec<Card>,
}

/// The board. Columns without a deal are there too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Board {
    pub pipeline: PipelineId,
    /// Lanes by key in order, when asked for.
    pub lanes: Vec<String>,
    pub columns: Vec<Column>,
    /// What the stages with a limit hold, whatever the filter; only for a reader
    /// of all deals, for it tells of deals that others do not see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
    /// A filter or words leave deals out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_narrowed: bool,
    /// The log's number that the answer is from.
    pub seq: i64,
}

/// How many deals stand in a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub stage: StageId,
    pub count: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cards {
    pub count: i64,
    pub cards: Vec<Card>,
}

/// Where cards go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// In the order they shall stand.
    pub ids: Vec<OpportunityId>,
    pub stage: StageId,
    /// The card to stand below; absent with `before`: the end of the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<OpportunityId>,
    /// The card to stand above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<OpportunityId>,
    /// The stage the writer saw them in: a conflict if they moved on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<StageId>,
    /// Another lane means another owner or team, or none.
    #[serde(default, skip_serializing_if = "Assign::is_kept")]
    pub owner_id: Assign<UserId>,
    #[serde(default, skip_serializing_if = "Assign::is_kept")]
    pub team_id: Assign<TeamId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_note: Option<String>,
}

/// A stay in a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageSpan {
    pub stage: StageId,
    pub entered_at: Instant,
    pub left_at: Option<Instant>,
    pub by: Option<UserId>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SinceQuery {
    pub since: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

/// What happened to the deals of a pipeline since a moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BoardChange {
    pub created: Vec<ChangedDeal>,
    pub moved: Vec<ChangedDeal>,
    pub pushed: Vec<ChangedDeal>,
    pub won: Vec<ChangedDeal>,
    pub lost: Vec<ChangedDeal>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChangedDeal {
    pub id: OpportunityId,
    pub name: String,
    pub amount: Option<i64>,
    pub currency: String,
    pub from_stage: Option<StageId>,
    pub stage: StageId,
    pub from_date: Option<Date>,
    pub close_date: Option<Date>,
}
