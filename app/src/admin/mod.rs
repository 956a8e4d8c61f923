//! Administration: pipelines, people and roles.

use leptos::prelude::*;
use shared::i18n::Key;

use crate::ui::{EmptyState, Glyph};

#[component]
pub fn PipelinesPage() -> impl IntoView {
    view! { <EmptyState glyph=Glyph::Inbox title=Key::NavComing text=Key::NavComingText/> }
}

#[component]
pub fn TeamPage() -> impl IntoView {
    view! { <EmptyState glyph=Glyph::Inbox title=Key::NavComing text=Key::NavComingText/> }
}
