//! The dialog of a deal's form.

use leptos::prelude::*;

use crate::opportunities::board::Desk;

#[component]
pub fn FormDialog(desk: Desk) -> impl IntoView {
    let _ = desk;
}
