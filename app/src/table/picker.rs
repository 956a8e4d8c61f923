//! Which columns are shown, and in which order; how much room a row has.

use leptos::html;
use leptos::prelude::*;
use shared::fields::Field;
use shared::i18n::Key;

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
        use wasm_bindgen::JsCast as _;
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
            <For each=fields key=|field| field.key children=move |field| line(listing, field)/>
        </div>
        <div class="column-foot">
            <SegmentedControl label=Key::TableDensity options=Signal::derive(densities) value=density on_choose=move |word: String| choose_comfortable(word == "comfortable")/>
            <span class="grow"></span>
            <Button kind=ButtonKind::Quiet label=Key::TableResetColumns on_click=move |()| columns.reset()/>
        </div>
    }
}

fn line(listing: Listing, field: &'static Field) -> impl IntoView {
    let columns = listing.columns;
    let label = move || words::field(listing.object(), field.key);
    let is_shown = Memo::new(move |_| columns.has(field.key));
    let move_label = move |key| Signal::derive(move || fill(key, &[("field", &label())]));
    view! {
        <div class="row column-line">
            <label class="check grow">
                <input
                    type="checkbox"
                    disabled=field.key == "name"
                    prop:checked=is_shown
                    on:change=move |_| columns.toggle(field.key)
                />
                <span class="clip">{label}</span>
            </label>
            <Show when=move || is_shown.get()>
                <IconButton kind=IconKind::Small glyph=Glyph::ArrowUp label=move_label(Key::TableColumnUp) on_click=move |()| columns.shift(field.key, -1)/>
                <IconButton kind=IconKind::Small glyph=Glyph::ArrowDown label=move_label(Key::TableColumnDown) on_click=move |()| columns.shift(field.key, 1)/>
            </Show>
        </div>
    }
}
