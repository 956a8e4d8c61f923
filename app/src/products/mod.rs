//! Products.

use leptos::prelude::*;
use shared::i18n::Key;

use crate::ui::{EmptyState, Glyph};

#[component]
pub fn Page() -> impl IntoView {
    view! { <EmptyState glyph=Glyph::Inbox title=Key::NavComing text=Key::NavComingText/> }
}
