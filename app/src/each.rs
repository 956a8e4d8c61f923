//! Lists by key. One keyed list for the whole app: each `For` of its own would
//! add ten kilobytes of code.

use std::sync::Arc;

use leptos::prelude::*;
use uuid::Uuid;

type Keys = Arc<dyn Fn() -> Vec<Uuid> + Send + Sync>;
type Row = Arc<dyn Fn(Uuid) -> AnyView + Send + Sync>;

/// A row for each record, in the order of `keys`; a row stays while its key does.
pub fn each(
    keys: impl Fn() -> Vec<Uuid> + Send + Sync + 'static,
    row: impl Fn(Uuid) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    rows(Arc::new(keys), Arc::new(row))
}

fn rows(keys: Keys, row: Row) -> AnyView {
    view! { <For each=move || keys() key=|key| *key children=move |key| row(key)/> }.into_any()
}
