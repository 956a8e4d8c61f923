//! Tickets as a table: filtered, sorted, changed many at once, exported.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::tickets::{Ticket, TicketTotals};

use crate::filters::Filters;
use crate::table::{ListBar, Listing, RecordTable, Shape};
use crate::ui::{EmptyState, Glyph};

const SHAPE: Shape = Shape {
    object: Object::Ticket,
    glyph: Glyph::Ticket,
    columns: &[
        "name",
        "number",
        "status_id",
        "priority",
        "account_id",
        "owner_id",
        "category_id",
        "due_at",
        "last_message_at",
    ],
    telling: &["status_id", "priority", "owner_id"],
    sum: None,
    sort: "-last_message_at",
    has_bulk: true,
    cell: None,
};

/// Opening a row leads into the inbox; Back leads here again.
#[component]
pub fn Table() -> impl IntoView {
    let listing = Listing::new::<Ticket, TicketTotals>(&SHAPE, Filters::in_url(Object::Ticket), || None);
    let empty = || view! { <EmptyState glyph=Glyph::Ticket title=Key::InboxEmpty text=Key::InboxEmptyText/> };
    view! {
        <ListBar listing/>
        <RecordTable listing empty/>
    }
}
