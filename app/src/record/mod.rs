//! The parts of a record's page that every kind shares: its facts, edited in
//! place, forms, pickers, history and shares.

pub mod as_of;
mod control;
pub mod creating;
mod draft;
mod facts;
pub mod faults;
mod head;
mod inline;
mod loss;
pub mod picker;
pub mod points;
mod shares;
mod shown;
mod similar;
mod stage;
pub mod tags;
mod timeline;
mod undoing;
pub mod value;

pub use as_of::AsOfPicker;
pub use control::{FieldEditor, is_editable};
pub use draft::{Draft, Whole};
pub use facts::{Fact, FactValue, Facts};
pub use head::Head;
pub use inline::{InlineEdit, Leave};
pub use loss::{Loss, loss_form};
pub use picker::RefPicker;
pub use points::PointsEditor;
pub use shares::Shares;
pub use shown::Shown;
pub use similar::Similar;
pub use stage::{StageDialog, StageDraft, StageFields};
pub use tags::TagsEditor;
pub use timeline::Timeline;
