//! Looking back: a record's changes, and records as they were.

mod totals;

use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Order, Query};
use serde_json::Value;
use shared::access::{Action, Object};
use shared::api::Page;
use shared::change::{Change, ListChanges, Operation, UndoBatch, UndoChange};
use shared::fields::{FieldKind, Row, Schema};
use shared::id::{BatchId, UserId};
use shared::query::{Archived, ListQuery, text};
use shared::time::Instant;
use uuid::Uuid;

use super::db::name;
use super::query::{Asked, DEFAULT_LIMIT, MAX_LIMIT, order, resolve};
use super::{rows, search, undo};
use crate::error::{Error, Result};
use crate::http::{Call, Ctx, Reply, Routes};

pub use totals::totals;

pub fn routes() -> Routes {
    Routes::default().on(changes).on(undo_batch).on(undo_change)
}

async fn changes(ctx: Ctx, Call { input, .. }: Call<ListChanges>) -> Reply<ListChanges> {
    let schema = input.object.schema();
    let scope = ctx.scope(input.object, Action::Read)?;
    rows::find(&ctx.app.db.read, schema, input.id, scope).await?.ok_or(Error::NotFound)?;
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let before = match &input.after {
        None => i64::MAX,
        Some(after) => after.parse().map_err(|_| Error::BadRequest("bad_cursor"))?,
    };
    let earlier = of_record(input.object, input.id).add(Expr::col(name("seq")).lt(before));
    let mut items = log(&ctx.app.db.read, earlier, Order::Desc, Some(u64::from(limit) + 1)).await?;
    let next = (items.len() > limit as usize).then(|| items[limit as usize - 1].seq.to_string());
    items.truncate(limit as usize);
    for change in &mut items {
        change.before.retain(|key, _| schema.field(key).is_some_and(|field| !field.secret));
        change.after.retain(|key, _| schema.field(key).is_some_and(|field| !field.secret));
    }
    Ok(Page { items, next })
}

async fn undo_batch(ctx: Ctx, Call { path: batch, .. }: Call<UndoBatch>) -> Reply<UndoBatch> {
    undo::run(&ctx, batch).await
}

async fn undo_change(ctx: Ctx, Call { input, .. }: Call<UndoChange>) -> Reply<UndoChange> {
    undo::run_one(&ctx, input.seq).await
}

/// Lines of the log, with their actors' names.
pub async fn log(
    db: &impl ConnectionTrait,
    condition: Condition,
    order: Order,
    limit: Option<u64>,
) -> Result<Vec<Change>> {
    let columns =
        ["seq", "batch", "object", "record_id", "op", "before", "after", "actor", "cause", "made_at", "applied_at"];
    let mut select = Query::select();
    select.columns(columns.map(name)).from(name("changes")).cond_where(condition).order_by(name("seq"), order);
    if let Some(limit) = limit {
        select.limit(limit);
    }
    let mut changes = Vec::new();
    for line in db.query_all(&select).await? {
        let word = |at: usize| line.try_get_by_index::<String>(at);
        let bad = |what: String| Error::internal(format!("the change log holds {what}"));
        changes.push(Change {
            seq: line.try_get_by_index(0)?,
            batch: BatchId(line.try_get_by_index(1)?),
            object: word(2)?.parse().map_err(bad)?,
            id: line.try_get_by_index(3)?,
            op: word(4)?.parse().map_err(bad)?,
            before: serde_json::from_str(&word(5)?)?,
            after: serde_json::from_str(&word(6)?)?,
            actor: line.try_get_by_index::<Option<Uuid>>(7)?.map(UserId),
            actor_name: String::new(),
            cause: word(8)?.parse().map_err(bad)?,
            made_at: Instant(line.try_get_by_index(9)?),
            applied_at: Instant(line.try_get_by_index(10)?),
        });
    }
    let actors: HashSet<Uuid> = changes.iter().filter_map(|change| change.actor.map(|actor| actor.0)).collect();
    let actors: Vec<Uuid> = actors.into_iter().collect();
    let names = rows::names(db, Object::User, &actors, &Condition::all()).await?;
    for change in &mut changes {
        change.actor_name = change.actor.and_then(|actor| names.get(&actor.0).cloned()).unwrap_or_default();
    }
    Ok(changes)
}

/// Lines about one record. Ids are the caller's choice: records of two kinds may have the same.
pub fn of_record(object: Object, id: Uuid) -> Condition {
    Condition::all().add(Expr::col(name("record_id")).eq(id)).add(Expr::col(name("object")).eq(object.word()))
}

/// Who changed a field of a record last, and when.
pub async fn last_change(
    db: &impl ConnectionTrait,
    object: Object,
    id: Uuid,
    key: &str,
) -> Result<Option<(Option<UserId>, String, Instant)>> {
    let of_record = of_record(object, id);
    let recent = log(db, of_record, Order::Desc, Some(200)).await?;
    let last = recent.into_iter().find(|change| change.after.contains_key(key) || change.before.contains_key(key));
    Ok(last.map(|change| (change.actor, change.actor_name, change.applied_at)))
}

/// A row as it was at a moment; absent when it was not there yet.
pub async fn rewound(db: &impl ConnectionTrait, schema: &Schema, row: Row, at: Instant) -> Result<Option<Row>> {
    let since = of_record(schema.object, rows::id(&row)).add(Expr::col(name("applied_at")).gt(at.0));
    let mut past = Some(row);
    for change in log(db, since, Order::Desc, None).await? {
        rewind(&mut past, &change);
    }
    Ok(past)
}

/// A version of a record, and since when it stood.
pub struct Version {
    pub version: i64,
    pub from: Instant,
    pub row: Row,
}

/// At most so many edits are looked back on; the oldest of them holds before.
const MOST_VERSIONS: u64 = 1_000;

/// Every version of a record that stands as `row` now, oldest first: what was
/// counted by one stays counted as it was, also after an edit is undone.
pub async fn versions(db: &impl ConnectionTrait, schema: &Schema, mut row: Row) -> Result<Vec<Version>> {
    let number = |row: &Row, key: &str| row.get(key).and_then(Value::as_i64).unwrap_or(0);
    let mut version = number(&row, "version");
    let mut versions = Vec::new();
    for change in log(db, of_record(schema.object, rows::id(&row)), Order::Desc, Some(MOST_VERSIONS)).await? {
        // It was there from its creation; the log's line came a moment later.
        let is_first = change.op == Operation::Create;
        let from = if is_first { Instant(number(&row, "created_at")) } else { change.applied_at };
        row.insert("version".into(), version.into());
        versions.push(Version { version, from, row: row.clone() });
        if change.op != Operation::Update {
            break;
        }
        row.extend(change.before);
        version -= 1;
    }
    versions.reverse();
    Ok(versions)
}

fn rewind(past: &mut Option<Row>, change: &Change) {
    match change.op {
        Operation::Create => *past = None,
        Operation::Delete => *past = Some(change.before.clone()),
        Operation::Update => {
            if let Some(row) = past {
                row.extend(change.before.clone());
            }
        }
    }
}

/// All rows of a kind that the caller may read now, as they were at a moment.
/// Who may see a record is decided by today's rule, also for its past.
pub async fn all_as_of(ctx: &Ctx, schema: &Schema, at: Instant) -> Result<Vec<Row>> {
    let db = &ctx.app.db.read;
    let select = rows::select(schema).cond_where(ctx.scope(schema.object, Action::Read)?).take();
    let mut past: HashMap<Uuid, Option<Row>> =
        rows::all(db, schema, &select).await?.into_iter().map(|row| (rows::id(&row), Some(row))).collect();
    let since = Condition::all()
        .add(Expr::col(name("object")).eq(schema.object.word()))
        .add(Expr::col(name("applied_at")).gt(at.0));
    for change in log(db, since, Order::Desc, None).await? {
        // Rows deleted since are nobody's to read now.
        if let Some(row) = past.get_mut(&change.id) {
            rewind(row, &change);
        }
    }
    Ok(past.into_values().flatten().collect())
}

/// A page of rows as of a moment: the same filter and order, in memory.
pub async fn page(ctx: &Ctx, schema: &Schema, query: &ListQuery, default_sort: &str) -> Result<Page<Row>> {
    let at = query.as_of.unwrap_or(ctx.now);
    let mut past = matching(ctx, schema, &Asked::list(query), at).await?;
    let sort = query.sort.as_deref().filter(|sort| !sort.is_empty()).unwrap_or(default_sort);
    sort_rows(ctx, schema, &mut past, sort).await?;
    let skip = match &query.after {
        None => query.skip.unwrap_or(0) as usize,
        Some(after) => after.parse().map_err(|_| Error::BadRequest("bad_cursor"))?,
    };
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT) as usize;
    let next = (past.len() > skip.saturating_add(limit)).then(|| (skip + limit).to_string());
    Ok(Page { items: past.into_iter().skip(skip).take(limit).collect(), next })
}

/// Rows of the past that a question means.
pub async fn matching(ctx: &Ctx, schema: &Schema, asked: &Asked<'_>, at: Instant) -> Result<Vec<Row>> {
    let filter = resolve(ctx, schema, asked.filter)?;
    let mut past = all_as_of(ctx, schema, at).await?;
    if let Some(words) = asked.search.filter(|words| !words.trim().is_empty()) {
        past.retain(search::matcher(schema, words));
    }
    let related = related(ctx, schema, &past).await?;
    let lookup = |object, id| related.get(&(object, id)).cloned();
    let wanted = |row: &Row| {
        let is_archived = row.get("archived_at").is_some_and(|at| !at.is_null());
        let kept = match asked.archived {
            Archived::With => true,
            Archived::Only => is_archived,
            Archived::Without => !is_archived,
        };
        kept && shared::query::eval::matches(&filter, row, &lookup)
    };
    Ok(past.into_iter().filter(wanted).collect())
}

type Related = HashMap<(Object, Uuid), Row>;

/// The records one reference away that the caller may read, as they are now.
async fn related(ctx: &Ctx, schema: &Schema, past: &[Row]) -> Result<Related> {
    let mut related = Related::new();
    for field in schema.fields {
        let FieldKind::Ref(target) = field.kind else { continue };
        let ids: HashSet<Uuid> = past.iter().filter_map(|row| rows::reference(row, field.key)).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let found = rows::by_ids(&ctx.app.db.read, target.schema(), &ids, &ctx.scope(target, Action::Read)?).await?;
        related.extend(found.into_iter().map(|(id, row)| ((target, id), row)));
    }
    Ok(related)
}

/// As the list is sorted now; what is referred to stands by its name of today.
/// `sort` is checked like that of today's rows.
pub async fn sort_rows(ctx: &Ctx, schema: &Schema, past: &mut [Row], sort: &str) -> Result<()> {
    order(schema, Some(sort), sort)?;
    let keys = text::parse_sort(sort);
    let mut names = HashMap::new();
    for field in keys.iter().filter_map(|key| schema.field(&key.key)) {
        let FieldKind::Ref(target) = field.kind else { continue };
        let ids: HashSet<Uuid> = past.iter().filter_map(|row| rows::reference(row, field.key)).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        names.extend(rows::by_ids(&ctx.app.db.read, target.schema(), &ids, &Condition::all()).await?);
    }
    let of = |row: &Row, key: &str| sort_key(schema, row, key, &names);
    past.sort_by(|a, b| {
        for key in &keys {
            let (x, y) = (of(a, &key.key), of(b, &key.key));
            // Absent values stand last in both directions.
            let ordering = x.0.cmp(&y.0).then_with(|| if key.descending { y.cmp(&x) } else { x.cmp(&y) });
            if ordering.is_ne() {
                return ordering;
            }
        }
        let by_id = rows::id(a).cmp(&rows::id(b));
        if keys.last().is_some_and(|key| key.descending) { by_id.reverse() } else { by_id }
    });
    Ok(())
}

/// What a row stands by: whether it is absent, a number, or a text.
fn sort_key(schema: &Schema, row: &Row, key: &str, names: &HashMap<Uuid, Row>) -> (bool, i64, String) {
    let Some(field) = schema.field(key) else { return (true, 0, String::new()) };
    let mut value = row.get(key).unwrap_or(&Value::Null);
    let is_lowered = match field.kind {
        FieldKind::Ref(target) => {
            let by = if target == Object::Stage { "position" } else { "name" };
            let named = rows::id_of(value).and_then(|id| names.get(&id));
            value = named.and_then(|named| named.get(by)).unwrap_or(&Value::Null);
            true
        }
        FieldKind::Text { .. } => true,
        _ => false,
    };
    match value {
        Value::String(text) if is_lowered => (false, 0, text.to_ascii_lowercase()),
        Value::String(text) => (false, 0, text.clone()),
        Value::Number(number) => (false, number.as_i64().unwrap_or(0), String::new()),
        Value::Bool(flag) => (false, i64::from(*flag), String::new()),
        _ => (true, 0, String::new()),
    }
}
