//! What must hold of an import as a record.

use shared::access::Action;
use shared::imports::{Import, ImportState};

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::records::Room;

impl Room for Import {
    const SORT: &'static str = "-created_at";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        let errors = after.check();
        if !errors.is_empty() {
            return Err(errors.into());
        }
        let object = after.target().ok_or_else(|| Error::field("object", "not_offered"))?;
        if write.actor.is_some_and(|actor| !actor.may(object, Action::Import)) {
            return Err(Error::Forbidden);
        }
        let Some(before) = before else { return Ok(()) };
        if before.object != after.object {
            return Err(Error::field("object", "read_only"));
        }
        let plans =
            |import: &Self| (import.mode, import.match_keys.clone(), import.create_missing, import.plan.clone());
        if plans(before) == plans(after) {
            return Ok(());
        }
        if !before.state.is_open() || before.chunks > 0 {
            return Err(Error::Refused("import_closed"));
        }
        // What was found by another plan no longer holds.
        after.state = ImportState::Draft;
        Ok(())
    }
}
