//! A deal's record: the panel over the board, and its own page.

use leptos::prelude::*;

use crate::opportunities::board::Desk;

#[component]
pub fn RecordPanel(desk: Desk) -> impl IntoView {
    let _ = desk;
}

#[component]
pub fn RecordPage() -> impl IntoView {}
