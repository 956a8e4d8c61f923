//! The rows on their way: converted and sent in slices, then checked.

use leptos::prelude::*;
use shared::api::{ApiError, Endpoint};
use shared::change::{New, Patch};
use shared::id::ImportId;
use shared::imports::*;

use super::pace::Pace;
use super::wizard::{Sending, Wizard, new_id};
use crate::{api, links, session, spawn, store, words};

/// A slice ends here: below what the server takes, and short enough to be
/// written as JSON in one stretch.
const MOST_BYTES: usize = 500_000;
const TRIES: u32 = 6;

/// Sends everything and starts the check; then goes to the import's page.
pub fn send(wizard: Wizard) {
    if matches!(wizard.sending.get_untracked(), Sending::Busy { .. }) {
        return;
    }
    let of = wizard.loaded.get_untracked().map_or(0, |loaded| loaded.records.len());
    wizard.sending.set(Sending::Busy { sent: 0, of });
    spawn::local(async move {
        match all(wizard).await {
            Ok(id) => {
                wizard.sending.try_set(Sending::Nothing);
                store::reload((shared::access::Object::Import, id.0));
                // Who has left meanwhile stays where they are.
                if wizard.id.try_set(Some(id)).is_none() {
                    links::replace(&links::import(id));
                }
            }
            Err(error) => drop(wizard.sending.try_set(Sending::Failed(untrack(|| words::error(&error))))),
        }
    });
}

async fn all(wizard: Wizard) -> Result<ImportId, ApiError> {
    let id = begin(wizard).await?;
    let Some(loaded) = wizard.loaded.get_untracked() else { return Ok(id) };
    let plan = wizard.plan.get_untracked();
    let currency = untrack(session::currency);
    let converter = Converter::new(wizard.object.get_untracked(), &plan, &currency);
    let mut pace = Pace::new();
    let mut slice = RowSlice { rows: Vec::new(), restart: true };
    let (mut bytes, of) = (0, loaded.records.len());
    for (n, record) in loaded.records.iter().enumerate() {
        let row = converter.record(record);
        // Cells and values, each about as long as the record.
        bytes += 200 + row.cells.iter().map(|cell| 4 * cell.len()).sum::<usize>();
        slice.rows.push(row);
        if slice.rows.len() >= SLICE || bytes > MOST_BYTES || n + 1 == of {
            patiently::<PutRows>(id, &std::mem::take(&mut slice)).await?;
            bytes = 0;
            if wizard.sending.try_set(Sending::Busy { sent: n + 1, of }).is_some() {
                return Ok(id);
            }
        }
        pace.step().await;
    }
    patiently::<DryRun>(id, &()).await?;
    Ok(id)
}

/// Creates the import, or gives the one that is there its new plan.
async fn begin(wizard: Wizard) -> Result<ImportId, ApiError> {
    if let Some(id) = wizard.id.get_untracked() {
        let import = wizard.import(id);
        let patch = Patch::set("plan", import.plan.clone())
            .and("name", import.name.clone())
            .and("mode", import.mode.word())
            .and("match_keys", import.match_keys.clone())
            .and("create_missing", import.create_missing);
        api::call::<UpdateImport>(id, patch).await?;
        return Ok(id);
    }
    let id = new_id();
    api::call::<CreateImport>((), New::of(id.0, &wizard.import(id))).await?;
    Ok(id)
}

/// Sends again while the network is away: a slice that arrives twice counts once.
async fn patiently<E>(id: ImportId, input: &E::Input) -> Result<E::Output, ApiError>
where
    E: Endpoint<Path = ImportId>,
    E::Input: Clone,
{
    let mut tries = 0;
    loop {
        match api::call::<E>(id, input.clone()).await {
            Err(error) if api::is_passing(&error) && tries < TRIES => {
                tries += 1;
                gloo_timers::future::TimeoutFuture::new(500 << tries).await;
            }
            outcome => return outcome,
        }
    }
}
