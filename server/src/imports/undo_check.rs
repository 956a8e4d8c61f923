//! What stands in the way of taking an import back, found before anything is
//! taken back and while others write.

use std::collections::{HashMap, HashSet};

use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait as _, JoinType, Order, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use shared::access::{Action, Object};
use shared::change::{Change, Conflict};
use shared::fields::Row;
use shared::imports::Import;
use uuid::Uuid;

use super::chain;
use super::undo::standing;
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::{history, rows, undo};
use crate::http::Ctx;

/// Records whose later changes are told.
const TOLD: usize = 100;

/// Refuses what the undo would come to refuse, as far as the log tells it: who
/// changes a record after this is found by the command that comes to it.
pub async fn run(ctx: &Ctx, import: &Import) -> Result<()> {
    let db = &ctx.app.db.read;
    let mut batches = Vec::new();
    for n in 1..=import.chunks {
        let (last, is_away) = standing(db, chain::batch(import, n)).await?;
        if !is_away {
            batches.push(last.0);
        }
    }
    let Some(first) = batches.first() else { return Ok(()) };
    undo::check_author(ctx.actor()?, &history::log(db, of_batches(&[*first]), Order::Desc, None).await?)?;
    let changed = changed_since(db, &batches).await?;
    let mut conflicts = Vec::new();
    for (object, ids) in changed {
        conflicts.extend(in_the_way(ctx, object, &ids, &batches).await?);
    }
    if conflicts.is_empty() { Ok(()) } else { Err(Error::Conflict(conflicts)) }
}

fn of_batches(batches: &[Uuid]) -> Condition {
    Condition::all().add(Expr::col(name("batch")).is_in(batches.iter().copied()))
}

/// The records of these commands that another command has changed since.
async fn changed_since(db: &DatabaseConnection, batches: &[Uuid]) -> Result<HashMap<Object, Vec<Uuid>>> {
    let ours: HashSet<Uuid> = batches.iter().copied().collect();
    let (own, later) = (Alias::new("own"), Alias::new("later"));
    let of = |table: &Alias, column: &'static str| Expr::col((table.clone(), name(column)));
    let mut found: HashMap<Object, Vec<Uuid>> = HashMap::new();
    let mut seen = HashSet::new();
    // A command at a time: nothing is held for long.
    for batch in batches {
        let select = Query::select()
            .expr(of(&own, "object"))
            .expr(of(&own, "record_id"))
            .expr(of(&later, "batch"))
            .from_as(name("changes"), own.clone())
            .join_as(
                JoinType::InnerJoin,
                name("changes"),
                later.clone(),
                of(&later, "record_id")
                    .equals((own.clone(), name("record_id")))
                    .and(of(&later, "object").equals((own.clone(), name("object"))))
                    .and(of(&later, "seq").gt(of(&own, "seq"))),
            )
            .and_where(of(&own, "batch").eq(*batch))
            .take();
        for row in db.query_all(&select).await? {
            let object: Object = row.try_get_by_index::<String>(0)?.parse().map_err(Error::internal)?;
            let (id, by): (Uuid, Uuid) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            if !ours.contains(&by) && seen.insert((object, id)) {
                found.entry(object).or_default().push(id);
            }
        }
        if seen.len() >= TOLD {
            break;
        }
    }
    Ok(found)
}

/// What of these records is no longer as the import left it.
async fn in_the_way(ctx: &Ctx, object: Object, ids: &[Uuid], batches: &[Uuid]) -> Result<Vec<Conflict>> {
    let db = &ctx.app.db.read;
    let ids = &ids[..ids.len().min(TOLD)];
    let now = rows::by_ids(db, object.schema(), ids, &Condition::all()).await?;
    let reached = rows::by_ids(db, object.schema(), ids, &ctx.scope(object, Action::Write)?).await?;
    if ids.iter().any(|id| !now.contains_key(id)) {
        return Err(Error::Refused("gone"));
    }
    if reached.len() < now.len() {
        return Err(Error::Forbidden);
    }
    let of_records = of_batches(batches)
        .add(Expr::col(name("object")).eq(object.word()))
        .add(Expr::col(name("record_id")).is_in(ids.iter().copied()));
    let mut past: HashMap<Uuid, Row> = reached;
    let mut conflicts = Vec::new();
    for change in history::log(db, of_records, Order::Desc, None).await? {
        let Some(row) = past.get_mut(&change.id) else { continue };
        conflicts.extend(step_back(db, &change, row).await?);
    }
    Ok(conflicts)
}

/// As the undo will: what it finds changed, else the row before the change.
async fn step_back(db: &DatabaseConnection, change: &Change, row: &mut Row) -> Result<Vec<Conflict>> {
    let moved = undo::differences(db, change, row).await?;
    row.extend(change.before.clone());
    Ok(moved)
}
