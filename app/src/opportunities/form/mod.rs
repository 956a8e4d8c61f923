//! A new deal, and a deal's form.

mod dialog;

pub use dialog::FormDialog;

use shared::id::PipelineId;

use crate::{session, store};

/// The currency of a new deal. Tracked.
pub fn currency(pipeline: Option<PipelineId>) -> String {
    let own = store::pipeline(pipeline).map(|pipeline| pipeline.currency.clone());
    own.filter(|currency| !currency.is_empty()).unwrap_or_else(session::currency)
}
