//! Which promise holds for a ticket: the first whose conditions fit it.

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, ExprTrait as _};
use shared::access::{Actor, Object};
use shared::change::Cause;
use shared::fields::{Row, row_of};
use shared::id::UserId;
use shared::query::eval::matches;
use shared::query::resolve::{Clock, Resolved, resolve, target_of};
use shared::query::text;
use shared::sla::{REMATCHED_BY, SlaPolicy, first_match};
use shared::tickets::Ticket;
use uuid::Uuid;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::rows::{self, column};

/// Chooses when a ticket begins, and anew when what decides has changed; at no
/// other time: what was promised is not changed by an edit of the policy.
pub async fn choose(write: &Write<'_>, before: Option<&Ticket>, after: &mut Ticket) -> Result<()> {
    // Nor by a step: its moment is that of a job, and nothing promised hangs on that.
    if before.is_some() && write.cause() == Cause::Rule {
        return Ok(());
    }
    let now = row_of(after);
    if let Some(before) = before.map(row_of)
        && REMATCHED_BY.iter().all(|key| before.get(*key) == now.get(*key))
    {
        return Ok(());
    }
    let schema = &SlaPolicy::SCHEMA;
    let select = rows::select(schema).and_where(column(schema, "archived_at").is_null()).take();
    let policies = rows::all(write.db(), schema, &select).await?;
    let policies: Vec<SlaPolicy> = policies.iter().map(rows::typed).collect::<Result<_>>()?;
    let around = around(write, &now, &policies).await?;
    let fits = |policy: &SlaPolicy| {
        // A condition that no longer can be read fits nothing.
        conditions(write, policy)
            .is_some_and(|filter| matches(&filter, &now, &|kind, id| around.get(&(kind, id)).cloned()))
    };
    let chosen = first_match(&policies, fits);
    after.policy_id = chosen.map(|policy| policy.id);
    after.policy_version = chosen.map(|policy| policy.version);
    Ok(())
}

fn conditions(write: &Write<'_>, policy: &SlaPolicy) -> Option<Resolved> {
    let filter = text::parse(policy.conditions.as_deref().unwrap_or_default()).ok()?;
    let zone = &write.app().clock;
    let clock = Clock { now: write.now, today: zone.day_of(write.now), midnight: &|day| zone.midnight(day) };
    resolve(&filter, &Ticket::SCHEMA, &nobody(write), &clock).ok()
}

/// A policy is nobody's: `@me` in it means no one.
fn nobody(write: &Write<'_>) -> Actor {
    Actor {
        id: UserId(Uuid::nil()),
        name: String::new(),
        team_id: None,
        subtree: Vec::new(),
        roles: Vec::new(),
        grants: Vec::new(),
        time_zone: write.app().settings.time_zone.clone(),
    }
}

/// The records that the ticket leads to, if a policy asks something of them.
async fn around(write: &Write<'_>, ticket: &Row, policies: &[SlaPolicy]) -> Result<HashMap<(Object, Uuid), Row>> {
    let mut around = HashMap::new();
    for field in Ticket::SCHEMA.fields {
        let asks = |policy: &SlaPolicy| {
            policy.conditions.as_deref().is_some_and(|text| text.contains(&format!("{}>", field.key)))
        };
        let (Some(target), Some(id)) = (target_of(field.kind), rows::reference(ticket, field.key)) else { continue };
        if policies.iter().any(asks)
            && let Some(row) = rows::find(write.db(), target.schema(), id, Condition::all()).await?
        {
            around.insert((target, id), row);
        }
    }
    Ok(around)
}
