//! Trying a calendar out: when so much work is over, and why then.

use chrono::Datelike as _;
use shared::calendars::{Calendar, DayKind, Trial, Tried, check_trial};
use shared::id::CalendarId;
use shared::time::Date;

use super::rules;
use crate::error::{Error, Result};
use crate::ground::records;
use crate::http::Ctx;

pub async fn run(ctx: &Ctx, id: CalendarId, trial: &Trial) -> Result<Tried> {
    let errors = check_trial(trial);
    if !errors.is_empty() {
        return Err(Error::Fields(errors));
    }
    let calendar = records::get::<Calendar>(ctx, id, None).await?;
    let working = rules::working(&calendar)?;
    let Some(due) = working.add_working(trial.start, trial.seconds) else {
        return Ok(Tried { due_at: None, lines: Vec::new(), left_out: 0, missing_year: None });
    };
    let (lines, left_out) = working.explain(trial.start, due);
    let missing_year = unknown_year(&calendar, working.day_of(trial.start), working.day_of(due));
    Ok(Tried { due_at: Some(due), lines, left_out, missing_year })
}

/// The first year on the way whose holidays the calendar does not know.
fn unknown_year(calendar: &Calendar, from: Date, to: Date) -> Option<i32> {
    let holidays = || calendar.days.iter().filter(|days| days.kind == DayKind::Holiday);
    let knows = |year: i32| holidays().any(|days| (days.from.year()..=days.to.year()).contains(&year));
    (from.year()..=to.year()).find(|year| holidays().next().is_some() && !knows(*year))
}
