//! Counting from the rows: at first, when days are counted in another zone,
//! when a place changes, and to see whether the kept numbers are true.

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, OnConflict, Order, Query};
use sea_orm::{AccessMode, ConnectionTrait, IsolationLevel, TransactionTrait as _};
use shared::access::Object;
use shared::fields::{Field, Row};
use uuid::Uuid;

use super::Counted;
use super::table::Numbers;
use crate::COUNTED;
use crate::error::Result;
use crate::ground::chain;
use crate::ground::clock::Clock;
use crate::ground::db::{Db, name};
use crate::ground::rows::{self, column};

/// Rows that are counted at once.
const CHUNK: u64 = 5_000;

/// Counts what was never counted, or in another time zone.
pub async fn keep_up(db: &Db, clock: &Clock) -> Result<()> {
    let zone = clock.zone.name();
    let select =
        Query::select().column(name("object")).from(name("tallied")).and_where(Expr::col(name("zone")).eq(zone)).take();
    let found = db.read.query_all(&select).await?;
    let known = found.iter().map(|line| line.try_get_by_index(0)).collect::<std::result::Result<Vec<String>, _>>()?;
    if COUNTED.iter().all(|counted| known.iter().any(|word| word == counted.object.word())) {
        return Ok(());
    }
    tracing::info!(zone, "counting the records");
    recount(db, clock).await
}

/// Counts every kind anew, in one transaction.
pub async fn recount(db: &Db, clock: &Clock) -> Result<()> {
    let write = db.begin().await?;
    chain::held_head(&write.tx).await?;
    for counted in COUNTED {
        clear(&write.tx, counted.object, None).await?;
        count(&write.tx, counted, None, clock).await?.write(&write.tx).await?;
        let mark = Query::insert()
            .into_table(name("tallied"))
            .columns(["object", "zone"].map(name))
            .values_panic([counted.object.word().into(), clock.zone.name().into()])
            .on_conflict(OnConflict::column(name("object")).update_column(name("zone")).to_owned())
            .take();
        write.tx.execute(&mark).await?;
    }
    write.commit().await
}

/// Counts the records of one place anew.
pub async fn count_place(db: &impl ConnectionTrait, counted: &Counted, place: Uuid, clock: &Clock) -> Result<()> {
    clear(db, counted.object, Some(place)).await?;
    count(db, counted, Some(place), clock).await?.write(db).await
}

/// How many kept numbers are not what the rows say.
pub async fn differing(db: &Db, clock: &Clock) -> Result<usize> {
    // One moment for the rows and the numbers, while others write.
    let isolation = (!db.is_sqlite()).then_some(IsolationLevel::RepeatableRead);
    let access = (!db.is_sqlite()).then_some(AccessMode::ReadOnly);
    let still = db.read.begin_with_config(isolation, access).await?;
    let mut differing = 0;
    for counted in COUNTED {
        let kept = Numbers::read(&still, counted).await?.0;
        let mut true_ones = count(&still, counted, None, clock).await?.0;
        differing += kept.iter().filter(|(key, sums)| true_ones.remove(key).as_ref() != Some(sums)).count();
        differing += true_ones.len();
    }
    Ok(differing)
}

async fn clear(db: &impl ConnectionTrait, object: Object, place: Option<Uuid>) -> Result<()> {
    let mut delete = Query::delete();
    delete.from_table(name("tallies")).and_where(Expr::col(name("object")).eq(object.word()));
    if let Some(place) = place {
        delete.and_where(Expr::col(name("place")).eq(place));
    }
    db.execute(&delete).await?;
    Ok(())
}

/// What the rows say, of one place or of all.
async fn count(db: &impl ConnectionTrait, counted: &Counted, only: Option<Uuid>, clock: &Clock) -> Result<Numbers> {
    let schema = counted.schema();
    let mut condition = Condition::all().add(column(schema, "archived_at").is_null());
    let mut places: HashMap<Uuid, Row> = HashMap::new();
    if let Some(place) = &counted.place {
        let mut select = rows::select(place.object.schema());
        if let Some(id) = only {
            condition = condition.add(column(schema, place.field).eq(id));
            select.and_where(column(place.object.schema(), "id").eq(id));
        }
        let found = rows::all(db, place.object.schema(), &select).await?;
        places.extend(found.into_iter().map(|row| (rows::id(&row), row)));
    }
    let fields: Vec<Field> =
        ["id"].into_iter().chain(counted.keys()).filter_map(|key| schema.field(key)).copied().collect();
    let mut numbers = Numbers::default();
    let mut after = Uuid::nil();
    loop {
        let chunk = rows::select_of(schema, &fields)
            .cond_where(condition.clone())
            .and_where(column(schema, "id").gt(after))
            .order_by_expr(column(schema, "id"), Order::Asc)
            .limit(CHUNK)
            .take();
        let found = db.query_all(&chunk).await?;
        for result in &found {
            let row = rows::read_of(&fields, result)?;
            numbers.add(counted, &row, &places, clock, 1);
            after = rows::id(&row);
        }
        if found.is_empty() {
            return Ok(numbers);
        }
    }
}
