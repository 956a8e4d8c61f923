//! What people know and tickets need: what must hold of it.

use sea_orm::sea_query::{Condition, ExprTrait as _};
use shared::access::Action;
use shared::api::FieldErrors;
use shared::id::SkillId;
use shared::tickets::routing::{self, SkillLevel, SkillNeed, skills_of};
use shared::tickets::*;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::records::{Room, Turn, going};
use crate::ground::rows::{self, column};

impl Room for Skill {
    const SORT: &'static str = "position,name";

    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }

    /// A skill that tickets need is not put away, nor unmade: nobody would have it.
    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let mut away = going(turns, |skill| (skill.archived_at, skill.id.0));
        let unmade = turns.iter().filter(|turn| turn.after.is_none()).filter_map(|turn| turn.before.as_ref());
        away.extend(unmade.map(|skill| skill.id.0));
        if away.is_empty() {
            return Ok(());
        }
        let schema = &TicketCategory::SCHEMA;
        let select = rows::select(schema).and_where(column(schema, "archived_at").is_null()).take();
        for row in rows::all(write.db(), schema, &select).await? {
            let category: TicketCategory = rows::typed(&row)?;
            if category.needs.iter().any(|need| away.contains(&need.skill_id.0)) {
                return Err(Error::Refused("skill_in_use"));
            }
        }
        Ok(())
    }
}

/// What somebody knows: each skill once, and new ones in use.
pub async fn check_levels(write: &Write<'_>, had: &[SkillLevel], has: &[SkillLevel]) -> Result<()> {
    let of = |levels: &[SkillLevel]| levels.iter().map(|one| one.skill_id).collect();
    check(write, routing::check_levels(has), "skills", of(had), of(has)).await
}

/// What tickets need: each skill once, and new ones in use.
pub async fn check_needs(write: &Write<'_>, had: &[SkillNeed], has: &[SkillNeed]) -> Result<()> {
    let of = |needs: &[SkillNeed]| needs.iter().map(|one| one.skill_id).collect();
    check(write, routing::check_needs(has), "needs", of(had), of(has)).await
}

async fn check(write: &Write<'_>, errors: FieldErrors, key: &str, had: Vec<SkillId>, has: Vec<SkillId>) -> Result<()> {
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let new = skills_of(has.into_iter().filter(|id| !had.contains(id)));
    if new.is_empty() {
        return Ok(());
    }
    let in_use = Condition::all()
        .add(write.scope(Skill::SCHEMA.object, Action::Read))
        .add(column(&Skill::SCHEMA, "archived_at").is_null());
    let found = rows::by_ids(write.db(), &Skill::SCHEMA, &new, &in_use).await?;
    if found.len() == new.len() { Ok(()) } else { Err(Error::field(key, "no_such_record")) }
}
