//! Service policies: what is promised to which tickets.

use sea_orm::sea_query::{Condition, ExprTrait as _};
use shared::access::Action;
use shared::api::{FieldError, FieldErrors};
use shared::fields::Schema;
use shared::sla::*;
use shared::tickets::Queue;
use shared::users::User;
use uuid::Uuid;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::records::{self, Room};
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(create).on(update).on(archive)
}

impl Room for SlaPolicy {
    const SORT: &'static str = "position,name";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        for step in &mut after.steps {
            step.tag = step.tag.take().map(|tag| tag.trim().to_owned());
        }
        let mut errors = after.check();
        if errors.is_empty() {
            let had = before.map(|before| before.steps.as_slice()).unwrap_or_default();
            errors = check_named(write, had, &after.steps).await?;
        }
        if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
    }
}

/// People and queues that new steps name are there, and in use.
async fn check_named(write: &Write<'_>, had: &[Step], has: &[Step]) -> Result<FieldErrors> {
    let new: Vec<(usize, &Step)> = has.iter().enumerate().filter(|(_, step)| !had.contains(step)).collect();
    let users: Vec<Uuid> = new.iter().filter_map(|(_, step)| step.user_id).map(|id| id.0).collect();
    let queues: Vec<Uuid> = new.iter().filter_map(|(_, step)| step.queue_id).map(|id| id.0).collect();
    let in_use = |schema: &'static Schema| {
        let readable = Condition::all().add(write.scope(schema.object, Action::Read));
        readable.add(column(schema, "archived_at").is_null())
    };
    let active = in_use(&User::SCHEMA).add(column(&User::SCHEMA, "is_disabled").eq(false));
    let users = rows::by_ids(write.db(), &User::SCHEMA, &users, &active).await?;
    let queues = rows::by_ids(write.db(), &Queue::SCHEMA, &queues, &in_use(&Queue::SCHEMA)).await?;
    let mut errors = FieldErrors::new();
    for (n, step) in new {
        if step.user_id.is_some_and(|id| !users.contains_key(&id.0)) {
            errors.insert(format!("steps.{n}.user_id"), FieldError::new("no_such_record"));
        }
        if step.queue_id.is_some_and(|id| !queues.contains_key(&id.0)) {
            errors.insert(format!("steps.{n}.queue_id"), FieldError::new("no_such_record"));
        }
    }
    Ok(errors)
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListSlaPolicies>) -> Listed {
    records::list::<SlaPolicy>(&ctx, &input).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateSlaPolicy>) -> Reply<CreateSlaPolicy> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateSlaPolicy>) -> Reply<UpdateSlaPolicy> {
    records::update(&ctx, id, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveSlaPolicies>) -> Reply<ArchiveSlaPolicies> {
    records::archive::<SlaPolicy>(&ctx, input).await
}
