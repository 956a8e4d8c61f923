//! What must hold of staff, teams, roles and shares.

use std::collections::HashMap;

use sea_orm::Condition;
use shared::access::{Action, Object, Scope};
use shared::id::{RoleId, TeamId};
use shared::users::*;
use uuid::Uuid;

use super::grants::{check_grants, check_keepers, leaves};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::records::{Room, Turn};
use crate::ground::rows;
use crate::tickets;

impl Room for User {
    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        after.email = shared::text::email(&after.email).map_err(|_| Error::field("email", "not_email"))?;
        let had = before.map(|before| before.skills.as_slice()).unwrap_or_default();
        tickets::routing::check_levels(write, had, &after.skills).await?;
        Self::holds(write, &[Turn { before: before.cloned(), after: Some(after.clone()) }]).await
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        tickets::routing::follow_people(write, turns);
        let Some(actor) = write.actor else { return Ok(()) };
        if turns.iter().any(|turn| leaves(turn) && turn.before.as_ref().is_some_and(|user| user.id == actor.id)) {
            return Err(Error::field("is_disabled", "yourself"));
        }
        if !turns.iter().any(|turn| leaves(turn) || handed(turn).is_some()) {
            return Ok(());
        }
        let roles = rows::select(&Role::SCHEMA).cond_where(write.scope(Object::Role, Action::Read)).take();
        let roles = rows::all(write.db(), &Role::SCHEMA, &roles).await?;
        let roles: HashMap<RoleId, Role> =
            roles.iter().map(|row| rows::typed::<Role>(row).map(|role| (role.id, role))).collect::<Result<_>>()?;
        for turn in turns {
            check_handed(write, &roles, turn)?;
        }
        check_keepers(write, turns, &[]).await
    }
}

/// By which field somebody comes to other rights, or to somebody's rights.
fn handed(turn: &Turn<User>) -> Option<&'static str> {
    let after = turn.after.as_ref()?;
    let Some(before) = &turn.before else { return Some("roles") };
    if before.roles != after.roles {
        return Some("roles");
    }
    // Whoever reads the mail of an address may set its password.
    if before.email != after.email {
        return Some("email");
    }
    (before.team_id != after.team_id).then_some("team_id")
}

/// Nobody makes somebody more than they are, or takes the place of who is more.
fn check_handed(write: &Write<'_>, roles: &HashMap<RoleId, Role>, turn: &Turn<User>) -> Result<()> {
    let (Some(key), Some(after)) = (handed(turn), &turn.after) else { return Ok(()) };
    let held = turn.before.as_ref().map(|before| before.roles.as_slice()).unwrap_or_default();
    for id in after.roles.iter().chain(held) {
        match roles.get(id) {
            Some(role) => check_grants(write, &role.grants, after.team_id, key)?,
            None if held.contains(id) => {}
            None => return Err(Error::field("roles", "no_such_record")),
        }
    }
    Ok(())
}

impl Room for Team {
    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        Self::holds(write, &[Turn { before: before.cloned(), after: Some(after.clone()) }]).await
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        for turn in turns {
            let Some(after) = &turn.after else { continue };
            let above = above(write, after).await?;
            let is_moved = turn.before.as_ref().is_some_and(|before| before.parent_id != after.parent_id);
            let Some(actor) = write.actor.filter(|_| is_moved) else { continue };
            // Who sees the teams below the own one would come to see others'.
            let comes_below = actor.team_id.is_some_and(|team| above.contains(&team));
            let sees_below = actor.grants.iter().any(|grant| grant.scope == Scope::Subtree);
            if comes_below && sees_below && !actor.subtree.contains(&after.id) {
                return Err(Error::field("parent_id", "more_than_yours"));
            }
        }
        Ok(())
    }
}

/// The teams above one; it must not be among them.
async fn above(write: &Write<'_>, team: &Team) -> Result<Vec<TeamId>> {
    let mut above: Vec<TeamId> = Vec::new();
    let mut next = team.parent_id;
    while let Some(parent) = next {
        if parent == team.id || above.len() > 50 {
            return Err(Error::field("parent_id", "circle"));
        }
        above.push(parent);
        let row = rows::find(write.db(), &Team::SCHEMA, parent.0, Condition::all()).await?;
        next = row.and_then(|row| rows::reference(&row, "parent_id")).map(TeamId);
    }
    Ok(above)
}

impl Room for Role {
    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        Self::holds(write, &[Turn { before: before.cloned(), after: Some(after.clone()) }]).await
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        for role in turns.iter().filter_map(|turn| turn.after.as_ref()) {
            check_grants(write, &role.grants, None, "grants")?;
        }
        check_keepers(write, &[], turns).await
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
        Self::holds(write, &[Turn { before: before.cloned(), after: Some(after.clone()) }]).await
    }

    /// Whoever may change a record of their own right may open it to others.
    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let mut wanted: HashMap<Object, Vec<Uuid>> = HashMap::new();
        for share in turns.iter().filter_map(|turn| turn.after.as_ref()) {
            let object: Object = share.object.parse().map_err(|_| Error::field("object", "not_offered"))?;
            wanted.entry(object).or_default().push(share.record_id);
        }
        for (object, ids) in wanted {
            let scope = write.own_scope(object, Action::Write);
            let reached = rows::by_ids(write.db(), object.schema(), &ids, &scope).await?;
            if ids.iter().any(|id| !reached.contains_key(id)) {
                return Err(Error::field("record_id", "no_such_record"));
            }
        }
        Ok(())
    }
}
