//! Who may hand out which rights, and that somebody is left who may.

use std::collections::HashSet;

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use shared::access::{Action, Grant, Object, Scope};
use shared::id::{RoleId, TeamId};
use shared::users::{Role, User};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::Turn;
use crate::ground::rows::{self, column};

/// Nobody hands out more than they hold, nor where they do not reach: a scope
/// that is counted from a team is worth what the team is.
pub fn check_grants(write: &Write<'_>, grants: &[Grant], team: Option<TeamId>, key: &str) -> Result<()> {
    let Some(actor) = write.actor else { return Ok(()) };
    let is_within = |held: Scope| match held {
        Scope::All => true,
        Scope::Subtree => team.is_none_or(|team| actor.subtree.contains(&team)),
        _ => team.is_none_or(|team| actor.team_id == Some(team)),
    };
    let is_beyond = |grant: &Grant| {
        let held = actor.scope(grant.object, grant.action);
        grant.scope > held || (matches!(grant.scope, Scope::Team | Scope::Subtree) && !is_within(held))
    };
    match grants.iter().find(|grant| is_beyond(grant)) {
        None => Ok(()),
        Some(_) => Err(Error::field(key, "more_than_yours")),
    }
}

/// Whether somebody who could sign in no longer can.
pub fn leaves(turn: &Turn<User>) -> bool {
    let is_in = |user: &Option<User>| user.as_ref().is_some_and(is_active);
    is_in(&turn.before) && !is_in(&turn.after)
}

fn is_active(user: &User) -> bool {
    !user.is_disabled && user.archived_at.is_none()
}

/// Whether its holders may change people and what they may do.
fn keeps(role: &Role) -> bool {
    let all = |object| {
        let grants = role.grants.iter();
        grants
            .filter(|grant| grant.object == object && grant.action == Action::Write)
            .any(|grant| grant.scope == Scope::All)
    };
    role.archived_at.is_none() && all(Object::User) && all(Object::Role)
}

/// Somebody must be left who may change people and roles: whoever came after
/// the last of them would have to be let in from the console.
pub async fn check_keepers(write: &Write<'_>, users: &[Turn<User>], roles: &[Turn<Role>]) -> Result<()> {
    let lost: HashSet<RoleId> = roles.iter().filter_map(|turn| no_longer(turn, keeps)).map(|role| role.id).collect();
    if lost.is_empty() && !users.iter().any(|turn| turn.before.as_ref().is_some_and(is_active)) {
        return Ok(());
    }
    let keepers: HashSet<RoleId> =
        all_roles(write).await?.iter().filter(|role| keeps(role)).map(|role| role.id).collect();
    let is_keeper = |user: &User| is_active(user) && user.roles.iter().any(|role| keepers.contains(role));
    let gone: Vec<Uuid> = users.iter().filter_map(|turn| no_longer(turn, is_keeper)).map(|user| user.id.0).collect();
    if lost.is_empty() && gone.is_empty() {
        return Ok(());
    }
    let left: Vec<Uuid> = keepers.difference(&lost).map(|role| role.0).collect();
    // Of two who lock each other out, the second sees the first one gone.
    write.lock(&Role::SCHEMA, &keepers.iter().map(|role| role.0).collect::<Vec<_>>()).await?;
    if is_one_left(write, &left, &gone).await? { Ok(()) } else { Err(Error::Refused("last_admin")) }
}

/// What a record was before, if it is no longer such a one.
fn no_longer<R>(turn: &Turn<R>, is_one: impl Fn(&R) -> bool) -> Option<&R> {
    let before = turn.before.as_ref().filter(|before| is_one(before))?;
    (!turn.after.as_ref().is_some_and(is_one)).then_some(before)
}

async fn all_roles(write: &Write<'_>) -> Result<Vec<Role>> {
    let found = rows::all(write.db(), &Role::SCHEMA, &rows::select(&Role::SCHEMA)).await?;
    found.iter().map(rows::typed).collect()
}

/// Whether somebody active holds one of the roles, but for those who go.
async fn is_one_left(write: &Write<'_>, roles: &[Uuid], gone: &[Uuid]) -> Result<bool> {
    let holders = Query::select()
        .column(name("record_id"))
        .from(name("links"))
        .and_where(Expr::col(name("object")).eq(Object::User.word()))
        .and_where(Expr::col(name("field")).eq("roles"))
        .and_where(Expr::col(name("key")).is_in(roles.iter().map(Uuid::to_string)))
        .take();
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(name(User::SCHEMA.table))
        .and_where(column(&User::SCHEMA, "id").in_subquery(holders))
        .and_where(column(&User::SCHEMA, "id").is_not_in(gone.iter().copied()))
        .and_where(column(&User::SCHEMA, "is_disabled").eq(false))
        .and_where(column(&User::SCHEMA, "archived_at").is_null())
        .limit(1)
        .take();
    Ok(write.db().query_one(&select).await?.is_some())
}
