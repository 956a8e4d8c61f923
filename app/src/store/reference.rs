//! Small kinds of records that every page needs: loaded once, kept live.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use shared::access::Object;
use shared::calendars::Calendar;
use shared::fields::Record;
use shared::id::{PipelineId, StageId, TeamId};
use shared::pipelines::{Pipeline, Stage};
use shared::products::Product;
use shared::query::{Archived, ListQuery};
use shared::sla::SlaPolicy;
use shared::surveys::SurveyPolicy;
use shared::tickets::{Macro, Queue, Skill, TicketCategory, TicketStatus};
use shared::time::Instant;
use shared::users::{Role, Team, User};
use shared::views::View;

use super::rows::Rows;
use super::slot::Slot;
use super::slots::{self, Watch};
use super::{query, records};
use crate::session;

/// The kinds, how they are sorted, and whether every page is wanted.
const KINDS: &[(Object, &str, bool)] = &[
    (Object::Pipeline, "position", true),
    (Object::Stage, "position", true),
    (Object::User, "name", true),
    (Object::Team, "name", true),
    (Object::View, "position", true),
    (Object::Role, "name", true),
    (Object::Calendar, "name", true),
    (Object::Product, "name", false),
    (Object::TicketStatus, "position", true),
    (Object::TicketCategory, "position", true),
    (Object::Queue, "position", true),
    (Object::SlaPolicy, "position", true),
    (Object::Macro, "position", true),
    (Object::SurveyPolicy, "name", true),
    (Object::Skill, "position", true),
];

/// Asked for at the start; the others when somebody looks at them.
const FIRST: usize = 5;

thread_local! {
    /// Looked at for as long as the page lives.
    static WATCHES: RefCell<Vec<Watch>> = const { RefCell::new(Vec::new()) };
}

/// Begins to load what every page shows.
pub fn start() {
    KINDS[..FIRST].iter().for_each(|(object, ..)| drop(slot(*object)));
}

/// Archived ones too: an old deal still shows its owner's name.
fn question(sort: &str) -> ListQuery {
    ListQuery { archived: Some(Archived::With), sort: Some(sort.into()), limit: Some(500), ..ListQuery::default() }
}

fn slot(object: Object) -> Option<Rc<Slot>> {
    let (_, sort, whole) = KINDS.iter().find(|kind| kind.0 == object)?;
    let question = question(sort);
    let key = query::key(object, &question);
    slots::find(&key).or_else(|| {
        slots::open(query::rows(object, question, *whole));
        WATCHES.with_borrow_mut(|watches| watches.extend(Watch::of(&key)));
        slots::find(&key)
    })
}

/// All of the kind is loaded and kept.
pub fn holds(object: Object) -> bool {
    KINDS.iter().any(|(kind, _, whole)| *kind == object && *whole)
}

/// The whole kind is on its way.
pub fn is_loading(object: Object) -> bool {
    let is_kept = holds(object).then(|| slot(object)).flatten();
    is_kept.is_some_and(|slot| slot.base().is_none() && slot.status_now().error.is_none())
}

/// Whether the kind has been read, or cannot be. Tracked.
pub fn is_ready(object: Object) -> bool {
    slot(object).is_some_and(|slot| slot.data().is_some() || slot.status().error.is_some())
}

/// All of a kind, archived ones too. Tracked.
pub fn all<R: Record>() -> Vec<Arc<R>> {
    let rows = slot(R::OBJECT).and_then(|slot| slot.data()).and_then(|data| data.downcast::<Rows>().ok());
    let ids = rows.map(|rows| rows.ids.clone()).unwrap_or_default();
    ids.iter().filter_map(|id| records::get::<R>(*id).here()).collect()
}

fn active<R: Record>(archived_at: fn(&R) -> Option<Instant>) -> Vec<Arc<R>> {
    let mut records = all::<R>();
    records.retain(|record| archived_at(record).is_none());
    records
}

pub fn users() -> Vec<Arc<User>> {
    active(|user: &User| user.archived_at)
}

pub fn teams() -> Vec<Arc<Team>> {
    active(|team: &Team| team.archived_at)
}

pub fn roles() -> Vec<Arc<Role>> {
    active(|role: &Role| role.archived_at)
}

pub fn products() -> Vec<Arc<Product>> {
    active(|product: &Product| product.archived_at)
}

pub fn calendars() -> Vec<Arc<Calendar>> {
    active(|calendar: &Calendar| calendar.archived_at)
}

pub fn ticket_statuses() -> Vec<Arc<TicketStatus>> {
    ordered(&active(|status: &TicketStatus| status.archived_at), &|status| status.position)
}

pub fn ticket_categories() -> Vec<Arc<TicketCategory>> {
    ordered(&active(|category: &TicketCategory| category.archived_at), &|category| category.position)
}

pub fn queues() -> Vec<Arc<Queue>> {
    ordered(&active(|queue: &Queue| queue.archived_at), &|queue| queue.position)
}

pub fn skills() -> Vec<Arc<Skill>> {
    ordered(&active(|skill: &Skill| skill.archived_at), &|skill| skill.position)
}

pub fn macros() -> Vec<Arc<Macro>> {
    ordered(&active(|one: &Macro| one.archived_at), &|one| one.position)
}

pub fn policies() -> Vec<Arc<SlaPolicy>> {
    ordered(&active(|policy: &SlaPolicy| policy.archived_at), &|policy| policy.position)
}

pub fn survey_policies() -> Vec<Arc<SurveyPolicy>> {
    active(|policy: &SurveyPolicy| policy.archived_at)
}

pub fn views() -> Vec<Arc<View>> {
    ordered(&active(|view: &View| view.archived_at), &|view| view.position)
}

/// Those of my team first, then everyone's, then the others. Tracked.
pub fn pipelines() -> Vec<Arc<Pipeline>> {
    let team = team();
    let place = |pipeline: &Pipeline| pipeline.distance(team) * FAR + pipeline.position;
    ordered(&active(|pipeline: &Pipeline| pipeline.archived_at), &place)
}

/// Beyond every position.
const FAR: i64 = 100_000;

fn team() -> Option<TeamId> {
    session::me()?.actor.team_id
}

/// By position; an order that is not yet confirmed too.
fn ordered<R>(records: &[Arc<R>], position: &dyn Fn(&R) -> i64) -> Vec<Arc<R>> {
    let positions = records.iter().map(|record| position(record)).collect();
    order(positions).into_iter().map(|at| records[at].clone()).collect()
}

/// Apart, so that sorting is compiled once.
fn order(positions: Vec<i64>) -> Vec<usize> {
    let mut order: Vec<(i64, usize)> = positions.into_iter().zip(0..).collect();
    shared::order::sort_by(&mut order, Ord::cmp);
    order.into_iter().map(|(_, at)| at).collect()
}

/// That pipeline, or the one that my team begins with. Tracked.
pub fn pipeline(id: Option<PipelineId>) -> Option<Arc<Pipeline>> {
    let pipelines = pipelines();
    if let Some(id) = id {
        return pipelines.into_iter().find(|pipeline| pipeline.id == id);
    }
    let team = team();
    pipelines.into_iter().min_by_key(|pipeline| pipeline.preference(team))
}

/// A pipeline's stages in their order. Tracked.
pub fn stages(pipeline: PipelineId) -> Vec<Arc<Stage>> {
    let mut stages = active(|stage: &Stage| stage.archived_at);
    stages.retain(|stage| stage.pipeline_id == pipeline);
    ordered(&stages, &|stage| stage.position)
}

/// A stage, archived or not. Tracked.
pub fn stage(id: StageId) -> Option<Arc<Stage>> {
    records::get::<Stage>(id).here()
}
