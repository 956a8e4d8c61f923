//! Which rows are chosen, and the bar with what can be done to them.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::i18n::{Key, Plural};

use super::button::{Button, ButtonKind};
use super::keys::{Scope, use_key};
use crate::i18n::{count, t};

/// Keys of the chosen rows.
#[derive(Clone, Copy)]
pub struct Selection {
    chosen: RwSignal<BTreeSet<String>>,
    /// Where a Shift-click counts from.
    anchor: RwSignal<Option<String>>,
}

impl Selection {
    pub fn new() -> Self {
        Self { chosen: RwSignal::new(BTreeSet::new()), anchor: RwSignal::new(None) }
    }

    pub fn has(self, key: &str) -> bool {
        self.chosen.read().contains(key)
    }

    pub fn len(self) -> usize {
        self.chosen.read().len()
    }

    pub fn is_empty(self) -> bool {
        self.chosen.read().is_empty()
    }

    pub fn keys(self) -> Vec<String> {
        self.chosen.read().iter().cloned().collect()
    }

    pub fn clear(self) {
        self.chosen.set(BTreeSet::new());
        self.anchor.set(None);
    }

    pub fn set(self, keys: impl IntoIterator<Item = String>) {
        self.chosen.set(keys.into_iter().collect());
    }

    /// Chooses a row, or takes it out.
    pub fn toggle(self, key: &str) {
        self.chosen.update(|chosen| {
            if !chosen.remove(key) {
                chosen.insert(key.to_owned());
            }
        });
        self.anchor.set(Some(key.to_owned()));
    }

    /// Chooses all from the row chosen last to this one, in the order of `all`.
    pub fn extend_to(self, key: &str, all: &[String]) {
        let place = |key: &str| all.iter().position(|other| other == key);
        let anchor = self.anchor.get_untracked();
        let (Some(from), Some(to)) = (anchor.as_deref().and_then(place), place(key)) else {
            return self.toggle(key);
        };
        let range = from.min(to)..=from.max(to);
        self.chosen.update(|chosen| chosen.extend(all[range].iter().cloned()));
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self::new()
    }
}

/// Stands at the bottom while rows are chosen; its buttons are children.
#[component]
pub fn BulkBar(selection: Selection, children: ChildrenFn) -> impl IntoView {
    view! {
        <Show when=move || !selection.is_empty()>
            <ClearOnEscape selection/>
            <div class="bulk-bar" role="toolbar" aria-label=t(Key::UiBulkActions)>
                <span class="strong" aria-live="polite">{move || count(Plural::UiRowsSelected, selection.len())}</span>
                {children()}
                <Button kind=ButtonKind::Quiet label=Key::UiClearSelection shortcut="escape" on_click=move |()| selection.clear()/>
            </div>
        </Show>
    }
}

#[component]
fn ClearOnEscape(selection: Selection) -> impl IntoView {
    use_key(Scope::Page, "escape", Key::UiClearSelection, move || {
        selection.clear();
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn shift_chooses_from_the_last_choice_in_either_direction() {
        let owner = Owner::new();
        owner.set();
        let rows = ["a", "b", "c", "d"].map(str::to_owned);
        let selection = Selection::new();
        untrack(|| {
            selection.toggle("c");
            selection.extend_to("a", &rows);
            assert_eq!(selection.keys(), ["a", "b", "c"]);
            selection.extend_to("d", &rows);
            assert_eq!(selection.keys(), ["a", "b", "c", "d"]);
        });
    }

    #[test]
    fn without_a_choice_before_shift_chooses_one() {
        let owner = Owner::new();
        owner.set();
        let selection = Selection::new();
        selection.extend_to("b", &["a", "b"].map(str::to_owned));
        assert_eq!(untrack(|| selection.keys()), ["b"]);
    }
}
