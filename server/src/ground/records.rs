//! What every room does with its records: list, count, read, create, change,
//! archive. A room adds its own rules and nothing else.

use std::future::Future;

use sea_orm::sea_query::Condition;
use serde_json::Value;
use shared::access::{Action, Actor, Object, Scope};
use shared::api::{FieldError, FieldErrors};
use shared::change::{Archive, AsOf, Bulk, BulkDone, Conflict, Done, New, Patch};
use shared::fields::{FieldKind, ListKind, Record, Row, Schema, check_required, check_row, row_of};
use shared::id::{TeamId, UserId};
use shared::query::eval::list_keys;
use shared::query::resolve::target_of;
use shared::query::{ListQuery, Totals, TotalsQuery};
use shared::time::Instant;
use uuid::Uuid;

use super::change::Write;
use super::{history, query, rows};
use crate::error::{Error, Result};
use crate::http::{Ctx, Listed};
use crate::standing;

/// At most so many records in one bulk command.
const MAX_BULK: usize = 1_000;

/// A kind of record with the rules of its room.
pub trait Room: Record {
    /// The order of a list that asks for none.
    const SORT: &'static str = "name";

    /// Applies the room's rules to what a writer wants the record to become.
    /// `before` is absent for a new record.
    fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> impl Future<Output = Result<()>> + Send;
}

pub async fn list<R: Room>(ctx: &Ctx, query: &ListQuery) -> Listed {
    let schema = R::OBJECT.schema();
    let mut page = match query.as_of {
        None => query::page(ctx, schema, query, R::SORT).await?,
        Some(_) => history::page(ctx, schema, query, R::SORT).await?,
    };
    page.items.iter_mut().for_each(|row| rows::send(schema, row));
    Ok(page)
}

pub async fn totals<R: Room>(ctx: &Ctx, query: &TotalsQuery) -> Result<Totals> {
    match query.as_of {
        None => query::totals(ctx, R::OBJECT.schema(), query).await,
        Some(_) => Err(Error::field("as_of", "operator_unfit")),
    }
}

pub async fn get<R: Room>(ctx: &Ctx, id: impl Into<Uuid>, at: Option<&AsOf>) -> Result<R> {
    let schema = R::OBJECT.schema();
    let scope = ctx.scope(R::OBJECT, Action::Read)?;
    let found = rows::find(&ctx.app.db.read, schema, id.into(), scope).await?.ok_or(Error::NotFound)?;
    match at.and_then(|at| at.as_of) {
        None => rows::typed(&found),
        Some(at) => rows::typed(&history::rewound(&ctx.app.db.read, found, at).await?.ok_or(Error::NotFound)?),
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
    let row = prepared::<R>(write, id, values).await?;
    let taken = rows::find(write.db(), R::OBJECT.schema(), id, Condition::all()).await?.is_some();
    if taken {
        return Err(Error::field("id", "taken"));
    }
    write.insert(R::OBJECT.schema(), vec![row.clone()]).await?;
    let written = rows::find(write.db(), R::OBJECT.schema(), id, Condition::all()).await?;
    rows::typed(&written.unwrap_or(row))
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
    check_references(write, schema, &row).await?;
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
        if lacks(values, "owner_id") {
            values.insert("owner_id".into(), actor.id.to_string().into());
        }
        // A view without a team is its owner's alone.
        let follows = schema.field("owner_id").is_some() && schema.object != Object::View;
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
    for id in bulk.ids {
        let set = with_added(&write, R::OBJECT.schema(), id, &bulk.set, &bulk.add).await?;
        apply::<R>(&mut write, id, Patch { set, base: Row::new() }).await?;
    }
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

/// The fields to set on one record of many, with the words that its lists gain.
async fn with_added(write: &Write<'_>, schema: &Schema, id: Uuid, set: &Row, add: &Row) -> Result<Row> {
    let mut set = set.clone();
    if add.is_empty() {
        return Ok(set);
    }
    let before = write.find(schema, id, Action::Write).await?;
    for (key, words) in add {
        let field = schema.field(key).ok_or_else(|| Error::field(key, "unknown"))?;
        if field.kind != FieldKind::List(ListKind::Tags) || field.read_only {
            return Err(Error::field(key, "operator_unfit"));
        }
        let words = words.as_array().ok_or_else(|| Error::field(key, "not_list"))?;
        let now = set.get(key).or_else(|| before.get(key)).and_then(Value::as_array).cloned().unwrap_or_default();
        let new: Vec<Value> = words.iter().filter(|word| !now.contains(word)).cloned().collect();
        set.insert(key.clone(), [now, new].concat().into());
    }
    Ok(set)
}

/// Applies a patch within an open command: base, rules, references, owner.
pub async fn apply<R: Room>(write: &mut Write<'_>, id: Uuid, mut patch: Patch) -> Result<R> {
    let schema = R::OBJECT.schema();
    check_row(schema, &mut patch.set)?;
    let before = write.find(schema, id, Action::Write).await?;
    let conflicts = conflicts(write, R::OBJECT, id, &before, &patch).await?;
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
    check_references(write, schema, &changed).await?;
    let after = write.update(schema, &before, &changed).await?;
    rows::typed(&after)
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// Fields that moved on from what the writer saw, unless to the same value.
async fn conflicts(write: &Write<'_>, object: Object, id: Uuid, before: &Row, patch: &Patch) -> Result<Vec<Conflict>> {
    let mut conflicts = Vec::new();
    for (key, mine) in &patch.set {
        let Some(base) = patch.base.get(key) else { continue };
        let theirs = before.get(key).unwrap_or(&Value::Null);
        // Lists send no blanks: who saw none saw an empty list.
        if theirs == base || theirs == mine || (is_blank(theirs) && is_blank(base)) {
            continue;
        }
        let (by, by_name, at) =
            history::last_change(write.db(), id, key).await?.unwrap_or((None, String::new(), Instant(0)));
        conflicts.push(Conflict {
            object,
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
    let mut steps = Vec::new();
    for id in &archive.ids {
        let before = write.find(schema, *id, Action::Archive).await?;
        if standing::is_away(&before) != archive.archived {
            let at = if archive.archived { Value::from(write.now.0) } else { Value::Null };
            let after = write.update(schema, &before, &Row::from_iter([("archived_at".to_owned(), at)])).await?;
            steps.push((before, after));
        }
    }
    standing::check(write, R::OBJECT, &steps).await
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

/// What a record points to must exist where the writer may read it.
async fn check_references(write: &Write<'_>, schema: &Schema, row: &Row) -> Result<()> {
    let mut errors = FieldErrors::new();
    for field in schema.fields {
        let Some(value) = row.get(field.key).filter(|value| !value.is_null()) else { continue };
        let Some(target) = target_of(field.kind).filter(|_| field.key != "created_by") else { continue };
        let ids: Vec<Uuid> = match field.kind {
            FieldKind::List(kind) => list_keys(kind, value).iter().filter_map(|key| key.parse().ok()).collect(),
            _ => rows::id_of(value).into_iter().collect(),
        };
        if ids.is_empty() {
            continue;
        }
        let found = rows::names(write.db(), target, &ids, &write.scope(target, Action::Read)).await?;
        if ids.iter().any(|id| !found.contains_key(id)) {
            errors.insert(field.key.to_owned(), FieldError::new("no_such_record"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// Whether the writer may give the record to whom it is to belong.
async fn check_owner(
    write: &Write<'_>,
    schema: &Schema,
    before: Option<&Row>,
    after: &Row,
    action: Action,
) -> Result<()> {
    let Some(actor) = write.actor.filter(|_| schema.field("owner_id").is_some()) else { return Ok(()) };
    let owner = rows::reference(after, "owner_id").map(UserId);
    let owners_team = team_of(write, owner).await?;
    assignable(actor, schema, before, after, action, owners_team).map_err(Error::from)
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
    let unchanged = |key: &str| before.is_some_and(|before| before.get(key) == after.get(key));
    if schema.field("owner_id").is_none() || (unchanged("owner_id") && unchanged("team_id")) {
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
    let key = if unchanged("owner_id") { "team_id" } else { "owner_id" };
    Err(FieldErrors::from([(key.to_owned(), FieldError::new("may_not_assign"))]))
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
