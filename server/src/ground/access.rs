//! The rule of `shared::access`, compiled to SQL, and the facts it needs of
//! single records. Nothing else decides which rows somebody reaches.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr};
use serde_json::Value;
use shared::access::{Action, Actor, Facts, Grant, Object, Rule, ShareFact, ShareLevel, rule};
use shared::fields::{Row, Schema};
use shared::id::{TeamId, UserId};
use shared::time::Instant;
use shared::users::{Role, Team, User};
use uuid::Uuid;

mod shelf;

use super::db::name;
use super::rows::{self, column};
use crate::App;
use crate::error::Result;
use crate::http::Ctx;

/// Which rows of a kind `actor` reaches, as SQL.
pub fn scope(actor: &Actor, object: Object, action: Action, now: Instant) -> Condition {
    let schema = object.schema();
    Condition::all().add(compile(&rule(actor, object, schema.guard, action, now), schema))
}

impl Ctx {
    /// Which rows of a kind the caller reaches.
    pub fn scope(&self, object: Object, action: Action) -> Result<Condition> {
        Ok(scope(self.actor()?, object, action, self.now))
    }
}

fn compile(rule: &Rule, schema: &Schema) -> SimpleExpr {
    match rule {
        Rule::Everything => Expr::value(true),
        Rule::Nothing => Expr::value(false),
        Rule::OwnedBy(user) => column(schema, "owner_id").eq(user.0),
        Rule::InTeams(teams) if teams.is_empty() => Expr::value(false),
        Rule::InTeams(teams) => column(schema, "team_id").is_in(teams.iter().map(|team| team.0)),
        Rule::SharedWith { user, team, level, now } => {
            column(schema, "id").in_subquery(shares_of(schema.object, *user, *team, *level, *now))
        }
        Rule::AccountOwnedBy(user) if schema.object == Object::Contact => {
            column(schema, "id").in_subquery(contacts_of_owned_accounts(*user))
        }
        Rule::AccountOwnedBy(user) => column(schema, "account_id").in_subquery(owned_accounts(*user)),
        Rule::HeardBy(teams) => shelf::heard(schema, teams),
        Rule::Published => shelf::published(schema),
        Rule::Any(rules) => {
            let any = rules.iter().fold(Condition::any(), |any, rule| any.add(compile(rule, schema)));
            any.into()
        }
        Rule::Every(rules) => {
            let all = rules.iter().fold(Condition::all(), |all, rule| all.add(compile(rule, schema)));
            all.into()
        }
    }
}

fn shares_of(object: Object, user: UserId, team: Option<TeamId>, level: ShareLevel, now: Instant) -> SelectStatement {
    let mut to = Condition::any().add(Expr::col(name("user_id")).eq(user.0));
    if let Some(team) = team {
        to = to.add(Expr::col(name("team_id")).eq(team.0));
    }
    let levels = ShareLevel::ALL.iter().filter(|held| **held >= level).map(|held| held.word());
    Query::select()
        .column(name("record_id"))
        .from(name("shares"))
        .cond_where(to)
        .and_where(Expr::col(name("object")).eq(object.word()))
        .and_where(Expr::col(name("level")).is_in(levels))
        .and_where(Expr::col(name("archived_at")).is_null())
        .cond_where(
            Condition::any().add(Expr::col(name("expires_at")).is_null()).add(Expr::col(name("expires_at")).gt(now.0)),
        )
        .take()
}

fn owned_accounts(user: UserId) -> SelectStatement {
    Query::select().column(name("id")).from(name("accounts")).and_where(Expr::col(name("owner_id")).eq(user.0)).take()
}

fn contacts_of_owned_accounts(user: UserId) -> SelectStatement {
    Query::select()
        .column(name("record_id"))
        .from(name("links"))
        .and_where(Expr::col(name("object")).eq("contact"))
        .and_where(Expr::col(name("field")).eq("accounts"))
        .and_where(Expr::col(name("target")).in_subquery(owned_accounts(user)))
        .take()
}

/// What the rule must know of these records, in a fixed number of statements.
pub async fn facts(db: &impl ConnectionTrait, schema: &Schema, rows: &[&Row]) -> Result<HashMap<Uuid, Facts>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| rows::id(row)).collect();
    let mut facts: HashMap<Uuid, Facts> = HashMap::new();
    let mut accounts: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in rows {
        let own = Facts {
            owner: rows::reference(row, "owner_id").map(UserId),
            team: rows::reference(row, "team_id").map(TeamId),
            ..Facts::default()
        };
        facts.insert(rows::id(row), own);
        for account in accounts_of(row) {
            accounts.entry(account).or_default().push(rows::id(row));
        }
    }
    shelf::add_facts(db, schema, rows, &mut facts).await?;
    for (record, share) in shares_on(db, schema.object, &ids).await? {
        facts.entry(record).or_default().shares.push(share);
    }
    let account_ids: Vec<Uuid> = accounts.keys().copied().collect();
    for (account, owner) in owners_of_accounts(db, &account_ids).await? {
        for record in &accounts[&account] {
            facts.entry(*record).or_default().account_owners.push(owner);
        }
    }
    Ok(facts)
}

/// The accounts that a contact or a deal belongs to.
fn accounts_of(row: &Row) -> Vec<Uuid> {
    let links = row.get("accounts").and_then(Value::as_array).into_iter().flatten();
    let linked = links.filter_map(|link| link.get("account_id").and_then(rows::id_of));
    linked.chain(rows::reference(row, "account_id")).collect()
}

async fn shares_on(db: &impl ConnectionTrait, object: Object, ids: &[Uuid]) -> Result<Vec<(Uuid, ShareFact)>> {
    if !matches!(object, Object::Account | Object::Contact | Object::Opportunity | Object::View) || ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = Query::select()
        .columns(["record_id", "user_id", "team_id", "level", "expires_at"].map(name))
        .from(name("shares"))
        .and_where(Expr::col(name("record_id")).is_in(ids.iter().copied()))
        .and_where(Expr::col(name("object")).eq(object.word()))
        .and_where(Expr::col(name("archived_at")).is_null())
        .take();
    let mut shares = Vec::new();
    for result in db.query_all(&select).await? {
        let share = ShareFact {
            user_id: result.try_get_by_index::<Option<Uuid>>(1)?.map(UserId),
            team_id: result.try_get_by_index::<Option<Uuid>>(2)?.map(TeamId),
            level: result.try_get_by_index::<String>(3)?.parse().unwrap_or_default(),
            expires_at: result.try_get_by_index::<Option<i64>>(4)?.map(Instant),
        };
        shares.push((result.try_get_by_index(0)?, share));
    }
    Ok(shares)
}

async fn owners_of_accounts(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<(Uuid, UserId)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = Query::select()
        .columns(["id", "owner_id"].map(name))
        .from(name("accounts"))
        .and_where(Expr::col(name("id")).is_in(ids.iter().copied()))
        .and_where(Expr::col(name("owner_id")).is_not_null())
        .take();
    let found = db.query_all(&select).await?;
    found.iter().map(|result| Ok((result.try_get_by_index(0)?, UserId(result.try_get_by_index(1)?)))).collect()
}

/// Staff with their teams and grants, kept until users, teams or roles change.
#[derive(Default)]
pub struct Actors(RwLock<HashMap<UserId, Arc<Actor>>>);

impl Actors {
    /// The user as a rule sees them; nobody when disabled or archived.
    pub async fn get(&self, app: &App, user: UserId) -> Result<Option<Arc<Actor>>> {
        let kept = self.0.read().ok().and_then(|actors| actors.get(&user).cloned());
        if kept.is_some() {
            return Ok(kept);
        }
        let Some(actor) = load(app, user).await?.map(Arc::new) else { return Ok(None) };
        if let Ok(mut actors) = self.0.write() {
            actors.insert(user, actor.clone());
        }
        Ok(Some(actor))
    }

    /// After any change of users, teams or roles.
    pub fn forget(&self) {
        if let Ok(mut actors) = self.0.write() {
            actors.clear();
        }
    }
}

async fn load(app: &App, user: UserId) -> Result<Option<Actor>> {
    let db = &app.db.read;
    let Some(row) = rows::find(db, &User::SCHEMA, user.0, Condition::all()).await? else { return Ok(None) };
    let user: User = rows::typed(&row)?;
    if user.is_disabled || user.archived_at.is_some() {
        return Ok(None);
    }
    let teams = rows::all(db, &Team::SCHEMA, &rows::select(&Team::SCHEMA)).await?;
    let teams = teams.iter().map(rows::typed::<Team>).collect::<Result<Vec<_>>>()?;
    let roles = rows::all(db, &Role::SCHEMA, &rows::select(&Role::SCHEMA)).await?;
    let roles = roles.iter().map(rows::typed::<Role>).collect::<Result<Vec<_>>>()?;
    let held = roles.iter().filter(|role| role.archived_at.is_none() && user.roles.contains(&role.id));
    Ok(Some(Actor {
        id: user.id,
        name: user.name,
        team_id: user.team_id,
        subtree: subtree(&teams, user.team_id),
        grants: widest(held.flat_map(|role| role.grants.iter().copied())),
        roles: user.roles,
        time_zone: app.settings.time_zone.clone(),
    }))
}

/// A team and everything below it; a circle, should one be made, ends.
fn subtree(teams: &[Team], top: Option<TeamId>) -> Vec<TeamId> {
    let mut tree: Vec<TeamId> = top.into_iter().collect();
    let mut at = 0;
    while let Some(parent) = tree.get(at).copied() {
        for team in teams.iter().filter(|team| team.parent_id == Some(parent)) {
            if !tree.contains(&team.id) {
                tree.push(team.id);
            }
        }
        at += 1;
    }
    tree
}

fn widest(grants: impl Iterator<Item = Grant>) -> Vec<Grant> {
    let mut widest: Vec<Grant> = Vec::new();
    for grant in grants {
        match widest.iter_mut().find(|held| held.object == grant.object && held.action == grant.action) {
            Some(held) => held.scope = held.scope.max(grant.scope),
            None => widest.push(grant),
        }
    }
    widest
}
