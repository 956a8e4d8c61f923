//! Walking a board by keyboard, with empty hands and with cards in them.

/// A place on the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    pub lane: usize,
    pub column: usize,
    pub index: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    Up,
    Down,
    Left,
    Right,
}

/// How many cards stand in each cell: by lane, then by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub counts: Vec<Vec<usize>>,
    /// Folded columns hold no card one can see.
    pub folded: Vec<bool>,
}

impl Shape {
    fn count(&self, lane: usize, column: usize) -> usize {
        self.counts.get(lane).and_then(|lane| lane.get(column)).copied().unwrap_or(0)
    }

    fn columns(&self) -> usize {
        self.folded.len()
    }

    fn is_folded(&self, column: usize) -> bool {
        self.folded.get(column).copied().unwrap_or(false)
    }

    /// The nearest card in a column, seen from a lane and a place.
    pub fn nearest(&self, column: usize, lane: usize, index: usize) -> Option<Spot> {
        if self.is_folded(column) {
            return None;
        }
        let mut lanes: Vec<usize> = (0..self.counts.len()).filter(|lane| self.count(*lane, column) > 0).collect();
        shared::order::sort_by_key(&mut lanes, |other| other.abs_diff(lane));
        let found = *lanes.first()?;
        let last = self.count(found, column) - 1;
        Some(Spot { lane: found, column, index: if found == lane { index.min(last) } else { 0 } })
    }

    /// The first card of the board.
    pub fn first(&self) -> Option<Spot> {
        (0..self.columns()).find_map(|column| self.nearest(column, 0, 0))
    }
}

/// The next card; stays where there is none.
pub fn walk(from: Spot, toward: Toward, shape: &Shape) -> Spot {
    let lanes = shape.counts.len();
    let in_lanes = |mut order: Box<dyn Iterator<Item = usize>>| order.find(|lane| shape.count(*lane, from.column) > 0);
    let next = match toward {
        Toward::Up if from.index > 0 => Some(Spot { index: from.index - 1, ..from }),
        Toward::Up => in_lanes(Box::new((0..from.lane).rev())).map(|lane| Spot {
            lane,
            index: shape.count(lane, from.column) - 1,
            ..from
        }),
        Toward::Down if from.index + 1 < shape.count(from.lane, from.column) => {
            Some(Spot { index: from.index + 1, ..from })
        }
        Toward::Down => in_lanes(Box::new(from.lane + 1..lanes)).map(|lane| Spot { lane, index: 0, ..from }),
        Toward::Left => (0..from.column).rev().find_map(|column| shape.nearest(column, from.lane, from.index)),
        Toward::Right => {
            (from.column + 1..shape.columns()).find_map(|column| shape.nearest(column, from.lane, from.index))
        }
    };
    next.unwrap_or(from)
}

/// The next place to put down what is carried; `shape` counts the cards that
/// stay, so there is one place more than cards. Folded columns take cards too.
pub fn carry(from: Spot, toward: Toward, shape: &Shape) -> Spot {
    let places = |lane: usize, column: usize| shape.count(lane, column);
    let lanes = shape.counts.len();
    let beside = |column: usize| Spot { column, index: from.index.min(places(from.lane, column)), ..from };
    match toward {
        Toward::Up if from.index > 0 => Spot { index: from.index - 1, ..from },
        Toward::Up if from.lane > 0 => Spot { lane: from.lane - 1, index: places(from.lane - 1, from.column), ..from },
        Toward::Down if from.index < places(from.lane, from.column) => Spot { index: from.index + 1, ..from },
        Toward::Down if from.lane + 1 < lanes => Spot { lane: from.lane + 1, index: 0, ..from },
        Toward::Left if from.column > 0 => beside(from.column - 1),
        Toward::Right if from.column + 1 < shape.columns() => beside(from.column + 1),
        _ => from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn shape(counts: &[&[usize]]) -> Shape {
        let columns = counts.first().map_or(0, |lane| lane.len());
        Shape { counts: counts.iter().map(|lane| lane.to_vec()).collect(), folded: vec![false; columns] }
    }

    fn at(lane: usize, column: usize, index: usize) -> Spot {
        Spot { lane, column, index }
    }

    #[test]
    fn arrows_walk_among_cards_and_over_empty_columns() {
        let board = shape(&[&[3, 0, 2]]);
        assert_eq!(walk(at(0, 0, 0), Toward::Down, &board), at(0, 0, 1));
        assert_eq!(walk(at(0, 0, 2), Toward::Down, &board), at(0, 0, 2));
        assert_eq!(walk(at(0, 0, 2), Toward::Right, &board), at(0, 2, 1));
        assert_eq!(walk(at(0, 2, 1), Toward::Left, &board), at(0, 0, 1));
        assert_eq!(walk(at(0, 0, 0), Toward::Up, &board), at(0, 0, 0));
    }

    #[test]
    fn folded_columns_are_walked_past_but_take_cards() {
        let mut board = shape(&[&[3, 5, 2]]);
        board.folded[1] = true;
        assert_eq!(walk(at(0, 0, 0), Toward::Right, &board), at(0, 2, 0));
        assert_eq!(carry(at(0, 0, 0), Toward::Right, &board), at(0, 1, 0));
    }

    #[test]
    fn up_and_down_lead_into_the_next_lane() {
        let board = shape(&[&[2, 1], &[0, 1], &[1, 1]]);
        assert_eq!(walk(at(0, 0, 1), Toward::Down, &board), at(2, 0, 0));
        assert_eq!(walk(at(2, 0, 0), Toward::Up, &board), at(0, 0, 1));
        assert_eq!(carry(at(0, 0, 2), Toward::Down, &board), at(1, 0, 0));
        assert_eq!(carry(at(1, 0, 0), Toward::Up, &board), at(0, 0, 2));
    }

    #[test]
    fn what_is_carried_may_stand_behind_the_last_card() {
        let board = shape(&[&[3, 1]]);
        assert_eq!(carry(at(0, 0, 2), Toward::Down, &board), at(0, 0, 3));
        assert_eq!(carry(at(0, 0, 3), Toward::Down, &board), at(0, 0, 3));
        assert_eq!(carry(at(0, 0, 3), Toward::Right, &board), at(0, 1, 1));
        assert_eq!(carry(at(0, 1, 1), Toward::Right, &board), at(0, 1, 1));
    }

    #[test]
    fn the_first_card_is_the_first_one_sees() {
        assert_eq!(shape(&[&[0, 2]]).first(), Some(at(0, 1, 0)));
        assert_eq!(shape(&[&[0, 0]]).first(), None);
        assert_eq!(shape(&[&[0], &[4]]).nearest(0, 0, 3), Some(at(1, 0, 0)));
    }
}
