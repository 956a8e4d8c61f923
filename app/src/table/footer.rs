//! The foot of the list: how many, and how much.

use leptos::prelude::*;
use shared::fields::FieldKind;
use shared::i18n::{Key, Plural};
use shared::query::Totals;

use super::listing::Listing;
use crate::i18n::{count, fill};
use crate::ui::format;
use crate::words;

#[component]
pub fn Footer(listing: Listing) -> impl IntoView {
    let number = move || match listing.totals.get() {
        Some(totals) => usize::try_from(totals.count()).unwrap_or_default(),
        None => listing.rows.ids.read().len(),
    };
    let is_least = move || listing.totals.read().is_none() && listing.rows.has_more.get();
    let counted = move || {
        let counted = count(Plural::TableRecords, number());
        if is_least() { fill(Key::TableAtLeast, &[("count", &counted)]) } else { counted }
    };
    let sums = move || {
        let totals = listing.totals.get()?;
        let field = listing.schema().field(listing.shape.sum?)?;
        let said = said(&totals, field.kind == FieldKind::Money);
        (!said.is_empty()).then(|| view! {
            <span class="footer-sum"><span class="faint">{words::field(listing.object(), field.key)}</span>" "<b>{said}</b></span>
        })
    };
    let is_shown = Memo::new(move |_| number() > 0);
    view! {
        <Show when=move || is_shown.get()>
            <footer class="table-footer" aria-live="polite">
                <span>{counted}</span>
                {sums}
            </footer>
        </Show>
    }
}

/// Money by currency, the largest first; what is nothing is not said. Tracked.
fn said(totals: &Totals, is_money: bool) -> String {
    let mut lines: Vec<_> = totals.lines.iter().filter(|line| line.sum != 0).collect();
    shared::order::sort_by_key(&mut lines, |line| std::cmp::Reverse(line.sum));
    let one = |line: &&shared::query::TotalLine| match line.currency.as_deref().filter(|_| is_money) {
        Some(currency) => format::money(line.sum, currency),
        None => format::number(line.sum),
    };
    lines.iter().map(one).collect::<Vec<_>>().join(" + ")
}
