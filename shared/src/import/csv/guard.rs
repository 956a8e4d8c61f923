//! A cell that a spreadsheet would run as a formula gets an apostrophe.

/// The cell as it may stand in a file that a spreadsheet opens.
pub fn guard(cell: &str) -> std::borrow::Cow<'_, str> {
    if starts_formula(cell) && !is_negative_number(cell) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell as it was before [`guard`].
pub fn unguard(cell: &str) -> &str {
    if is_guarded(cell) { &cell[1..] } else { cell }
}

pub(super) fn is_guarded(cell: &str) -> bool {
    cell.starts_with('\'') && starts_formula(cell)
}

/// Apostrophes do not count, so that guarding one that is there can be undone.
fn starts_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// `-5.20` is no formula. `+86…` stays guarded: a spreadsheet would turn the
/// phone number into `8.6E+12`.
fn is_negative_number(cell: &str) -> bool {
    let Some(number) = cell.strip_prefix('-') else {
        return false;
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(fraction)
}
