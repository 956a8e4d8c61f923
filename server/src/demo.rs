//! What an empty database starts with: roles and a pipeline always, and a
//! small company to try things on when asked.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, Query};
use shared::access::{Action, Grant, Object, Scope};
use shared::change::Cause;
use shared::fields::row_of;
use shared::id::{PipelineId, RoleId, StageId};
use shared::pipelines::{ForecastCategory, Pipeline, Stage, StageKind};
use shared::users::Role;
use uuid::Uuid;

use crate::App;
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::knowledge;

mod company;
pub mod crowd;
pub mod library;

pub use company::{PASSWORD, SIGN_INS};

/// Writes what every company needs, once.
pub async fn essentials(app: &App) -> Result<()> {
    if holds(app, "roles").await? {
        return Ok(());
    }
    let mut write = app.write(Cause::Demo).await?;
    insert(&mut write, Object::Role, roles()).await?;
    let (pipeline, stages) = pipeline(&app.settings.currency);
    insert(&mut write, Object::Pipeline, vec![pipeline]).await?;
    insert(&mut write, Object::Stage, stages).await?;
    insert(&mut write, Object::Synonym, knowledge::starters()).await?;
    write.commit(|_| ()).await
}

/// Writes the demo company, once; whether it did.
pub async fn company(app: &App) -> Result<bool> {
    essentials(app).await?;
    if holds(app, "users").await? {
        return Ok(false);
    }
    company::write(app).await?;
    Ok(true)
}

async fn holds(app: &App, table: &'static str) -> Result<bool> {
    let select = Query::select().expr(Expr::cust("1")).from(name(table)).limit(1).take();
    Ok(app.db.read.query_one(&select).await?.is_some())
}

async fn insert<R: shared::fields::Record>(write: &mut Write<'_>, object: Object, records: Vec<R>) -> Result<()> {
    write.insert(object.schema(), records.iter().map(row_of).collect()).await
}

/// The roles that come with Kith, by code.
pub const ADMIN: &str = "admin";
pub const LEAD: &str = "sales_lead";
pub const REP: &str = "sales_rep";
pub const AUDITOR: &str = "auditor";

fn roles() -> Vec<Role> {
    [
        ("Administrator", ADMIN, grants(|_, _| Scope::All)),
        ("Sales lead", LEAD, grants(lead)),
        ("Sales rep", REP, grants(rep)),
        (
            "Auditor",
            AUDITOR,
            grants(|object, action| match (object, action) {
                (Object::View, _) => Scope::Own,
                (_, Action::Read) => Scope::All,
                _ => Scope::None,
            }),
        ),
    ]
    .map(|(label, code, grants)| Role {
        id: RoleId(Uuid::now_v7()),
        name: label.into(),
        code: Some(code.into()),
        grants,
        ..Role::default()
    })
    .into()
}

fn grants(scope: impl Fn(Object, Action) -> Scope) -> Vec<Grant> {
    let mut grants = Vec::new();
    for object in Object::ALL {
        for action in Action::ALL {
            let scope = scope(*object, *action);
            if scope > Scope::None {
                grants.push(Grant { object: *object, action: *action, scope });
            }
        }
    }
    grants
}

/// Sees and changes everything of the own team and the teams below.
fn lead(object: Object, action: Action) -> Scope {
    match object {
        Object::Account | Object::Contact | Object::Opportunity => Scope::Subtree,
        Object::View | Object::Import => Scope::Own,
        Object::Share => Scope::All,
        Object::ArticleCategory | Object::Article | Object::ArticleVersion | Object::ArticleFeedback => Scope::Subtree,
        Object::Gap => Scope::All,
        Object::Synonym
        | Object::Product
        | Object::Pipeline
        | Object::Stage
        | Object::User
        | Object::Team
        | Object::Role => {
            if action == Action::Read {
                Scope::All
            } else {
                Scope::None
            }
        }
    }
}

/// Sees and changes what is their own.
fn rep(object: Object, action: Action) -> Scope {
    match (object, action) {
        (Object::Account | Object::Contact | Object::Opportunity, Action::Assign) => Scope::None,
        (Object::Account | Object::Contact | Object::Opportunity | Object::View | Object::Import, _) => Scope::Own,
        (Object::Share, _) => Scope::All,
        (Object::ArticleCategory | Object::Article | Object::ArticleVersion, Action::Read) => Scope::Team,
        (Object::ArticleFeedback, Action::Create) => Scope::Team,
        (Object::ArticleFeedback | Object::Gap | Object::Synonym, _) => Scope::None,
        (_, Action::Read) => Scope::All,
        _ => Scope::None,
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
