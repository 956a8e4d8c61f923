//! Folded columns, remembered on this device for each pipeline.

use std::sync::Arc;

use leptos::prelude::*;
use shared::id::{PipelineId, StageId};
use shared::pipelines::{Stage, StageKind};

use super::kept::Kept;

#[derive(Clone, Copy)]
pub struct Folds {
    kept: Kept,
    folded: Memo<Vec<StageId>>,
    /// Jumped into by a key: open until another one is.
    visited: RwSignal<Option<StageId>>,
}

impl Folds {
    pub fn of(pipeline: Memo<Option<PipelineId>>, stages: Memo<Vec<Arc<Stage>>>) -> Self {
        let kept = Kept::of("folded", pipeline);
        let folded = Memo::new(move |_| kept.get().unwrap_or_else(|| stages.with(|stages| usual(stages))));
        Self { kept, folded, visited: RwSignal::new(None) }
    }

    /// Tracked.
    pub fn has(self, stage: StageId) -> bool {
        self.folded.read().contains(&stage) && self.visited.get() != Some(stage)
    }

    pub fn toggle(self, stage: StageId) {
        let mut folded = self.folded.get_untracked();
        let is_folded = untrack(|| self.has(stage));
        self.visited.set(None);
        match folded.iter().position(|known| *known == stage) {
            Some(at) if is_folded => drop(folded.remove(at)),
            Some(_) => return,
            None => folded.push(stage),
        }
        self.kept.set(&folded);
    }

    /// Opens a column for as long as one is in it; what is kept stays.
    pub fn visit(self, stage: StageId) {
        self.visited.set(Some(stage));
    }

    /// Somebody went on to another column.
    pub fn leave(self, to: StageId) {
        if self.visited.get_untracked().is_some_and(|visited| visited != to) {
            self.visited.set(None);
        }
    }
}

/// What was lost or put aside is not what one works on.
fn usual(stages: &[Arc<Stage>]) -> Vec<StageId> {
    let is_aside = |stage: &&Arc<Stage>| matches!(stage.kind, StageKind::Lost | StageKind::OnHold);
    stages.iter().filter(is_aside).map(|stage| stage.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_lost_or_on_hold_is_folded_at_first() {
        let stage = |n, kind| Arc::new(Stage { id: StageId(Uuid::from_u128(n)), kind, ..Stage::default() });
        let stages = [
            stage(1, StageKind::Open),
            stage(2, StageKind::Won),
            stage(3, StageKind::Lost),
            stage(4, StageKind::OnHold),
        ];
        assert_eq!(usual(&stages), [3, 4].map(|n| StageId(Uuid::from_u128(n))));
    }
}
