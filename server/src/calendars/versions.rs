//! A calendar through time, out of the change log: what was counted on it
//! stays counted as it was, also after an edit is undone.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Order;
use shared::access::Object;
use shared::calendars::{Calendar, Version};
use shared::change::Operation;
use shared::fields::row_of;

use crate::error::Result;
use crate::ground::{history, rows};

/// At most so many edits are looked back on; the oldest of them holds before.
const MOST: u64 = 1_000;

/// Every version of a calendar, oldest first.
pub async fn of(db: &impl ConnectionTrait, calendar: &Calendar) -> Result<Vec<Version>> {
    let of_record = history::of_record(Object::Calendar, calendar.id.0);
    let changes = history::log(db, of_record, Order::Desc, Some(MOST)).await?;
    let mut versions = Vec::with_capacity(changes.len());
    let (mut row, mut version) = (row_of(calendar), calendar.version);
    for change in changes {
        let mut calendar: Calendar = rows::typed(&row)?;
        calendar.version = version;
        // It was there from its creation; the log's line came a moment later.
        let from = if change.op == Operation::Create { calendar.created_at } else { change.applied_at };
        versions.push(Version { version, from, calendar });
        if change.op != Operation::Update {
            break;
        }
        row.extend(change.before);
        version -= 1;
    }
    versions.reverse();
    Ok(versions)
}
