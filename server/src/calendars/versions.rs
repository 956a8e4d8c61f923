//! A calendar through time, out of the change log.

use sea_orm::ConnectionTrait;
use shared::calendars::{Calendar, Version};
use shared::fields::row_of;

use crate::error::Result;
use crate::ground::{history, rows};

/// Every version of a calendar, oldest first.
pub async fn of(db: &impl ConnectionTrait, calendar: &Calendar) -> Result<Vec<Version>> {
    let versions = history::versions(db, &Calendar::SCHEMA, row_of(calendar)).await?;
    let told =
        |one: history::Version| Ok(Version { version: one.version, from: one.from, calendar: rows::typed(&one.row)? });
    versions.into_iter().map(told).collect()
}
