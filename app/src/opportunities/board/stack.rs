//! A column as far as it is loaded: which pages a window needs, and which card
//! stands where.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use shared::id::OpportunityId;
use shared::opportunities::Card;

/// Cards of a page behind the first ones.
pub const PAGE: usize = 60;

/// The pages behind the `first` cards that a window touches, counted from 1.
pub fn pages(window: &Range<usize>, first: usize) -> Option<RangeInclusive<usize>> {
    if window.is_empty() || window.end <= first {
        return None;
    }
    let page = |index: usize| (index.max(first) - first) / PAGE + 1;
    Some(page(window.start)..=page(window.end - 1))
}

/// Where a page begins as the server counts.
pub fn start_of(page: usize, first: usize) -> usize {
    first + (page - 1) * PAGE
}

/// The loaded stretches of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    pub count: usize,
    runs: Vec<(usize, Vec<Arc<Card>>)>,
    places: HashMap<OpportunityId, usize>,
}

impl Stack {
    /// `first` stands on top, `size` of it were asked for. A page joins the one
    /// before it even where a pending move made that shorter or longer.
    pub fn of(count: usize, first: &[Card], size: usize, pages: &[(usize, &[Card])]) -> Self {
        let mut stack = Self { count, ..Self::default() };
        stack.push(0, first);
        let mut last = 0;
        for (page, cards) in pages {
            let joins = *page == last + 1;
            let end = stack.runs.last().map_or(0, |(start, run)| start + run.len());
            stack.push(if joins { end } else { start_of(*page, size) }, cards);
            last = *page;
        }
        stack
    }

    fn push(&mut self, start: usize, cards: &[Card]) {
        let mut run = Vec::with_capacity(cards.len());
        for card in cards {
            let at = start + run.len();
            // A card moved meanwhile may be in two pages that were asked for at different moments.
            if at < self.count && !self.places.contains_key(&card.id) {
                self.places.insert(card.id, at);
                run.push(Arc::new(card.clone()));
            }
        }
        self.runs.push((start, run));
    }

    /// The card at a place, if it is loaded.
    pub fn at(&self, index: usize) -> Option<&Arc<Card>> {
        let inside = |(start, run): &&(usize, Vec<Arc<Card>>)| (*start..start + run.len()).contains(&index);
        let (start, run) = self.runs.iter().find(inside)?;
        run.get(index - start)
    }

    pub fn place(&self, id: OpportunityId) -> Option<usize> {
        self.places.get(&id).copied()
    }

    pub fn card(&self, id: OpportunityId) -> Option<&Arc<Card>> {
        self.at(self.place(id)?)
    }

    /// The loaded cards in their order.
    pub fn cards(&self) -> impl Iterator<Item = &Arc<Card>> {
        self.runs.iter().flat_map(|(_, run)| run)
    }

    /// The places of these cards here, in order.
    pub fn places_of(&self, ids: &[OpportunityId]) -> Vec<usize> {
        let mut places: Vec<usize> = ids.iter().filter_map(|id| self.place(*id)).collect();
        shared::order::sort_by(&mut places, Ord::cmp);
        places
    }

    /// The cards above and below a slot, without those that are carried. A slot
    /// counts the carried ones; beyond what is loaded nobody is known.
    pub fn neighbours(&self, slot: usize, carried: &[OpportunityId]) -> (Option<OpportunityId>, Option<OpportunityId>) {
        let stays = |index: &usize| self.at(*index).is_none_or(|card| !carried.contains(&card.id));
        let id = |index: usize| self.at(index).map(|card| card.id);
        let above = (0..slot.min(self.count)).rev().find(stays).and_then(id);
        let below = (slot..self.count).find(stays).and_then(id);
        (above, below)
    }
}

/// The slot of a place among the cards that stay; `carried` are places in order.
pub fn slot_of(place: usize, carried: &[usize]) -> usize {
    carried.iter().fold(place, |slot, at| if *at <= slot { slot + 1 } else { slot })
}

/// The place among the cards that stay, of a slot that counts the carried ones.
pub fn place_of(slot: usize, carried: &[usize]) -> usize {
    slot - carried.iter().filter(|at| **at < slot).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn card(id: u128) -> Card {
        Card { id: OpportunityId(Uuid::from_u128(id)), ..Card::default() }
    }

    fn cards(ids: Range<u128>) -> Vec<Card> {
        ids.map(card).collect()
    }

    fn id(id: u128) -> OpportunityId {
        card(id).id
    }

    #[test]
    fn a_window_asks_for_the_pages_it_touches() {
        assert_eq!(pages(&(0..30), 30), None);
        assert_eq!(pages(&(20..31), 30), Some(1..=1));
        assert_eq!(pages(&(80..100), 30), Some(1..=2));
        assert_eq!(pages(&(90..91), 30), Some(2..=2));
        assert_eq!(start_of(2, 30), 90);
    }

    #[test]
    fn a_card_is_found_by_its_place_and_the_place_by_its_card() {
        let first = cards(0..30);
        let page = cards(90..150);
        let stack = Stack::of(1000, &first, 30, &[(2, &page)]);
        assert_eq!(stack.at(29).map(|card| card.id), Some(id(29)));
        assert_eq!(stack.at(30), None);
        assert_eq!(stack.at(90).map(|card| card.id), Some(id(90)));
        assert_eq!(stack.place(id(149)), Some(149));
    }

    #[test]
    fn a_page_joins_the_one_before_after_a_card_was_taken() {
        let mut first = cards(0..30);
        first.remove(3);
        let page = cards(30..90);
        let stack = Stack::of(999, &first, 30, &[(1, &page)]);
        assert_eq!(stack.at(28).map(|card| card.id), Some(id(29)));
        assert_eq!(stack.at(29).map(|card| card.id), Some(id(30)));
    }

    #[test]
    fn a_card_in_two_pages_stands_once() {
        let first = cards(0..30);
        let page: Vec<Card> = cards(29..89);
        let stack = Stack::of(1000, &first, 30, &[(1, &page)]);
        assert_eq!(stack.place(id(29)), Some(29));
        assert_eq!(stack.at(30).map(|card| card.id), Some(id(30)));
    }

    #[test]
    fn neighbours_are_those_that_stay() {
        let stack = Stack::of(5, &cards(0..5), 30, &[]);
        assert_eq!(stack.neighbours(0, &[]), (None, Some(id(0))));
        assert_eq!(stack.neighbours(2, &[id(1), id(2)]), (Some(id(0)), Some(id(3))));
        assert_eq!(stack.neighbours(5, &[id(4)]), (Some(id(3)), None));
    }

    #[test]
    fn slots_count_the_carried_cards_and_places_do_not() {
        // Of 0 to 4, 1 and 3 are carried; 0, 2 and 4 stay.
        let carried = [1, 3];
        assert_eq!([0, 1, 2, 3].map(|place| slot_of(place, &carried)), [0, 2, 4, 5]);
        assert_eq!([0, 1, 2, 3, 4, 5].map(|slot| place_of(slot, &carried)), [0, 1, 1, 2, 2, 3]);
    }
}
