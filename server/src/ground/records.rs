//! What every room does with its records: list, count, read, create, change,
//! archive. A room adds its own rules and nothing else.

use std::collections::BTreeSet;
use std::future::Future;

use sea_orm::sea_query::Condition;
use serde_json::Value;
use shared::access::{Action, Actor, Object, Scope};
use shared::api::{FieldError, FieldErrors};
use shared::change::{Archive, AsOf, Bulk, BulkDone, Conflict, Done, New, Patch};
use shared::fields::{FieldKind, ListKind, Record, Row, Schema, check_required, check_row, row_of};
use shared::id::{TeamId, UserId};
use shared::query::{ListQuery, Shape, Totals, TotalsQuery};
use shared::time::Instant;
use uuid::Uuid;

use super::change::Write;
use super::references::{self, Standing};
use super::{history, query, rows};
use crate::error::{Error, Result};
use crate::http::{Ctx, List, Listed};

/// At most so many records in one bulk command.
const MAX_BULK: usize = 1_000;

/// A kind of record with the rules of its room.
pub trait Room: Record {
    /// The order of a list that asks for none.
    const SORT: &'static str = "name";

    /// Applies the room's rules to what a writer wants the record to become.
    /// `before` is absent for a new record.
    fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> impl Future<Output = Result<()>> + Send;

    /// What must hold however records come to be as they are: when they are
    /// archived or brought back, and when a command is taken back. The rows are
    /// written already; a refusal takes them with it.
    fn holds(_: &Write<'_>, _: &[Turn<Self>]) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}

/// What becomes of a record: absent before it is made, and after it is unmade.
#[derive(Clone, Debug)]
pub struct Turn<R> {
    pub before: Option<R>,
    pub after: Option<R>,
}

/// Those of the records that are archived by what becomes of them.
pub fn going<R>(turns: &[Turn<R>], of: impl Fn(&R) -> (Option<Instant>, Uuid)) -> Vec<Uuid> {
    let away = |turn: &Turn<R>| {
        let (after, id) = turn.after.as_ref().map(&of)?;
        let was = turn.before.as_ref().and_then(|before| of(before).0);
        (after.is_some() && was.is_none()).then_some(id)
    };
    turns.iter().filter_map(away).collect()
}

/// Asks the room what must hold of these rows.
pub async fn check_holds<R: Room>(write: &Write<'_>, turns: &[Turn<Row>]) -> Result<()> {
    let read = |row: &Option<Row>| row.as_ref().map(rows::typed).transpose();
    let typed = turns.iter().map(|turn| Ok(Turn { before: read(&turn.before)?, after: read(&turn.after)? }));
    R::holds(write, &typed.collect::<Result<Vec<_>>>()?).await
}

pub async fn list<R: Room>(ctx: &Ctx, query: &ListQuery) -> Listed {
    let schema = R::OBJECT.schema();
    let mut page = match query.as_of {
        None => query::page(ctx, schema, query, R::SORT).await?,
        Some(_) => history::page(ctx, schema, query, R::SORT).await?,
    };
    page.items.iter_mut().for_each(|row| rows::send(schema, row));
    Ok(match query.shape.unwrap_or_default() {
        Shape::Rows => List::Rows(page),
        Shape::Table => List::Table(page.into()),
    })
}

pub async fn totals<R: Room>(ctx: &Ctx, query: &TotalsQuery) -> Result<Totals> {
    match query.as_of {
        None => query::totals(ctx, R::OBJECT.schema(), query).await,
        Some(at) => history::totals(ctx, R::OBJECT.schema(), query, at).await,
    }
}

pub async fn get<R: Room>(ctx: &Ctx, id: impl Into<Uuid>, at: Option<&AsOf>) -> Result<R> {
    let schema = R::OBJECT.schema();
    let scope = ctx.scope(R::OBJECT, Action::Read)?;
    let found = rows::find(&ctx.app.db.read, schema, id.into(), scope).await?.ok_or(Error::NotFound)?;
    match at.and_then(|at| at.as_of) {
        None => rows::typed(&found),
        Some(at) => rows::typed(&history::rewound(&ctx.app.db.read, schema, found, at).await?.ok_or(Error::NotFound)?),
    }
}

pub async fn create<R: Room>(ctx: &Ctx, new: New<R>) -> Result<Done<R>> {
    let mut write = ctx.write(&new).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let record = insert::<R>(&mut write, new.id, new.values).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

/// Checks and writes one new record within an open command.
pub async fn insert<R: Room>(write: &mut Write<'_>, id: Uuid, values: Row) -> Result<R> {
    let mut row = prepared::<R>(write, id, values).await?;
    write.stamp(&mut row);
    let record = rows::typed(&row)?;
    write.insert(R::OBJECT.schema(), vec![row]).await?;
    Ok(record)
}

/// A new record as it would be written, all rules applied.
pub async fn prepared<R: Room>(write: &Write<'_>, id: Uuid, mut values: Row) -> Result<Row> {
    let schema = R::OBJECT.schema();
    check_row(schema, &mut values)?;
    defaults(write, schema, &mut values).await?;
    check_required(schema, &with_defaults::<R>(&values))?;
    values.insert("id".into(), id.to_string().into());
    let mut record: R = rows::typed(&values)?;
    R::rules(write, None, &mut record).await?;
    let row = row_of(&record);
    references::check(write, schema, &[(None, &row)], Standing::InUse).await?;
    check_owner(write, schema, None, &row, Action::Create).await?;
    Ok(row)
}

/// Fields that a type fills by itself are not missing.
pub fn with_defaults<R: Record>(values: &Row) -> Row {
    let mut row = row_of(&R::default());
    row.retain(|_, value| {
        !value.is_null() && *value != Value::String(String::new()) && *value != Value::String(Uuid::nil().to_string())
    });
    row.extend(values.iter().map(|(key, value)| (key.clone(), value.clone())));
    row
}

async fn defaults(write: &Write<'_>, schema: &Schema, values: &mut Row) -> Result<()> {
    let lacks = |values: &Row, key: &str| schema.field(key).is_some() && values.get(key).is_none_or(Value::is_null);
    if lacks(values, "currency") {
        values.insert("currency".into(), write.app().settings.currency.clone().into());
    }
    if let Some(actor) = write.actor {
        // A ticket waits for somebody to take it; a macro that is said to be nobody's is everybody's.
        let is_nobodys = match schema.object {
            Object::Ticket => true,
            Object::Macro => values.contains_key("owner_id"),
            _ => false,
        };
        if lacks(values, "owner_id") && !is_nobodys {
            values.insert("owner_id".into(), actor.id.to_string().into());
        }
        // A view or a macro without a team is its owner's alone.
        let follows = schema.field("owner_id").is_some() && !matches!(schema.object, Object::View | Object::Macro);
        if lacks(values, "team_id") && follows {
            let owner = rows::reference(values, "owner_id").map(UserId);
            let team = team_of(write, owner).await?;
            values.insert("team_id".into(), team.map_or(Value::Null, |team| team.to_string().into()));
        }
    }
    Ok(())
}

/// An owner's team: where a record goes that is given to them.
async fn team_of(write: &Write<'_>, owner: Option<UserId>) -> Result<Option<TeamId>> {
    let Some(owner) = owner else { return Ok(None) };
    if let Some(actor) = write.actor.filter(|actor| actor.id == owner) {
        return Ok(actor.team_id);
    }
    let user = rows::find(write.db(), Object::User.schema(), owner.0, Condition::all()).await?;
    Ok(user.and_then(|user| rows::reference(&user, "team_id")).map(TeamId))
}

pub async fn update<R: Room>(ctx: &Ctx, id: impl Into<Uuid>, patch: Patch) -> Result<Done<R>> {
    let id = id.into();
    let mut write = ctx.write(&(id, &patch)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let record = apply::<R>(&mut write, id, patch).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}

pub async fn bulk<R: Room>(ctx: &Ctx, bulk: Bulk) -> Result<BulkDone> {
    check_size(&bulk.ids)?;
    let mut write = ctx.write(&bulk).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    write.lock(R::OBJECT.schema(), &bulk.ids).await?;
    for id in bulk.ids {
        let before = write.find(R::OBJECT.schema(), id, Action::Write).await?;
        let set = with_added(R::OBJECT.schema(), &before, &bulk.set, &bulk.add)?;
        apply_to::<R>(&mut write, before, Patch { set, base: Row::new() }).await?;
    }
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

/// The fields to set on one record of many, with the words that its lists gain.
fn with_added(schema: &Schema, before: &Row, set: &Row, add: &Row) -> Result<Row> {
    let mut set = set.clone();
    for (key, words) in add {
        let field = schema.field(key).ok_or_else(|| Error::field(key, "unknown"))?;
        if field.kind != FieldKind::List(ListKind::Tags) || field.read_only {
            return Err(Error::field(key, "operator_unfit"));
        }
        let words = words.as_array().ok_or_else(|| Error::field(key, "not_list"))?;
        let now = match set.get(key).or_else(|| before.get(key)) {
            None | Some(Value::Null) => Vec::new(),
            Some(now) => now.as_array().cloned().ok_or_else(|| Error::field(key, "not_list"))?,
        };
        let new: Vec<Value> = words.iter().filter(|word| !now.contains(word)).cloned().collect();
        set.insert(key.clone(), [now, new].concat().into());
    }
    Ok(set)
}

/// Applies a patch within an open command.
pub async fn apply<R: Room>(write: &mut Write<'_>, id: Uuid, patch: Patch) -> Result<R> {
    let before = write.find(R::OBJECT.schema(), id, Action::Write).await?;
    apply_to(write, before, patch).await
}

/// As `apply`, to a row that was found for writing: base, rules, references, owner.
pub async fn apply_to<R: Room>(write: &mut Write<'_>, before: Row, mut patch: Patch) -> Result<R> {
    let schema = R::OBJECT.schema();
    check_row(schema, &mut patch.set)?;
    let conflicts = conflicts(write, schema, rows::id(&before), &before, &patch).await?;
    if !conflicts.is_empty() {
        return Err(Error::Conflict(conflicts));
    }
    if patch.set.contains_key("owner_id") && !patch.set.contains_key("team_id") && schema.field("team_id").is_some() {
        let team = team_of(write, rows::reference(&patch.set, "owner_id").map(UserId)).await?;
        patch.set.insert("team_id".into(), team.map_or(Value::Null, |team| team.to_string().into()));
    }
    let mut wanted = before.clone();
    wanted.extend(patch.set.clone());
    let old: R = rows::typed(&before)?;
    let mut new: R = rows::typed(&wanted)?;
    R::rules(write, Some(&old), &mut new).await?;
    let wanted = row_of(&new);
    check_required(schema, &wanted)?;
    check_owner(write, schema, Some(&before), &wanted, Action::Write).await?;
    let changed: Row =
        wanted.into_iter().filter(|(key, value)| before.get(key).unwrap_or(&Value::Null) != value).collect();
    references::check(write, schema, &[(Some(&before), &changed)], Standing::InUse).await?;
    let after = write.update(schema, &before, &changed).await?;
    rows::typed(&after)
}

/// Fields that moved on from what the writer saw, unless to the same value.
async fn conflicts(write: &Write<'_>, schema: &Schema, id: Uuid, before: &Row, patch: &Patch) -> Result<Vec<Conflict>> {
    let mut conflicts = Vec::new();
    for (key, mine) in &patch.set {
        let Some(base) = patch.base.get(key) else { continue };
        let theirs = before.get(key).unwrap_or(&Value::Null);
        // Lists send no blanks: who saw none saw an empty list.
        if theirs == base || theirs == mine || (rows::is_blank(theirs) && rows::is_blank(base)) {
            continue;
        }
        let (by, by_name, at) = history::last_change(write.db(), schema.object, id, key).await?.unwrap_or((
            None,
            String::new(),
            Instant(0),
        ));
        conflicts.push(Conflict {
            object: schema.object,
            id,
            field: key.clone(),
            mine: mine.clone(),
            theirs: theirs.clone(),
            by,
            by_name,
            at,
        });
    }
    Ok(conflicts)
}

pub async fn archive<R: Room>(ctx: &Ctx, archive: Archive) -> Result<BulkDone> {
    check_size(&archive.ids)?;
    let mut write = ctx.write(&archive).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    put_away::<R>(&mut write, &archive).await?;
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

/// Archives records, or brings them back, within an open command.
pub async fn put_away<R: Room>(write: &mut Write<'_>, archive: &Archive) -> Result<()> {
    let schema = R::OBJECT.schema();
    write.lock(schema, &archive.ids).await?;
    let mut turns = Vec::new();
    for id in &archive.ids {
        let before = write.find(schema, *id, Action::Archive).await?;
        let is_archived = before.get("archived_at").is_some_and(|at| !at.is_null());
        if is_archived != archive.archived {
            let at = if archive.archived { Value::from(write.now.0) } else { Value::Null };
            let after = write.update(schema, &before, &Row::from_iter([("archived_at".to_owned(), at)])).await?;
            turns.push(Turn { before: Some(before), after: Some(after) });
        }
    }
    check_holds::<R>(write, &turns).await
}

pub fn check_size(ids: &[Uuid]) -> Result<()> {
    match ids.len() {
        0 => Err(Error::field("ids", "required")),
        n if n > MAX_BULK => {
            Err(FieldErrors::from([("ids".to_owned(), FieldError::new("too_many").with("max", MAX_BULK))]).into())
        }
        _ => Ok(()),
    }
}

/// Whether the writer may give the record to whom it is to belong.
async fn check_owner(
    write: &Write<'_>,
    schema: &Schema,
    before: Option<&Row>,
    after: &Row,
    action: Action,
) -> Result<()> {
    let Some(actor) = write.actor.filter(|_| !stays(schema, before, after)) else { return Ok(()) };
    let owner = rows::reference(after, "owner_id").map(UserId);
    let owners_team = team_of(write, owner).await?;
    assignable(actor, schema, before, after, action, owners_team).map_err(Error::from)
}

/// As `check_owner`, for many records: those without a before are new.
pub async fn check_owners(write: &Write<'_>, schema: &Schema, turns: &[(Option<&Row>, &Row)]) -> Result<()> {
    let Some(actor) = write.actor.filter(|_| schema.field("owner_id").is_some()) else { return Ok(()) };
    let owner = |row: &Row| rows::reference(row, "owner_id");
    let owners: BTreeSet<Uuid> = turns.iter().filter_map(|(_, after)| owner(after)).collect();
    let owners: Vec<Uuid> = owners.into_iter().collect();
    let owners = rows::by_ids(write.db(), Object::User.schema(), &owners, &Condition::all()).await?;
    for (before, after) in turns {
        let user = owner(after).and_then(|id| owners.get(&id));
        let team = user.and_then(|user| rows::reference(user, "team_id")).map(TeamId);
        let action = if before.is_none() { Action::Create } else { Action::Write };
        assignable(actor, schema, *before, after, action, team)?;
    }
    Ok(())
}

/// As `check_owner`, for a caller who knows the owner's team already.
pub fn assignable(
    actor: &Actor,
    schema: &Schema,
    before: Option<&Row>,
    after: &Row,
    action: Action,
    owners_team: Option<TeamId>,
) -> std::result::Result<(), FieldErrors> {
    if stays(schema, before, after) {
        return Ok(());
    }
    let owner = rows::reference(after, "owner_id").map(UserId);
    let team = rows::reference(after, "team_id").map(TeamId);
    let scope = actor.scope(schema.object, Action::Assign).max(match action {
        // Whoever may create may keep it.
        Action::Create => Scope::Own,
        _ => Scope::None,
    });
    if reaches(actor, scope, owner, owners_team, team) {
        return Ok(());
    }
    let key = if is_unchanged(before, after, "owner_id") { "team_id" } else { "owner_id" };
    Err(FieldErrors::from([(key.to_owned(), FieldError::new("may_not_assign"))]))
}

/// Whether it stays whose it is.
fn stays(schema: &Schema, before: Option<&Row>, after: &Row) -> bool {
    schema.field("owner_id").is_none()
        || ["owner_id", "team_id"].into_iter().all(|key| is_unchanged(before, after, key))
}

fn is_unchanged(before: Option<&Row>, after: &Row, key: &str) -> bool {
    before.is_some_and(|before| before.get(key) == after.get(key))
}

fn reaches(
    actor: &Actor,
    scope: Scope,
    owner: Option<UserId>,
    owners_team: Option<TeamId>,
    team: Option<TeamId>,
) -> bool {
    let own = owner == Some(actor.id) && (team.is_none() || team == actor.team_id);
    let within = |teams: &[TeamId]| {
        let inside = |team: Option<TeamId>| team.is_some_and(|team| teams.contains(&team));
        inside(team) && (owner.is_none() || owner == Some(actor.id) || inside(owners_team))
    };
    match scope {
        Scope::None => false,
        Scope::Own => own,
        Scope::Team => own || actor.team_id.is_some_and(|team| within(&[team])),
        Scope::Subtree => own || within(&actor.subtree),
        Scope::All => true,
    }
}
