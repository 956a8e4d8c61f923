//! One calendar: its form, its month, its days from a file, and trying it out.

mod days;
mod edit;
mod month;
mod trial;

pub use days::days_form;
pub use edit::calendar_form;
pub use month::month;
pub use trial::trial;
