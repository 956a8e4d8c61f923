//! How a board is looked at: its order and, where there is no room beside it,
//! its lanes, a past day, and what changed.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::opportunities::Lanes;
use shared::time::Date;

use super::desk::Desk;
use super::past::{self, day_field};
use super::since::SinceButton;
use crate::i18n::{t, text};
use crate::links;
use crate::parts::once;
use crate::record::as_of;
use crate::ui::{Choice, Glyph, Icon, IconButton, IconKind, Menu, MenuItem, SegmentedControl, Sheet, is_phone};
use crate::{part, words};

/// The orders of a board, as the address writes them; by hand it says nothing.
const ORDERS: [(Option<&str>, Key); 6] = [
    (None, Key::BoardByHand),
    (Some("-amount"), Key::BoardByAmount),
    (Some("close_date"), Key::BoardByClose),
    (Some("next_step_on"), Key::BoardByStep),
    (Some("stage_entered_at"), Key::BoardByStay),
    (Some("name"), Key::BoardByName),
];

/// A menu for the order; a phone has all the rest in its sheet.
#[component]
pub fn Options(desk: Desk) -> impl IntoView {
    let is_open = RwSignal::new(false);
    view! {
        <Show
            when=is_phone
            fallback=move || view! { <Menu label=Signal::derive(move || said(desk)) show_label=true>{orders(desk)}</Menu> }
        >
            <IconButton kind=IconKind::Quiet glyph=Glyph::Ellipsis label=Key::BoardOptions on_click=move |()| is_open.set(true)/>
        </Show>
        {once(move || is_open.get(), move || sheet(desk, is_open))}
    }
}

/// The order in words. Tracked.
fn said(desk: Desk) -> String {
    let sort = desk.question.with(|question| question.sort.clone());
    let known = ORDERS.iter().find(|(word, _)| *word == sort.as_deref());
    text(known.map_or(Key::BoardSort, |(_, label)| *label)).to_owned()
}

fn choose(word: Option<&str>) {
    links::go(&untrack(|| links::with(&[("sort", word)])));
}

part! { asides: fn orders(desk: Desk) => view! { <Orders desk/> } }
part! { asides: fn sheet(desk: Desk, is_open: RwSignal<bool>) => view! { <Sheet open=is_open title=Key::BoardOptions><InSheet desk is_open/></Sheet> } }

#[component]
fn Orders(desk: Desk) -> impl IntoView {
    ORDERS
        .into_iter()
        .map(|(word, label)| {
            let checked = Signal::derive(move || desk.question.with(|question| question.sort.as_deref() == word));
            view! { <MenuItem label checked on_choose=move || choose(word)/> }
        })
        .collect_view()
}

#[component]
fn InSheet(desk: Desk, is_open: RwSignal<bool>) -> impl IntoView {
    let value = RwSignal::new(untrack(as_of::day));
    let lanes = Lanes::ALL
        .iter()
        .map(|lanes| Choice::new(lanes.word(), words::choice("lanes", lanes.word())))
        .collect::<Vec<_>>();
    let look_back = move |day: Option<Date>| {
        is_open.set(false);
        past::go(day);
    };
    view! {
        <div class="board-options">
            <h3>{t(Key::BoardSort)}</h3>
            <ul class="move-to">
                {ORDERS.into_iter().map(|(word, label)| {
                    let is_now = move || desk.question.with(|question| question.sort.as_deref() == word);
                    view! {
                        <li>
                            <button
                                type="button"
                                aria-current=move || is_now().then_some("true")
                                on:click=move |_| {
                                    is_open.set(false);
                                    choose(word);
                                }
                            >
                                <span class="grow">{t(label)}</span>
                                {move || is_now().then(|| view! { <Icon glyph=Glyph::Check/> })}
                            </button>
                        </li>
                    }
                }).collect_view()}
            </ul>
            <h3>{t(Key::BoardLanes)}</h3>
            <SegmentedControl
                label=Key::BoardLanes
                options=lanes
                value=Signal::derive(move || desk.lanes().word().to_owned())
                on_choose=move |word: String| {
                    is_open.set(false);
                    choose_lanes(&word);
                }
            />
            {day_field(value, Callback::new(look_back))}
            <div on:click=move |_| is_open.set(false)><SinceButton/></div>
        </div>
    }
}

/// Other lanes, or none.
pub fn choose_lanes(word: &str) {
    links::set_params(&[("lanes", Some(word).filter(|word| *word != Lanes::None.word()))]);
}
