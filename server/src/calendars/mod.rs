//! Working calendars.

mod days;
mod rules;
mod trial;
pub mod versions;

use shared::api::Page;
use shared::calendars::*;

use crate::ground::{one_default, records};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

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
