//! The roles that come with Kith, and what they may do.

use shared::access::{Action, Grant, Object, Scope};
use shared::fields::{Row, row_of};
use shared::id::RoleId;
use shared::users::Role;
use uuid::Uuid;

use crate::error::Result;
use crate::ground::change::Write;

/// The roles that come with Kith, by code.
pub const ADMIN: &str = "admin";
pub const LEAD: &str = "sales_lead";
pub const REP: &str = "sales_rep";
pub const AGENT: &str = "agent";
pub const AUDITOR: &str = "auditor";

pub fn roles() -> Vec<Role> {
    [("Administrator", ADMIN), ("Sales lead", LEAD), ("Sales rep", REP), ("Support agent", AGENT), ("Auditor", AUDITOR)]
        .map(|(label, code)| Role {
            id: RoleId(Uuid::now_v7()),
            name: label.into(),
            code: Some(code.into()),
            grants: grants_of(code, Object::ALL),
            ..Role::default()
        })
        .into()
}

/// Kinds of records that none of these roles knows came with a newer Kith:
/// the roles get their grants for them.
pub async fn complete(write: &mut Write<'_>) -> Result<()> {
    let roles: Vec<Role> = super::company::all::<Role>(write).await?;
    let of_kith = |role: &&Role| role.code.is_some();
    let knows = |object: &Object| {
        roles.iter().filter(of_kith).any(|role| role.grants.iter().any(|grant| grant.object == *object))
    };
    let new: Vec<Object> = Object::ALL.iter().copied().filter(|object| !knows(object)).collect();
    for role in roles.iter().filter(of_kith) {
        let grants = [role.grants.clone(), grants_of(role.code.as_deref().unwrap_or_default(), &new)].concat();
        let set = Row::from_iter([("grants".to_owned(), serde_json::to_value(grants)?)]);
        write.update(&Role::SCHEMA, &row_of(role), &set).await?;
    }
    Ok(())
}

fn grants_of(code: &str, objects: &[Object]) -> Vec<Grant> {
    match code {
        ADMIN => grants(objects, |_, _| Scope::All),
        LEAD => grants(objects, lead),
        REP => grants(objects, rep),
        AGENT => grants(objects, agent),
        AUDITOR => grants(objects, auditor),
        _ => Vec::new(),
    }
}

fn grants(objects: &[Object], scope: impl Fn(Object, Action) -> Scope) -> Vec<Grant> {
    let mut grants = Vec::new();
    for object in objects {
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
        Object::View | Object::Import | Object::Macro => Scope::Own,
        Object::Share | Object::Gap => Scope::All,
        Object::Ticket | Object::Message | Object::TimeEntry => Scope::Subtree,
        Object::ArticleCategory | Object::Article | Object::ArticleVersion | Object::ArticleFeedback => Scope::Subtree,
        Object::Synonym
        | Object::Product
        | Object::Pipeline
        | Object::Stage
        | Object::Calendar
        | Object::SlaPolicy
        | Object::TicketStatus
        | Object::TicketCategory
        | Object::Queue
        | Object::PortalUser
        | Object::SurveyPolicy
        | Object::SurveyAnswer
        | Object::Skill
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
        (
            Object::Account | Object::Contact | Object::Opportunity | Object::View | Object::Import | Object::Macro,
            _,
        ) => Scope::Own,
        (Object::Share, _) => Scope::All,
        // Whoever is there takes what waits in the team.
        (Object::Ticket | Object::Message | Object::TimeEntry, _) => Scope::Team,
        (Object::ArticleCategory | Object::Article | Object::ArticleVersion, Action::Read) => Scope::Team,
        (Object::ArticleFeedback, Action::Create) => Scope::Team,
        (Object::ArticleFeedback | Object::Gap | Object::Synonym, _) => Scope::None,
        (_, Action::Read) => Scope::All,
        _ => Scope::None,
    }
}

/// Works on the tickets of the team, and knows every customer.
fn agent(object: Object, action: Action) -> Scope {
    match (object, action) {
        (Object::Account | Object::Contact, Action::Read | Action::Create) => Scope::All,
        (Object::Account | Object::Contact, Action::Write) => Scope::Team,
        (Object::Opportunity, Action::Read) => Scope::Team,
        (Object::View | Object::Macro, _) => Scope::Own,
        (Object::Ticket | Object::Message | Object::TimeEntry, _) => Scope::Team,
        (Object::ArticleCategory | Object::Article | Object::ArticleVersion, Action::Read) => Scope::Team,
        (Object::Article | Object::ArticleVersion, Action::Create | Action::Write) => Scope::Own,
        (Object::ArticleFeedback, Action::Read | Action::Create) => Scope::Team,
        (Object::Gap, Action::Read) => Scope::All,
        (
            Object::Account
            | Object::Contact
            | Object::Opportunity
            | Object::Import
            | Object::Share
            | Object::ArticleFeedback
            | Object::Gap
            | Object::Synonym,
            _,
        ) => Scope::None,
        (_, Action::Read) => Scope::All,
        _ => Scope::None,
    }
}

/// Reads everything, changes nothing.
fn auditor(object: Object, action: Action) -> Scope {
    match (object, action) {
        (Object::View | Object::Macro, _) => Scope::Own,
        (_, Action::Read) => Scope::All,
        _ => Scope::None,
    }
}
