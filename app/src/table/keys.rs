//! The keys of the table: from row to row, from cell to cell, choosing, editing.

use super::listing::Place;

/// What a key does in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Go(Place),
    /// Goes there and chooses the rows in between.
    Extend(Place),
    Choose,
    Edit,
    Open,
    /// From the cell back to its row.
    Leave,
}

/// How far `PageDown` goes.
const LEAP: usize = 20;

/// What `key` does at `at`, in a table of so many rows and columns.
pub fn act(key: &str, has_shift: bool, at: Place, rows: usize, columns: usize) -> Option<Act> {
    let last = rows.checked_sub(1)?;
    let row = match key {
        "ArrowDown" | "j" | "J" => Some((at.row + 1).min(last)),
        "ArrowUp" | "k" | "K" => Some(at.row.saturating_sub(1)),
        "PageDown" => Some((at.row + LEAP).min(last)),
        "PageUp" => Some(at.row.saturating_sub(LEAP)),
        "Home" if at.column.is_none() => Some(0),
        "End" if at.column.is_none() => Some(last),
        _ => None,
    };
    if let Some(row) = row {
        let to = Place { row, ..at };
        return Some(if has_shift { Act::Extend(to) } else { Act::Go(to) });
    }
    let column = |column: Option<usize>| Some(Act::Go(Place { column, ..at }));
    match (key, at.column) {
        ("ArrowRight", None) if columns > 0 => column(Some(0)),
        ("ArrowRight", Some(now)) => column(Some((now + 1).min(columns.saturating_sub(1)))),
        ("ArrowLeft", Some(0)) => column(None),
        ("ArrowLeft", Some(now)) => column(Some(now - 1)),
        ("Home", Some(_)) => column(Some(0)),
        ("End", Some(_)) => column(columns.checked_sub(1)),
        ("Enter" | "F2" | "e", Some(_)) | ("F2" | "e", None) => Some(Act::Edit),
        ("Enter" | "o", _) => Some(Act::Open),
        ("x" | " ", _) => Some(Act::Choose),
        ("Escape", Some(_)) => Some(Act::Leave),
        _ => None,
    }
}

/// The next cell to edit, over the ends of rows.
pub fn beside(at: Place, by: isize, rows: usize, columns: usize) -> Option<Place> {
    let cell = (at.row * columns + at.column?).checked_add_signed(by)?;
    let place = Place { row: cell.checked_div(columns)?, column: Some(cell % columns) };
    (place.row < rows).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const ROW: Place = Place { row: 3, column: None };
    const CELL: Place = Place { row: 3, column: Some(1) };

    fn pressed(key: &str, at: Place) -> Option<Act> {
        act(key, false, at, 10, 4)
    }

    #[test]
    fn enter_opens_a_row_and_edits_a_cell() {
        assert_eq!(pressed("Enter", ROW), Some(Act::Open));
        assert_eq!(pressed("Enter", CELL), Some(Act::Edit));
        assert_eq!(pressed("F2", ROW), Some(Act::Edit));
        assert_eq!(pressed("Escape", CELL), Some(Act::Leave));
        assert_eq!(pressed("Escape", ROW), None);
    }

    #[test]
    fn arrows_stay_in_the_table() {
        assert_eq!(pressed("ArrowLeft", Place { row: 3, column: Some(0) }), Some(Act::Go(ROW)));
        assert_eq!(
            pressed("ArrowRight", Place { row: 3, column: Some(3) }),
            Some(Act::Go(Place { row: 3, column: Some(3) }))
        );
        assert_eq!(
            act("j", false, Place { row: 9, column: None }, 10, 4),
            Some(Act::Go(Place { row: 9, column: None }))
        );
        assert_eq!(act("j", false, Place::default(), 0, 4), None);
    }

    #[test]
    fn shift_chooses_on_the_way() {
        assert_eq!(act("ArrowDown", true, ROW, 10, 4), Some(Act::Extend(Place { row: 4, column: None })));
    }

    #[test]
    fn tab_goes_on_in_the_next_row() {
        assert_eq!(beside(Place { row: 3, column: Some(3) }, 1, 10, 4), Some(Place { row: 4, column: Some(0) }));
        assert_eq!(beside(Place { row: 0, column: Some(0) }, -1, 10, 4), None);
        assert_eq!(beside(Place { row: 9, column: Some(3) }, 1, 10, 4), None);
    }
}
