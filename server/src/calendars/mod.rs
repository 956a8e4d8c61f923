//! Working calendars.

mod days;
mod rules;
mod trial;
pub mod versions;

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Condition;
use shared::api::Page;
use shared::calendars::*;
use shared::id::CalendarId;
use shared::time::Instant;
use shared::worktime::WorkingTime;
use uuid::Uuid;

use crate::error::Result;
use crate::ground::{one_default, records, rows};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

/// The working times of a calendar, each version since when it held, oldest first.
pub async fn working_times(db: &impl ConnectionTrait, id: CalendarId) -> Result<Vec<(i64, Instant, WorkingTime)>> {
    let Some(row) = rows::find(db, &Calendar::SCHEMA, id.0, Condition::all()).await? else { return Ok(Vec::new()) };
    let versions = versions::of(db, &rows::typed(&row)?).await?;
    versions.iter().map(|one| Ok((one.version, one.from, rules::working(&one.calendar)?))).collect()
}

/// The working time of each of these calendars as they are now.
pub async fn working_now(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<CalendarId, WorkingTime>> {
    let found = rows::by_ids(db, &Calendar::SCHEMA, ids, &Condition::all()).await?;
    let working = |row| {
        let calendar: Calendar = rows::typed(row)?;
        Ok((calendar.id, rules::working(&calendar)?))
    };
    found.values().map(working).collect()
}

pub fn routes() -> Routes {
    Routes::default()
        .on_list(list)
        .on(get)
        .on(create)
        .on(update)
        .on(archive)
        .on(import_days)
        .on(try_out)
        .on(list_versions)
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListCalendars>) -> Listed {
    records::list::<Calendar>(&ctx, &input).await
}

async fn get(ctx: Ctx, Call { path: id, input }: Call<GetCalendar>) -> Reply<GetCalendar> {
    records::get(&ctx, id, Some(&input)).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateCalendar>) -> Reply<CreateCalendar> {
    one_default::create(ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateCalendar>) -> Reply<UpdateCalendar> {
    one_default::update(ctx, id.0, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveCalendars>) -> Reply<ArchiveCalendars> {
    records::archive::<Calendar>(&ctx, input).await
}

async fn import_days(ctx: Ctx, Call { path: id, input }: Call<ImportDays>) -> Reply<ImportDays> {
    days::take(&ctx, id, input).await
}

async fn try_out(ctx: Ctx, Call { path: id, input }: Call<TryCalendar>) -> Reply<TryCalendar> {
    trial::run(&ctx, id, &input).await
}

async fn list_versions(ctx: Ctx, Call { path: id, .. }: Call<CalendarVersions>) -> Reply<CalendarVersions> {
    let calendar = records::get::<Calendar>(&ctx, id, None).await?;
    let items = versions::of(&ctx.app.db.read, &calendar).await?;
    Ok(Page { items, next: None })
}
