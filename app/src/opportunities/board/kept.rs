//! Stages that a person keeps on this device for each pipeline: which are
//! folded, and in which order they stand.

use leptos::prelude::*;
use shared::id::{PipelineId, StageId};

use crate::ui::storage;

#[derive(Clone, Copy)]
pub struct Kept {
    name: &'static str,
    pipeline: Memo<Option<PipelineId>>,
    stages: Memo<Option<Vec<StageId>>>,
    /// What is stored was changed so often.
    changes: RwSignal<u32>,
}

impl Kept {
    pub fn of(name: &'static str, pipeline: Memo<Option<PipelineId>>) -> Self {
        let changes = RwSignal::new(0);
        let stages = Memo::new(move |_| {
            changes.track();
            let stored = storage::read(&key(name, pipeline.get()?))?;
            // Nothing kept is as if it never was.
            Some(read(&stored)).filter(|_| stored != NOTHING)
        });
        Self { name, pipeline, stages, changes }
    }

    /// Tracked.
    pub fn get(self) -> Option<Vec<StageId>> {
        self.stages.get()
    }

    pub fn set(self, stages: &[StageId]) {
        self.write(&print(stages));
    }

    pub fn forget(self) {
        self.write(NOTHING);
    }

    fn write(self, text: &str) {
        let Some(pipeline) = self.pipeline.get_untracked() else { return };
        storage::write(&key(self.name, pipeline), text);
        self.changes.update(|changes| *changes += 1);
    }
}

const NOTHING: &str = "-";

fn key(name: &str, pipeline: PipelineId) -> String {
    format!("kith.{name}.{pipeline}")
}

fn read(text: &str) -> Vec<StageId> {
    text.split(',').filter_map(|id| id.parse().ok()).collect()
}

fn print(stages: &[StageId]) -> String {
    stages.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// In an own order; what that does not name stands behind what it follows otherwise.
pub fn arranged<T: Clone>(all: &[T], id: impl Fn(&T) -> StageId, own: &[StageId]) -> Vec<T> {
    let mut arranged: Vec<T> = own.iter().filter_map(|own| all.iter().find(|one| id(one) == *own).cloned()).collect();
    for (at, one) in all.iter().enumerate().filter(|(_, one)| !own.contains(&id(one))) {
        let before = at.checked_sub(1).and_then(|at| arranged.iter().position(|known| id(known) == id(&all[at])));
        arranged.insert(before.map_or(0, |before| before + 1), one.clone());
    }
    arranged
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn stages_are_read_as_they_were_written() {
        let kept = vec![StageId(Uuid::from_u128(1)), StageId(Uuid::from_u128(7))];
        assert_eq!(read(&print(&kept)), kept);
        assert_eq!(read(&print(&[])), Vec::new());
    }

    #[test]
    fn new_stages_stand_behind_those_they_follow_otherwise() {
        let id = |n: u128| StageId(Uuid::from_u128(n));
        let own = |own: &[u128]| {
            let own: Vec<StageId> = own.iter().copied().map(id).collect();
            arranged(&[1, 2, 3, 4], |n| id(*n), &own)
        };
        assert_eq!(own(&[]), [1, 2, 3, 4]);
        assert_eq!(own(&[4, 3, 2, 1]), [4, 3, 2, 1]);
        assert_eq!(own(&[4, 2, 1]), [4, 2, 3, 1]);
        assert_eq!(own(&[3, 9, 2]), [1, 3, 4, 2]);
    }
}
