//! What an empty database starts with: roles, a pipeline, a working calendar,
//! synonyms, statuses of tickets and a survey always, and a small company to try things on when asked.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, Query};
use shared::access::Object;
use shared::calendars::{Calendar, Hours, WeekHours, statutory};
use shared::change::Cause;
use shared::fields::row_of;
use shared::id::{CalendarId, PipelineId, StageId, SurveyPolicyId};
use shared::pipelines::{ForecastCategory, Pipeline, Stage, StageKind};
use shared::surveys::SurveyPolicy;
use shared::time::Instant;
use uuid::Uuid;

use crate::App;
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::knowledge;
use crate::tickets::starters;

mod articles;
mod company;
pub mod crew;
pub mod crowd;
pub mod desk;
mod grants;
pub mod library;
mod lives;
mod service;
mod tickets;

pub use company::{PASSWORD, SIGN_INS};
pub use grants::{ADMIN, AGENT, AUDITOR, LEAD, REP};

/// Writes what every company needs, once.
pub async fn essentials(app: &App) -> Result<()> {
    let (has_roles, has_calendars) = (holds(app, "roles").await?, holds(app, "calendars").await?);
    let (has_synonyms, has_statuses) = (holds(app, "synonyms").await?, holds(app, "ticket_statuses").await?);
    let has_surveys = holds(app, "survey_policies").await?;
    if has_roles && has_calendars && has_synonyms && has_statuses && has_surveys {
        return Ok(());
    }
    let mut write = app.write(Cause::Demo).await?;
    if has_roles {
        grants::complete(&mut write).await?;
    } else {
        insert(&mut write, Object::Role, grants::roles()).await?;
        let (pipeline, stages) = pipeline(&app.settings.currency);
        insert(&mut write, Object::Pipeline, vec![pipeline]).await?;
        insert(&mut write, Object::Stage, stages).await?;
    }
    if !has_calendars {
        insert(&mut write, Object::Calendar, vec![calendar(&app.settings.time_zone)]).await?;
    }
    if !has_synonyms {
        insert(&mut write, Object::Synonym, knowledge::starters()).await?;
    }
    if !has_statuses {
        insert(&mut write, Object::TicketStatus, starters()).await?;
    }
    if !has_surveys {
        let survey = SurveyPolicy { id: SurveyPolicyId(Uuid::now_v7()), ..shared::surveys::starter() };
        insert(&mut write, Object::SurveyPolicy, vec![survey]).await?;
    }
    write.commit(|_| ()).await
}

/// Writes the demo company, once; whether it did.
pub(crate) async fn company(app: &App) -> Result<bool> {
    if holds(app, "users").await? {
        essentials(app).await?;
        return Ok(false);
    }
    // Its customers have been asking for some days already.
    let now = app.clock.now();
    app.clock.advance(-service::BEGAN);
    let written = found(app, now).await;
    app.clock.advance(now.0 - app.clock.now().0);
    written.map(|()| true)
}

async fn found(app: &App, now: Instant) -> Result<()> {
    essentials(app).await?;
    company::found(app).await?;
    service::live(app, now).await?;
    app.clock.advance(now.0 - app.clock.now().0);
    company::sell(app).await
}

async fn holds(app: &App, table: &'static str) -> Result<bool> {
    let select = Query::select().expr(Expr::cust("1")).from(name(table)).limit(1).take();
    Ok(app.db.read.query_one(&select).await?.is_some())
}

async fn insert<R: shared::fields::Record>(write: &mut Write<'_>, object: Object, records: Vec<R>) -> Result<()> {
    write.insert(object.schema(), records.iter().map(row_of).collect()).await
}

/// The default calendar: Monday to Friday, nine to six with an hour of lunch,
/// with the days off of mainland China where clocks show its time.
fn calendar(zone: &str) -> Calendar {
    let hours = [Hours { start: 9 * 60, end: 12 * 60 }, Hours { start: 13 * 60, end: 18 * 60 }];
    let week = (1..=5).flat_map(|day| hours.map(|hours| WeekHours { day, start: hours.start, end: hours.end }));
    Calendar {
        id: CalendarId(Uuid::now_v7()),
        name: "标准工作时间".into(),
        zone: zone.into(),
        week: week.collect(),
        days: if zone == "Asia/Shanghai" { statutory::days(&hours) } else { Vec::new() },
        is_default: true,
        ..Calendar::default()
    }
}

/// The default pipeline: 需求确认 → 方案报价 → 合同谈判 → 签约成功, 输单, 搁置.
fn pipeline(currency: &str) -> (Pipeline, Vec<Stage>) {
    let pipeline = Pipeline {
        id: PipelineId(Uuid::now_v7()),
        name: "默认流程".into(),
        currency: currency.into(),
        is_default: true,
        position: 1,
        ..Pipeline::default()
    };
    let stages = [
        ("需求确认", StageKind::Open, 20, ForecastCategory::Pipeline, Some(14), 1),
        ("方案报价", StageKind::Open, 50, ForecastCategory::BestCase, Some(10), 9),
        ("合同谈判", StageKind::Open, 80, ForecastCategory::Commit, Some(7), 4),
        ("签约成功", StageKind::Won, 100, ForecastCategory::Closed, None, 6),
        ("输单", StageKind::Lost, 0, ForecastCategory::Omitted, None, 2),
        ("搁置", StageKind::OnHold, 10, ForecastCategory::Omitted, None, 11),
    ];
    let stages = (1_i64..).zip(stages).map(|(position, (label, kind, probability, category, rot_days, color))| Stage {
        id: StageId(Uuid::now_v7()),
        pipeline_id: pipeline.id,
        name: label.into(),
        position,
        kind,
        probability,
        forecast_category: category,
        rot_days,
        color,
        ..Stage::default()
    });
    let stages = stages.collect();
    (pipeline, stages)
}
