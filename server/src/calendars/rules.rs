//! What must hold of calendars, and what their zones are.

use chrono_tz::Tz;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use shared::calendars::Calendar;
use shared::sla::SlaPolicy;
use shared::worktime::WorkingTime;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{Room, Turn, going};
use crate::tickets;

impl Room for Calendar {
    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        moved(write, before, after).await?;
        let mut errors = after.check();
        if let Err(Error::Fields(wrong)) = zone(after) {
            errors.extend(wrong);
        }
        if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
    }

    /// A calendar that a policy counts by is not put away.
    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        for turn in turns {
            if let Some(after) = &turn.after {
                moved(write, turn.before.as_ref(), after).await?;
            }
        }
        let away = going(turns, |calendar| (calendar.archived_at, calendar.id.0));
        if away.is_empty() {
            return Ok(());
        }
        let select = Query::select()
            .expr(Expr::cust("1"))
            .from(name(SlaPolicy::SCHEMA.table))
            .and_where(Expr::col(name("calendar_id")).is_in(away))
            .and_where(Expr::col(name("archived_at")).is_null())
            .limit(1)
            .take();
        match write.db().query_one(&select).await? {
            None => Ok(()),
            Some(_) => Err(Error::Refused("calendar_in_use")),
        }
    }
}

/// With other hours, what is due by them moves, and other people are at work.
async fn moved(write: &Write<'_>, before: Option<&Calendar>, after: &Calendar) -> Result<()> {
    let hours = |calendar: &Calendar| (calendar.week.clone(), calendar.days.clone(), calendar.zone.clone());
    match before {
        Some(before) if hours(before) != hours(after) => {
            tickets::redue(write, after.id).await?;
            tickets::routing::ask_all_anew(write).await
        }
        _ => Ok(()),
    }
}

fn zone(calendar: &Calendar) -> Result<Tz> {
    calendar.zone.parse().map_err(|_| Error::field("zone", "not_zone"))
}

/// A calendar to count with.
pub fn working(calendar: &Calendar) -> Result<WorkingTime> {
    Ok(WorkingTime::new(calendar, zone(calendar)?))
}
