//! A cell: one stage in one lane, however many cards it holds. Only those in
//! sight are made; further ones are asked for as one scrolls.

use crate::ui::place::px;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use shared::access::Object;
use shared::id::OpportunityId;
use shared::opportunities::{CardQuery, Cards, GetBoardCards, Lanes};
use shared::pipelines::Stage;
use uuid::Uuid;

use super::card;
use super::desk::{CellHandle, CellKey, Desk, pitch};
use super::foresee::foresee_cards;
use super::stack::{self, PAGE, Stack};
use crate::each::each;
use crate::opportunities::drag::geometry;
use crate::store::{self, Query};

/// What the cards of a cell share.
#[derive(Clone, Copy)]
pub struct CellView {
    pub stack: Memo<Arc<Stack>>,
    pub stage: Memo<Option<Arc<Stage>>>,
    /// The open slot here.
    pub slot: Memo<Option<usize>>,
    /// The card that Tab comes to.
    pub tab_stop: Memo<Option<OpportunityId>>,
}

#[component]
pub fn Cell(
    desk: Desk,
    key: CellKey,
    #[prop(into)] label: Signal<String>,
    /// px of the room it scrolls in.
    #[prop(into)]
    height: Signal<f64>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let top = RwSignal::new(0.0);
    let count = Memo::new(move |_| {
        desk.column(key, |column| column.count).and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
    });
    let is_folded = Memo::new(move |_| desk.is_folded(key.stage));
    let window =
        Memo::new(
            move |_| {
                if is_folded.get() { 0..0 } else { geometry::window(top.get(), height.get(), pitch(), count.get()) }
            },
        );
    let pages = Memo::new(move |_| stack::pages(&window.get(), desk.first()));
    let asked = [0, 1].map(|parity| {
        let page = Memo::new(move |_| pages.get()?.find(|page| page % 2 == parity));
        (page, window_query(desk, key, page))
    });
    let stack = Memo::new(move |_| Arc::new(stack_of(desk, key, asked)));
    let slot = Memo::new(move |_| desk.slot.get().filter(|slot| slot.cell == key).map(|slot| slot.index));
    let tab_stop = Memo::new(move |_| {
        let focus = desk.focus.get();
        stack.with(|stack| {
            focus.filter(|id| stack.place(*id).is_some()).or_else(|| stack.at(window.get().start).map(|card| card.id))
        })
    });
    let view = CellView { stack, stage: Memo::new(move |_| desk.stage(key.stage)), slot, tab_stop };
    desk.register(CellHandle::new(key, node, stack));
    let made = Memo::new(move |_| stack.with(|stack| made(desk, stack, window.get())));
    #[expect(clippy::cast_precision_loss, reason = "cards of a column")]
    let room = move || (count.get() + usize::from(slot.get().is_some())) as f64 * pitch();
    let scrolled = move |_| {
        if let Some(node) = node.get_untracked() {
            // In steps of a card: between them nothing else is to be made.
            let row = (f64::from(node.scroll_top()) / pitch()).floor() * pitch();
            if (row - top.get_untracked()).abs() > 0.5 {
                top.set(row);
            }
        }
    };
    view! {
        <div class="cell" class:folded=is_folded class:over=move || slot.get().is_some() node_ref=node on:scroll=scrolled>
            <div class="cards" role="list" aria-label=label style:height=move || px(room())>
                {each(move || made.get(), move |key| match usize::try_from(key.as_u128()) {
                    Ok(index) => card::empty(view, index).into_any(),
                    Err(_) => card::card(desk, view, OpportunityId(key)).into_any(),
                })}
                {move || slot.get().filter(|_| !is_folded.get()).map(|index| view! { <div class="slot" aria-hidden="true" style:transform=slot_top(index)></div> })}
            </div>
        </div>
    }
}

fn slot_top(index: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "cards of a column")]
    let top = index as f64 * pitch();
    format!("translateY({})", px(top))
}

/// A page of the column behind its first cards.
fn window_query(desk: Desk, key: CellKey, page: Memo<Option<usize>>) -> Query<Cards> {
    let ask = move || {
        let page = page.get()?;
        desk.question.with(|question| {
            let lanes = (question.lanes != Lanes::None).then_some(question.lanes);
            let query = CardQuery {
                stage: key.stage,
                lane: key.lane.word(),
                lanes,
                filter: question.filter.clone(),
                search: question.search.clone(),
                sort: question.sort.clone(),
                skip: u32::try_from(stack::start_of(page, desk.first())).ok()?,
                limit: u32::try_from(PAGE).ok()?,
                as_of: question.as_of,
            };
            Some(((), query))
        })
    };
    store::patched::<GetBoardCards>(ask, &[Object::Opportunity], foresee_cards)
}

/// What is loaded of the cell. Tracked.
fn stack_of(desk: Desk, key: CellKey, asked: [(Memo<Option<usize>>, Query<Cards>); 2]) -> Stack {
    let Some(board) = desk.board.data() else { return Stack::default() };
    let Some(column) = board.columns.iter().find(|column| key.is_of(column)) else { return Stack::default() };
    // While a page is asked for, the query still holds an earlier one.
    let answers = asked.map(|(page, query)| Some((page.get()?, query.data().filter(|_| !query.is_stale())?)));
    let mut pages: Vec<(usize, Arc<Cards>)> = answers.into_iter().flatten().collect();
    shared::order::sort_by_key(&mut pages, |(page, _)| *page);
    let pages: Vec<_> = pages.iter().map(|(page, cards)| (*page, cards.cards.as_slice())).collect();
    let count = usize::try_from(column.count).unwrap_or(0);
    Stack::of(count, &column.cards, desk.first(), &pages)
}

/// The places in sight, and those of carried cards: a finger's events end with
/// its card. The keys' end with the card that has the focus; what is folded shows none.
/// In the order of their places: an element that is put elsewhere loses the focus.
/// A card that is not loaded yet has its place as its key, which no record's id is as small as.
fn made(desk: Desk, stack: &Stack, window: std::ops::Range<usize>) -> Vec<Uuid> {
    let coming = |index: usize| Uuid::from_u128(index as u128);
    let focus = desk.focus.get().filter(|_| !window.is_empty());
    let mut made: Vec<(usize, Uuid)> =
        window.map(|index| (index, stack.at(index).map_or_else(|| coming(index), |card| card.id.into()))).collect();
    let carried = desk.carried.get();
    let held = carried.iter().flat_map(|carried| carried.ids.iter().copied()).chain(focus);
    for held in held.filter_map(|id| Some((stack.place(id)?, Uuid::from(id)))) {
        if !made.contains(&held) {
            made.push(held);
        }
    }
    shared::order::sort_by_key(&mut made, |(place, _)| *place);
    made.into_iter().map(|(_, key)| key).collect()
}
