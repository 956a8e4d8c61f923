//! What must hold of staff, teams, roles and shares.

use shared::access::{Action, Grant, Object, Scope};
use shared::id::TeamId;
use shared::users::*;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::records::Room;
use crate::ground::rows;

impl Room for User {
    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        after.email = shared::text::email(&after.email).map_err(|_| Error::field("email", "not_email"))?;
        if let Some(actor) = write.actor
            && actor.id == after.id
            && after.is_disabled
        {
            return Err(Error::field("is_disabled", "yourself"));
        }
        let new_roles = after.roles.iter().filter(|role| before.is_none_or(|before| !before.roles.contains(role)));
        for role in new_roles {
            let Some(role) =
                rows::find(write.db(), &Role::SCHEMA, role.0, write.scope(Object::Role, Action::Read)).await?
            else {
                return Err(Error::field("roles", "no_such_record"));
            };
            check_grants(write, &rows::typed::<Role>(&role)?.grants, "roles")?;
        }
        Ok(())
    }
}

impl Room for Team {
    async fn rules(write: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        let mut above = after.parent_id;
        let mut steps = 0;
        while let Some(TeamId(parent)) = above {
            if parent == after.id.0 || steps > 50 {
                return Err(Error::field("parent_id", "circle"));
            }
            let row = rows::find(write.db(), &Self::SCHEMA, parent, sea_orm::Condition::all()).await?;
            above = row.and_then(|row| rows::reference(&row, "parent_id")).map(TeamId);
            steps += 1;
        }
        Ok(())
    }
}

impl Room for Role {
    async fn rules(write: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        check_grants(write, &after.grants, "grants")
    }
}

/// Nobody hands out more than they hold.
fn check_grants(write: &Write<'_>, grants: &[Grant], key: &str) -> Result<()> {
    let Some(actor) = write.actor else { return Ok(()) };
    let beyond = |grant: &Grant| grant.scope > actor.scope(grant.object, grant.action) && grant.scope > Scope::None;
    match grants.iter().find(|grant| beyond(grant)) {
        None => Ok(()),
        Some(_) => Err(Error::field(key, "more_than_yours")),
    }
}

impl Room for Share {
    const SORT: &'static str = "-created_at";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        if after.user_id.is_some() == after.team_id.is_some() {
            return Err(Error::field("user_id", "user_or_team"));
        }
        if before.is_some_and(|before| before.record_id != after.record_id || before.object != after.object) {
            return Err(Error::field("record_id", "read_only"));
        }
        if after.expires_at.is_some_and(|at| at <= write.now) {
            return Err(Error::field("expires_at", "in_the_past"));
        }
        let object: Object = after.object.parse().map_err(|_| Error::field("object", "not_offered"))?;
        // Whoever may change a record of their own right may open it to others.
        let scope = write.own_scope(object, Action::Write);
        let reached = rows::find(write.db(), object.schema(), after.record_id, scope).await?;
        reached.map(drop).ok_or_else(|| Error::field("record_id", "no_such_record"))
    }
}
