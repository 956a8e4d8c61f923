//! Folded columns, remembered on this device for each pipeline.

use std::sync::Arc;

use leptos::prelude::*;
use shared::id::{PipelineId, StageId};
use shared::pipelines::{Stage, StageKind};

use crate::ui::storage;

#[derive(Clone, Copy)]
pub struct Folds {
    pipeline: Memo<Option<PipelineId>>,
    folded: Memo<Vec<StageId>>,
    /// What is stored was changed so often.
    changes: RwSignal<u32>,
}

impl Folds {
    pub fn of(pipeline: Memo<Option<PipelineId>>, stages: Memo<Vec<Arc<Stage>>>) -> Self {
        let changes = RwSignal::new(0);
        let folded = Memo::new(move |_| {
            changes.track();
            let stored = pipeline.get().and_then(|pipeline| storage::read(&name(pipeline)));
            stored.map_or_else(|| stages.with(|stages| usual(stages)), |text| read(&text))
        });
        Self { pipeline, folded, changes }
    }

    /// Tracked.
    pub fn has(self, stage: StageId) -> bool {
        self.folded.read().contains(&stage)
    }

    pub fn toggle(self, stage: StageId) {
        let Some(pipeline) = self.pipeline.get_untracked() else { return };
        let mut folded = self.folded.get_untracked();
        match folded.iter().position(|known| *known == stage) {
            Some(at) => drop(folded.remove(at)),
            None => folded.push(stage),
        }
        storage::write(&name(pipeline), &print(&folded));
        self.changes.update(|changes| *changes += 1);
    }
}

fn name(pipeline: PipelineId) -> String {
    format!("kith.folded.{pipeline}")
}

/// What was lost or put aside is not what one works on.
fn usual(stages: &[Arc<Stage>]) -> Vec<StageId> {
    let is_aside = |stage: &&Arc<Stage>| matches!(stage.kind, StageKind::Lost | StageKind::OnHold);
    stages.iter().filter(is_aside).map(|stage| stage.id).collect()
}

fn read(text: &str) -> Vec<StageId> {
    text.split(',').filter_map(|id| id.parse().ok()).collect()
}

fn print(folded: &[StageId]) -> String {
    folded.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn id(n: u128) -> StageId {
        StageId(Uuid::from_u128(n))
    }

    #[test]
    fn folds_are_read_as_they_were_written() {
        let folded = vec![id(1), id(7)];
        assert_eq!(read(&print(&folded)), folded);
        assert_eq!(read(&print(&Vec::new())), Vec::new());
    }

    #[test]
    fn what_is_lost_or_on_hold_is_folded_at_first() {
        let stage = |n, kind| Arc::new(Stage { id: id(n), kind, ..Stage::default() });
        let stages = [
            stage(1, StageKind::Open),
            stage(2, StageKind::Won),
            stage(3, StageKind::Lost),
            stage(4, StageKind::OnHold),
        ];
        assert_eq!(usual(&stages), vec![id(3), id(4)]);
    }
}
