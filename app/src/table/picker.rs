//! Which columns are shown, and in which order; how much room a row has.

use leptos::html;
use leptos::prelude::*;
use shared::fields::Field;
use shared::i18n::Key;
use wasm_bindgen::JsCast as _;

use super::columns::is_listed;
use super::grid::{choose_comfortable, is_comfortable};
use super::listing::Listing;
use crate::i18n::{fill, t, text};
use crate::ui::field::unique_id;
use crate::ui::place::{self, Align, Side};
use crate::ui::{Button, ButtonKind, Choice, Glyph, Icon, IconButton, IconKind, SegmentedControl};
use crate::words;

#[component]
pub fn ColumnPicker(listing: Listing) -> impl IntoView {
    let id = unique_id("columns");
    let (button, popover) = (NodeRef::<html::Button>::new(), NodeRef::<html::Div>::new());
    let is_open = RwSignal::new(false);
    let toggled = move |event: web_sys::Event| {
        let opens = event.dyn_ref::<web_sys::ToggleEvent>().is_some_and(|event| event.new_state() == "open");
        is_open.set(opens);
        if let (true, Some(popover), Some(button)) = (opens, popover.get_untracked(), button.get_untracked()) {
            request_animation_frame(move || place::beside(&popover, &button, Side::Below, Align::End));
        }
    };
    view! {
        <button
            type="button"
            class="btn icon-btn quiet"
            popovertarget=id.clone()
            aria-label=t(Key::TableColumns)
            data-tip=t(Key::TableColumns)
            node_ref=button
        ><Icon glyph=Glyph::Columns3/></button>
        <div class="popover column-pop" popover="auto" role="dialog" aria-label=t(Key::TableColumns) id=id node_ref=popover on:toggle=toggled>
            <Show when=move || is_open.get()><Body listing/></Show>
        </div>
    }
}

#[component]
fn Body(listing: Listing) -> impl IntoView {
    let schema = listing.schema();
    let columns = listing.columns;
    let said = RwSignal::new(String::new());
    // Those shown stand first, in their order; the others as the schema has them.
    let fields = move || {
        let shown = columns.fields();
        let others =
            schema.fields.iter().filter(|field| is_listed(field) && !shown.iter().any(|one| one.key == field.key));
        shown.iter().copied().chain(others).collect::<Vec<&'static Field>>()
    };
    let densities = || {
        vec![Choice::new("compact", text(Key::TableCompact)), Choice::new("comfortable", text(Key::TableComfortable))]
    };
    let density = Signal::derive(|| if is_comfortable() { "comfortable" } else { "compact" }.to_owned());
    view! {
        <div class="column-list" role="group" aria-label=t(Key::TableColumns)>
            <For each=fields key=|field| field.key children=move |field| line(listing, field, said)/>
        </div>
        <p class="hidden" aria-live="polite">{said}</p>
        <div class="column-foot">
            <SegmentedControl label=Key::TableDensity options=Signal::derive(densities) value=density on_choose=move |word: String| choose_comfortable(word == "comfortable")/>
            <span class="grow"></span>
            <Button kind=ButtonKind::Quiet label=Key::TableResetColumns on_click=move |()| columns.reset()/>
        </div>
    }
}

fn line(listing: Listing, field: &'static Field, said: RwSignal<String>) -> impl IntoView {
    let columns = listing.columns;
    let label = move || words::field(listing.object(), field.key);
    let place = Memo::new(move |_| columns.place(field.key));
    let is_shown = Memo::new(move |_| place.get().is_some());
    let is_last = Signal::derive(move || place.get().is_some_and(|at| at + 1 == columns.all.read().len()));
    let move_label = move |key| Signal::derive(move || fill(key, &[("field", &label())]));
    let shift = move |by: isize| {
        keeping_focus(|| columns.shift(field.key, by));
        if let Some(at) = place.get_untracked() {
            let (at, of) = (at + 1, columns.all.read_untracked().len());
            let order = [("field", label()), ("n", at.to_string()), ("count", of.to_string())];
            said.set(fill(Key::TableColumnPlace, &order.each_ref().map(|(name, value)| (*name, value.as_str()))));
        }
    };
    let key_down = move |event: web_sys::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowUp" if event.alt_key() => -1,
            "ArrowDown" if event.alt_key() => 1,
            _ => return,
        };
        event.prevent_default();
        untrack(|| shift(by));
    };
    view! {
        <div class="row column-line" on:keydown=key_down>
            <label class="check grow">
                <input
                    type="checkbox"
                    disabled=field.key == "name"
                    prop:checked=is_shown
                    on:change=move |_| keeping_focus(|| columns.toggle(field.key))
                />
                <span class="clip">{label}</span>
            </label>
            <Show when=move || is_shown.get()>
                <IconButton kind=IconKind::Small glyph=Glyph::ArrowUp shortcut="alt+arrowup" label=move_label(Key::TableColumnUp)
                    disabled=Signal::derive(move || place.get() == Some(0)) on_click=move |()| untrack(|| shift(-1))/>
                <IconButton kind=IconKind::Small glyph=Glyph::ArrowDown shortcut="alt+arrowdown" label=move_label(Key::TableColumnDown)
                    disabled=is_last on_click=move |()| untrack(|| shift(1))/>
            </Show>
        </div>
    }
}

/// A line that moves in the document lets go of the focus.
fn keeping_focus(change: impl FnOnce()) {
    let focused = document().active_element();
    change();
    request_animation_frame(move || {
        if let Some(focused) = focused.and_then(|focused| focused.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = focused.focus();
        }
    });
}
