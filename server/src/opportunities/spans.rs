//! How long a deal stood in each stage, read from its log.

use sea_orm::sea_query::Order;
use shared::access::{Action, Object};
use shared::id::{OpportunityId, StageId};
use shared::opportunities::{Opportunity, StageSpan};

use crate::error::{Error, Result};
use crate::ground::{history, rows};
use crate::http::Ctx;

pub async fn of(ctx: &Ctx, id: OpportunityId) -> Result<Vec<StageSpan>> {
    let db = &ctx.app.db.read;
    let scope = ctx.scope(Object::Opportunity, Action::Read)?;
    rows::find(db, &Opportunity::SCHEMA, id.0, scope).await?.ok_or(Error::NotFound)?;
    let of_record = history::of_record(Object::Opportunity, id.0);
    let mut spans: Vec<StageSpan> = Vec::new();
    for change in history::log(db, of_record, Order::Asc, None).await? {
        let Some(stage) = change.after.get("stage_id").and_then(rows::id_of) else { continue };
        // The log of a deal brought in from elsewhere says itself when it entered.
        let at = change.after.get("stage_entered_at").and_then(serde_json::Value::as_i64);
        let at = at.map_or(change.applied_at, shared::time::Instant);
        if let Some(last) = spans.last_mut() {
            last.left_at = Some(at);
        }
        spans.push(StageSpan { stage: StageId(stage), entered_at: at, left_at: None, by: change.actor });
    }
    Ok(spans)
}
