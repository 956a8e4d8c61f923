//! The same question as a table.

use leptos::prelude::*;

use super::board::Desk;

#[component]
pub fn Table(desk: Desk) -> impl IntoView {
    let _ = desk;
}
