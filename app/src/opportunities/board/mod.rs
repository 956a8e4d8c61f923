//! The pipeline board: columns of cards, ten thousand as well as ten.

mod bulk;
mod card;
mod carry;
mod cell;
pub mod desk;
mod early;
mod empty;
mod fold;
mod foresee;
pub mod hand;
mod hands;
mod head;
mod kept;
mod keys;
mod lanes;
mod losing;
mod measure;
mod move_to;
pub mod moves;
mod next;
mod options;
mod past;
mod plane;
mod quick_add;
mod since;
mod stack;
mod strip;

pub use desk::Desk;
pub use next::rot;
pub use options::{Options, choose_lanes};
pub use past::{PastBanner, PastButton};
pub use plane::Board;
pub use quick_add::create_account;
pub use since::{SinceButton, SincePanel};

use std::sync::Arc;

use leptos::prelude::*;
use shared::id::StageId;
use shared::opportunities;
use shared::pipelines::Stage;

use crate::each::each;

/// Something for each stage, in the board's order.
fn each_stage(desk: Desk, row: impl Fn(Arc<Stage>) -> AnyView + Send + Sync + 'static) -> AnyView {
    let ids = move || desk.stages.with(|stages| stages.iter().map(|stage| stage.id.into()).collect());
    each(ids, move |id| untrack(|| desk.stage(StageId(id))).map(&row).into_any())
}

/// The numbers of a whole board.
pub fn numbers_of(board: &opportunities::Board) -> head::Numbers {
    head::Numbers::of(board.columns.iter())
}
