//! Saved views: questions with a name, in the navigation and on the pages.

mod links;
mod save;

pub use links::ViewLinks;
pub use save::SaveView;

use shared::access::Object;
use shared::views::View;

/// Where a view leads.
pub fn href(view: &View) -> String {
    let object: Object = view.object.parse().unwrap_or(Object::Opportunity);
    let list = crate::links::list(object).unwrap_or_default();
    if view.query.is_empty() { list } else { format!("{list}?{}", view.query) }
}
