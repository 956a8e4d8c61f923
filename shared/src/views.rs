//! Saved views: a question about records with a name.

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::Page;
use crate::change::{Archive, BulkDone, Done, New, Patch};
use crate::id::{TeamId, UserId, ViewId};
use crate::query::ListQuery;

crate::endpoints! {
    ListViews:    GET   "/api/views"         (ListQuery)         -> Page<View>, Staff(Object::View, Read);
    CreateView:   POST  "/api/views"         (New<View>)         -> Done<View>, Staff(Object::View, Create);
    UpdateView:   PATCH "/api/views/{id}"    [ViewId] (Patch)    -> Done<View>, Staff(Object::View, Write);
    ArchiveViews: POST  "/api/views/archive" (Archive)           -> BulkDone,   Staff(Object::View, Archive);
}

record! {
    /// A named question: its page's URL query, so that a link and a view are one thing.
    View (ViewId) as View in "views", Personal {
        name: String = text(80).required();
        object: String = choice(&["account", "contact", "opportunity", "ticket"]).required();
        layout: String = choice(&["table", "board"]).required();
        /// The URL's query part, without `?`.
        query: String = text(8_000);
        /// Column keys by comma.
        columns: Option<String> = text(2_000);
        position: i64 = int(0, 10_000);
        owner_id: Option<UserId> = to(Object::User);
        team_id: Option<TeamId> = to(Object::Team);
    }
}
