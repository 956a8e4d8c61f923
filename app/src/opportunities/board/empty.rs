//! A board without a card: what belongs there, and the first step.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;

use super::desk::Desk;
use crate::i18n::{t, text};
use crate::record::creating;
use crate::ui::{Button, ButtonKind, EmptyState, Glyph};
use crate::{links, session};

/// No deal in any column.
pub fn is_empty(desk: Desk) -> bool {
    desk.board.data().is_some_and(|board| board.columns.iter().all(|column| column.count == 0))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Narrowed,
    Past,
    Nothing,
}

fn why(desk: Desk) -> Why {
    desk.question.with(|question| match question {
        question if question.search.is_some() || question.filter.is_some() => Why::Narrowed,
        question if question.as_of.is_some() => Why::Past,
        _ => Why::Nothing,
    })
}

/// Another question that leaves more.
fn show_all() {
    links::go(&untrack(|| links::with(&[("filter", None), ("search", None)])));
}

#[component]
pub fn Empty(desk: Desk) -> impl IntoView {
    view! {
        <div class="board-empty">
            {move || match why(desk) {
                Why::Narrowed => view! {
                    <EmptyState glyph=Glyph::ListFilter title=Key::BoardNoneMatch text=text(Key::BoardNoneMatchText)>
                        <Button label=Key::BoardShowAll on_click=|()| show_all()/>
                    </EmptyState>
                }.into_any(),
                Why::Past => view! { <EmptyState glyph=Glyph::History title=Key::BoardNoneThen/> }.into_any(),
                Why::Nothing => invitation(desk).into_any(),
            }}
        </div>
    }
}

/// Who chose a pipeline knows what a deal is.
fn invitation(desk: Desk) -> impl IntoView {
    let is_chosen = Memo::new(move |_| desk.question.with(|question| question.pipeline.is_some()));
    let title =
        Signal::derive(move || text(if is_chosen.get() { Key::BoardEmptyHere } else { Key::BoardEmpty }).to_owned());
    let why = Signal::derive(move || (!is_chosen.get()).then(|| text(Key::BoardEmptyText).to_owned()));
    view! {
        <EmptyState glyph=Glyph::SquareKanban title text=why>
            <Show when=|| session::can(Object::Opportunity, Action::Create)>
                <Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::OpportunityNew on_click=|()| creating::begin()/>
            </Show>
            <Show when=|| session::can(Object::Opportunity, Action::Import)>
                <a class="btn" href=links::imports()>{t(Key::BoardImport)}</a>
            </Show>
        </EmptyState>
    }
}
