//! Saved views: questions with a name, in the navigation and on the pages.

mod links;
mod save;

pub use links::ViewLinks;
pub use save::SaveView;

use shared::access::Object;
use shared::id::ViewId;
use shared::views::View;

/// Where a view leads. It is named in the address: two views may ask the same.
pub fn href(view: &View) -> String {
    let object: Object = view.object.parse().unwrap_or(Object::Opportunity);
    let list = crate::links::list(object).unwrap_or_default();
    let query = if view.query.is_empty() { String::new() } else { format!("{}&", view.query) };
    format!("{list}?{query}view={}", view.id)
}

/// The view that the address names. Tracked.
pub fn chosen() -> Option<ViewId> {
    crate::links::param("view")?.parse().ok()
}

/// The page's question as a view keeps it: without the view itself, the day in
/// the past that is looked at, and what is only open right now. Tracked.
pub fn question() -> String {
    let passing = ["view", "as_of", "since", "open", "new", "edit", "tab"];
    let href = crate::links::with(&passing.map(|key| (key, None)));
    href.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}
