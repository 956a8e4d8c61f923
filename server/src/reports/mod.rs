//! Service reports: numbers about tickets, counted by the list's own filters.

mod count;
mod csv;
mod tally;

use chrono::Days;
use http::Method;
use shared::access::{Action, Object};
use shared::api::{FieldError, FieldErrors};
use shared::query::periods;
use shared::reports::*;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::rows;
use crate::http::{Call, Ctx, Reply, Routes};

pub fn routes() -> Routes {
    Routes::default().on(get).raw(Method::GET, CSV, csv::export)
}

async fn get(ctx: Ctx, Call { input, .. }: Call<ServiceReport>) -> Reply<ServiceReport> {
    of(&ctx, &input, Action::Read).await
}

/// The report of the tickets that the caller reaches for an action.
async fn of(ctx: &Ctx, query: &ReportQuery, action: Action) -> Result<Report> {
    let asked = count::Asked::new(ctx, query, span(ctx, query)?, action)?;
    let mut report = asked.count().await?;
    report.excluded = asked.excluded().await?;
    name(ctx, &mut report).await?;
    Ok(report)
}

/// The days that are asked for, as far as they have begun.
fn span(ctx: &Ctx, query: &ReportQuery) -> Result<Span> {
    let today = ctx.app.clock.day_of(ctx.now);
    let (mut from, mut until) = periods::bounds(query.period.unwrap_or(shared::query::Period::ThisMonth), today);
    if query.from.is_some() || query.to.is_some() {
        let (first, last) = query
            .from
            .zip(query.to)
            .ok_or_else(|| Error::field(if query.from.is_none() { "from" } else { "to" }, "required"))?;
        let fits = |day: shared::time::Date| (1900..=2199).contains(&chrono::Datelike::year(&day));
        if !fits(first) || !fits(last) {
            return Err(Error::field("from", "date_out_of_range"));
        }
        if last < first {
            return Err(Error::field("to", "ends_before"));
        }
        (from, until) = (first, last + Days::new(1));
    }
    if (until - from).num_days() > MOST_DAYS {
        let error = FieldError::new("period_too_long").with("max", MOST_DAYS);
        return Err(FieldErrors::from([("to".to_owned(), error)]).into());
    }
    if from <= today {
        until = until.min(today + Days::new(1));
    }
    Ok(Span { from, until, today })
}

/// What the groups are called, as far as the caller may read them.
async fn name(ctx: &Ctx, report: &mut Report) -> Result<()> {
    let field = report.group.field().and_then(|key| shared::tickets::Ticket::SCHEMA.field(key));
    let Some(shared::fields::FieldKind::Ref(object)) = field.map(|field| field.kind) else { return Ok(()) };
    let ids: Vec<Uuid> = report.lines.iter().filter_map(|line| line.key.as_deref()?.parse().ok()).collect();
    let names = rows::names(&ctx.app.db.read, object, &ids, &ctx.scope(object, Action::Read)?).await?;
    for line in &mut report.lines {
        let id: Option<Uuid> = line.key.as_deref().and_then(|key| key.parse().ok());
        line.name = id.and_then(|id| names.get(&id).cloned());
    }
    Ok(())
}

const TICKET: Object = Object::Ticket;
