//! Where things are on a board, in plain numbers.

use std::ops::Range;

/// Cards made beyond each edge of what is in sight.
const AROUND: usize = 3;
/// Nearer than this to an edge, a drag scrolls.
const EDGE: f64 = 56.0;
/// px per frame, at the edge itself.
const FASTEST: f64 = 22.0;

/// A rectangle of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    pub fn holds(&self, x: f64, y: f64) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }

    /// How far a point lies outside, over both axes.
    fn distance(&self, x: f64, y: f64) -> f64 {
        let beyond = |at: f64, low: f64, high: f64| (low - at).max(at - high).max(0.0);
        beyond(x, self.left, self.right) + beyond(y, self.top, self.bottom)
    }
}

/// The area that holds the point, else the nearest.
pub fn nearest(areas: impl Iterator<Item = Area>, x: f64, y: f64) -> Option<usize> {
    let measured = areas.enumerate().map(|(at, area)| (at, area.distance(x, y)));
    measured.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
}

/// The slot that a card falls into whose top is `y` px below the column's.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cards on a screen")]
pub fn slot_at(y: f64, pitch: f64, count: usize) -> usize {
    ((y / pitch).max(0.0).round() as usize).min(count)
}

/// The cards to make: those in sight, and a few around.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cards on a screen")]
pub fn window(top: f64, height: f64, pitch: f64, count: usize) -> Range<usize> {
    let first = ((top.max(0.0) / pitch) as usize).saturating_sub(AROUND);
    let shown = (height.max(0.0) / pitch).ceil() as usize + 1;
    let last = (first + shown + 2 * AROUND).min(count);
    first.min(last)..last
}

/// How fast to scroll when the pointer is at `at` between two edges: px per frame, negative toward the start.
pub fn speed(at: f64, start: f64, end: f64) -> f64 {
    let reach = EDGE.min((end - start) / 4.0);
    if reach <= 0.0 {
        return 0.0;
    }
    let pull = |depth: f64| (depth / reach).clamp(0.0, 1.0).powi(2) * FASTEST;
    pull(at - (end - reach)) - pull(start + reach - at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn area(left: f64, top: f64) -> Area {
        Area { left, top, right: left + 100.0, bottom: top + 400.0 }
    }

    #[test]
    fn a_point_belongs_to_the_column_it_is_over_or_nearest_to() {
        let columns = [area(0.0, 50.0), area(100.0, 50.0), area(200.0, 50.0)];
        let at = |x, y| nearest(columns.iter().copied(), x, y);
        assert_eq!(at(150.0, 100.0), Some(1));
        assert_eq!(at(150.0, 10.0), Some(1));
        assert_eq!(at(900.0, 100.0), Some(2));
        assert_eq!(nearest([].into_iter(), 0.0, 0.0), None);
    }

    #[test]
    fn a_card_falls_between_the_two_it_lies_between() {
        assert_eq!([-40.0, 0.0, 44.0, 46.0, 181.0, 9_999.0].map(|y| slot_at(y, 90.0, 4)), [0, 0, 0, 1, 2, 4]);
    }

    #[test]
    fn only_cards_in_sight_and_a_few_around_are_made() {
        assert_eq!(window(0.0, 700.0, 90.0, 10_000), 0..15);
        assert_eq!(window(9_000.0, 700.0, 90.0, 10_000), 97..112);
        assert_eq!(window(9e9, 700.0, 90.0, 20), 20..20);
        assert_eq!(window(0.0, 700.0, 90.0, 2), 0..2);
    }

    #[test]
    fn scrolling_grows_toward_the_edge_and_rests_in_between() {
        assert!(speed(300.0, 0.0, 600.0).abs() < f64::EPSILON);
        assert!(speed(599.0, 0.0, 600.0) > speed(560.0, 0.0, 600.0));
        assert!(speed(1.0, 0.0, 600.0) < -10.0);
        assert!(speed(900.0, 0.0, 600.0) <= FASTEST);
    }
}
