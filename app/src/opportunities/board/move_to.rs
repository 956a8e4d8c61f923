//! *Move to…*: the stages as a list, from below on a phone.

use leptos::prelude::*;
use shared::i18n::{Key, Plural};
use shared::id::StageId;

use super::card::title;
use super::desk::{CellKey, Desk, Lane};
use super::each_stage;
use super::head::{hue, numbers};
use super::moves::{self, Target};
use crate::i18n::{count, fill};
use crate::ui::{Dot, Sheet, format};

/// Mounted once on a board; opens while `desk.moving` holds cards.
#[component]
pub fn MoveTo(desk: Desk) -> impl IntoView {
    let open = RwSignal::new(false);
    // The sheet closes itself; what it was about goes with it.
    Effect::new(move || {
        if !desk.moving.read().is_empty() {
            open.set(true);
        }
    });
    let heading = move || {
        let ids = desk.moving.read();
        let one = ids.first().filter(|_| ids.len() == 1).and_then(|id| desk.find(*id));
        match one {
            Some((_, _, card)) => fill(Key::BoardMoveNamed, &[("name", &title(&card))]),
            None => count(Plural::BoardMoveMany, ids.len()),
        }
    };
    let here = move || {
        let ids = desk.moving.read();
        ids.first().and_then(|id| desk.find(*id)).map(|(cell, ..)| cell)
    };
    let choose = move |stage: StageId| {
        let ids = desk.moving.get_untracked();
        let lane = untrack(here).map_or(Lane::Whole, |cell| cell.lane);
        open.set(false);
        moves::put(desk, ids, Target { cell: CellKey { stage, lane }, slot: None }, None);
    };
    view! {
        <Sheet open title=Signal::derive(heading) on_close=move || desk.moving.set(Vec::new())>
            <ul class="move-to">
                {each_stage(desk, move |stage| {
                    let id = stage.id;
                    let tone = hue(&stage);
                    let is_here = move || here().is_some_and(|cell| cell.stage == id);
                    view! {
                        <li>
                            <button type="button" aria-current=move || is_here().then_some("true") on:click=move |_| choose(id)>
                                <Dot hue=tone/>
                                <span class="grow">{stage.name.clone()}</span>
                                <span class="faint">{move || format::number(numbers(desk, id).count)}</span>
                            </button>
                        </li>
                    }.into_any()
                })}
            </ul>
        </Sheet>
    }
}
