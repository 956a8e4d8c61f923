//! Taking over holidays and make-up days from a file.

use shared::calendars::days::{merged, read};
use shared::calendars::{Calendar, DaysFile, DaysTaken};
use shared::change::Patch;
use shared::fields::Row;
use shared::id::CalendarId;

use crate::error::{Error, Result};
use crate::ground::{records, rows};
use crate::http::Ctx;

pub async fn take(ctx: &Ctx, id: CalendarId, file: DaysFile) -> Result<DaysTaken> {
    if file.is_rehearsal {
        let calendar = records::get::<Calendar>(ctx, id, None).await?;
        return laid_over(ctx, calendar, &file);
    }
    let mut write = ctx.write(&(id, &file)).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let row = write.find(&Calendar::SCHEMA, id.0, shared::access::Action::Write).await?;
    let mut answer = laid_over(ctx, rows::typed(&row)?, &file)?;
    let days = serde_json::to_value(&answer.calendar.days)?;
    let set = Row::from_iter([("days".to_owned(), days)]);
    answer.calendar = records::apply(&mut write, id.0, Patch { set, base: Row::new() }).await?;
    write.commit(|receipt| DaysTaken { batch: Some(receipt.batch), ..answer }).await
}

/// The calendar with the file's days laid over its own.
fn laid_over(ctx: &Ctx, mut calendar: Calendar, file: &DaysFile) -> Result<DaysTaken> {
    let found = read(&file.text, &calendar.plain_hours())
        .map_err(|error| Error::Fields([("text".to_owned(), error)].into()))?;
    calendar.days = merged(calendar.days, &found.days);
    let missing_year = calendar.missing_year(ctx.app.clock.day_of(ctx.now));
    Ok(DaysTaken { calendar, taken: found.days, left_out: found.left_out, missing_year, batch: None })
}
