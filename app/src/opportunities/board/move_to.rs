//! *Move to…*: the stages as a list, from below on a phone.

use leptos::prelude::*;
use serde_json::Value;
use shared::access::{Action, Object};
use shared::fields::row_with;
use shared::i18n::{self, Key, Plural};
use shared::id::{OpportunityId, StageId};
use shared::opportunities::{Lanes, Opportunity};
use uuid::Uuid;

use super::card::title;
use super::desk::{CellKey, Desk, Lane};
use super::each_stage;
use super::head::{hue, numbers};
use super::lanes;
use super::moves::{self, Target};
use crate::i18n::{count, fill, locale, t};
use crate::store::{self, Command};
use crate::ui::{Dot, Glyph, Icon, Sheet, format};
use crate::{session, words};

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
    // A finger has no other way to choose several.
    let alone = move || desk.moving.with(|ids| ids.first().copied().filter(|_| ids.len() == 1));
    let choose_card = move |id: OpportunityId| {
        open.set(false);
        desk.selection.set([id.to_string()]);
    };
    let choose = move |stage: StageId| {
        let ids = desk.moving.get_untracked();
        open.set(false);
        moves::put(desk, ids, Target::top(stage), None);
    };
    view! {
        <Sheet open title=Signal::derive(heading) on_close=move || desk.moving.set(Vec::new())>
            <ul class="move-to">
                {move || alone().map(|id| view! {
                    <li class="choose">
                        <button type="button" on:click=move |_| choose_card(id)>
                            <Icon glyph=Glyph::Check/><span class="grow">{t(Key::BoardChoose)}</span>
                        </button>
                    </li>
                })}
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
            <Show when=move || desk.lanes() != Lanes::None && session::can(Object::Opportunity, Action::Assign)>
                <Owners desk here=Signal::derive(here) open/>
            </Show>
        </Sheet>
    }
}

/// The lanes: another owner or team, in the stage each card is in.
#[component]
fn Owners(desk: Desk, here: Signal<Option<CellKey>>, open: RwSignal<bool>) -> impl IntoView {
    let give = move |lane: Lane| {
        let ids = desk.moving.get_untracked();
        let to = match lane {
            Lane::Of(id) => id.to_string().into(),
            Lane::Nobody | Lane::Whole => Value::Null,
        };
        open.set(false);
        let set = row_with([(untrack(|| desk.lanes()).word().to_owned(), to)]);
        let said = untrack(|| said(desk, &ids, lane));
        store::run(Command::bulk::<Opportunity>(ids.into_iter().map(Uuid::from).collect(), set).said(said));
    };
    view! {
        <h3 class="small muted move-to-lanes">{move || words::choice("lanes", desk.lanes().word())}</h3>
        <ul class="move-to">
            {move || desk.rows().into_iter().map(|lane| {
                let is_here = move || here.get().is_some_and(|cell| cell.lane == lane);
                view! {
                    <li>
                        <button type="button" aria-current=move || is_here().then_some("true") on:click=move |_| give(lane)>
                            <span class="grow">{move || lanes::name(desk.lanes(), lane)}</span>
                        </button>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

fn said(desk: Desk, ids: &[OpportunityId], lane: Lane) -> String {
    let name = lanes::name(desk.lanes(), lane);
    match ids {
        [one] => {
            let card = desk.find(*one).map(|(_, _, card)| title(&card)).unwrap_or_default();
            fill(Key::BoardMoved, &[("name", &card), ("stage", &name)])
        }
        _ => i18n::count(locale(), Plural::BoardMovedMany, ids.len() as u64, &[("stage", &name)]),
    }
}
