//! The rule of `shared::access`, compiled to SQL, and the facts it needs of
//! single records. Nothing else decides which rows somebody reaches.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Func, Query, SelectStatement, SimpleExpr, UnionType};
use serde_json::Value;
use shared::access::{
    Action, Actor, Facts, Grant, Guard, Object, Rule, SHARED, ShareFact, ShareLevel, customer_rule, own_rule, rule,
};
use shared::fields::{Row, Schema};
use shared::id::{AccountId, ContactId, TeamId, UserId};
use shared::time::{Instant, MINUTE};
use shared::users::{Role, Team, User};
use uuid::Uuid;

mod customer;
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

/// Which rows of a kind `actor` reaches, as SQL, without what others opened to them.
pub fn own_scope(actor: &Actor, object: Object, action: Action) -> Condition {
    let schema = object.schema();
    Condition::all().add(compile(&own_rule(actor, object, schema.guard, action), schema))
}

impl Ctx {
    /// Which rows of a kind the caller reaches.
    pub fn scope(&self, object: Object, action: Action) -> Result<Condition> {
        Ok(Condition::all().add(compile(&self.rule(object, action)?, object.schema())))
    }

    /// The rule by which they are reached. Customers read; what they may write
    /// the portal says.
    pub fn rule(&self, object: Object, action: Action) -> Result<Rule> {
        match &self.customer {
            Some(customer) if action == Action::Read => Ok(customer_rule(customer, object, self.now)),
            Some(_) => Ok(Rule::Nothing),
            None => Ok(rule(self.actor()?, object, object.schema().guard, action, self.now)),
        }
    }
}

/// What a rule opens of a kind, as SQL.
pub fn compile(rule: &Rule, schema: &Schema) -> SimpleExpr {
    match rule {
        Rule::Everything | Rule::Nothing | Rule::OwnedBy(_) | Rule::Unowned | Rule::InTeams(_) => {
            owned(schema.table, rule)
        }
        Rule::SharedWith { user, team, level, now } => {
            column(schema, "id").in_subquery(shares_of(schema.object, *user, *team, *level, *now))
        }
        Rule::AccountOwnedBy(user) if schema.object == Object::Contact => {
            column(schema, "id").in_subquery(contacts_of_owned_accounts(*user))
        }
        Rule::AccountOwnedBy(user) => column(schema, "account_id").in_subquery(owned_accounts(*user)),
        Rule::On(object, rule) => {
            let kind = object.schema();
            let reached = Query::select()
                .column((name(kind.table), name("id")))
                .from(name(kind.table))
                .and_where(compile(rule, kind))
                .take();
            match schema.guard {
                Guard::OfTicket => column(schema, "ticket_id").in_subquery(reached),
                _ => column(schema, "object").eq(object.word()).and(column(schema, "record_id").in_subquery(reached)),
            }
        }
        Rule::NotConfidential => column(schema, "is_confidential").eq(false),
        Rule::HeardBy(teams) => shelf::heard(schema, teams),
        Rule::Published => shelf::published(schema),
        Rule::ReadBy(audiences) => shelf::read_by(schema, audiences),
        Rule::AskedBy(_)
        | Rule::TakenPartIn(_)
        | Rule::OfAccounts(_)
        | Rule::Ticket(_)
        | Rule::InUse
        | Rule::ToldBy(_) => customer::compile(schema, rule),
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

/// What a rule opens by owner and team alone, of any table that has both.
pub fn owned(table: &'static str, rule: &Rule) -> SimpleExpr {
    let here = |key: &'static str| Expr::col((name(table), name(key)));
    match rule {
        Rule::Everything => Expr::value(true),
        Rule::OwnedBy(user) => here("owner_id").eq(user.0),
        Rule::Unowned => here("owner_id").is_null().and(here("team_id").is_null()),
        Rule::InTeams(teams) if teams.is_empty() => Expr::value(false),
        Rule::InTeams(teams) => here("team_id").is_in(teams.iter().map(|team| team.0)),
        Rule::Nothing
        | Rule::SharedWith { .. }
        | Rule::AccountOwnedBy(_)
        | Rule::NotConfidential
        | Rule::On(..)
        | Rule::HeardBy(_)
        | Rule::Published
        | Rule::ReadBy(_)
        | Rule::AskedBy(_)
        | Rule::TakenPartIn(_)
        | Rule::OfAccounts(_)
        | Rule::Ticket(_)
        | Rule::InUse
        | Rule::ToldBy(_) => Expr::value(false),
        Rule::Any(rules) => rules.iter().fold(Condition::any(), |any, rule| any.add(owned(table, rule))).into(),
        Rule::Every(rules) => rules.iter().fold(Condition::all(), |all, rule| all.add(owned(table, rule))).into(),
    }
}

/// The rows that only a share or an account opens; `None` when neither can.
pub fn opened(schema: &Schema, rule: &Rule) -> Option<Condition> {
    let parts = if let Rule::Any(parts) = rule { parts.as_slice() } else { std::slice::from_ref(rule) };
    let ids = parts.iter().filter_map(|part| opened_ids(part, schema)).reduce(|mut all, more| {
        all.union(UnionType::Distinct, more);
        all
    })?;
    // An absent owner is nobody's, which has to be said below NOT.
    let owned = SimpleExpr::from(Func::coalesce([owned(schema.table, rule), Expr::value(false)]));
    Some(Condition::all().add(column(schema, "id").in_subquery(ids)).add(owned.not()))
}

fn opened_ids(rule: &Rule, schema: &Schema) -> Option<SelectStatement> {
    match rule {
        Rule::SharedWith { user, team, level, now } => Some(shares_of(schema.object, *user, *team, *level, *now)),
        Rule::AccountOwnedBy(user) if schema.object == Object::Contact => Some(contacts_of_owned_accounts(*user)),
        Rule::AccountOwnedBy(user) => Some(
            Query::select()
                .column(name("id"))
                .from(name(schema.table))
                .and_where(column(schema, "account_id").in_subquery(owned_accounts(*user)))
                .take(),
        ),
        // What one of them opens, all of them must.
        Rule::Every(rules) => {
            let mut ids = rules.iter().find_map(|rule| opened_ids(rule, schema))?;
            Some(ids.and_where(compile(&Rule::Every(rules.clone()), schema)).take())
        }
        _ => None,
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

/// What the rule must know of each of these records, in a fixed number of
/// statements. One may stand there several times, as it is and as it was.
pub async fn facts(db: &impl ConnectionTrait, schema: &Schema, rows: &[&Row]) -> Result<Vec<Facts>> {
    if schema.object == Object::Share {
        return facts_of_shares(db, rows).await;
    }
    if schema.guard == Guard::OfTicket {
        return facts_of_messages(db, rows).await;
    }
    facts_of_records(db, schema, rows).await
}

/// A share is as its record is.
async fn facts_of_shares(db: &impl ConnectionTrait, shares: &[&Row]) -> Result<Vec<Facts>> {
    let mut facts = vec![Facts::default(); shares.len()];
    for object in SHARED {
        let is_on = |share: &&Row| share.get("object").is_some_and(|word| word == object.word());
        let on: Vec<(usize, Uuid)> = shares
            .iter()
            .enumerate()
            .filter(|(_, share)| is_on(share))
            .filter_map(|(at, share)| Some((at, rows::reference(share, "record_id")?)))
            .collect();
        let ids: Vec<Uuid> = on.iter().map(|(_, record)| *record).collect();
        let records = rows::by_ids(db, object.schema(), &ids, &Condition::all()).await?;
        let found: Vec<&Row> = records.values().collect();
        let of_records = facts_of_records(db, object.schema(), &found).await?;
        let of_records: HashMap<Uuid, Facts> = found.iter().map(|row| rows::id(row)).zip(of_records).collect();
        for (at, record) in on {
            facts[at].on = of_records.get(&record).map(|found| (*object, Box::new(found.clone())));
        }
    }
    Ok(facts)
}

/// A message is as its ticket is.
async fn facts_of_messages(db: &impl ConnectionTrait, messages: &[&Row]) -> Result<Vec<Facts>> {
    let ticket_of = |message: &&Row| rows::reference(message, "ticket_id");
    let ids: Vec<Uuid> = messages.iter().filter_map(ticket_of).collect();
    let tickets = rows::by_ids(db, Object::Ticket.schema(), &ids, &Condition::all()).await?;
    let found: Vec<&Row> = tickets.values().collect();
    let of_tickets = facts_of_records(db, Object::Ticket.schema(), &found).await?;
    let of_tickets: HashMap<Uuid, Facts> = found.iter().map(|row| rows::id(row)).zip(of_tickets).collect();
    let on = |message: &&Row| Some((Object::Ticket, Box::new(of_tickets.get(&ticket_of(message)?)?.clone())));
    let facts = |message: &&Row| Facts { on: on(message), told_at: customer::told_at(message), ..Facts::default() };
    Ok(messages.iter().map(facts).collect())
}

async fn facts_of_records(db: &impl ConnectionTrait, schema: &Schema, rows: &[&Row]) -> Result<Vec<Facts>> {
    let ids: HashSet<Uuid> = rows.iter().map(|row| rows::id(row)).collect();
    let accounts: HashSet<Uuid> = rows.iter().flat_map(|row| accounts_of(row)).collect();
    let mut shares: HashMap<Uuid, Vec<ShareFact>> = HashMap::new();
    for (record, share) in shares_on(db, schema.object, ids).await? {
        shares.entry(record).or_default().push(share);
    }
    let owners: HashMap<Uuid, UserId> = owners_of_accounts(db, accounts).await?.into_iter().collect();
    let own = rows.iter().map(|row| Facts {
        owner: rows::reference(row, "owner_id").map(UserId),
        team: rows::reference(row, "team_id").map(TeamId),
        shares: shares.get(&rows::id(row)).cloned().unwrap_or_default(),
        account_owners: accounts_of(row).iter().filter_map(|account| owners.get(account).copied()).collect(),
        id: rows::id(row),
        is_archived: row.get("archived_at").is_some_and(|at| !at.is_null()),
        asker: rows::reference(row, "contact_id").map(ContactId),
        participants: customer::participants(row),
        accounts: accounts_of(row).into_iter().map(AccountId).collect(),
        is_confidential: row.get("is_confidential") == Some(&Value::Bool(true)),
        ..Facts::default()
    });
    let mut facts: Vec<Facts> = own.collect();
    shelf::add_facts(db, schema, rows, &mut facts).await?;
    Ok(facts)
}

/// The accounts that a contact or a deal belongs to.
fn accounts_of(row: &Row) -> Vec<Uuid> {
    let links = row.get("accounts").and_then(Value::as_array).into_iter().flatten();
    let linked = links.filter_map(|link| link.get("account_id").and_then(rows::id_of));
    linked.chain(rows::reference(row, "account_id")).collect()
}

async fn shares_on(db: &impl ConnectionTrait, object: Object, ids: HashSet<Uuid>) -> Result<Vec<(Uuid, ShareFact)>> {
    if !SHARED.contains(&object) || ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = Query::select()
        .columns(["record_id", "user_id", "team_id", "level", "expires_at"].map(name))
        .from(name("shares"))
        .and_where(Expr::col(name("record_id")).is_in(ids))
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

async fn owners_of_accounts(db: &impl ConnectionTrait, ids: HashSet<Uuid>) -> Result<Vec<(Uuid, UserId)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = Query::select()
        .columns(["id", "owner_id"].map(name))
        .from(name("accounts"))
        .and_where(Expr::col(name("id")).is_in(ids))
        .and_where(Expr::col(name("owner_id")).is_not_null())
        .take();
    let found = db.query_all(&select).await?;
    found.iter().map(|result| Ok((result.try_get_by_index(0)?, UserId(result.try_get_by_index(1)?)))).collect()
}

/// How long an actor is believed at most. The follower of the log makes it
/// forget within a second, whoever wrote the change; this is for the case that
/// it cannot.
const TRUST: i64 = MINUTE;

/// Staff with their teams and grants, kept for a moment or until users, teams
/// or roles change.
#[derive(Default)]
pub struct Actors {
    known: RwLock<HashMap<UserId, (Arc<Actor>, Instant)>>,
    /// Grows with each change: what was read before it is not kept.
    changes: AtomicU64,
}

impl Actors {
    /// The user as a rule sees them; nobody when disabled or archived.
    pub async fn get(&self, app: &App, user: UserId) -> Result<Option<Arc<Actor>>> {
        let now = app.clock.now();
        let known = self.known.read().ok().and_then(|known| known.get(&user).cloned());
        if let Some((actor, _)) = known.filter(|(_, at)| *at <= now && now < at.plus(TRUST)) {
            return Ok(Some(actor));
        }
        let changes = self.changes.load(Ordering::Acquire);
        let Some(actor) = load(app, user).await?.map(Arc::new) else { return Ok(None) };
        if let Ok(mut known) = self.known.write()
            && self.changes.load(Ordering::Acquire) == changes
        {
            known.insert(user, (actor.clone(), now));
        }
        Ok(Some(actor))
    }

    /// After any change of users, teams or roles.
    pub fn forget(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        if let Ok(mut known) = self.known.write() {
            known.clear();
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
