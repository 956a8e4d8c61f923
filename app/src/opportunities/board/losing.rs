//! A deal that is lost says why, where it was dropped and before it is sent.

use leptos::html;
use leptos::prelude::*;
use shared::i18n::{Key, Plural};
use shared::id::OpportunityId;

use super::desk::{CellKey, Desk};
use super::moves::{self, Target};
use crate::i18n::{count, t, text};
use crate::record::{Loss, loss_form};
use crate::ui::is_phone;
use crate::ui::place::set_px;

/// Cards on their way to a lost stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Losing {
    pub ids: Vec<OpportunityId>,
    pub target: Target,
    /// Where they were dropped, px of the screen.
    pub at: Option<(f64, f64)>,
}

/// Mounted once on a board.
#[component]
pub fn LosingAsk(desk: Desk) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match desk.losing.get() {
            Some(losing) if !dialog.open() => {
                let _ = dialog.show_modal();
                let at = losing.at.or_else(|| middle_of(desk, losing.target.cell(untrack(|| desk.lanes()))?));
                // Its size is known once its form is in it.
                request_animation_frame(move || stand(&dialog, at));
            }
            None if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            class="popover losing"
            aria-labelledby="losing-title"
            node_ref=dialog
            on:close=move |_| if desk.losing.get_untracked().is_some() {
                desk.losing.set(None);
                moves::give_up(desk);
            }
            on:pointerdown=move |event| if event.target() == event.current_target() && !is_inside(&event) {
                event.prevent_default();
                if let Some(dialog) = dialog.get_untracked() {
                    dialog.close();
                }
            }
        >
            {move || desk.losing.get().map(|losing| view! { <LosingForm desk losing/> })}
        </dialog>
    }
}

/// A press on the backdrop is outside of the dialog's own box.
fn is_inside(event: &web_sys::PointerEvent) -> bool {
    use wasm_bindgen::JsCast as _;
    let Some(dialog) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return true;
    };
    super::desk::area_of(&dialog).holds(f64::from(event.client_x()), f64::from(event.client_y()))
}

/// Beside the place of the drop, within the window; a phone has it at the bottom.
fn stand(dialog: &web_sys::HtmlDialogElement, at: Option<(f64, f64)>) {
    let Some((x, y)) = at.filter(|_| !untrack(is_phone)) else { return };
    let size = dialog.get_bounding_client_rect();
    let extent = |value: Result<wasm_bindgen::JsValue, _>| {
        value.ok().and_then(|value: wasm_bindgen::JsValue| value.as_f64()).unwrap_or_default()
    };
    let within = |start: f64, size: f64, whole: f64| start.min(whole - size - 8.0).max(8.0);
    set_px(dialog, "left", within(x - size.width() / 2.0, size.width(), extent(window().inner_width())));
    set_px(dialog, "top", within(y - 24.0, size.height(), extent(window().inner_height())));
}

fn middle_of(desk: Desk, cell: CellKey) -> Option<(f64, f64)> {
    let area = super::desk::area_of(desk.cell(cell)?.node.get_untracked()?.as_ref());
    Some((f64::midpoint(area.left, area.right), area.top + 80.0))
}

#[component]
fn LosingForm(desk: Desk, losing: Losing) -> impl IntoView {
    let number = losing.ids.len();
    let cancel = move || {
        desk.losing.set(None);
        moves::give_up(desk);
    };
    let lose = move |loss: Loss| {
        desk.losing.set(None);
        moves::send(desk, &losing.ids, losing.target, Some(loss));
    };
    view! {
        <h2 id="losing-title">{move || if number == 1 { text(Key::BoardLosingTitle).to_owned() } else { count(Plural::BoardLosing, number) }}</h2>
        {loss_form(Callback::new(lose), Callback::new(move |()| cancel()))}
        <p class="hidden">{t(Key::BoardLosingHint)}</p>
    }
}
