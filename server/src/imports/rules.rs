//! What must hold of an import as a record.

use shared::access::Action;
use shared::imports::{Import, ImportState};

use super::table;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::records::{Room, Turn};

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
        if !before.takes_changes() {
            return Err(Error::Refused("import_closed"));
        }
        if before.state == ImportState::Undone {
            table::forget_written(write.db(), before.id).await?;
            (after.run, after.chunks, after.created, after.updated) = (before.run + 1, 0, 0, 0);
        }
        // What was found by another plan no longer holds.
        after.state = ImportState::Draft;
        Ok(())
    }

    /// Its records come and go with `UndoImport` and `RedoImport`; nothing but
    /// they makes it an import that has written, or that was taken back.
    async fn holds(_: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let is_written = |import: &Self| matches!(import.state, ImportState::Committed | ImportState::Failed);
        let is_away = |import: &Self| import.state == ImportState::Undone;
        let passes = |before: &Self, after: &Self| {
            (is_away(before) && is_written(after)) || (is_written(before) && is_away(after)) || after.run < before.run
        };
        let is_past =
            |turn: &Turn<Self>| turn.before.as_ref().zip(turn.after.as_ref()).is_some_and(|(a, b)| passes(a, b));
        if turns.iter().any(is_past) { Err(Error::Refused("import_elsewhere")) } else { Ok(()) }
    }
}
