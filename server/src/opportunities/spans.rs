//! How long a deal stood in each stage, read from its log.

use sea_orm::sea_query::{Expr, ExprTrait as _, Order};
use shared::access::{Action, Object};
use shared::change::Change;
use shared::id::{OpportunityId, StageId};
use shared::opportunities::{Opportunity, StageSpan};
use shared::time::Instant;

use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::{history, rows};
use crate::http::Ctx;

/// The stays, or what the log knew of them at a moment.
pub async fn of(ctx: &Ctx, id: OpportunityId, at: Option<Instant>) -> Result<Vec<StageSpan>> {
    let db = &ctx.app.db.read;
    let scope = ctx.scope(Object::Opportunity, Action::Read)?;
    rows::find(db, &Opportunity::SCHEMA, id.0, scope).await?.ok_or(Error::NotFound)?;
    let then = at.map(|at| Expr::col(name("applied_at")).lte(at.0));
    let of_record = history::of_record(Object::Opportunity, id.0).add_option(then);
    let mut spans: Vec<StageSpan> = Vec::new();
    for change in history::log(db, of_record, Order::Asc, None).await? {
        if let Some(span) = begun_by(&change) {
            enter(&mut spans, span);
        }
    }
    Ok(spans)
}

/// The stay that a line of the log begins.
fn begun_by(change: &Change) -> Option<StageSpan> {
    let stage = StageId(change.after.get("stage_id").and_then(rows::id_of)?);
    // The log of a deal brought in from elsewhere says itself when it entered.
    let at = change.after.get("stage_entered_at").and_then(serde_json::Value::as_i64);
    let entered_at = at.map_or(change.applied_at, Instant);
    Some(StageSpan { stage, entered_at, left_at: None, by: change.actor })
}

/// An undone move was no stay: it gives back the moment of entry that was
/// before, and with it the stay that goes on.
fn enter(spans: &mut Vec<StageSpan>, next: StageSpan) {
    while spans.last().is_some_and(|last| last.entered_at > next.entered_at) {
        spans.pop();
    }
    match spans.last_mut() {
        Some(last) if (last.stage, last.entered_at) == (next.stage, next.entered_at) => last.left_at = None,
        Some(last) => {
            last.left_at = Some(next.entered_at);
            spans.push(next);
        }
        None => spans.push(next),
    }
}
