//! Sorting once for all types: a sort of its own for each would add two
//! kilobytes to what a browser fetches.

use std::cmp::Ordering;

/// Sorts in place; what is equal keeps its order. For lists of a page's size: an item may be moved twice.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    sort(&mut order, &|a, b| compare(&items[a], &items[b]));
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| taken[at].take()));
}

/// Sorts by a key, as [`sort_by`] does.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

fn sort(order: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    order.sort_by(|a, b| compare(*a, *b));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_keeps_its_order() {
        let mut items = vec![(2, "b"), (1, "a"), (2, "a"), (0, "z"), (1, "b")];

        sort_by_key(&mut items, |item| item.0);

        assert_eq!(items, [(0, "z"), (1, "a"), (1, "b"), (2, "b"), (2, "a")]);
    }
}
