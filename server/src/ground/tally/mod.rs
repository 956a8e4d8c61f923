//! Numbers of records, kept in the transaction of every write: nobody counts
//! rows for a total. A kind says in `Counted` what its records add; everything
//! else is done here.

mod anew;
mod table;

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Condition;
use serde_json::Value;
use shared::access::Object;
use shared::fields::{Row, Schema};
use shared::time::{Date, Instant};
use uuid::Uuid;

use super::clock::Clock;
use super::rows;
use crate::COUNTED;
use crate::error::Result;
use table::Numbers;

pub use anew::{differing, keep_up, recount};
pub use table::{forget_zeros, kept};

/// How the records of a kind are counted.
pub struct Counted {
    pub object: Object,
    /// The fields that decide what a record adds, beside its owner and team.
    pub fields: &'static [&'static str],
    /// What decides with it.
    pub place: Option<Place>,
    /// What a record adds; `place` is its place's row.
    pub lines: fn(row: &Row, place: &Row, day_of: DayOf) -> Vec<Line>,
}

/// The day that a moment lies in, in the organisation's zone.
pub type DayOf<'a> = &'a dyn Fn(Instant) -> Date;

/// Where records stand: their numbers are kept apart for each such place, and
/// counted anew when it changes.
pub struct Place {
    /// The field by which a record names it.
    pub field: &'static str,
    pub object: Object,
    /// What of it the lines are made of.
    pub fields: &'static [&'static str],
}

/// One record more under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub what: What,
    pub key: String,
    pub amount: i64,
    pub weighted: i64,
}

/// What a number is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// All records, by currency where they have one.
    All,
    /// By the day whose end makes them late.
    Due,
    /// By the first day on which they want attention; before all days: always.
    Attention,
}

impl What {
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Due => "due",
            Self::Attention => "attention",
        }
    }
}

/// A kind of which only the number is kept.
pub const fn only_counted(object: Object) -> Counted {
    Counted {
        object,
        fields: &[],
        place: None,
        lines: |_, _, _| vec![Line { what: What::All, key: String::new(), amount: 0, weighted: 0 }],
    }
}

/// How a kind is counted, if it is.
fn counted(object: Object) -> Option<&'static Counted> {
    COUNTED.into_iter().find(|counted| counted.object == object)
}

pub fn is_kept(object: Object) -> bool {
    counted(object).is_some()
}

impl Counted {
    fn schema(&self) -> &'static Schema {
        self.object.schema()
    }

    /// All fields that a record is counted by.
    fn keys(&self) -> impl Iterator<Item = &'static str> {
        ["owner_id", "team_id", "archived_at"].into_iter().chain(self.fields.iter().copied())
    }

    /// Of a row, what it is counted by; nothing once it is archived.
    fn part(&self, row: &Row) -> Option<Row> {
        let is_archived = row.get("archived_at").is_some_and(|at| !at.is_null());
        let field = |key: &'static str| Some((key.to_owned(), row.get(key)?.clone()));
        (!is_archived).then(|| self.keys().filter_map(field).collect())
    }

    fn place_of(&self, row: &Row) -> Uuid {
        self.place.as_ref().and_then(|place| rows::reference(row, place.field)).unwrap_or_default()
    }
}

/// What a command changes in the numbers, gathered until its commit.
#[derive(Default)]
pub struct Tally {
    shifts: Vec<Shift>,
    /// Places whose records count otherwise now.
    anew: Vec<(&'static Counted, Uuid)>,
}

/// A record that is there now, or was before.
struct Shift {
    counted: &'static Counted,
    row: Row,
    by: i64,
}

impl Tally {
    pub fn insert(&mut self, object: Object, row: &Row) {
        self.shift(object, row, 1);
    }

    pub fn delete(&mut self, object: Object, row: &Row) {
        self.shift(object, row, -1);
    }

    /// `changed` holds the fields in which the two differ.
    pub fn update(&mut self, object: Object, before: &Row, after: &Row, changed: &Row) {
        if counted(object).is_some_and(|counted| counted.keys().any(|key| changed.contains_key(key))) {
            self.shift(object, before, -1);
            self.shift(object, after, 1);
        }
        for counted in COUNTED {
            let Some(place) = counted.place.as_ref().filter(|place| place.object == object) else { continue };
            if place.fields.iter().any(|key| changed.contains_key(*key)) {
                self.anew.push((counted, rows::id(after)));
            }
        }
    }

    fn shift(&mut self, object: Object, row: &Row, by: i64) {
        let Some(counted) = counted(object) else { return };
        if let Some(row) = counted.part(row) {
            self.shifts.push(Shift { counted, row, by });
        }
    }

    /// Writes what has gathered. The change log's head is held by then, so that
    /// nobody else writes numbers, or the places they depend on, meanwhile.
    pub async fn settle(self, db: &impl ConnectionTrait, clock: &Clock) -> Result<()> {
        let is_anew = |shift: &Shift| {
            let place = shift.counted.place_of(&shift.row);
            self.anew.iter().any(|(counted, id)| counted.object == shift.counted.object && *id == place)
        };
        let shifts: Vec<&Shift> = self.shifts.iter().filter(|shift| !is_anew(shift)).collect();
        let places = places(db, &shifts).await?;
        let mut numbers = Numbers::default();
        for shift in shifts {
            numbers.add(shift.counted, &shift.row, &places, clock, shift.by);
        }
        numbers.write(db).await?;
        for (counted, place) in &self.anew {
            anew::count_place(db, counted, *place, clock).await?;
        }
        Ok(())
    }
}

/// The places of these records, as they are now.
async fn places(db: &impl ConnectionTrait, shifts: &[&Shift]) -> Result<HashMap<Uuid, Row>> {
    let mut wanted: HashMap<Object, Vec<Uuid>> = HashMap::new();
    for shift in shifts {
        let Some(place) = &shift.counted.place else { continue };
        let ids = wanted.entry(place.object).or_default();
        let id = shift.counted.place_of(&shift.row);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut found = HashMap::new();
    for (object, ids) in wanted {
        found.extend(rows::by_ids(db, object.schema(), &ids, &Condition::all()).await?);
    }
    Ok(found)
}

/// A field's value as text; absent is empty.
pub fn text<'a>(row: &'a Row, key: &str) -> &'a str {
    row.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub fn number(row: &Row, key: &str) -> Option<i64> {
    row.get(key).and_then(Value::as_i64)
}
