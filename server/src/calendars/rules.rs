//! What must hold of calendars, and what their zones are.

use chrono_tz::Tz;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use shared::calendars::Calendar;
use shared::change::Archive;
use shared::sla::SlaPolicy;
use shared::worktime::WorkingTime;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::Room;
use crate::http::Ctx;

impl Room for Calendar {
    async fn rules(_: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        let mut errors = after.check();
        if let Err(Error::Fields(wrong)) = zone(after) {
            errors.extend(wrong);
        }
        if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
    }
}

fn zone(calendar: &Calendar) -> Result<Tz> {
    calendar.zone.parse().map_err(|_| Error::field("zone", "not_zone"))
}

/// A calendar to count with.
pub fn working(calendar: &Calendar) -> Result<WorkingTime> {
    Ok(WorkingTime::new(calendar, zone(calendar)?))
}

/// A calendar that a policy counts by is not put away.
pub async fn check_unused(ctx: &Ctx, archive: &Archive) -> Result<()> {
    if !archive.archived {
        return Ok(());
    }
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(name(SlaPolicy::SCHEMA.table))
        .and_where(Expr::col(name("calendar_id")).is_in(archive.ids.iter().copied()))
        .and_where(Expr::col(name("archived_at")).is_null())
        .limit(1)
        .take();
    match ctx.app.db.read.query_one(&select).await? {
        None => Ok(()),
        Some(_) => Err(Error::Refused("calendar_in_use")),
    }
}
