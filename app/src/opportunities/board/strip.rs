//! On a phone: one stage at a time, and the strip that leads to the others.

use leptos::prelude::*;
use shared::i18n::{Key, Plural};
use shared::id::StageId;
use shared::opportunities::Mark;

use super::desk::Desk;
use super::each_stage;
use super::head::{full, marked, numbers, sums};
use crate::i18n::{count, t};
use crate::ui::format;

#[component]
pub fn Strip(desk: Desk) -> impl IntoView {
    let current = Memo::new(move |_| desk.in_sight());
    let now = Memo::new(move |_| current.get().map(|stage| numbers(desk, stage)).unwrap_or_default());
    // The chip of the stage in sight stays in sight.
    Effect::new(move || {
        if let Some(stage) = current.get() {
            request_animation_frame(move || show_chip(stage));
        }
    });
    view! {
        <nav class="strip" aria-label=t(Key::BoardStages)>
            {each_stage(desk, move |stage| {
                let id = stage.id;
                let name = move || desk.stage(id).map(|stage| stage.name.clone()).unwrap_or_default();
                let number = Memo::new(move |_| numbers(desk, id).count);
                view! {
                    <button
                        type="button"
                        class="chip"
                        class:over=move || desk.carried.read().is_some() && desk.slot.get().is_some_and(|slot| slot.cell.stage == id)
                        data-strip=id.to_string()
                        aria-current=move || (current.get() == Some(id)).then_some("true")
                        on:click=move |_| turn_to(desk, id)
                    >
                        {name} " " <b>{move || format::number(number.get())}</b>
                        {full(desk, id)}
                    </button>
                }.into_any()
            })}
        </nav>
        <div class="strip-sums">
            <div class="sums">{move || current.get().map(|stage| sums(desk, stage, &now.read()))}</div>
            <span class="grow"></span>
            {move || {
                let late = usize::try_from(now.read().late).ok().filter(|late| *late > 0)?;
                let stage = desk.stage(current.get()?)?;
                Some(view! { <a class="small bad" href=marked(desk, &stage, Mark::Late)>{count(Plural::BoardLate, late)}</a> })
            }}
        </div>
    }
}

fn show_chip(stage: StageId) {
    let chip = document().query_selector(&format!("[data-strip='{stage}']")).ok().flatten();
    if let Some(chip) = chip {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_inline(web_sys::ScrollLogicalPosition::Center);
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        chip.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Scrolls the board to a stage.
pub fn turn_to(desk: Desk, stage: StageId) {
    let Some(board) = desk.node.get_untracked() else { return };
    let at = desk.stages.with_untracked(|stages| stages.iter().position(|known| known.id == stage));
    if let Some(at) = at.and_then(|at| i32::try_from(at).ok()) {
        // How smoothly, the style says.
        board.scroll_to_with_x_and_y(f64::from(at * board.client_width()), 0.0);
    }
}
