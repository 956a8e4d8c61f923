//! Who gets a ticket: as it comes in, when somebody has room again, and when
//! it has waited long enough to need less.

mod crew;
mod give;
mod kept;
mod rehearse;
mod skills;
mod wake;

use sea_orm::sea_query::Condition;
use serde_json::json;
use shared::change::{Done, Patch};
use shared::tickets::*;
use shared::users::User;

use crate::error::Error;
use crate::ground::{records, rows};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub use give::{OfTeam, give, run};
pub use skills::check_levels;
pub use wake::{ask_all_anew, follow, follow_needs, follow_people, follow_queue, is_left};

pub fn routes() -> Routes {
    Routes::default()
        .on_list(list_skills)
        .on(create_skill)
        .on(update_skill)
        .on(archive_skills)
        .on(set_presence)
        .on(kept::get)
        .on(rehearse::run)
}

async fn list_skills(ctx: Ctx, Call { input, .. }: Call<ListSkills>) -> Listed {
    records::list::<Skill>(&ctx, &input).await
}

async fn create_skill(ctx: Ctx, Call { input, .. }: Call<CreateSkill>) -> Reply<CreateSkill> {
    records::create(&ctx, input).await
}

async fn update_skill(ctx: Ctx, Call { path: id, input }: Call<UpdateSkill>) -> Reply<UpdateSkill> {
    records::update(&ctx, id, input).await
}

async fn archive_skills(ctx: Ctx, Call { input, .. }: Call<ArchiveSkills>) -> Reply<ArchiveSkills> {
    records::archive::<Skill>(&ctx, input).await
}

/// Everybody says for themselves whether they are there, whatever else they may change.
async fn set_presence(ctx: Ctx, Call { input, .. }: Call<SetPresence>) -> Reply<SetPresence> {
    let mut write = ctx.write(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let own = rows::find_locked(write.db(), &User::SCHEMA, write.actor()?.id.0, Condition::all()).await?;
    let row = own.ok_or(Error::NotFound)?;
    let record = records::apply_to(&mut write, row, Patch::set("presence", json!(input.presence))).await?;
    write.commit(|receipt| Done { record, batch: receipt.batch, seq: receipt.seq }).await
}
