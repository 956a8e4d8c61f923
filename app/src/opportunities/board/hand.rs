//! Cards in somebody's hand, and where they would land.

use std::sync::Arc;

use shared::id::OpportunityId;
use shared::opportunities::Card;

use super::desk::{CellKey, Desk, Lane};
use super::foresee;
use crate::store;

/// Where carried cards would land: before the card at `index`, the carried ones counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub cell: CellKey,
    pub index: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Pointer,
    Keyboard,
}

/// A card and where it stands.
pub type Standing = (CellKey, usize, Arc<Card>);

/// Cards in somebody's hand. Meanwhile nothing of others' moves on the board.
pub struct Carried {
    pub ids: Vec<OpportunityId>,
    pub by: By,
    /// Where they stood: their cells may be out of sight before they are put down.
    pub stood: Vec<Standing>,
    _hold: store::Hold,
}

impl Carried {
    pub fn new(desk: Desk, ids: Vec<OpportunityId>, by: By) -> Arc<Self> {
        let stood: Vec<Standing> = ids.iter().filter_map(|id| desk.find(*id)).collect();
        for (cell, _, card) in &stood {
            foresee::remember(cell.stage, card);
        }
        Arc::new(Self { ids, by, stood, _hold: store::hold() })
    }

    /// The lanes they came from.
    pub fn lanes(&self) -> impl Iterator<Item = Lane> + '_ {
        self.stood.iter().map(|(cell, ..)| cell.lane)
    }
}
