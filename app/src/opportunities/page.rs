//! `/opportunities`.

use leptos::prelude::*;

#[component]
pub fn Page() -> impl IntoView {}

#[component]
pub fn RecordPage() -> impl IntoView {}
