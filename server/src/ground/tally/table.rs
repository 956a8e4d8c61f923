//! The numbers as they are stored: one row for each place, subject, key, owner
//! and team. Absent ids are nil.

use std::collections::{BTreeMap, HashMap};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement, SimpleExpr};
use shared::access::{Object, Rule};
use shared::fields::Row;
use uuid::Uuid;

use super::{Counted, What};
use crate::error::Result;
use crate::ground::clock::Clock;
use crate::ground::db::name;
use crate::ground::rows;
use crate::ground::{access, chain};

const KEY: [&str; 6] = ["object", "place", "what", "key", "owner_id", "team_id"];
const SUMS: [&str; 3] = ["n", "amount", "weighted"];

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub object: String,
    pub place: Uuid,
    pub what: String,
    pub key: String,
    pub owner: Uuid,
    pub team: Uuid,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub n: i64,
    pub amount: i64,
    pub weighted: i64,
}

/// Numbers, or differences of numbers, in the order of their keys: commands
/// that touch the same ones take them in the same order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Numbers(pub BTreeMap<Entry, Sums>);

impl Numbers {
    /// Adds what a record adds, `by` times.
    pub fn add(&mut self, counted: &Counted, row: &Row, places: &HashMap<Uuid, Row>, clock: &Clock, by: i64) {
        let (none, place) = (Row::new(), counted.place_of(row));
        let id = |key: &str| rows::reference(row, key).unwrap_or_default();
        for line in (counted.lines)(row, places.get(&place).unwrap_or(&none), &|at| clock.day_of(at)) {
            let entry = Entry {
                object: counted.object.word().to_owned(),
                place,
                what: line.what.word().to_owned(),
                key: line.key,
                owner: id("owner_id"),
                team: id("team_id"),
            };
            let sums = self.0.entry(entry).or_default();
            sums.n += by;
            sums.amount += by * line.amount;
            sums.weighted += by * line.weighted;
        }
    }

    /// Adds them to what is stored.
    pub async fn write(self, db: &impl ConnectionTrait) -> Result<()> {
        let changes: Vec<(Entry, Sums)> = self.0.into_iter().filter(|(_, sums)| *sums != Sums::default()).collect();
        for chunk in changes.chunks(1_000) {
            let mut insert = Query::insert();
            insert.into_table(name("tallies")).columns(KEY.into_iter().chain(SUMS).map(name));
            for (entry, sums) in chunk {
                insert.values_panic([
                    SimpleExpr::from(entry.object.as_str()),
                    entry.place.into(),
                    entry.what.as_str().into(),
                    entry.key.as_str().into(),
                    entry.owner.into(),
                    entry.team.into(),
                    sums.n.into(),
                    sums.amount.into(),
                    sums.weighted.into(),
                ]);
            }
            let mut conflict = OnConflict::columns(KEY.map(name));
            for sum in SUMS {
                let more = Expr::col((name("tallies"), name(sum))).add(Expr::col((name("excluded"), name(sum))));
                conflict.value(name(sum), more);
            }
            db.execute(insert.on_conflict(conflict)).await?;
        }
        Ok(())
    }

    /// All that is stored of a kind.
    pub async fn read(db: &impl ConnectionTrait, counted: &Counted) -> Result<Self> {
        let select = Query::select()
            .columns(KEY.into_iter().chain(SUMS).map(name))
            .from(name("tallies"))
            .and_where(Expr::col(name("object")).eq(counted.object.word()))
            .and_where(Expr::col(name("n")).ne(0_i64))
            .take();
        let mut numbers = Self::default();
        for line in db.query_all(&select).await? {
            let entry = Entry {
                object: line.try_get_by_index(0)?,
                place: line.try_get_by_index(1)?,
                what: line.try_get_by_index(2)?,
                key: line.try_get_by_index(3)?,
                owner: line.try_get_by_index(4)?,
                team: line.try_get_by_index(5)?,
            };
            let sums = Sums {
                n: line.try_get_by_index(6)?,
                amount: line.try_get_by_index(7)?,
                weighted: line.try_get_by_index(8)?,
            };
            numbers.0.insert(entry, sums);
        }
        Ok(numbers)
    }
}

/// The numbers of a kind that stand for records which `rule` reaches by owner
/// and team alone; `access::opened` has the others.
pub fn kept(object: Object, what: What, rule: &Rule) -> SelectStatement {
    let column = |key: &'static str| Expr::col((name("tallies"), name(key)));
    Query::select()
        .from(name("tallies"))
        .and_where(column("object").eq(object.word()))
        .and_where(column("what").eq(what.word()))
        .and_where(column("n").ne(0_i64))
        .and_where(access::owned("tallies", rule))
        .take()
}

/// Removes what counts nothing any more: days that have passed.
pub async fn forget_zeros(db: &impl ConnectionTrait) -> Result<()> {
    chain::held_head(db).await?;
    let delete = Query::delete().from_table(name("tallies")).and_where(Expr::col(name("n")).eq(0_i64)).take();
    db.execute(&delete).await?;
    Ok(())
}
