//! The fields one may filter by, found by a few letters.

use leptos::html;
use leptos::prelude::*;
use shared::fields::Schema;
use shared::i18n::Key;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::condition::{Offer, offers};
use super::say;
use crate::i18n::t;
use crate::ui::{Button, ButtonKind, Glyph, SearchInput};

#[component]
pub fn FieldMenu(
    schema: &'static Schema,
    #[prop(into)] on_choose: Callback<Offer>,
    #[prop(optional, into)] on_groups: Option<Callback<()>>,
) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let list = NodeRef::<html::Div>::new();
    let all = StoredValue::new(offers(schema));
    let shown = move || {
        let words = query.read().trim().to_lowercase();
        let labelled = all.read_value().iter().map(|offer| (say::offer(offer, schema), *offer)).collect::<Vec<_>>();
        // Without a word only the record's own fields: the others are many.
        let fits = |label: &str, offer: &Offer| {
            if words.is_empty() { offer.via.is_none() } else { label.to_lowercase().contains(&words) }
        };
        labelled.into_iter().filter(|(label, offer)| fits(label, offer)).collect::<Vec<_>>()
    };
    let is_none = Memo::new(move |_| shown().is_empty());
    let line = move |(label, offer): (String, Offer)| {
        view! {
            <button type="button" class="filter-field" on:click=move |_| on_choose.run(offer)>{label}</button>
        }
    };
    let press = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if is_in_field(&event) => {
            event.prevent_default();
            if let Some((_, offer)) = untrack(shown).first() {
                on_choose.run(*offer);
            }
        }
        "ArrowDown" => step(&event, list, 1),
        "ArrowUp" => step(&event, list, -1),
        _ => {}
    };
    view! {
        <div class="filter-body" node_ref=list on:keydown=press>
            <SearchInput value=query label=Key::FilterSearchFields/>
            <div class="filter-list">
                {move || shown().into_iter().map(line).collect_view()}
                <Show when=move || is_none.get()><p class="list-note">{t(Key::UiNoMatch)}</p></Show>
            </div>
            {on_groups.map(|on_groups| view! {
                <hr/>
                <Button kind=ButtonKind::Quiet icon=Glyph::Layers label=Key::FilterGroups on_click=on_groups/>
            })}
        </div>
    }
}

fn is_in_field(event: &KeyboardEvent) -> bool {
    event.target().is_some_and(|target| target.has_type::<web_sys::HtmlInputElement>())
}

/// From the search down the list and back.
fn step(event: &KeyboardEvent, list: NodeRef<html::Div>, by: i32) {
    let Some(list) = list.get_untracked() else { return };
    let Ok(nodes) = list.query_selector_all("input, .filter-field") else { return };
    let items: Vec<HtmlElement> = (0..nodes.length()).filter_map(|at| nodes.get(at)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let at = items.iter().position(|item| Some(item.as_ref()) == active.as_ref());
    let to = at.and_then(|at| at.checked_add_signed(by as isize)).unwrap_or(0);
    if let Some(item) = items.get(to) {
        event.prevent_default();
        let _ = item.focus();
    }
}
