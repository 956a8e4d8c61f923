//! What must hold of records however they came to be so: when they are written,
//! archived, brought back, or put back by an undo, which passes the rooms' rules.

use shared::access::Object;
use shared::fields::Row;

use crate::error::Result;
use crate::ground::change::Write;
use crate::{opportunities, pipelines};

/// A record before and after; before a new one nothing stands.
pub type Step = (Row, Row);

/// Refuses a command that would leave records where nobody finds them.
pub async fn check(write: &Write<'_>, object: Object, steps: &[Step]) -> Result<()> {
    match object {
        Object::Opportunity => opportunities::check_home(write, steps).await,
        Object::Pipeline => pipelines::check_archived(write, steps, "pipeline_id").await,
        Object::Stage => {
            pipelines::check_archived(write, steps, "stage_id").await?;
            pipelines::check_kinds(write, steps).await
        }
        _ => Ok(()),
    }
}

/// As `check`, for records that will be no more.
pub async fn check_gone(write: &Write<'_>, object: Object, records: &[Row]) -> Result<()> {
    match object {
        Object::Pipeline => pipelines::check_unused(write, records, "pipeline_id").await,
        Object::Stage => pipelines::check_unused(write, records, "stage_id").await,
        _ => Ok(()),
    }
}

/// It is archived after the step.
pub fn is_away(row: &Row) -> bool {
    row.get("archived_at").is_some_and(|at| !at.is_null())
}
